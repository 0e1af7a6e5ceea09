// The real kernel, but for what a test has scripted: for tests over real sockets that need a cut read or an error at a certain
// place, callers from elsewhere, a full queue, another time.
import CLinux
import Glibc
import LinuxIO
import Synchronization

/// libc behind the seam, with a script that is asked before each call, and a count of all calls.
///
///     let kernel = ScriptedKernel()
///     kernel.script.reads(of: .connection(1), areCutAt: [1, 2, 3])
///     kernel.script.the(2, .accept4).fails(with: EMFILE)
///     kernel.run { ... }      // this thread, and those it starts, are under the script
///
/// Connections are counted as `accept4` brings them. Any thread may use it; threads that start inside `run` inherit it, and
/// may go on using it after `run` has returned.
public final class ScriptedKernel: Sendable {
    struct Accepted: Sendable {
        let number: Int
        let isBlocking: Bool
    }

    struct State: Sendable {
        var accepted: [Int32: Accepted] = [:]
        var acceptances = 0
        var calls: [KernelCall: Int] = [:]
        /// Where connections seem to come from, if not from where they do; the first connection is 1.
        var callers: [Int: PeerAddress] = [:]
        /// How many bytes the kernel still takes of what each connection is sent; of others it takes what there is.
        var room: [Int: Int] = [:]
    }

    public let script = Script()
    let state = Monitor(State())
    /// By how much its clock is ahead of the machine's.
    let clockOffset = Atomic<Int64>(0)

    /// A test in which a server has no memory is not about what this object takes: 64 connections need none.
    public init() {
        state.withLock { state in
            state.accepted.reserveCapacity(64)
            state.calls.reserveCapacity(KernelCall.allCases.count)
        }
    }

    /// How often a call was made, by all threads.
    public subscript(calls call: KernelCall) -> Int { state.withLock { $0.calls[call] ?? 0 } }

    /// How many clients were accepted.
    public var acceptances: Int { state.withLock { $0.acceptances } }

    // MARK: - Calls

    /// Counts a call, and says what the script has for it.
    private func effect(_ call: KernelCall, _ fd: Int32) -> (effect: Effect?, accepted: Accepted?) {
        let accepted = state.withLock { state in
            state.calls[call, default: 0] += 1
            return state.accepted[fd]
        }
        return (script.effect(of: call, on: fd, connection: accepted?.number), accepted)
    }

    /// A call that moves no bytes: it fails, or is made.
    func plain<R: BinaryInteger>(_ call: KernelCall, _ fd: Int32, _ make: () -> R) -> R {
        switch effect(call, fd).effect {
        case .fails(let errno): return R(-Int(errno))
        case .firstFails(let body, let errno):
            body()
            return R(-Int(errno))
        case .first(let body): body()
        case .atMost, .exactly, nil: break
        }
        return make()
    }

    /// A call that moves bytes: it fails, or is made with so many.
    func transfer(_ call: KernelCall, _ fd: Int32, _ count: Int, _ make: (Int) -> Int) -> Int {
        switch effect(call, fd).effect {
        case .fails(let errno): return -Int(errno)
        case .firstFails(let body, let errno):
            body()
            return -Int(errno)
        case .atMost(let most), .exactly(let most): return make(min(most, count))
        case .first(let body): body()
        case nil: break
        }
        return make(count)
    }

    #if DEBUG
        func recv(_ fd: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int, _ flags: Int32) -> Int {
            let libc = clinux_kernel_of_libc()
            let (effect, accepted) = effect(.recv, fd)
            switch effect {
            case .fails(let errno): return -Int(errno)
            case .firstFails(let body, let errno):
                body()
                return -Int(errno)
            case .atMost(let most):
                let result = unsafe libc.recv(fd, bytes, min(most, count), flags)
                // One that has brought nothing has cut nothing.
                if result < 0 { script.uncount(.recv, on: fd, connection: accepted?.number) }
                return result
            case .exactly(let length):
                let wanted = min(length, count)
                // SAFETY: the caller's buffer, of which no more is used than it has.
                if accepted?.isBlocking ?? false {
                    return unsafe libc.recv(fd, bytes, wanted, flags | Int32(MSG_WAITALL))
                }
                if Int(libc.queued_bytes(fd)) >= wanted || hasEnded(fd) {
                    return unsafe libc.recv(fd, bytes, wanted, flags)
                }
                // Not all of it is there. The poller, level-triggered, has the caller ask again.
                script.uncount(.recv, on: fd, connection: accepted?.number)
                return -Int(EAGAIN)
            case .first(let body): body()
            case nil: break
            }
            return unsafe libc.recv(fd, bytes, count, flags)
        }

        /// Whether the peer has ended its side or broken the connection, so that no more bytes come.
        private func hasEnded(_ fd: Int32) -> Bool {
            let hangUp = Int16(0x2000) | Int16(POLLHUP) | Int16(POLLERR)
            var entry = pollfd(fd: fd, events: 0x2000, revents: 0)
            // SAFETY: one entry, which lives during the call.
            return unsafe clinux_kernel_of_libc().poll(&entry, 1, 0) > 0 && entry.revents & hangUp != 0
        }

        func accept4(
            _ fd: Int32, _ address: UnsafeMutablePointer<sockaddr>?, _ length: UnsafeMutablePointer<socklen_t>?,
            _ flags: Int32
        ) -> Int32 {
            let room = unsafe length?.pointee
            let result = plain(.accept4, fd) { unsafe clinux_kernel_of_libc().accept4(fd, address, length, flags) }
            guard result >= 0 else { return result }
            let isBlocking = flags & Int32(SOCK_NONBLOCK.rawValue) == 0
            let caller = state.withLock { state in
                state.acceptances += 1
                state.accepted[result] = Accepted(number: state.acceptances, isBlocking: isBlocking)
                return state.callers[state.acceptances]
            }
            if let caller {
                // The kernel has left there how long the true address is.
                if let room { unsafe length?.pointee = room }
                unsafe caller.write(to: address, length)
            }
            return result
        }

        func close(_ fd: Int32) -> Int32 {
            let scripted = effect(.close, fd).effect
            // Forgotten first: another thread may get the number as soon as it is free.
            state.withLock { _ = $0.accepted.removeValue(forKey: fd) }
            let result = clinux_kernel_of_libc().close(fd)
            if case .fails(let errno) = scripted { return -errno }
            if case .firstFails(let body, let errno) = scripted {
                body()
                return -errno
            }
            return result
        }
    #endif
}
