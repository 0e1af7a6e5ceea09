// Lines to a stream that may fail for a while: a disk that is full, or a quota.
public import SystemPackage

/// Writes lines to a stream. Lines that the stream does not take are lost, counted, and reported in one line on the stream itself as soon
/// as it can be written again. A line that was cut is continued where it was cut, so that lines never run together.
///
/// Single-threaded, or behind a lock.
public struct LineWriter: Sendable {
    /// Lines that were lost, and why the last of them was.
    public struct Loss: Equatable, Sendable {
        public fileprivate(set) var lines: UInt64
        public fileprivate(set) var cause: Errno

        /// The line that reports it.
        public func notice(of stream: String = "") -> String {
            "eco: \(lines) \(lines == 1 ? "line" : "lines")\(stream) \(lines == 1 ? "was" : "were") lost: \(cause)\n"
        }
    }

    private let stream: OutputStream
    /// Lines that were lost, reported or not.
    public private(set) var lost: UInt64 = 0
    /// The stream has no reader any more: everything written counts as lost.
    public private(set) var readerHasGone = false
    private var untold: Loss?
    /// The missing rest of a line that was cut, and why.
    private var rest: [UInt8] = []
    private var cut = Errno.ioError

    public init(_ stream: OutputStream) { self.stream = stream }

    /// Lines that were lost and not yet reported, including one of which a part is missing; nil if there are none.
    public var owed: Loss? {
        if rest.isEmpty { return untold }
        return Loss(lines: (untold?.lines ?? 0) + 1, cause: untold?.cause ?? cut)
    }

    /// Writes text that ends in a newline, after the rest of a cut line and the report of lost lines. Retries only at the next call. Blocks
    /// while the reader does not read.
    public mutating func write(_ text: [UInt8]) {
        if readerHasGone {
            lost += Self.lines(in: text[...])
        } else if owed != nil {
            attempt(rest + (untold?.notice() ?? "").utf8 + text, noticeBegin: untold == nil ? nil : rest.count)
        } else {
            attempt(text, noticeBegin: nil)
        }
    }

    /// - Parameter noticeBegin: the offset of the line that reports lost lines; nil if there is none.
    private mutating func attempt(_ bytes: [UInt8], noticeBegin: Int?) {
        let isContinued = !rest.isEmpty
        // SAFETY: the array's own bytes.
        switch unsafe bytes.withUnsafeBytes({ unsafe stream.write($0) }) {
        case .written:
            rest.removeAll()
            untold = nil
        case .readerGone:
            readerHasGone = true
            rest.removeAll()
            untold = nil
            lost += Self.lines(in: bytes[...]) - (noticeBegin == nil ? 0 : 1)
        case .failed(let errno, let written):
            let isCut = written > 0 ? bytes[written - 1] != UInt8(ascii: "\n") : isContinued
            let end = isCut ? Self.lineEnd(in: bytes, from: written) : written
            (rest, cut) = (Array(bytes[written..<end]), errno)
            // A partly written notice is finished like any other line.
            let noticeIsAhead = noticeBegin.map { written <= $0 } ?? false
            if !noticeIsAhead { untold = nil }
            let lines = Self.lines(in: bytes[end...]) - (noticeIsAhead ? 1 : 0)
            lost += lines
            if lines > 0 || untold != nil { untold = Loss(lines: (untold?.lines ?? 0) + lines, cause: errno) }
        }
    }

    /// The end of the line that continues at `start`: after its newline.
    private static func lineEnd(in bytes: [UInt8], from start: Int) -> Int {
        bytes[start...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
    }

    private static func lines(in bytes: ArraySlice<UInt8>) -> UInt64 {
        let ended = bytes.count { $0 == UInt8(ascii: "\n") }
        return UInt64(ended + (bytes.isEmpty || bytes.last == UInt8(ascii: "\n") ? 0 : 1))
    }
}
