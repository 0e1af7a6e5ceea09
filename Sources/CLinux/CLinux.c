// The functions of CLinux.h over libc, and the seam.
#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <malloc.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define OR_ERRNO(call)                                                                                                 \
  ({                                                                                                                   \
    __typeof__(call) result_ = (call);                                                                                 \
    result_ < 0 ? -errno : result_;                                                                                    \
  })

static sigset_t set_of(uint64_t signals) {
  sigset_t set;
  sigemptyset(&set);
  for (int number = 1; number <= 64; number++)
    if (signals & (1ULL << (number - 1))) sigaddset(&set, number);
  return set;
}

// MARK: - libc

static int libc_close(int fd) { return OR_ERRNO(close(fd)); }
static ssize_t libc_read(int fd, void *bytes, size_t count) { return OR_ERRNO(read(fd, bytes, count)); }
static ssize_t libc_write(int fd, const void *bytes, size_t count) { return OR_ERRNO(write(fd, bytes, count)); }
static int libc_socket(int domain, int type, int protocol) { return OR_ERRNO(socket(domain, type, protocol)); }
static int libc_bind(int fd, const struct sockaddr *a, socklen_t length) { return OR_ERRNO(bind(fd, a, length)); }
static int libc_listen(int fd, int backlog) { return OR_ERRNO(listen(fd, backlog)); }
static int libc_connect(int fd, const struct sockaddr *a, socklen_t length) { return OR_ERRNO(connect(fd, a, length)); }
static int libc_accept4(int fd, struct sockaddr *a, socklen_t *length, int flags) {
  return OR_ERRNO(accept4(fd, a, length, flags));
}
static int libc_getsockname(int fd, struct sockaddr *a, socklen_t *length) {
  return OR_ERRNO(getsockname(fd, a, length));
}
static int libc_setsockopt(int fd, int level, int name, const void *value, socklen_t length) {
  return OR_ERRNO(setsockopt(fd, level, name, value, length));
}
static int libc_getsockopt(int fd, int level, int name, void *value, socklen_t *length) {
  return OR_ERRNO(getsockopt(fd, level, name, value, length));
}
static int libc_shutdown(int fd, int how) { return OR_ERRNO(shutdown(fd, how)); }
// In a process of several threads libc's recv and send are cancellation points, which costs two locked instructions per call. No thread is
// cancelled here. Debug builds use the wrappers, which the sanitizers know.
#if CLINUX_SEAM
#define RECV(fd, bytes, count, flags) recv(fd, bytes, count, flags)
#define SEND(fd, bytes, count, flags) send(fd, bytes, count, flags)
#else
#define RECV(fd, bytes, count, flags) syscall(SYS_recvfrom, fd, bytes, count, flags, NULL, NULL)
#define SEND(fd, bytes, count, flags) syscall(SYS_sendto, fd, bytes, count, flags, NULL, 0)
#endif
static ssize_t libc_recv(int fd, void *bytes, size_t count, int flags) {
  return OR_ERRNO(RECV(fd, bytes, count, flags));
}
static ssize_t libc_send(int fd, const void *bytes, size_t count, int flags) {
  return OR_ERRNO(SEND(fd, bytes, count, flags));
}
static int libc_queued_bytes(int fd) {
  int count = 0;
  int result = OR_ERRNO(ioctl(fd, FIONREAD, &count));
  return result < 0 ? result : count;
}
static int libc_unacknowledged_bytes(int fd) {
  int count = 0;
  int result = OR_ERRNO(ioctl(fd, SIOCOUTQ, &count));
  return result < 0 ? result : count;
}
static int64_t libc_acknowledged_bytes(int fd) {
  struct tcp_info information = {0};
  socklen_t length = sizeof information;
  int result = OR_ERRNO(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &information, &length));
  return result < 0 ? result : (int64_t)information.tcpi_bytes_acked;
}
static int libc_at_urgent_mark(int fd) { return OR_ERRNO(sockatmark(fd)); }
static struct timespec span_of(int64_t nanoseconds) {
  return (struct timespec){.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
}
static int libc_epoll_create(void) { return OR_ERRNO(epoll_create1(EPOLL_CLOEXEC)); }
static int libc_epoll_ctl(int epoll, int operation, int fd, uint32_t events, uint64_t data) {
  struct epoll_event event = {.events = events, .data.u64 = data};
  return OR_ERRNO(epoll_ctl(epoll, operation, fd, &event));
}
static int libc_epoll_wait(int epoll, struct epoll_event *events, int capacity, int64_t timeout) {
  if (timeout <= 0) return OR_ERRNO(epoll_wait(epoll, events, capacity, timeout < 0 ? -1 : 0));
  struct timespec span = span_of(timeout);
  int result = OR_ERRNO(epoll_pwait2(epoll, events, capacity, &span, NULL));
  // A kernel before 5.11, or a container's filter that does not know the call.
  if (result != -ENOSYS && result != -EPERM) return result;
  int64_t milliseconds = (timeout + 999999) / 1000000;
  return OR_ERRNO(epoll_wait(epoll, events, capacity, milliseconds > INT32_MAX ? INT32_MAX : (int)milliseconds));
}
static int libc_poll(struct pollfd *fds, nfds_t count, int64_t timeout) {
  struct timespec span = span_of(timeout);
  return OR_ERRNO(ppoll(fds, count, timeout < 0 ? NULL : &span, NULL));
}
static int libc_select(int end, fd_set *readable, fd_set *writable, int64_t timeout) {
  struct timespec span = span_of(timeout);
  return OR_ERRNO(pselect(end, readable, writable, NULL, timeout < 0 ? NULL : &span, NULL));
}
static int libc_eventfd(unsigned int value, int flags) { return OR_ERRNO(eventfd(value, flags)); }
static int libc_signalfd(uint64_t signals, int flags) {
  sigset_t set = set_of(signals);
  return OR_ERRNO(signalfd(-1, &set, flags));
}
static int64_t libc_monotonic_nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

// MARK: - The seam

#if CLINUX_SEAM

static const struct clinux_kernel libc_kernel = {
    .close = libc_close,
    .read = libc_read,
    .write = libc_write,
    .socket = libc_socket,
    .bind = libc_bind,
    .listen = libc_listen,
    .connect = libc_connect,
    .accept4 = libc_accept4,
    .getsockname = libc_getsockname,
    .setsockopt = libc_setsockopt,
    .getsockopt = libc_getsockopt,
    .shutdown = libc_shutdown,
    .recv = libc_recv,
    .send = libc_send,
    .queued_bytes = libc_queued_bytes,
    .unacknowledged_bytes = libc_unacknowledged_bytes,
    .acknowledged_bytes = libc_acknowledged_bytes,
    .at_urgent_mark = libc_at_urgent_mark,
    .epoll_create = libc_epoll_create,
    .epoll_ctl = libc_epoll_ctl,
    .epoll_wait = libc_epoll_wait,
    .poll = libc_poll,
    .select = libc_select,
    .eventfd = libc_eventfd,
    .signalfd = libc_signalfd,
    .monotonic_nanoseconds = libc_monotonic_nanoseconds,
};

static _Thread_local const struct clinux_kernel *current_kernel = &libc_kernel;
static _Thread_local void *current_context = NULL;

struct clinux_kernel clinux_kernel_of_libc(void) { return libc_kernel; }
void clinux_install_kernel(const struct clinux_kernel *table, void *context) {
  current_kernel = table ? table : &libc_kernel;
  current_context = context;
}
void *clinux_kernel_context(void) { return current_context; }

#define KERNEL(name) current_kernel->name
#else
#define KERNEL(name) libc_##name
#endif

int clinux_close(int fd) { return KERNEL(close)(fd); }
ssize_t clinux_read(int fd, void *bytes, size_t count) { return KERNEL(read)(fd, bytes, count); }
ssize_t clinux_write(int fd, const void *bytes, size_t count) { return KERNEL(write)(fd, bytes, count); }
int clinux_socket(int domain, int type, int protocol) { return KERNEL(socket)(domain, type, protocol); }
int clinux_bind(int fd, const struct sockaddr *a, socklen_t length) { return KERNEL(bind)(fd, a, length); }
int clinux_listen(int fd, int backlog) { return KERNEL(listen)(fd, backlog); }
int clinux_connect(int fd, const struct sockaddr *a, socklen_t length) { return KERNEL(connect)(fd, a, length); }
int clinux_accept4(int fd, struct sockaddr *a, socklen_t *length, int flags) {
  return KERNEL(accept4)(fd, a, length, flags);
}
int clinux_getsockname(int fd, struct sockaddr *a, socklen_t *length) { return KERNEL(getsockname)(fd, a, length); }
int clinux_setsockopt(int fd, int level, int name, const void *value, socklen_t length) {
  return KERNEL(setsockopt)(fd, level, name, value, length);
}
int clinux_getsockopt(int fd, int level, int name, void *value, socklen_t *length) {
  return KERNEL(getsockopt)(fd, level, name, value, length);
}
int clinux_shutdown(int fd, int how) { return KERNEL(shutdown)(fd, how); }
ssize_t clinux_recv(int fd, void *bytes, size_t count, int flags) { return KERNEL(recv)(fd, bytes, count, flags); }
ssize_t clinux_send(int fd, const void *bytes, size_t count, int flags) {
  return KERNEL(send)(fd, bytes, count, flags);
}
int clinux_queued_bytes(int fd) { return KERNEL(queued_bytes)(fd); }
int clinux_unacknowledged_bytes(int fd) { return KERNEL(unacknowledged_bytes)(fd); }
int64_t clinux_acknowledged_bytes(int fd) { return KERNEL(acknowledged_bytes)(fd); }
int clinux_at_urgent_mark(int fd) { return KERNEL(at_urgent_mark)(fd); }
int clinux_epoll_create(void) { return KERNEL(epoll_create)(); }
int clinux_epoll_ctl(int epoll, int operation, int fd, uint32_t events, uint64_t data) {
  return KERNEL(epoll_ctl)(epoll, operation, fd, events, data);
}
int clinux_epoll_wait(int epoll, struct epoll_event *events, int capacity, int64_t timeout) {
  return KERNEL(epoll_wait)(epoll, events, capacity, timeout);
}
int clinux_poll(struct pollfd *fds, nfds_t count, int64_t timeout) { return KERNEL(poll)(fds, count, timeout); }
int clinux_select(int end, fd_set *readable, fd_set *writable, int64_t timeout) {
  return KERNEL(select)(end, readable, writable, timeout);
}
int clinux_eventfd(unsigned int value, int flags) { return KERNEL(eventfd)(value, flags); }
int clinux_signalfd(uint64_t signals, int flags) { return KERNEL(signalfd)(signals, flags); }
int64_t clinux_monotonic_nanoseconds(void) { return KERNEL(monotonic_nanoseconds)(); }

// MARK: - The process

int clinux_descriptor_limit(uint64_t *soft, uint64_t *hard) {
  struct rlimit limit;
  int result = OR_ERRNO(getrlimit(RLIMIT_NOFILE, &limit));
  *soft = limit.rlim_cur;
  *hard = limit.rlim_max;
  return result;
}

int clinux_set_descriptor_limit(uint64_t soft, uint64_t hard) {
  struct rlimit limit = {.rlim_cur = soft, .rlim_max = hard};
  return OR_ERRNO(setrlimit(RLIMIT_NOFILE, &limit));
}

int clinux_block_signals(uint64_t signals) {
  sigset_t set = set_of(signals);
  return -pthread_sigmask(SIG_BLOCK, &set, NULL);
}

struct thread_start {
  void (*body)(void *);
  void *context;
  uint64_t signals;
  char name[16];
#if CLINUX_SEAM
  const struct clinux_kernel *kernel;
  void *kernel_context;
#endif
};

static void *thread_main(void *argument) {
  struct thread_start start = *(struct thread_start *)argument;
  free(argument);
  // Not what the caller blocks: the caller may be a library's thread that blocks everything.
  sigset_t set = set_of(start.signals);
  pthread_sigmask(SIG_SETMASK, &set, NULL);
  pthread_setname_np(pthread_self(), start.name);
#if CLINUX_SEAM
  clinux_install_kernel(start.kernel, start.kernel_context);
#endif
  start.body(start.context);
  return NULL;
}

int clinux_thread_start(void (*body)(void *), void *context, size_t stack_bytes, const char *name, uint64_t signals) {
  struct thread_start *start = calloc(1, sizeof *start);
  if (!start) return -ENOMEM;
  start->body = body;
  start->context = context;
  start->signals = signals;
  for (size_t i = 0; i + 1 < sizeof start->name && name[i]; i++) start->name[i] = name[i];
#if CLINUX_SEAM
  start->kernel = current_kernel;
  start->kernel_context = current_context;
#endif
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  if (stack_bytes) pthread_attr_setstacksize(&attributes, stack_bytes);
  pthread_t thread;
  int result = -pthread_create(&thread, &attributes, thread_main, start);
  pthread_attr_destroy(&attributes);
  if (result < 0) free(start);
  return result;
}

void clinux_wake_on_time(void) { prctl(PR_SET_TIMERSLACK, 1UL); }

int clinux_thread_id(void) { return (int)syscall(SYS_gettid); }

static void do_nothing(int signal) { (void)signal; }

int clinux_install_interruption(int signal) {
  struct sigaction action = {.sa_handler = do_nothing};
  sigemptyset(&action.sa_mask);
  int result = OR_ERRNO(sigaction(signal, &action, NULL));
  if (result < 0) return result;
  sigset_t set = set_of(1ULL << (signal - 1));
  return -pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

int clinux_interrupt_thread(int thread, int signal) {
  return OR_ERRNO((int)syscall(SYS_tgkill, getpid(), thread, signal));
}

static socklen_t mailbox_name(struct sockaddr_un *address, int owner) {
  *address = (struct sockaddr_un){.sun_family = AF_UNIX};
  int length = snprintf(address->sun_path + 1, sizeof address->sun_path - 1, "eco.status.%d", owner);
  return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length);
}

int clinux_mailbox(int owner) {
  int fd = OR_ERRNO(socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (fd < 0 || owner == 0) return fd;
  struct sockaddr_un address;
  socklen_t length = mailbox_name(&address, owner);
  int result = OR_ERRNO(bind(fd, (struct sockaddr *)&address, length));
  if (result == 0) return fd;
  close(fd);
  return result;
}

ssize_t clinux_post(int fd, int owner, const void *bytes, size_t count) {
  struct sockaddr_un address;
  socklen_t length = mailbox_name(&address, owner);
  return OR_ERRNO(sendto(fd, bytes, count, MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *)&address, length));
}

void clinux_ignore_signal(int number, int ignore) { signal(number, ignore ? SIG_IGN : SIG_DFL); }

// By number: C libraries are younger than the call (Linux 5.9).
void clinux_own_descriptors(int end) { syscall(SYS_close_range, end, ~0U, 1U << 1 /* CLOSE_RANGE_UNSHARE */); }

int clinux_unshare_network(int with_user) {
  return OR_ERRNO(unshare(CLONE_NEWNET | (with_user ? CLONE_NEWUSER : 0)));
}

int clinux_raise_loopback(void) {
  int fd = OR_ERRNO(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (fd < 0) return fd;
  struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
  int result = OR_ERRNO(ioctl(fd, SIOCSIFFLAGS, &request));
  close(fd);
  return result;
}

int clinux_try_network(int with_user) {
  pid_t child = OR_ERRNO(fork());
  if (child < 0) return child;
  if (child == 0) {
    int result = clinux_unshare_network(with_user);
    if (result == 0) result = clinux_raise_loopback();
    _exit(-result);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return WIFEXITED(status) ? -WEXITSTATUS(status) : -EPERM;
}

int clinux_limit_descriptors_of(int process, uint64_t soft, uint64_t *before) {
  struct rlimit limit;
  int result = OR_ERRNO(prlimit(process, RLIMIT_NOFILE, NULL, &limit));
  if (result < 0) return result;
  *before = limit.rlim_cur;
  limit.rlim_cur = soft < limit.rlim_max ? soft : limit.rlim_max;
  return OR_ERRNO(prlimit(process, RLIMIT_NOFILE, &limit, NULL));
}

int clinux_pipe(int *reading, int *writing) {
  int ends[2] = {-1, -1};
  int result = OR_ERRNO(pipe2(ends, O_CLOEXEC));
  *reading = ends[0];
  *writing = ends[1];
  return result;
}

int clinux_set_pipe_capacity(int fd, int bytes) { return OR_ERRNO(fcntl(fd, F_SETPIPE_SZ, bytes)); }

void *clinux_allocate(size_t count, size_t alignment) {
  if (alignment <= 16) return malloc(count);
  void *memory = NULL;
  return posix_memalign(&memory, alignment, count) == 0 ? memory : NULL;
}

void clinux_free(void *memory) { free(memory); }

void clinux_trim_memory(void) { malloc_trim(0); }

int clinux_file_with(const void *bytes, size_t count) {
  int fd = OR_ERRNO(memfd_create("eco", MFD_CLOEXEC));
  if (fd < 0) return fd;
  size_t done = 0;
  while (done < count) {
    ssize_t written = OR_ERRNO(write(fd, (const char *)bytes + done, count - done));
    if (written < 0) {
      close(fd);
      return (int)written;
    }
    done += (size_t)written;
  }
  lseek(fd, 0, SEEK_SET);
  return fd;
}

int clinux_processors(int *processors, int capacity) {
  cpu_set_t set;
  int result = OR_ERRNO(sched_getaffinity(0, sizeof set, &set));
  if (result < 0) return result;
  int count = 0;
  for (int number = 0; number < CPU_SETSIZE; number++)
    if (CPU_ISSET(number, &set) && count++ < capacity) processors[count - 1] = number;
  return count;
}

int clinux_run_on(const int *processors, int count) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (int index = 0; index < count; index++) CPU_SET(processors[index], &set);
  return OR_ERRNO(sched_setaffinity(0, sizeof set, &set));
}

int clinux_run_when_idle(void) {
  struct sched_param parameters = {0};
  return OR_ERRNO(sched_setscheduler(0, SCHED_IDLE, &parameters));
}

void clinux_use_one_arena(void) { mallopt(M_ARENA_MAX, 1); }
