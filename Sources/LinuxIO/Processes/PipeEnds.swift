// Pipes to and from programs.
internal import CLinux

/// Both ends of a pipe, blocking and close-on-exec. pipe2(2).
public struct PipeEnds: ~Copyable {
    public let reading: Descriptor
    public let writing: Descriptor

    /// - Parameter capacity: how many bytes it holds, rounded up by the kernel to pages; nil is the system's default.
    public init(capacity: Int? = nil) throws(SystemError) {
        var ends: (reading: Int32, writing: Int32) = (-1, -1)
        try SystemCall.pipe2.check(unsafe clinux_pipe(&ends.reading, &ends.writing))
        reading = Descriptor(owning: ends.reading)
        writing = Descriptor(owning: ends.writing)
        if let capacity { _ = clinux_set_pipe_capacity(writing.number, Int32(clamping: capacity)) }
    }

    /// Gives up ownership of both ends: the caller has to close them.
    public consuming func release() -> (reading: Int32, writing: Int32) {
        (reading.release(), writing.release())
    }
}
