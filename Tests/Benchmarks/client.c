// The client of the benchmark: it keeps N clients talking to an echo server, checks every byte of every answer, and
// says what a message cost the server in CPU time. `usage` below lists the options.
//
// The first wrong byte ends the run: the JSON line on standard output tells it, and the exit status is 1.
#define _GNU_SOURCE
#include "sample.h"
#include "texts.h"

#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static const char usage[] =
    "usage: client --port PORT [options], against a server on 127.0.0.1\n"
    "  --clients N        connections held at once (1)\n"
    "  --size BYTES       of a message, its newline included, 16 or more (64)\n"
    "  --depth D          messages in flight per client (1)\n"
    "  --text LANGUAGE    ascii or portuguese (ascii)\n"
    "  --warmup SECONDS   before the measured window (0.3)\n"
    "  --duration SECONDS of the measured window (1)\n"
    "  --churn            connect, read the greeting, say tchau, close, and again; a session counts as one message\n"
    "  --idle             connect and hold; a line on standard input: one message each; another: leave\n"
    "  --pid PID          of the server, whose CPU time and context switches are sampled\n"
    "  --patience SECONDS without any byte or connection before giving up (10)\n";

enum {
  CONNECTING_AT_ONCE = 256, // well below any backlog: a connection that the backlog drops comes back a second later
  EVENTS_CAPACITY = 1024,
  BUFFER_BYTES = 256 * 1024,
  LINE_CAPACITY = 80,
  TAPE_BYTES = 256 * 1024, // at least; small enough for the cache, long enough that clients are apart on it
  NUMBERS = 1 << 24,       // greetings' numbers below this are told apart
};

// A connection goes through these in order: it awaits its greeting, then answers, then the answer to its goodbye.
enum state { CLOSED, CONNECTING, TALKING, LEAVING };

struct client {
  int fd;
  enum state state;
  bool wants_to_write;  // epoll watches for room to send
  unsigned line_length; // of `line`: what has come of the greeting, or of the answer to the goodbye
  size_t to_send;       // bytes that may be sent and are not yet
  size_t to_check;      // bytes that may be sent or are, and are not answered yet
  size_t send_at;       // places on the tape
  size_t check_at;
  size_t answered_part; // bytes of the current answer that have come
  char line[LINE_CAPACITY];
};

static struct {
  long port, clients, size, depth, pid;
  double warmup, duration, patience;
  bool churn, idle;
  enum language language;
} options = {.clients = 1, .size = 64, .depth = 1, .warmup = 0.3, .duration = 1, .patience = 10};

static struct client *clients;
static struct tape tape;
static struct sample before, after; // the measured window
static size_t messages_before, messages_after;
static bool is_measured;
static bool refills = true; // an answer makes room for the next message; in churn, an end for the next connection
static bool leaves;         // a client that has all its answers says goodbye
static size_t messages, connections;
static size_t opened, ungreeted, unanswered, connected; // clients; the phases wait for the last three to become 0
static int epoll;

// MARK: - The report

// A window cut short by an error is told as one of no length.
static void report(const char *error) {
  if (!is_measured) before = after, messages_before = 0, messages_after = messages;
  double seconds = (double)(after.nanoseconds - before.nanoseconds) / 1e9;
  size_t count = messages_after - messages_before;
  long long server_cpu = after.server_cpu - before.server_cpu;
  printf("{\"messages\": %zu, \"seconds\": %.6f, \"rate\": %.1f", count, seconds,
         seconds > 0 ? (double)count / seconds : 0);
  printf(error ? ", \"errors\": 1, \"first_error\": \"%s\"" : ", \"errors\": 0, \"first_error\": null", error);
  if (options.pid > 0)
    printf(", \"server_cpu_ns\": %lld, \"cpu_ns_per_message\": %.2f", server_cpu,
           count > 0 ? (double)server_cpu / (double)count : 0);
  else
    printf(", \"server_cpu_ns\": null, \"cpu_ns_per_message\": null");
  printf(", \"voluntary_switches\": %lld, \"involuntary_switches\": %lld, \"client_cpu_ns\": %lld, \"connections\": "
         "%zu}\n",
         (long long)(after.voluntary_switches - before.voluntary_switches),
         (long long)(after.involuntary_switches - before.involuntary_switches),
         (long long)(after.client_cpu - before.client_cpu), connections);
}

__attribute__((format(printf, 1, 2))) _Noreturn static void fail(const char *format, ...) {
  char error[256];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(error, sizeof error, format, arguments);
  va_end(arguments);
  for (char *byte = error; *byte; byte++)
    if (*byte < ' ' || *byte > '~' || *byte == '"' || *byte == '\\') *byte = '?';
  report(error);
  exit(1);
}

static long name(const struct client *client) { return client - clients + 1; }

// MARK: - A client

static void watch(int operation, struct client *client, uint32_t interest) {
  struct epoll_event event = {.events = interest, .data.ptr = client};
  if (epoll_ctl(epoll, operation, client->fd, &event) < 0) fail("epoll_ctl: %s", strerror(errno));
}

static void open_client(struct client *client) {
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons((in_port_t)options.port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int on = 1;
  client->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (client->fd < 0) fail("socket: %s", strerror(errno));
  if (!options.churn) setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); // else nothing to hold back
  if (connect(client->fd, (struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS)
    fail("client %ld, connect: %s", name(client), strerror(errno));
  client->state = CONNECTING;
  client->line_length = 0;
  watch(EPOLL_CTL_ADD, client, EPOLLIN);
}

static void send_texts(struct client *client) {
  ssize_t sent = send(client->fd, tape.text + client->send_at, client->to_send, MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN && errno != EINTR) fail("client %ld, send: %s", name(client), strerror(errno));
  if (sent > 0) {
    client->to_send -= (size_t)sent;
    client->send_at += (size_t)sent;
    if (client->send_at >= tape.bytes) client->send_at -= tape.bytes;
  }
  if (client->wants_to_write == (client->to_send > 0)) return;
  client->wants_to_write = client->to_send > 0;
  watch(EPOLL_CTL_MOD, client, client->wants_to_write ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

static void talk(struct client *client, size_t count) {
  if (client->to_check == 0) unanswered++;
  client->to_send += count * tape.size;
  client->to_check += count * tape.size;
  send_texts(client);
}

// The server closes first after a goodbye, so that TIME_WAIT sits on its side and our ports are free at once.
static void leave(struct client *client) {
  client->state = LEAVING;
  client->line_length = 0;
  if (send(client->fd, "tchau\n", 6, MSG_NOSIGNAL) != 6) fail("client %ld, goodbye: not sent", name(client));
}

static void check_number(struct client *client, unsigned long number) {
  static uint64_t seen[NUMBERS / 64];
  if (number < 1 || number >= NUMBERS) fail("client %ld, greeting: number %lu", name(client), number);
  if (seen[number / 64] >> (number % 64) & 1) fail("client %ld, greeting: number %lu again", name(client), number);
  seen[number / 64] |= 1ULL << (number % 64);
}

static void receive_greeting(struct client *client, const char *bytes, size_t count) {
  static const char head[] = "Servidor de eco (cliente ", tail[] = ").\n";
  if (client->line_length + count >= LINE_CAPACITY) fail("client %ld, greeting: too long", name(client));
  memcpy(client->line + client->line_length, bytes, count);
  client->line_length += (unsigned)count;
  client->line[client->line_length] = 0;
  if (!memchr(client->line, '\n', client->line_length)) return;
  char *end = client->line;
  unsigned long number = 0;
  if (strncmp(client->line, head, sizeof head - 1) == 0 && client->line[sizeof head - 1] > '0')
    number = strtoul(client->line + sizeof head - 1, &end, 10);
  if (strcmp(end, tail) != 0 || client->line_length != (size_t)(end - client->line) + sizeof tail - 1)
    fail("client %ld, greeting: %s", name(client), client->line);
  check_number(client, number);
  client->state = TALKING;
  connections++;
  ungreeted--;
  if (opened < (size_t)options.clients) open_client(&clients[opened++]);
  if (options.churn) leave(client);
}

static void receive_answer(struct client *client, const char *bytes, size_t count) {
  const char *expected = tape.answer + client->check_at;
  if (count > client->to_check) fail("client %ld: %zu bytes too many", name(client), count - client->to_check);
  if (memcmp(bytes, expected, count) != 0) {
    size_t at = 0;
    while (bytes[at] == expected[at]) at++;
    fail("client %ld, text %zu, byte %zu: expected 0x%02X, received 0x%02X", name(client),
         (client->check_at + at) / tape.size % (tape.bytes / tape.size), (client->check_at + at) % tape.size,
         (unsigned char)expected[at], (unsigned char)bytes[at]);
  }
  client->check_at += count;
  if (client->check_at >= tape.bytes) client->check_at -= tape.bytes;
  client->answered_part += count;
  size_t answers = client->answered_part / tape.size;
  client->answered_part %= tape.size;
  messages += answers;
  if (answers > 0 && refills) talk(client, answers);
  client->to_check -= count;
  if (client->to_check > 0) return;
  unanswered--;
  if (leaves) leave(client);
}

static void receive_farewell(struct client *client, const char *bytes, size_t count) {
  static const char farewell[] = "TCHAU\n";
  if (client->line_length + count > sizeof farewell - 1 || memcmp(farewell + client->line_length, bytes, count) != 0)
    fail("client %ld, goodbye: the answer is not TCHAU and a newline", name(client));
  client->line_length += (unsigned)count;
}

static void receive_end(struct client *client) {
  if (client->state == CONNECTING) fail("client %ld: closed before the greeting", name(client));
  if (client->state == TALKING) fail("client %ld: closed with %zu bytes to come", name(client), client->to_check);
  if (client->line_length != 6) fail("client %ld, goodbye: closed without its answer", name(client));
  close(client->fd);
  client->state = CLOSED;
  if (options.churn) messages++;
  if (options.churn && refills) {
    ungreeted++;
    open_client(client);
  } else {
    connected--;
  }
}

static void receive(struct client *client) {
  static char buffer[BUFFER_BYTES];
  ssize_t count = recv(client->fd, buffer, sizeof buffer, 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count < 0) fail("client %ld, receive: %s", name(client), strerror(errno));
  if (count == 0) return receive_end(client);
  if (client->state == TALKING)
    receive_answer(client, buffer, (size_t)count);
  else if (client->state == LEAVING)
    receive_farewell(client, buffer, (size_t)count);
  else
    receive_greeting(client, buffer, (size_t)count);
}

// MARK: - The phases

// Serves events until nothing is left to wait for, or until the time (monotonic, in nanoseconds) has come.
static void run(const size_t *left, int64_t until) {
  static struct epoll_event events[EVENTS_CAPACITY];
  const int64_t patience = (int64_t)(options.patience * 1e9);
  int64_t now = monotonic_nanoseconds(), last_arrival = now;
  while (*left > 0 && now < until) {
    int64_t wait = last_arrival + patience < until ? last_arrival + patience - now : until - now;
    int ready = epoll_wait(epoll, events, EVENTS_CAPACITY, (int)(wait / 1000000 + 1));
    if (ready < 0 && errno != EINTR) fail("epoll_wait: %s", strerror(errno));
    for (int i = 0; i < ready; i++) {
      if (events[i].events & ~(uint32_t)EPOLLOUT) receive(events[i].data.ptr);
      struct client *client = events[i].data.ptr;
      if (events[i].events & EPOLLOUT && client->state == TALKING && client->to_send > 0) send_texts(client);
    }
    now = monotonic_nanoseconds();
    if (ready > 0) last_arrival = now;
    if (now - last_arrival >= patience) fail("nothing has arrived for %g s", options.patience);
  }
}

static int64_t in_seconds(double seconds) { return monotonic_nanoseconds() + (int64_t)(seconds * 1e9); }

static void connect_all(void) {
  size_t count = (size_t)options.clients;
  clients = calloc(count, sizeof *clients);
  if (!clients) fail("no memory for %zu clients", count);
  // Each client starts elsewhere on the tape, so that no two expect the same answer.
  for (size_t i = 0; i < count; i++)
    clients[i].send_at = clients[i].check_at = i * (tape.bytes / tape.size) / count * tape.size;
  ungreeted = connected = count;
  while (opened < count && opened < CONNECTING_AT_ONCE) open_client(&clients[opened++]);
  if (!options.churn) run(&ungreeted, INT64_MAX);
}

static void mark(struct sample *sample, size_t *count) {
  if (take_sample(sample, options.pid) < 0) fail("the server, process %ld, is gone", options.pid);
  *count = messages;
}

static void measure(void) {
  for (size_t i = 0; i < opened && !options.churn; i++) talk(&clients[i], (size_t)options.depth);
  run(&connected, in_seconds(options.warmup));
  mark(&before, &messages_before);
  run(&connected, in_seconds(options.duration));
  mark(&after, &messages_after);
  is_measured = true;
}

static void wait_for_line(const char *says) {
  puts(says);
  fflush(stdout);
  for (int byte; (byte = getchar()) != '\n' && byte != EOF;) continue;
}

static void hold(void) {
  refills = false;
  wait_for_line("HOLDING");
  mark(&before, &messages_before);
  for (size_t i = 0; i < opened; i++) talk(&clients[i], 1);
  run(&unanswered, INT64_MAX);
  mark(&after, &messages_after);
  is_measured = true;
  wait_for_line("ASKED");
}

// The answers still to come are awaited and checked, and so is each goodbye: a byte too many would be seen here.
static void leave_all(void) {
  refills = false;
  leaves = true;
  for (size_t i = 0; i < opened; i++)
    if (clients[i].state == TALKING && clients[i].to_check == 0) leave(&clients[i]);
  run(&connected, INT64_MAX);
}

// MARK: - The command line

_Noreturn static void refuse(const char *option, const char *text, double least, double most) {
  fprintf(stderr, "client: --%s %s: from %g to %g is possible\n", option, text, least, most);
  exit(64);
}

_Noreturn static void refuse_usage(void) {
  fputs(usage, stderr);
  exit(64);
}

static double number_in(const char *option, const char *text, double least, double most) {
  char *end;
  double number = strtod(text, &end);
  if (end == text || *end || !(number >= least && number <= most)) refuse(option, text, least, most);
  return number;
}

static void parse_options(int argc, char **argv) {
  static const struct option known[] = {
      {"port", required_argument, NULL, 'p'},     {"clients", required_argument, NULL, 'c'},
      {"size", required_argument, NULL, 's'},     {"depth", required_argument, NULL, 'd'},
      {"text", required_argument, NULL, 't'},     {"warmup", required_argument, NULL, 'w'},
      {"duration", required_argument, NULL, 'u'}, {"churn", no_argument, NULL, 'x'},
      {"idle", no_argument, NULL, 'i'},           {"pid", required_argument, NULL, 'P'},
      {"patience", required_argument, NULL, 'g'}, {0},
  };
  int index = 0;
  for (int option; (option = getopt_long(argc, argv, "", known, &index)) != -1;) {
    const char *name = known[index].name;
    switch (option) {
    case 'p': options.port = (long)number_in(name, optarg, 1, 65535); break;
    case 'c': options.clients = (long)number_in(name, optarg, 1, 28000); break;
    case 's': options.size = (long)number_in(name, optarg, 16, 1 << 20); break;
    case 'd': options.depth = (long)number_in(name, optarg, 1, 1024); break;
    case 'w': options.warmup = number_in(name, optarg, 0, 3600); break;
    case 'u': options.duration = number_in(name, optarg, 0, 3600); break;
    case 'g': options.patience = number_in(name, optarg, 0.1, 3600); break;
    case 'P': options.pid = (long)number_in(name, optarg, 1, 1 << 22); break;
    case 'x': options.churn = true; break;
    case 'i': options.idle = true; break;
    case 't':
      if (strcmp(optarg, "ascii") != 0 && strcmp(optarg, "portuguese") != 0) refuse_usage();
      options.language = *optarg == 'a' ? ASCII : PORTUGUESE;
      break;
    default: refuse_usage();
    }
  }
  if (options.port && optind == argc && !(options.churn && options.idle)) return;
  refuse_usage();
}

int main(int argc, char **argv) {
  parse_options(argc, argv);
  size_t size = (size_t)options.size, count = TAPE_BYTES / size, depth = (size_t)options.depth;
  if (count < 2 * (size_t)options.clients) count = 2 * (size_t)options.clients;
  if (count < 2 * depth) count = 2 * depth;
  tape = tape_make(options.language, size, count, depth);
  epoll = epoll_create1(0);
  if (epoll < 0) fail("epoll_create1: %s", strerror(errno));
  connect_all();
  if (options.idle)
    hold();
  else
    measure();
  leave_all();
  report(NULL);
}
