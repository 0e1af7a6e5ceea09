// Two ends of a connection that needs no server.
import Glibc
import LinuxIO

/// Both ends of a stream, closed with the object or before. One thread at a time. socketpair(2).
public final class SocketPair {
    /// The end that a test looks at; -1 once it is closed.
    public private(set) var near: Int32
    /// The end from which it makes something happen; -1 once it is closed.
    public private(set) var far: Int32

    public init() throws {
        var ends: [Int32] = [-1, -1]
        // SAFETY: socketpair(2) writes two numbers.
        guard unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0 else {
            throw TestFailure("no pair of sockets: errno \(errno)")
        }
        (near, far) = (ends[0], ends[1])
    }

    deinit {
        closeNear()
        closeFar()
    }

    /// Calls the function with both ends, which are open as long as it runs.
    public static func use(_ body: (_ near: Int32, _ far: Int32) throws -> Void) throws {
        let pair = try SocketPair()
        try withExtendedLifetime(pair) { try body(pair.near, pair.far) }
    }

    /// Gives the near end another number, which is free.
    public func moveNear(to number: Int32) throws {
        guard dup2(near, number) == number else { throw TestFailure("no descriptor \(number): errno \(errno)") }
        Descriptor.close(near)
        near = number
    }

    public func closeNear() {
        if near >= 0 { Descriptor.close(near) }
        near = -1
    }

    public func closeFar() {
        if far >= 0 { Descriptor.close(far) }
        far = -1
    }

    /// Sends a byte to the near end.
    public func say() { _ = unsafe write(far, "x", 1) }

    /// Sends from the near end until there is no room.
    public func fill() {
        let bytes = [UInt8](repeating: 0, count: 4096)
        // SAFETY: the array's own bytes.
        while unsafe send(near, bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)) > 0 {}
    }
}
