// Memory to read into and to answer in.
internal import EcoProtocol
internal import LinuxIO
internal import SystemPackage

/// Owns the memory of an `AnswerSpace`.
@safe
struct AnswerMemory: ~Copyable {
    /// What one read may bring: a message of 64 KiB is the most that one segment of loopback carries.
    static let readCapacity = 64 << 10

    let space: AnswerSpace

    /// - Throws: ENOMEM.
    init(readCapacity: Int = Self.readCapacity) throws(SystemError) {
        let byteCount = AnswerSpace.byteCount(readCapacity: readCapacity)
        guard let bytes = unsafe Memory.allocate(byteCount: byteCount, alignment: 64) else {
            throw SystemError(.noMemory, in: .malloc)
        }
        unsafe space = AnswerSpace(base: bytes, readCapacity: readCapacity)
    }

    deinit { unsafe Memory.deallocate(space.base) }

    /// Writes a line that the server says of its own accord; the bytes stay until the memory is used for something else.
    func write(_ line: ServerLine) -> UnsafeRawBufferPointer {
        // SAFETY: the space is longer than any line.
        let count = unsafe line.write(to: space.base)
        return unsafe space[0..<count]
    }
}
