// A lock with a condition to wait for.
internal import CLinux
internal import Glibc

/// State that several threads share, behind a mutex, with a condition variable. pthread_mutex_lock(3), pthread_cond_wait(3).
@safe
public final class Monitor<State: ~Copyable & Sendable>: Sendable {
    // SAFETY: `state` is touched only while the mutex is held; mutex and condition are made for many threads, and stay where
    // they are until the last reference to the monitor is gone.
    nonisolated(unsafe) private var state: State
    nonisolated(unsafe) private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    nonisolated(unsafe) private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    public init(_ state: consuming State) {
        unsafe self.state = state
        unsafe pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(condition, &attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    /// Calls the function with the state, holding the lock. Blocks while another thread holds it.
    public func withLock<R: ~Copyable>(_ body: (inout State) -> R) -> R {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return unsafe body(&state)
    }

    /// Waits until the state is ready, then calls the function with it, holding the lock.
    public func withLock<R: ~Copyable>(when isReady: (borrowing State) -> Bool, _ body: (inout State) -> R) -> R {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while unsafe !isReady(state) { unsafe pthread_cond_wait(condition, mutex) }
        return unsafe body(&state)
    }

    /// Waits until the state is ready or the moment has come; returns whether it is ready.
    public func wait(until deadline: Instant, when isReady: (borrowing State) -> Bool) -> Bool {
        var time = timespec(
            tv_sec: Int(deadline.nanoseconds / 1_000_000_000), tv_nsec: Int(deadline.nanoseconds % 1_000_000_000))
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while unsafe !isReady(state) {
            if unsafe pthread_cond_timedwait(condition, mutex, &time) == ETIMEDOUT { return unsafe isReady(state) }
        }
        return true
    }

    /// Wakes one thread that waits for the state to be ready; any thread may call this, with or without the lock.
    public func wakeOne() { unsafe pthread_cond_signal(condition) }

    /// Wakes all waiting threads.
    public func wakeAll() { unsafe pthread_cond_broadcast(condition) }
}
