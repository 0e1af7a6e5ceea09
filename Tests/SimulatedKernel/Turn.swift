// Lets threads run one at a time.
import Glibc

/// What one thread waits for and another gives it.
@safe
final class Turn: Sendable {
    // SAFETY: `isGiven` is touched only while the mutex is held; mutex and condition are made for many threads, and stay where they
    // are until the last reference is gone.
    nonisolated(unsafe) private var isGiven = false
    nonisolated(unsafe) private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    nonisolated(unsafe) private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(condition, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    func give() {
        unsafe pthread_mutex_lock(mutex)
        unsafe isGiven = true
        unsafe pthread_cond_signal(condition)
        unsafe pthread_mutex_unlock(mutex)
    }

    /// Blocks until it is given, and takes it.
    func take() {
        unsafe pthread_mutex_lock(mutex)
        while unsafe !isGiven { unsafe pthread_cond_wait(condition, mutex) }
        unsafe isGiven = false
        unsafe pthread_mutex_unlock(mutex)
    }
}
