/*
 * Voice-like load for a relay, and a witness of what arrives.
 *
 *   load WARM_S MEASURED_S PERIOD_US PAYLOAD_BYTES   < endpoints
 *
 * Each line of standard input is one endpoint: "FROM-IP FROM-PORT TO-IP TO-PORT CHANNEL". It sends one packet each period, at a
 * phase of its own; as channel data where CHANNEL is not 0 (RFC 8656 §12.4), and expects what it receives in the same form.
 * Says "begin" and "end" on standard output around the measured time, then one line of JSON.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_ENDPOINTS = 4096, MAX_PACKET = 2048, EVENTS = 256 };

/* Behind the channel header, in host order: both ends are this process. */
struct stamp {
  uint32_t mark;
  uint32_t flow;
  uint32_t sequence;
  uint32_t measured;
  int64_t sent_ns;
};

static const uint32_t MARK = 0x6c696c69;
/* A packet that is later than this is lost to a call. */
static const int64_t DRAIN_NS = 500000000;

struct endpoint {
  int fd;
  int channel;
  int64_t next_ns;
  uint32_t sequence;
};

static struct endpoint endpoints[MAX_ENDPOINTS];
static int count;
static int order[MAX_ENDPOINTS];

static float *delays_us;
static long delays, delays_room, sent, received, foreign;

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void address(struct sockaddr_in *to, const char *ip, int port) {
  memset(to, 0, sizeof *to);
  to->sin_family = AF_INET;
  to->sin_port = htons(port);
  if (inet_pton(AF_INET, ip, &to->sin_addr) != 1) die(ip);
}

static void read_endpoints(int epoll) {
  char from_ip[64], to_ip[64];
  int from_port, to_port, channel;
  while (scanf("%63s %d %63s %d %d", from_ip, &from_port, to_ip, &to_port, &channel) == 5) {
    struct sockaddr_in from, to;
    if (count == MAX_ENDPOINTS) break;
    address(&from, from_ip, from_port);
    address(&to, to_ip, to_port);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&from, sizeof from) < 0) die("bind");
    if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0) die("connect");
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)count};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) die("epoll_ctl");
    endpoints[count].fd = fd;
    endpoints[count].channel = channel;
    count += 1;
  }
}

static void receive(int index) {
  unsigned char packet[MAX_PACKET];
  for (;;) {
    ssize_t length = recv(endpoints[index].fd, packet, sizeof packet, 0);
    if (length < 0) {
      /* A neighbour that is gone is an error here, and no end. */
      if (errno == EAGAIN) return;
      continue;
    }
    struct stamp stamp;
    size_t at = endpoints[index].channel ? 4 : 0;
    if ((size_t)length < at + sizeof stamp) {
      foreign += 1;
      continue;
    }
    memcpy(&stamp, packet + at, sizeof stamp);
    if (stamp.mark != MARK) {
      foreign += 1;
      continue;
    }
    if (!stamp.measured) continue;
    received += 1;
    if (delays < delays_room) delays_us[delays++] = (now_ns() - stamp.sent_ns) / 1000.0f;
  }
}

static int by_value(const void *a, const void *b) {
  float left = *(const float *)a, right = *(const float *)b;
  return (left > right) - (left < right);
}

static double rank(double share) {
  if (delays == 0) return -1;
  long index = (long)(share * delays);
  return delays_us[index < delays ? index : delays - 1];
}

static int by_phase(const void *a, const void *b) {
  int64_t left = endpoints[*(const int *)a].next_ns, right = endpoints[*(const int *)b].next_ns;
  return (left > right) - (left < right);
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  double warm_s = atof(argv[1]), measured_s = atof(argv[2]);
  int64_t period_ns = atoll(argv[3]) * 1000;
  size_t payload = (size_t)atoi(argv[4]);
  if (payload < sizeof(struct stamp) || payload + 4 > MAX_PACKET) return 2;
  int epoll = epoll_create1(0);
  if (epoll < 0) die("epoll_create1");
  read_endpoints(epoll);
  delays_room = (long)(measured_s * 1e9 / period_ns + 2) * count;
  delays_us = calloc((size_t)delays_room, sizeof *delays_us);
  if (delays_us == NULL) die("calloc");

  /* Callers don't keep step: each has a phase of its own, the same in every run. */
  int64_t start = now_ns() + 10000000;
  uint32_t random = 12345;
  for (int index = 0; index < count; index += 1) {
    random = random * 1664525 + 1013904223;
    endpoints[index].next_ns = start + (int64_t)((double)random / 4294967296.0 * period_ns);
    order[index] = index;
  }
  qsort(order, (size_t)count, sizeof *order, by_phase);

  int64_t measure_from = start + (int64_t)(warm_s * 1e9), measure_to = measure_from + (int64_t)(measured_s * 1e9);
  int state = 0, turn = 0;
  unsigned char packet[MAX_PACKET] = {0};
  struct epoll_event events[EVENTS];
  for (;;) {
    int64_t now = now_ns();
    if (state == 0 && now >= measure_from) {
      puts("begin");
      fflush(stdout);
      state = 1;
    }
    if (state == 1 && now >= measure_to) {
      puts("end");
      fflush(stdout);
      state = 2;
    }
    if (now >= measure_to + DRAIN_NS) break;
    while (state < 2 && endpoints[order[turn]].next_ns <= now) {
      struct endpoint *from = &endpoints[order[turn]];
      struct stamp stamp = {MARK, (uint32_t)order[turn], from->sequence, state == 1, now_ns()};
      size_t at = 0;
      if (from->channel) {
        packet[0] = (unsigned char)(from->channel >> 8);
        packet[1] = (unsigned char)from->channel;
        packet[2] = (unsigned char)(payload >> 8);
        packet[3] = (unsigned char)payload;
        at = 4;
      }
      memcpy(packet + at, &stamp, sizeof stamp);
      if (send(from->fd, packet, at + payload, 0) >= 0 && state == 1) sent += 1;
      from->sequence += 1;
      from->next_ns += period_ns;
      turn = (turn + 1) % count;
    }
    int64_t next = state < 2 ? endpoints[order[turn]].next_ns : now + 1000000;
    int64_t left = next - now_ns();
    struct timespec wait = {0, left > 0 ? left : 0};
    int ready = epoll_pwait2(epoll, events, EVENTS, &wait, NULL);
    for (int event = 0; event < ready; event += 1) receive((int)events[event].data.u32);
  }
  qsort(delays_us, (size_t)delays, sizeof *delays_us, by_value);
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("{\"sent\":%ld,\"received\":%ld,\"foreign\":%ld,\"p50Us\":%.1f,\"p99Us\":%.1f,\"maxUs\":%.1f,\"cpuMs\":%ld}\n", sent, received, foreign,
         rank(0.5), rank(0.99), rank(1),
         (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000);
  return 0;
}
