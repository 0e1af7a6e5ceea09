// Many clients at once, driven by one thread.
import Glibc
import LinuxIO

/// Clients that send numbered lines without end and check every byte of what comes back.
public final class Crowd {
    /// One of them: what it has sent and what it has got, as counts of bytes of its own endless stream.
    public struct Member {
        public let client: TestClient
        public fileprivate(set) var sent = 0
        public fileprivate(set) var received = 0
        public fileprivate(set) var greeting: [UInt8] = []
        public fileprivate(set) var end: TestClient.Transcript.End?
        /// What came back that should not have.
        public fileprivate(set) var complaint: String?

        var isGreeted: Bool { greeting.last == UInt8(ascii: "\n") }
    }

    public private(set) var members: [Member]
    /// Every client's stream repeats this: lines of text whose upper case takes as many bytes.
    private let text: [UInt8]
    private let answer: [UInt8]

    /// - Parameter text: ends in a newline.
    public init(_ clients: [TestClient], text: String) {
        members = clients.map { Member(client: $0) }
        self.text = Array(text.utf8)
        answer = Array(text.uppercased().utf8)
        precondition(answer.count == self.text.count)
    }

    /// The length of the text that is repeated.
    public var textBytes: Int { text.count }

    /// Sends a text from each client, whole: each is one segment, and the kernel has it when this returns.
    public func sendAll() throws {
        for index in members.indices where members[index].end == nil {
            try members[index].client.send(text)
            members[index].sent += text.count
        }
    }

    /// Reads what comes and answers each whole text with the next one, until `isOver` says so or time is up.
    ///
    /// - Returns: whether `isOver` did.
    public func talk(seconds: Int = 20, sending: Bool = true, until isOver: (Crowd) -> Bool) -> Bool {
        let deadline = Instant.now + .seconds(seconds)
        while !isOver(self) {
            let waiting = members.indices.filter { members[$0].end == nil }
            if waiting.isEmpty || .now >= deadline { return isOver(self) }
            let ready = Poll.readable(waiting.map { members[$0].client.number }, timeout: .milliseconds(100))
            guard case .ready(let positions) = ready else { continue }
            for position in positions { read(waiting[position], sending: sending) }
        }
        return true
    }

    public var areAllOver: Bool { members.allSatisfy { $0.end != nil } }
    public var receivedBytes: Int { members.reduce(0) { $0 + $1.received } }

    private func read(_ index: Int, sending: Bool) {
        let next = members[index].client.readNow()
        if next.bytes.isEmpty {
            if next.end != .timedOut { members[index].end = next.end }
            // A client that has seen the end leaves, as a program would.
            if next.end == .endOfStream { members[index].client.close() }
            return
        }
        var bytes = next.bytes[...]
        while !members[index].isGreeted, let byte = bytes.popFirst() { members[index].greeting.append(byte) }
        let before = members[index].received / text.count
        for byte in bytes {
            if byte != answer[members[index].received % answer.count], members[index].complaint == nil {
                members[index].complaint = "byte \(members[index].received) is \(byte)"
            }
            members[index].received += 1
        }
        guard sending else { return }
        for _ in before..<(members[index].received / text.count) {
            guard members[index].client.sendNow(text) == text.count else { break }
            members[index].sent += text.count
        }
    }
}
