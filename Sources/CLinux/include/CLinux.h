// What Swift cannot import from Linux's headers, as functions that Swift can call.
//
// Every function returns what the kernel returns: a result of 0 or more, or a negated errno. There is no logic here,
// except for one seam: in debug builds each call goes through `clinux_kernel`, a table that the calling thread can
// replace with a scripted or simulated kernel. Release builds call libc and have no table.
#pragma once

#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/types.h>

// MARK: - Descriptors

int clinux_close(int fd);
ssize_t clinux_read(int fd, void *bytes, size_t count);
ssize_t clinux_write(int fd, const void *bytes, size_t count);

// MARK: - Sockets

int clinux_socket(int domain, int type, int protocol);
int clinux_bind(int fd, const struct sockaddr *address, socklen_t length);
int clinux_listen(int fd, int backlog);
int clinux_connect(int fd, const struct sockaddr *address, socklen_t length);
int clinux_accept4(int fd, struct sockaddr *address, socklen_t *length, int flags);
int clinux_getsockname(int fd, struct sockaddr *address, socklen_t *length);
int clinux_setsockopt(int fd, int level, int name, const void *value, socklen_t length);
int clinux_getsockopt(int fd, int level, int name, void *value, socklen_t *length);
int clinux_shutdown(int fd, int how);
ssize_t clinux_recv(int fd, void *bytes, size_t count, int flags);
ssize_t clinux_send(int fd, const void *bytes, size_t count, int flags);
/// ioctl(FIONREAD): the bytes in the receive queue.
int clinux_queued_bytes(int fd);
/// ioctl(SIOCOUTQ): the bytes in the send queue that the peer has not acknowledged; a FIN counts as one.
int clinux_unacknowledged_bytes(int fd);
/// getsockopt(2), TCP_INFO: the bytes that the peer has acknowledged so far; TCP only.
int64_t clinux_acknowledged_bytes(int fd);
/// ioctl(SIOCATMARK): 1 if the next byte is urgent, where FIONREAD stops counting; else 0.
int clinux_at_urgent_mark(int fd);

// MARK: - Events

int clinux_epoll_create(void);
int clinux_epoll_ctl(int epoll, int operation, int fd, uint32_t events, uint64_t data);
/// epoll_pwait2(2); a negative timeout waits for ever. On kernels before 5.11 the timeout is rounded up to milliseconds.
int clinux_epoll_wait(int epoll, struct epoll_event *events, int capacity, int64_t timeout_nanoseconds);
/// ppoll(2); a negative timeout waits for ever.
int clinux_poll(struct pollfd *fds, nfds_t count, int64_t timeout_nanoseconds);
/// pselect(2) for descriptors below `end`; a negative timeout waits for ever.
int clinux_select(int end, fd_set *readable, fd_set *writable, int64_t timeout_nanoseconds);
int clinux_eventfd(unsigned int value, int flags);
/// signalfd(2) for the signals whose bit (1 << (number - 1)) is set.
int clinux_signalfd(uint64_t signals, int flags);
/// clock_gettime(CLOCK_MONOTONIC), in nanoseconds.
int64_t clinux_monotonic_nanoseconds(void);

// MARK: - The process (not in the table: a test never needs another kernel for these)

/// The soft and hard limit on descriptors.
int clinux_descriptor_limit(uint64_t *soft, uint64_t *hard);
int clinux_set_descriptor_limit(uint64_t soft, uint64_t hard);
/// Blocks the signals of the set in the calling thread, and in those it starts from now on.
int clinux_block_signals(uint64_t signals);
/// Starts a detached thread that blocks the signals of the set and no others. In debug builds it inherits the caller's table.
int clinux_thread_start(void (*body)(void *), void *context, size_t stack_bytes, const char *name, uint64_t signals);
/// prctl(2), PR_SET_TIMERSLACK: the kernel does not lengthen the calling thread's sleeps to save wake-ups.
void clinux_wake_on_time(void);
/// A Unix datagram socket, non-blocking and close-on-exec. With an `owner` it receives what is sent to the owner's name in the abstract
/// namespace, which is made from the process id: unix(7).
int clinux_mailbox(int owner);
/// sendto(2): puts a message into a mailbox.
ssize_t clinux_post(int fd, int owner, const void *bytes, size_t count);
/// Sets the effect of a signal that no thread blocks: none, or its default. signal(2).
void clinux_ignore_signal(int signal, int ignore);
/// close_range(2), CLOSE_RANGE_UNSHARE: gives the calling thread its own descriptor table, with only the descriptors below `end`.
void clinux_own_descriptors(int end);
/// gettid(2).
int clinux_thread_id(void);
/// Installs a handler for the signal that does nothing, without SA_RESTART, so that blocking calls return EINTR. Unblocks the signal in the
/// calling thread.
int clinux_install_interruption(int signal);
/// tgkill(2) in this process.
int clinux_interrupt_thread(int thread, int signal);
/// The command line. Swift's own list comes from /proc, which may be missing.
int clinux_argument_count(void);
const char *clinux_argument(int index);
/// unshare(2): gives the calling thread its own network, shared by the threads and processes that it starts from now on. With `with_user`
/// also its own user namespace, which needs no privilege but a process with only one thread.
int clinux_unshare_network(int with_user);
/// Tries both in a child process: 0 if the calling process would get such a network, with loopback up.
int clinux_try_network(int with_user);
/// Brings the loopback interface of the calling thread's network up: netdevice(7), SIOCSIFFLAGS.
int clinux_raise_loopback(void);
/// prlimit(2): sets the soft limit on another process's descriptors, and returns the old one.
int clinux_limit_descriptors_of(int process, uint64_t soft, uint64_t *before);
/// pipe2(2), both ends close-on-exec.
int clinux_pipe(int *reading, int *writing);
/// memfd_create(2): an anonymous file, close-on-exec, with these bytes, positioned at its beginning.
int clinux_file_with(const void *bytes, size_t count);
/// fcntl(2), F_SETPIPE_SZ: sets how many bytes the pipe holds.
int clinux_set_pipe_capacity(int fd, int bytes);
/// sched_getaffinity(2): writes the processors on which the calling thread may run, in ascending order, at most `capacity` of them; returns
/// how many there are.
int clinux_processors(int *processors, int capacity);
/// sched_setaffinity(2): the calling thread, and the threads and programs that it starts from now on, run only on these processors.
int clinux_run_on(const int *processors, int count);
/// sched_setscheduler(2), SCHED_IDLE: the calling thread runs only when a processor has nothing else to do.
int clinux_run_when_idle(void);
/// Makes a crash end the process at once, with its message and its signal, without a backtracer, which takes seconds, or hangs, while the
/// process still holds its ports. SWIFT_BACKTRACE in the environment enables the backtracer.
void clinux_crash_without_backtrace(void);
/// From now on, when an allocation by Swift itself fails, which cannot be checked, the process ends at once with a line on standard error
/// (`begin`, how much memory it has, `end`) and this status. Other crashes are unchanged. The texts must live for ever.
int clinux_end_when_out_of_memory(const char *begin, const char *end, int status);
/// malloc(3), or posix_memalign(3) for an alignment above 16; NULL if there is no memory. Never inlined, because a compiler that sees a
/// malloc and its free removes both, and assumes that there was memory.
void *clinux_allocate(size_t count, size_t alignment);
void clinux_free(void *memory);
/// Gives freed memory back to the kernel: malloc_trim(3).
void clinux_trim_memory(void);
/// Lets all threads allocate from the one heap that malloc_trim gives back: mallopt(3), M_ARENA_MAX.
void clinux_use_one_arena(void);

// MARK: - The seam

/// The table that the calls above go through in debug builds. Same contract: 0 or more, or a negated errno.
struct clinux_kernel {
  int (*close)(int);
  ssize_t (*read)(int, void *, size_t);
  ssize_t (*write)(int, const void *, size_t);
  int (*socket)(int, int, int);
  int (*bind)(int, const struct sockaddr *, socklen_t);
  int (*listen)(int, int);
  int (*connect)(int, const struct sockaddr *, socklen_t);
  int (*accept4)(int, struct sockaddr *, socklen_t *, int);
  int (*getsockname)(int, struct sockaddr *, socklen_t *);
  int (*setsockopt)(int, int, int, const void *, socklen_t);
  int (*getsockopt)(int, int, int, void *, socklen_t *);
  int (*shutdown)(int, int);
  ssize_t (*recv)(int, void *, size_t, int);
  ssize_t (*send)(int, const void *, size_t, int);
  int (*queued_bytes)(int);
  int (*unacknowledged_bytes)(int);
  int64_t (*acknowledged_bytes)(int);
  int (*at_urgent_mark)(int);
  int (*epoll_create)(void);
  int (*epoll_ctl)(int, int, int, uint32_t, uint64_t);
  int (*epoll_wait)(int, struct epoll_event *, int, int64_t);
  int (*poll)(struct pollfd *, nfds_t, int64_t);
  int (*select)(int, fd_set *, fd_set *, int64_t);
  int (*eventfd)(unsigned int, int);
  int (*signalfd)(uint64_t, int);
  int64_t (*monotonic_nanoseconds)(void);
};

/// The table that calls libc: a starting point for other tables. Debug builds only.
struct clinux_kernel clinux_kernel_of_libc(void);
/// Sends the calling thread's calls through the table (NULL: libc) and keeps a word for it. Threads started from here on
/// inherit both. The table must outlive them. Debug builds only.
void clinux_install_kernel(const struct clinux_kernel *table, void *context);
/// The word that was installed with the calling thread's table. Debug builds only.
void *clinux_kernel_context(void);
