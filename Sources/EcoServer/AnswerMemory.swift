// Memory to read into and to answer in.
internal import EcoProtocol

/// Owns the memory of an `AnswerSpace`.
@safe
struct AnswerMemory: ~Copyable {
    /// What one read may bring: a message of 64 KiB is the most that one segment of loopback carries.
    static let readCapacity = 64 << 10

    let space: AnswerSpace

    init(readCapacity: Int = Self.readCapacity) {
        let bytes = UnsafeMutableRawPointer.allocate(
            byteCount: AnswerSpace.byteCount(readCapacity: readCapacity), alignment: 64)
        unsafe space = AnswerSpace(base: bytes, readCapacity: readCapacity)
    }

    deinit { unsafe space.base.deallocate() }

    /// Writes a line that the server says of its own accord; the bytes stay until the memory is used for something else.
    func write(_ line: ServerLine) -> UnsafeRawBufferPointer {
        // SAFETY: the space is longer than any line.
        let count = unsafe line.write(to: space.base)
        return unsafe space[0..<count]
    }
}
