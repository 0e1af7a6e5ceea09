// Memory to read into, to answer in, and to count in.
internal import EcoProtocol
internal import LinuxIO
internal import SystemPackage

/// Owns the memory of a loop or of a serving thread: an `AnswerSpace`, and its page of counters in front of it.
@safe
struct AnswerMemory: ~Copyable {
    /// The maximum of one read: 64 KiB is the most that one segment of loopback carries.
    static let readCapacity = 64 << 10

    let page: CounterPage
    let space: AnswerSpace
    // SAFETY: only `deinit` frees it.
    private let base: UnsafeMutableRawPointer

    /// - Throws: ENOMEM.
    init(readCapacity: Int = Self.readCapacity) throws(SystemError) {
        let byteCount = CounterPage.byteCount + AnswerSpace.byteCount(readCapacity: readCapacity)
        guard let bytes = unsafe Memory.allocate(byteCount: byteCount, alignment: 64) else {
            throw SystemError(.noMemory, in: .malloc)
        }
        unsafe base = bytes
        page = unsafe CounterPage(at: bytes)
        unsafe space = AnswerSpace(base: bytes + CounterPage.byteCount, readCapacity: readCapacity)
    }

    deinit { unsafe Memory.deallocate(base) }

    /// Writes a line of the server; the bytes stay until the memory is used for something else.
    func write(_ line: ServerLine) -> UnsafeRawBufferPointer {
        // SAFETY: the space is longer than any line.
        let count = unsafe line.write(to: space.base)
        return unsafe space[0..<count]
    }
}
