// An open file descriptor that closes itself once.
internal import CLinux
internal import Glibc
internal import SystemPackage

/// An owned file descriptor: closed when it goes out of scope, never twice.
public struct Descriptor: ~Copyable, Sendable {
    /// The descriptor's number, valid as long as this value lives.
    public let number: Int32

    /// Takes ownership of an open descriptor.
    public init(owning fd: Int32) {
        precondition(fd >= 0, "a descriptor is 0 or more")
        number = fd
    }

    deinit { Self.close(number) }

    /// Gives up ownership: the caller has to close the descriptor.
    public consuming func release() -> Int32 {
        let number = number
        discard self
        return number
    }

    /// Closes a descriptor that was released. close(2): on Linux the descriptor is free whatever the call returns.
    public static func close(_ fd: Int32) {
        let result = clinux_close(fd)
        if result < 0 { SystemCall.close.trapIfProgrammersError(Errno(rawValue: -result)) }
    }
}

extension Descriptor {
    /// A descriptor that discards what is written to it: /dev/null. open(2).
    public static func nowhere() throws(SystemError) -> Descriptor {
        let fd = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
        guard fd >= 0 else { throw SystemError(Errno(rawValue: errno), in: .open) }
        return Descriptor(owning: fd)
    }

    /// An anonymous file with this text, positioned at its beginning, for a program's input. memfd_create(2).
    public static func file(with text: String) throws(SystemError) -> Descriptor {
        var text = text
        // SAFETY: the string's own bytes, read during the call.
        let fd = text.withUTF8 { unsafe clinux_file_with($0.baseAddress, $0.count) }
        return Descriptor(owning: try SystemCall.memfd_create.check(fd))
    }
}
