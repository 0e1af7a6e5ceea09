// The yardstick: the least that a single-threaded epoll echo server can do on Linux.
//
// Level-triggered, one recv and one send per readiness, ASCII upper case, no limits and no timeouts. A goodbye is only
// the whole of one read. It loses no answer to a client that reads slowly, because a yardstick that cheats measures
// nothing.
//
//   bare_loop [--linger] PORT
//
// Without --linger it closes at once after a goodbye. With it, it closes as a server must that loses no byte: it ends
// its sending side, reads and drops to the end of stream, then closes. That costs two system calls per session more.
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER_BYTES = 64 * 1024, EVENTS_CAPACITY = 1024, CLIENTS_CAPACITY = 1 << 20 };

// What is kept of a client, by descriptor. While all goes well nothing here is written to, so that the table stays the
// kernel's zero page and a client costs no memory of ours.
struct client {
  char *rest;          // what the kernel did not take of an answer, or NULL
  uint32_t rest_start; // the part of it that is still to be sent
  uint32_t rest_end;
  bool leaving;  // the goodbye is part of the rest: leave once it is sent
  bool draining; // our sending side has ended
};
_Static_assert(sizeof(struct client) <= 32, "the goal is 32 bytes per client");

static struct client clients[CLIENTS_CAPACITY];
static char buffer[BUFFER_BYTES];
static int epoll, listener;
static bool linger;

_Noreturn static void die(const char *what) {
  perror(what);
  exit(1);
}

static void watch(int operation, int fd, uint32_t interest) {
  struct epoll_event event = {.events = interest, .data.fd = fd};
  if (epoll_ctl(epoll, operation, fd, &event) < 0) die("epoll_ctl");
}

static void close_client(int fd) {
  free(clients[fd].rest);
  if (clients[fd].rest || clients[fd].draining) clients[fd] = (struct client){0};
  close(fd);
}

static void leave(int fd) {
  if (!linger || shutdown(fd, SHUT_WR) < 0) return close_client(fd);
  clients[fd].draining = true;
}

static void greet(int fd) {
  static const char head[] = "Servidor de eco (cliente ", tail[] = ").\n";
  static unsigned long accepted;
  char greeting[64], digits[20];
  size_t count = 0, length = sizeof head - 1;
  for (unsigned long number = ++accepted; number > 0; number /= 10) digits[count++] = (char)('0' + number % 10);
  memcpy(greeting, head, length);
  while (count > 0) greeting[length++] = digits[--count];
  memcpy(greeting + length, tail, sizeof tail - 1);
  length += sizeof tail - 1;
  // A new connection's queue is empty: it takes the greeting whole, unless the client is gone, and then a read tells.
  send(fd, greeting, length, MSG_NOSIGNAL);
}

static void accept_clients(void) {
  int fd;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
    if (fd >= CLIENTS_CAPACITY) {
      close(fd);
      continue;
    }
    greet(fd);
    watch(EPOLL_CTL_ADD, fd, EPOLLIN);
  }
  if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR) die("accept4");
}

static bool is_white_space(char byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }

static bool is_goodbye(const char *text, size_t count) {
  while (count > 0 && is_white_space(text[count - 1])) count--;
  while (count > 0 && is_white_space(*text)) text++, count--;
  return count == 5 && memcmp(text, "tchau", 5) == 0;
}

// Without a branch in it, the compiler makes this a vector loop.
static void to_upper_case(char *text, size_t count) {
  for (size_t i = 0; i < count; i++) text[i] ^= (char)(((unsigned char)(text[i] - 'a') < 26) << 5);
}

// The client is not read again until it has taken the rest.
static void keep_rest(int fd, const char *rest, size_t count, bool leaving) {
  char *copy = malloc(count);
  if (!copy) die("malloc");
  memcpy(copy, rest, count);
  clients[fd] = (struct client){.rest = copy, .rest_end = (uint32_t)count, .leaving = leaving};
  watch(EPOLL_CTL_MOD, fd, EPOLLOUT);
}

static void send_rest(int fd) {
  struct client *client = &clients[fd];
  ssize_t sent = send(fd, client->rest + client->rest_start, client->rest_end - client->rest_start, MSG_NOSIGNAL);
  if (sent < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (sent < 0) return close_client(fd);
  client->rest_start += (uint32_t)sent;
  if (client->rest_start < client->rest_end) return;
  bool leaving = client->leaving;
  free(client->rest);
  *client = (struct client){0};
  watch(EPOLL_CTL_MOD, fd, EPOLLIN);
  if (leaving) leave(fd);
}

static void serve(int fd) {
  ssize_t count = recv(fd, buffer, sizeof buffer, 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) return close_client(fd);
  if (clients[fd].draining) return;
  bool goodbye = is_goodbye(buffer, (size_t)count);
  to_upper_case(buffer, (size_t)count);
  ssize_t sent = send(fd, buffer, (size_t)count, MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN && errno != EINTR) return close_client(fd);
  if (sent < 0) sent = 0;
  if (sent < count) return keep_rest(fd, buffer + sent, (size_t)(count - sent), goodbye);
  if (goodbye) leave(fd);
}

static void listen_on(in_port_t port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int on = 1;
  listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (listener < 0) die("socket");
  if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0) die("SO_REUSEADDR");
  // Accepted sockets inherit it: one call instead of one per client.
  if (setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0) die("TCP_NODELAY");
  if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0) die("bind");
  if (listen(listener, SOMAXCONN) < 0) die("listen");
}

int main(int argc, char **argv) {
  linger = argc == 3 && strcmp(argv[1], "--linger") == 0;
  long port = argc == 2 + linger ? strtol(argv[argc - 1], NULL, 10) : 0;
  if (port < 1 || port > 65535) {
    fprintf(stderr, "usage: bare_loop [--linger] PORT\n");
    return 64;
  }
  listen_on((in_port_t)port);
  epoll = epoll_create1(0);
  if (epoll < 0) die("epoll_create1");
  watch(EPOLL_CTL_ADD, listener, EPOLLIN);

  static struct epoll_event events[EVENTS_CAPACITY];
  for (;;) {
    int ready = epoll_wait(epoll, events, EVENTS_CAPACITY, -1);
    if (ready < 0 && errno != EINTR) die("epoll_wait");
    for (int i = 0; i < ready; i++) {
      int fd = events[i].data.fd;
      if (fd == listener)
        accept_clients();
      else if (events[i].events & EPOLLOUT)
        send_rest(fd);
      else
        serve(fd);
    }
  }
}
