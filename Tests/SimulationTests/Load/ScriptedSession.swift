// One client of a scripted server.
#if DEBUG
    import SimulatedKernel

    /// Reads, and says what the protocol has it say, but for one mistake.
    final class ScriptedSession {
        let connection: SimulatedConnection
        let mistake: ServerMistake?
        /// The mistake was made.
        private(set) var hasErred = false
        private(set) var isOver = false
        private let script: ServerScript
        private var model = EchoModel(closesOnInvalid: false)
        private var random: KernelRandom
        /// How much of the right output was said.
        private var sent = 0
        private var nextRead: Int64
        private var nextSend: Int64
        private var clientEnded = false
        private var hasEnded = false
        private var isSilent = false
        /// What is said besides the right output, next.
        private var besides: [UInt8] = []

        init(
            _ script: ServerScript, _ connection: SimulatedConnection, number: Int, now: Int64, mistake: ServerMistake?,
            seed: UInt64
        ) {
            self.script = script
            self.connection = connection
            self.mistake = mistake
            random = KernelRandom(seed: seed)
            nextRead = now
            nextSend = now + Int64(random.pick(0...script.sendDelay))
            if mistake == .refuses {
                model.says("Servidor cheio: limite de \(number) clientes.\n")
            } else if !script.isPlainEcho {
                model.says("Servidor de eco (cliente \(number)).\n")
            }
        }

        func nextMoment(_ now: Int64) -> Int64? {
            guard !isOver else { return nil }
            var next = Int64.max
            if hasNews { next = max(nextRead, now) }
            if hasSomethingToSay { next = min(next, max(nextSend, now)) }
            return next == .max ? nil : next
        }

        func act(_ now: Int64) {
            guard !isOver else { return }
            if hasNews, now >= nextRead { read(now) }
            if !isOver, hasSomethingToSay, now >= nextSend { say(now) }
        }

        /// The end of the stream is news once.
        private var hasNews: Bool {
            connection.unreadByServer > 0 || (connection.hasNewsForServer && !clientEnded)
        }

        // MARK: - Reading

        private func read(_ now: Int64) {
            nextRead = now + Int64(random.pick(0...script.readDelay))
            switch connection.serverReceive(random.pick(1...script.mostRead)) {
            case .bytes(let bytes):
                let wasQuiet = !hasSomethingToSay
                answer(bytes)
                if wasQuiet { nextSend = now + Int64(random.pick(0...script.sendDelay)) }
            case .nothing: break
            case .end:
                clientEnded = true
                nextSend = now
                if hasEnded || isSilent || connection.isDead { close() }
            }
        }

        private func answer(_ bytes: ArraySlice<UInt8>) {
            guard mistake != .refuses else { return }
            if script.isPlainEcho { model.repeats(bytes) } else { model.read(bytes, countsMessages: false) }
        }

        // MARK: - Saying

        private var unsaid: Int { model.expected.count - sent }
        /// All was asked that will be.
        private var isLast: Bool { model.end != nil || clientEnded || mistake == .refuses }
        private var hasSomethingToSay: Bool {
            guard !hasEnded, !isSilent else { return false }
            if case .extraByte = mistake, oddPlace == sent { return true }
            return unsaid > 0 || !besides.isEmpty || isLast || breakAt == sent
        }

        /// Whether it owes nothing any more but its end.
        var isDone: Bool { unsaid == 0 && besides.isEmpty && isLast }

        /// Where the session breaks off.
        private var breakAt: Int? {
            switch mistake {
            case .ends(let place), .closes(let place), .resets(let place), .fallsSilent(let place): place
            case .noFarewell where model.end != nil && !script.isPlainEcho:
                model.expected.count - "TCHAU\n".utf8.count
            default: nil
            }
        }

        /// A place at which something is said besides, or otherwise.
        private var oddPlace: Int? {
            guard !hasErred else { return nil }
            switch mistake {
            case .wrongByte(let place), .extraByte(let place), .swapsBytes(let place): return place
            default: return nil
            }
        }

        private func say(_ now: Int64) {
            if !besides.isEmpty { return sayBesides(now) }
            if breakAt == sent, !(isLast && unsaid == 0 && model.end != nil) { return breakOff() }
            if oddPlace == sent, isOddNow() { return sayBesides(now) }
            guard unsaid > 0 else { return isLast ? end() : () }
            var length = min(unsaid, random.pick(1...script.mostSent))
            for place in [breakAt, oddPlace] {
                if let place, place > sent { length = min(length, place - sent) }
            }
            guard let count = connection.serverSends(model.expected[sent...].prefix(length)) else { return close() }
            sent += count
            // A client that does not read is looked at again after a while.
            nextSend = now + max(count == 0 ? 1_000_000 : 0, Int64(random.pick(0...script.sendDelay)))
        }

        /// Prepares what is said otherwise here; false if that would be no mistake, or not yet.
        private func isOddNow() -> Bool {
            let rest = model.expected[sent...]
            switch mistake {
            case .extraByte: besides = [UInt8(ascii: "#")]
            case .wrongByte where !rest.isEmpty:
                besides = [UInt8(ascii: "#")]
                sent += 1
            // One number is as right as the other.
            case .swapsBytes where rest.count >= 2 && rest[sent] != rest[sent + 1] && rest[sent] > 0x39:
                besides = [rest[sent + 1], rest[sent]]
                sent += 2
            default: return false
            }
            return true
        }

        private func sayBesides(_ now: Int64) {
            guard let count = connection.serverSends(besides[...]) else { return close() }
            besides.removeFirst(count)
            hasErred = hasErred || count > 0
            nextSend = now + (count == 0 ? 1_000_000 : 0)
        }

        // MARK: - Ends

        private func breakOff() {
            hasErred = true
            switch mistake {
            case .ends, .noFarewell:
                hasEnded = true
                connection.serverEndsSending()
                if clientEnded { close() }
            case .closes: close()
            case .resets:
                isOver = true
                connection.serverResets()
            default:
                isSilent = true
                if clientEnded { close() }
            }
        }

        private func end() {
            switch mistake {
            case .neverEnds where !clientEnded:
                hasErred = true
                isSilent = true
                return
            case .longFarewell where !hasErred && model.end != nil:
                besides = [UInt8(ascii: "#")]
                return
            case .refuses: hasErred = true
            default: break
            }
            hasEnded = true
            connection.serverEndsSending()
            if clientEnded { close() }
        }

        private func close() {
            isOver = true
            connection.serverCloses()
        }
    }
#endif
