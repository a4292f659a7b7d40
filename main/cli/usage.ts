/** What the command line can do, for people. */
export const usage = `Lilliput on the command line

  npm run -s cli -- COMMAND [options]

Commands
  supernode [--config FILE] --listen HOST:PORT [--relay HOST:PORT] [--relay-public ADDRESS] [--relay-ports FIRST-LAST]
                                    carry part of the network until stopped, tell people their public addresses,
                                    and carry calls whose routers can't meet (by default on the next port over UDP
                                    and TCP, and on the one after it over TLS; on the machine's IPv6 too, if any);
                                    SUPERNODE.md tells how to run one for long
  signup NAME                       make an account and take a name
  restore NAME [--phrase "WORDS"]   bring an account back from its twelve words, read from standard input
                                    unless given (then ps and the shell's history may show them)
  lookup NAME                       ask the directory who holds a name
  contacts add NAME|LINK [--note TEXT]
                                    ask somebody to be a contact, by name or by their invitation link
  contacts accept NAME              say yes to a request
  contacts list                     people, their presence, open requests
  find WORD…                        people who want to be found, by beginnings of names and words
  card publish [--display-name NAME] [WORD…]
                                    let people find you by your name and up to five words
  card show                         what they find, and whether they do
  card withdraw                     be found by your exact name only
  run [--echo] [--auto-answer] [--auto-accept] [--play WAV] [--record WAV] [--trace FILE]
                                    stay online and print what happens
  call NAME [--play WAV] [--record WAV] [--seconds N] [--trace FILE]
                                    --trace notes what arrives when (no sound), to be replayed as a test
  echo [--play WAV] [--record WAV] [--seconds N] [--trace FILE]
                                    call an echo service: hear what others would hear of you
  send NAME TEXT                    send a message, wait until it is delivered or kept for them
  history NAME                      the conversation so far
  search WORDS                      messages with these words, newest first
  export NAME FILE                  the conversation so far, as FILE.json or FILE.html (EXPORT.md tells the form)
  archive FILE [--passphrase TEXT]  the whole account, sealed with a passphrase (read from standard input unless given)
  bring-back FILE [--passphrase TEXT] [--replace]
                                    an account from its archive, onto this computer; --replace: in place of the one that
                                    is here, whose files are kept aside. Then it lives here: don't use the old one
  keep [ever|year|month|week]       how long messages and calls are kept here; with --dry-run: what would go
  clear NAME                        delete all of a conversation, on this computer
  invitation                        a link by which others add you, and get into the network if they know nobody
  status                            how this node is doing, and what each way of finding the network brought
  helping [when-it-can|always|never]
                                    whether this computer keeps and carries what is of others, and what it does and did
  check [--show-address]            can I call? what the network lets through, and what to do about it;
                                    leaves out this computer's public address unless told

Options
  --profile NAME        which account on this computer (default: default)
  --home DIR            where profiles live
  --bootstrap HOST:PORT a node to start from; may be repeated
  --gateway HOST:PORT[#KEY]
                        a gateway to be carried by where UDP is blocked; may be repeated
  --gateway-port PORT   where to carry others, if this node is a supernode (443, else the node's own)
  --listen HOST:PORT    the address to bind
  --relay HOST:PORT     where a supernode's relay listens, an address of IPv4
  --relay-public ADDRESS
                        what the world calls that address, where a router translates it and lets all ports in
  --relay-ports FIRST-LAST
                        UDP ports that calls are carried on, as a firewall lets them in (any, if not said)
  --config FILE         for a supernode: a JSON file with any of these options; what is said here wins
  --metrics PORT        for a supernode: /metrics (Prometheus) and /health on this computer; HOST:PORT for others
  --wait-for-calls SECONDS
                        for a supernode that is told to go (SIGTERM): how long for calls that it carries (600)
  --allocations N       ends of calls that a supernode carries or keeps ready at most (1000)
  --megabits-per-second N
                        what it passes on for calls at most, all together (100)
  --mailbox-megabytes N what it keeps of sealed messages at most
  --no-mdns             do not look for nodes on the local network
  --no-bittorrent       neither look for the network in BitTorrent's DHT nor be found there
  --bittorrent-node HOST:PORT
                        where to enter that DHT, instead of the usual places; may be repeated
  --invitation LINK     get into the network by the nodes that an invitation link names
  --wait SECONDS        how long to wait for somebody or something (default: 30)
  --skew-ppm N          play and record files as a sound card would whose clock is off by N millionths
  --json                one JSON object per line on stdout, logs on stderr
  --verbose             more logs

While the app has the profile open, commands work through it.

Exit codes
  0 done   1 internal   2 usage   3 no network   4 name or account   5 person not found or not reachable
  6 call failed   7 storage   8 profile in use   9 bad input   130 interrupted
  of check: 0 calls go direct   10 some or all through a relay   11 some will not connect   6 none will
`;
