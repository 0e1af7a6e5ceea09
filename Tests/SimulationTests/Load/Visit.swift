// What a referee knows of one connection of the load generator's.
#if DEBUG
    import EcoLoad
    import Glibc
    import SimulatedKernel

    /// One connection that was asked for: what was said on it, and what that makes of it.
    final class Visit {
        typealias Fate = EcoLoad.Ledger.Fate
        enum Stage { case connecting, greeting, refused, talking }

        /// The first byte that was not owed, how many had come before it, and in which part of the session.
        struct Wrong {
            let got: UInt8
            let offset: Int
            let part: String
        }

        let end: ClientEnd
        private let isPlainEcho: Bool
        private(set) var stage = Stage.connecting
        /// What is owed by a server that is right, the greeting aside, and how much of it has come.
        private(set) var model = EchoModel(closesOnInvalid: false)
        private(set) var received = 0
        private(set) var bytesSent = 0
        private(set) var bytesReceived = 0
        private var greeting: [UInt8] = []

        let askedAt: Int64
        private(set) var decidedAt: Int64?
        /// When each message's first byte was sent, and when its answer was there.
        private(set) var asked: [Int64] = []
        private(set) var answered: [Int64] = []
        private var isInMessage = false
        private(set) var saidGoodbyeAt: Int64?
        private(set) var isGoodbyeCut = false
        private(set) var wrong: Wrong?
        var isUnwatched = false
        /// What has become of it, as far as its end of the connection tells.
        private(set) var fate: Fate?
        private(set) var fateAt: Int64 = 0
        var isClosed = false

        init(_ end: ClientEnd, isPlainEcho: Bool, now: Int64) {
            self.end = end
            self.isPlainEcho = isPlainEcho
            askedAt = now
        }

        var wasConnected: Bool { stage != .connecting }
        var wasGreeted: Bool { stage == .talking }
        var inFlight: Int { asked.count - answered.count }
        /// Everything that was owed has come, the answer to the goodbye included.
        var isServed: Bool { fate == .served }

        private func ends(_ fate: Fate, _ now: Int64) {
            guard self.fate == nil else { return }
            self.fate = fate
            fateAt = now
        }

        // MARK: - What happens to it

        func decided(_ errno: Int32, _ now: Int64) {
            if errno != 0 { return ends(Self.fate(of: errno), now) }
            if end.isToItself { return ends(.selfConnected, now) }
            decidedAt = now
            stage = isPlainEcho ? .talking : .greeting
        }

        func says(_ bytes: [UInt8], _ taken: Int, _ now: Int64) {
            bytesSent += max(0, taken)
            if bytes == Array("tchau\n".utf8) {
                saidGoodbyeAt = now
                isGoodbyeCut = taken < bytes.count
            } else {
                let said = bytes.prefix(max(0, taken))
                let begun = said.count { $0 == UInt8(ascii: "\n") } + (said.last == UInt8(ascii: "\n") ? 0 : 1)
                guard !said.isEmpty else { return }
                asked += repeatElement(now, count: begun - (isInMessage ? 1 : 0))
                isInMessage = said.last != UInt8(ascii: "\n")
            }
            guard taken > 0 else { return }
            let said = bytes[..<taken]
            if isPlainEcho { model.repeats(said) } else { model.read(said, countsMessages: false) }
        }

        func receives(_ bytes: ArraySlice<UInt8>, _ now: Int64) {
            bytesReceived += bytes.count
            var place = bytes.startIndex
            while stage == .greeting, place < bytes.endIndex, wrong == nil {
                greets(bytes[place], now)
                place += 1
                // Behind its greeting a client is owed nothing until it has asked.
                guard stage == .talking, place < bytes.endIndex else { continue }
                stage = .greeting
                return isWrong(bytes[place], 0, "answer", now)
            }
            if stage == .talking, place < bytes.endIndex { answers(bytes[place...], now) }
        }

        private func answers(_ bytes: ArraySlice<UInt8>, _ now: Int64) {
            // Who leaves answers the beginning of a character as it is, which is what its upper case begins with, too.
            let owed = model.expected[received...] + model.held
            let right = owed.starts(with: bytes) ? bytes.count : zip(owed, bytes).prefix { $0 == $1 }.count
            received += right
            // The generator compares a read as a whole: answers before a wrong byte of the same read do not count.
            if saidGoodbyeAt == nil, right == bytes.count {
                let answers = bytes.prefix(right).count { $0 == UInt8(ascii: "\n") }
                answered += repeatElement(now, count: answers)
            }
            guard right < bytes.count else { return }
            let isLeaving = saidGoodbyeAt != nil || end.connection?.clientEnded ?? false
            isWrong(bytes[bytes.startIndex + right], received, isLeaving ? "goodbye" : "answer", now)
        }

        private func greets(_ byte: UInt8, _ now: Int64) {
            let (head, tail) = (Array("Servidor de eco (cliente ".utf8), Array(").\n".utf8))
            greeting.append(byte)
            if greeting.count <= head.count {
                if head.starts(with: greeting) { return }
                let line = String(decoding: greeting, as: UTF8.self)
                if line == "L" || line == "Servidor c" { return stage = .refused }
            } else {
                let rest = greeting[head.count...]
                let digits = rest.prefix { (0x30...0x39).contains($0) }
                let more = rest.dropFirst(digits.count)
                if digits.count <= 20, digits.first.map({ $0 != 0x30 }) ?? false, tail.starts(with: more) {
                    if more.count == tail.count { stage = .talking }
                    return
                }
            }
            isWrong(byte, greeting.count - 1, "greeting", now)
        }

        private func isWrong(_ byte: UInt8, _ offset: Int, _ part: String, _ now: Int64) {
            wrong = Wrong(got: byte, offset: offset, part: part)
            ends(.wrongBytes, now)
        }

        func receivesEnd(_ now: Int64) {
            if stage == .refused { return ends(.refused, now) }
            let saidGoodbye = isPlainEcho ? end.connection?.clientEnded ?? false : saidGoodbyeAt != nil
            ends(saidGoodbye && received == model.expected.count ? .served : .closedEarly, now)
        }

        func breaks(_ errno: Int32, _ now: Int64) { ends(Self.fate(of: errno), now) }

        /// The generator closes it. Where nothing has ended it, it was waited for in vain.
        func closes(_ now: Int64) {
            isClosed = true
            if isUnwatched { ends(.outOfDescriptors, now) }
            if isGoodbyeCut { ends(.reset, now) }
            // A plain echo server need not end its side after ours.
            if isPlainEcho, end.connection?.clientEnded ?? false { ends(.served, now) }
            ends(.timedOut, now)
        }

        /// What an errno means for a connection, in the words of the ledger.
        static func fate(of errno: Int32) -> Fate {
            switch errno {
            case ECONNREFUSED: .refused
            case ECONNRESET, ECONNABORTED, EPIPE: .reset
            case ETIMEDOUT: .timedOut
            case EADDRNOTAVAIL, EADDRINUSE: .outOfPorts
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: .outOfDescriptors
            default: .unreachable
            }
        }
    }
#endif
