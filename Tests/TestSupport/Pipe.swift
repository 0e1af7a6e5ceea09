// Pipes and pseudo-terminals in the role of a reader of the server's output, or of a stalled one.
import Glibc
import LinuxIO
import Synchronization

/// Both ends of a pipe, or a terminal's two sides; closed with the object or before.
public final class Pipe: Sendable {
    private let reading: Atomic<Int32>
    private let writing: Atomic<Int32>

    /// TIOCSPTLCK and TIOCGPTN, which Glibc's module does not show.
    private static let unlockTerminal: UInt = 0x4004_5431
    private static let terminalNumber: UInt = 0x8004_5430

    /// - Parameter capacity: how many bytes it holds; nil is the system's default.
    public convenience init(capacity: Int? = nil) throws {
        let ends = try PipeEnds(capacity: capacity).release()
        self.init(readEnd: ends.reading, writeEnd: ends.writing)
    }

    /// A pseudo-terminal: `readEnd` is the terminal's screen, `writeEnd` what a program takes for its terminal.
    public static func terminal() throws -> Pipe {
        let master = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var (locked, number): (Int32, Int32) = (0, -1)
        guard master >= 0, unsafe ioctl(master, Self.unlockTerminal, &locked) == 0,
            unsafe ioctl(master, Self.terminalNumber, &number) == 0
        else { throw TestFailure("no terminal: errno \(errno)") }
        let slave = unsafe open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard slave >= 0 else { throw TestFailure("no terminal: errno \(errno)") }
        return Pipe(readEnd: master, writeEnd: slave)
    }

    private init(readEnd: Int32, writeEnd: Int32) {
        reading = Atomic(readEnd)
        writing = Atomic(writeEnd)
    }

    deinit {
        closeReadEnd()
        closeWriteEnd()
    }

    public var readEnd: Int32 { reading.load(ordering: .relaxed) }
    public var writeEnd: Int32 { writing.load(ordering: .relaxed) }

    public func closeReadEnd() { Self.close(reading.exchange(-1, ordering: .relaxed)) }
    public func closeWriteEnd() { Self.close(writing.exchange(-1, ordering: .relaxed)) }

    private static func close(_ number: Int32) { if number >= 0 { Descriptor.close(number) } }

    /// Reads a line, without its newline (and without the return that a terminal adds).
    public func readLine(seconds: Int = 20) throws -> String {
        var line: [UInt8] = []
        let deadline = Instant.now + .seconds(seconds)
        while true {
            let left = deadline - .now
            guard left > .zero, case .ready = Poll.readable([readEnd], timeout: left) else {
                throw TestFailure("no line in \(seconds) s, only \(line.count) bytes")
            }
            var byte: UInt8 = 0
            guard unsafe read(readEnd, &byte, 1) == 1 else { throw TestFailure("the writer has gone") }
            if byte == UInt8(ascii: "\n") { break }
            if byte != UInt8(ascii: "\r") { line.append(byte) }
        }
        return String(decoding: line, as: UTF8.self)
    }
}
