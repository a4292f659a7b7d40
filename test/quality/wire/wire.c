/*
 * wire: a cable between two network namespaces that delays, jitters, loses and limits what goes through it, for kernels
 * without netem. Each end is a TAP device; what one end sends leaves the other when its time has come.
 *
 *   wire NAMESPACE_A DEVICE_A NAMESPACE_B DEVICE_B CONF TRACE
 *
 * CONF holds words `key=value`; it is read at the start and again on SIGUSR1. Keys, each with its value when absent:
 *   delay_ms=0                 fixed part of the way
 *   jitter_ms=0                uniformly ± this, around delay_ms; packets keep their order
 *   loss=0                     per cent, each packet for itself
 *   burst=p,r,lossbad          Gilbert-Elliott, per cent: good→bad, bad→good, loss while bad
 *   rate_kbit=0                bottleneck before the delay; 0: none
 *   queue_ms=200               the bottleneck's queue; what finds it fuller is dropped
 * A key may end in `.a` or `.b`: only for what that end sends. Otherwise both.
 *
 * TRACE gets one line for each packet, and one for each CONF: `ms end bytes fate delay_ms`, where ms is CLOCK_MONOTONIC,
 * end is a or b (who sent it), bytes are those of the IP packet (the Ethernet header is not counted, as no real access
 * network counts ours), fate is `ok`, `lost` or `full`, and delay_ms is what the cable imposes.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { ETHERNET_HEADER = 14, LONGEST_FRAME = 65536, READS_PER_TURN = 64 };
static const int64_t NS_PER_MS = 1000000;

typedef struct {
  double delay_ms, jitter_ms, loss, burst_enter, burst_leave, burst_loss, rate_kbit, queue_ms;
} Impairment;

typedef struct {
  int64_t due_ns;
  uint64_t order;
  int length;
  unsigned char *bytes;
} Packet;

/* One direction, named after the end that sends. `flying` is a binary heap by due time. */
typedef struct {
  char name;
  int from, to;
  Impairment impairment;
  int in_burst;
  int64_t bottleneck_free_ns, last_due_ns;
  Packet *flying;
  int count, capacity;
  uint64_t sent;
} Direction;

static volatile sig_atomic_t stopping, rereading;
static FILE *trace;

static void on_signal(int signal_number) {
  if (signal_number == SIGUSR1) rereading = 1;
  else stopping = 1;
}

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* xorshift64; seeded by the clock: repeats differ, as calls do. Uniform in 0…1. */
static double chance(void) {
  static uint64_t state;
  if (state == 0) state = (uint64_t)now_ns() | 1;
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (state >> 11) * (1.0 / 9007199254740992.0);
}

static void set_value(Impairment *i, const char *key, const char *value) {
  if (!strcmp(key, "delay_ms")) i->delay_ms = atof(value);
  else if (!strcmp(key, "jitter_ms")) i->jitter_ms = atof(value);
  else if (!strcmp(key, "loss")) i->loss = atof(value) / 100;
  else if (!strcmp(key, "rate_kbit")) i->rate_kbit = atof(value);
  else if (!strcmp(key, "queue_ms")) i->queue_ms = atof(value);
  else if (!strcmp(key, "burst")) {
    double enter = 0, leave = 100, loss = 0;
    sscanf(value, "%lf,%lf,%lf", &enter, &leave, &loss);
    i->burst_enter = enter / 100;
    i->burst_leave = leave / 100;
    i->burst_loss = loss / 100;
  } else {
    fprintf(stderr, "wire: there is no key %s\n", key);
    exit(2);
  }
}

static void read_conf(const char *path, Direction directions[2]) {
  FILE *file = fopen(path, "r");
  if (!file) {
    perror(path);
    exit(1);
  }
  for (int d = 0; d < 2; d++) directions[d].impairment = (Impairment){.queue_ms = 200};
  char word[256];
  while (fscanf(file, "%255s", word) == 1) {
    char *value = strchr(word, '=');
    if (!value) continue;
    *value++ = 0;
    char *dot = strchr(word, '.');
    char only = dot ? dot[1] : 0;
    if (dot) *dot = 0;
    for (int d = 0; d < 2; d++)
      if (!only || only == directions[d].name) set_value(&directions[d].impairment, word, value);
  }
  fclose(file);
  fprintf(trace, "%.3f conf\n", now_ns() / 1e6);
  fflush(trace);
}

static int is_earlier(const Packet *one, const Packet *other) {
  return one->due_ns < other->due_ns || (one->due_ns == other->due_ns && one->order < other->order);
}

static void send_off(Direction *d, Packet packet) {
  if (d->count == d->capacity) {
    d->capacity = d->capacity ? 2 * d->capacity : 256;
    d->flying = realloc(d->flying, d->capacity * sizeof(Packet));
    if (!d->flying) exit(1);
  }
  int at = d->count++;
  for (; at && is_earlier(&packet, &d->flying[(at - 1) / 2]); at = (at - 1) / 2) d->flying[at] = d->flying[(at - 1) / 2];
  d->flying[at] = packet;
}

static Packet take_earliest(Direction *d) {
  Packet earliest = d->flying[0], last = d->flying[--d->count];
  int at = 0;
  for (;;) {
    int child = 2 * at + 1;
    if (child >= d->count) break;
    if (child + 1 < d->count && is_earlier(&d->flying[child + 1], &d->flying[child])) child++;
    if (!is_earlier(&d->flying[child], &last)) break;
    d->flying[at] = d->flying[child];
    at = child;
  }
  d->flying[at] = last;
  return earliest;
}

static int is_lost(Direction *d) {
  const Impairment *i = &d->impairment;
  if (i->burst_enter > 0) {
    d->in_burst = d->in_burst ? chance() >= i->burst_leave : chance() < i->burst_enter;
    if (d->in_burst && chance() < i->burst_loss) return 1;
  } else d->in_burst = 0;
  return i->loss > 0 && chance() < i->loss;
}

static void note(const Direction *d, int64_t at_ns, int bytes, const char *fate, double delay_ms) {
  fprintf(trace, "%.3f %c %d %s %.2f\n", at_ns / 1e6, d->name, bytes, fate, delay_ms);
}

/* Decides what becomes of one frame that an end has sent. */
static void accept_frame(Direction *d, const unsigned char *frame, int length) {
  const Impairment *i = &d->impairment;
  int64_t at = now_ns(), due = at;
  int bytes = length - ETHERNET_HEADER;
  if (is_lost(d)) return note(d, at, bytes, "lost", 0);
  if (i->rate_kbit > 0) {
    if (d->bottleneck_free_ns < at) d->bottleneck_free_ns = at;
    if (d->bottleneck_free_ns - at > i->queue_ms * NS_PER_MS) return note(d, at, bytes, "full", 0);
    d->bottleneck_free_ns += (int64_t)(bytes * 8e6 / i->rate_kbit);
    due = d->bottleneck_free_ns;
  }
  double way_ms = i->delay_ms + i->jitter_ms * (2 * chance() - 1);
  due += way_ms > 0 ? (int64_t)(way_ms * NS_PER_MS) : 0;
  if (due < d->last_due_ns) due = d->last_due_ns;
  d->last_due_ns = due;
  note(d, at, bytes, "ok", (due - at) / 1e6);
  Packet packet = {due, d->sent++, length, malloc(length)};
  if (!packet.bytes) exit(1);
  memcpy(packet.bytes, frame, length);
  send_off(d, packet);
}

static void enter(const char *namespace_path) {
  int there = open(namespace_path, O_RDONLY | O_CLOEXEC);
  if (there < 0 || setns(there, CLONE_NEWNET)) {
    perror(namespace_path);
    exit(1);
  }
  close(there);
}

/* Makes a TAP device in a namespace. The wire itself lives in none of the homes: its CPU time is not theirs. */
static int open_tap(const char *namespace, const char *device) {
  char path[256], own[64];
  snprintf(path, sizeof path, "/run/netns/%s", namespace);
  snprintf(own, sizeof own, "/proc/%d/fd/%d", getpid(), open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
  enter(path);
  int tap = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
  struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
  snprintf(request.ifr_name, IFNAMSIZ, "%s", device);
  if (tap < 0 || ioctl(tap, TUNSETIFF, &request)) {
    perror(device);
    exit(1);
  }
  enter(own);
  return tap;
}

static void deliver_due(Direction *d) {
  int64_t now = now_ns();
  while (d->count && d->flying[0].due_ns <= now) {
    Packet packet = take_earliest(d);
    /* A device that is down or full loses the packet, as a real one does. */
    if (write(d->to, packet.bytes, packet.length) < 0 && errno != EAGAIN && errno != EIO) perror("write");
    free(packet.bytes);
  }
}

static void set_alarm(int timer, const Direction directions[2]) {
  int64_t next = 0;
  for (int d = 0; d < 2; d++)
    if (directions[d].count && (!next || directions[d].flying[0].due_ns < next)) next = directions[d].flying[0].due_ns;
  struct itimerspec when = {{0, 0}, {next / 1000000000, next % 1000000000}};
  timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
}

int main(int count, char **words) {
  if (count != 7) {
    fprintf(stderr, "usage: wire NAMESPACE_A DEVICE_A NAMESPACE_B DEVICE_B CONF TRACE\n");
    return 2;
  }
  const char *conf = words[5];
  trace = fopen(words[6], "w");
  if (!trace) {
    perror(words[6]);
    return 1;
  }
  signal(SIGINT, on_signal);
  signal(SIGTERM, on_signal);
  struct sigaction reread = {.sa_handler = on_signal};
  sigaction(SIGUSR1, &reread, NULL);
  /* The cable's own lateness must not be heard: tight timers, before everybody else. */
  prctl(PR_SET_TIMERSLACK, 1000);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  struct sched_param priority = {.sched_priority = 10};
  if (sched_setscheduler(0, SCHED_RR, &priority)) perror("wire: no real-time priority");

  int a = open_tap(words[1], words[2]), b = open_tap(words[3], words[4]);
  Direction directions[2] = {{.name = 'a', .from = a, .to = b}, {.name = 'b', .from = b, .to = a}};
  read_conf(conf, directions);
  struct pollfd waiting[3] = {{a, POLLIN, 0}, {b, POLLIN, 0}, {timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK), POLLIN, 0}};
  puts("ready");
  fflush(stdout);

  static unsigned char frame[LONGEST_FRAME];
  while (!stopping) {
    if (rereading) {
      rereading = 0;
      read_conf(conf, directions);
      puts("changed");
      fflush(stdout);
    }
    for (int d = 0; d < 2; d++) deliver_due(&directions[d]);
    set_alarm(waiting[2].fd, directions);
    if (poll(waiting, 3, -1) < 0 && errno != EINTR) break;
    for (int d = 0; d < 2; d++)
      for (int turn = 0; turn < READS_PER_TURN; turn++) {
        int length = read(directions[d].from, frame, sizeof frame);
        if (length <= ETHERNET_HEADER) break;
        accept_frame(&directions[d], frame, length);
      }
  }
  fclose(trace);
  return 0;
}
