// How a process ends that cannot go on.
#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// MARK: - Without a backtracer

// The signals that the Swift runtime handles if it finds a backtracer. Its constructor installs the handlers, which in a dynamic executable
// runs before any of ours, so they are removed again rather than prevented.
static const int backtraced[] = {SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP};

void clinux_crash_without_backtrace(void) {
  if (getenv("SWIFT_BACKTRACE")) return;
  for (size_t i = 0; i < sizeof backtraced / sizeof backtraced[0]; i++) {
    struct sigaction action;
    if (sigaction(backtraced[i], NULL, &action) != 0) continue;
    if (action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN) continue;
    action = (struct sigaction){.sa_handler = SIG_DFL};
    sigemptyset(&action.sa_mask);
    sigaction(backtraced[i], &action, NULL);
  }
}

// MARK: - Out of memory

// Everything from here on is called when memory has run out, also in signal handlers: it allocates nothing.

static const char *line_begin = "", *line_end = "\n";
static int exit_status = 1;
static struct sigaction former[65];

// Before glibc's malloc(3) fails, it has asked the kernel for this much, after smaller requests.
static int is_memory_exhausted(void) {
  const size_t size = 1 << 20;
  void *probe = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (probe == MAP_FAILED) return errno == ENOMEM || errno == EAGAIN;
  munmap(probe, size);
  return 0;
}

// The process's address space in MiB, from /proc/self/statm; 0 if unknown.
static unsigned long occupied_mebibytes(void) {
  char text[32];
  int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  ssize_t count = read(fd, text, sizeof text - 1);
  close(fd);
  unsigned long pages = 0;
  for (ssize_t i = 0; i < count && text[i] >= '0' && text[i] <= '9'; i++) pages = 10 * pages + (text[i] - '0');
  return pages * (unsigned long)sysconf(_SC_PAGESIZE) >> 20;
}

static size_t append(char *line, size_t length, size_t room, const char *text) {
  while (*text && length < room) line[length++] = *text++;
  return length;
}

static _Noreturn void end_for_want_of_memory(void) {
  static atomic_flag is_told = ATOMIC_FLAG_INIT;
  // Another thread is about to end the process.
  while (atomic_flag_test_and_set(&is_told)) pause();
  char line[512], digits[24];
  size_t first = sizeof digits - 1, length = append(line, 0, sizeof line, line_begin);
  unsigned long number = occupied_mebibytes();
  digits[first] = 0;
  if (number > 0) {
    for (; number > 0; number /= 10) digits[--first] = (char)('0' + number % 10);
    length = append(line, length, sizeof line, " at ");
    length = append(line, length, sizeof line, digits + first);
    length = append(line, length, sizeof line, " MiB");
  }
  length = append(line, length, sizeof line, line_end);
  // A reader that has stopped reading must not keep the process and its port alive.
  struct pollfd writable = {.fd = STDERR_FILENO, .events = POLLOUT};
  if (poll(&writable, 1, 500) == 1 && write(STDERR_FILENO, line, length) < 0) _exit(exit_status);
  _exit(exit_status);
}

static void end_or_crash(int signal) {
  if (is_memory_exhausted()) end_for_want_of_memory();
  // A bug: the process ends as it would have without this handler, as soon as it returns.
  sigaction(signal, &former[signal], NULL);
  raise(signal);
}

// What the runtime of Swift or C++ writes to stderr before it aborts.
static ssize_t write_last_words(void *cookie, const char *bytes, size_t count) {
  (void)cookie;
  static const char refusal[] = "Fatal error: failed to allocate";
  const size_t length = sizeof refusal - 1;
  if (count >= length && memcmp(bytes, refusal, length) == 0) end_for_want_of_memory();
  if (is_memory_exhausted()) end_for_want_of_memory();
  ssize_t written = write(STDERR_FILENO, bytes, count);
  return written < 0 ? 0 : written;
}

int clinux_end_when_out_of_memory(const char *begin, const char *end, int status) {
  line_begin = begin;
  line_end = end;
  exit_status = status;
  // Before it aborts, the runtime reports the failed allocation with a stack trace: one line has to be enough.
  FILE *last_words = fopencookie(NULL, "w", (cookie_io_functions_t){.write = write_last_words});
  if (!last_words) return -ENOMEM;
  setvbuf(last_words, NULL, _IONBF, 0);
  stderr = last_words;

  // The main thread's stack may be unable to grow. Other threads have theirs from the start.
  static char stack[16 << 10];
  stack_t alternate;
  if (sigaltstack(NULL, &alternate) == 0 && alternate.ss_flags & SS_DISABLE)
    sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, NULL);
  // A failed allocation ends in an abort, or in a bad access if the runtime cannot even allocate its message.
  static const int fatal[] = {SIGABRT, SIGSEGV, SIGBUS};
  for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++) {
    struct sigaction action = {.sa_handler = end_or_crash, .sa_flags = SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    if (sigaction(fatal[i], &action, &former[fatal[i]]) != 0) return -errno;
  }
  return 0;
}
