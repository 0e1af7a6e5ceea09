// The texts of one read, for the worker pool.
internal import EcoProtocol
internal import LinuxIO
internal import Reactor

/// The texts of one read of one connection, and their answer.
///
/// All of it is one piece of memory: the header, the link to the next batch of a list, and the bytes. So there is one allocation per
/// batch that can fail, and a list of batches needs none.
@safe
struct Batch: Sendable {
    private struct Header {
        let token: Token
        var session: Session
        var answer = Answer.none
        let readCount: Int
        var next: Batch?
    }

    /// Where the bytes begin.
    private static var headerBytes: Int { (MemoryLayout<Header>.size + 63) & ~63 }

    // SAFETY: a batch is with the loop or with one worker, never with both: the queues' locks hand it over.
    nonisolated(unsafe) private let header: UnsafeMutablePointer<Header>

    /// Copies the read into its own memory, which `free()` frees; nil if there is none.
    init?(token: Token, session: Session, read: UnsafeRawBufferPointer) {
        let count = read.count
        guard let memory = unsafe Memory.allocate(byteCount: Self.byteCount(readCount: count)) else { return nil }
        unsafe header = memory.bindMemory(to: Header.self, capacity: 1)
        unsafe header.initialize(to: Header(token: token, session: session, readCount: count))
        unsafe space.input.copyMemory(from: read)
    }

    /// Frees its memory: it must not be used any more.
    func free() {
        unsafe header.deinitialize(count: 1)
        unsafe Memory.deallocate(header)
    }

    var token: Token { unsafe header.pointee.token }
    var session: Session { unsafe header.pointee.session }
    var answer: Answer { unsafe header.pointee.answer }

    /// The memory of the read and its answer.
    var space: AnswerSpace {
        // SAFETY: after the header there is room for the read and its answer.
        unsafe AnswerSpace(
            base: UnsafeMutableRawPointer(header) + Self.headerBytes, readCapacity: header.pointee.readCount)
    }

    /// The memory that it occupies.
    var byteCount: Int { unsafe Self.byteCount(readCount: header.pointee.readCount) }

    private static func byteCount(readCount: Int) -> Int {
        headerBytes + AnswerSpace.byteCount(readCapacity: readCount)
    }

    /// Does the work.
    func perform(_ work: SimulatedWork, _ policy: InvalidBytes) {
        let count = unsafe header.pointee.readCount
        let answer = unsafe header.pointee.session.answer(in: space, count: count, invalidBytes: policy)
        unsafe header.pointee.answer = answer
        work.perform(texts: answer.texts)
    }

    /// The next one in its `BatchList`; only the list uses it.
    var next: Batch? {
        get { unsafe header.pointee.next }
        nonmutating set { unsafe header.pointee.next = newValue }
    }
}
