// Every short string of the bytes that matter to a session, in every way to cut it, gets the answers of the protocol.

import EcoProtocol
import FoundationEssentials
import Testing

@Suite struct SessionExhaustiveTests {
    /// `ECO_EXHAUSTIVE_SYMBOLS`: each symbol more takes 36 times as long. 5 without optimisation would take minutes.
    static let symbolCount: Int = {
        if let text = ProcessInfo.processInfo.environment["ECO_EXHAUSTIVE_SYMBOLS"] {
            guard let count = Int(text), (1...7).contains(count) else {
                preconditionFailure("ECO_EXHAUSTIVE_SYMBOLS=\(text): give a number from 1 to 7")
            }
            return count
        }
        return _isDebugAssertConfiguration() ? 4 : 5
    }()

    @Test(arguments: InvalidBytes.allCases)
    func `Every string of symbols is answered alike, however it is cut`(policy: InvalidBytes) async {
        await compareAll(.bytes, length: Self.symbolCount, policy: policy)
    }

    /// A goodbye has five letters: the strings above have room for it, and for nothing beside it.
    @Test(arguments: InvalidBytes.allCases)
    func `Every string with goodbyes among its symbols is answered alike, however it is cut`(
        policy: InvalidBytes
    ) async {
        await compareAll(.bytesAndGoodbye, length: Self.symbolCount - 1, policy: policy)
    }

    private func compareAll(_ alphabet: Alphabet, length: Int, policy: InvalidBytes) async {
        let result = await withTaskGroup(of: ExhaustiveWalk.Result.self) { group in
            for root in alphabet.symbols.indices {
                group.addTask { ExhaustiveWalk.run(alphabet, root: root, length: length, policy: policy) }
            }
            return await group.reduce(ExhaustiveWalk.Result(), +)
        }
        let shortest = result.shortest?.text ?? ""
        #expect(result.disagreements == 0, "\(result.disagreements) disagreements; the shortest: \(shortest)")
        #expect(result.cases == alphabet.caseCount(length: length))
        let policyName = "invalid bytes: \(policy)"
        print("\(result.cases) cases of \(alphabet.name), \(policyName), \(result.endedEarly) ended early")
    }

    /// Short strings, so that the slow reference keeps up; among them goodbyes with a symbol on each side.
    @Test(arguments: InvalidBytes.allCases)
    func `The fast reference and the product say what the slow reference says`(policy: InvalidBytes) {
        let alphabet = Alphabet.bytesAndGoodbye
        let length = min(3, Self.symbolCount - 2)
        let space = OwnedSpace(readCapacity: 32)
        var cases = 0
        var wrong: [String] = []
        func extend(_ string: [UInt8], after previous: Symbol?, symbolsLeft: Int) {
            for symbol in alphabet.symbols {
                if let previous, Alphabet.spellsAnother(previous, symbol) { continue }
                let string = string + (0..<symbol.count).map { symbol[$0] }
                for cuts in 0..<UInt64(1) << UInt64(string.count - 1) {
                    cases += 1
                    let conversation = Conversation(cut(string, at: cuts), invalidBytes: policy)
                    let expected = conversation.expectedReplies
                    let agree = machineReplies(to: conversation).elementsEqual(expected) { $0.agrees(with: $1) }
                    if !agree { wrong.append("the fast reference: \(policy), reads \(hex(conversation.reads))") }
                    if let disagreement = conversation.disagreement(in: space) { wrong.append(disagreement) }
                }
                if symbolsLeft > 1 { extend(string, after: symbol, symbolsLeft: symbolsLeft - 1) }
            }
        }
        extend([], after: nil, symbolsLeft: length)
        let shortest = wrong.min { $0.count < $1.count } ?? ""
        #expect(wrong.isEmpty, "\(wrong.count) disagreements; the shortest: \(shortest)")
        #expect(cases == alphabet.caseCount(length: length))
    }

    /// The fast reference's replies to a conversation to its end of stream.
    private func machineReplies(to conversation: Conversation) -> [ReferenceSession.Reply] {
        var machine = AlphabetMachine(closesOnInvalid: conversation.policy == .close)
        // SAFETY: the strings are at most 15 bytes long, and the notice takes 36 at most.
        let answers = UnsafeMutablePointer<UInt8>.allocate(capacity: 128)
        defer { unsafe answers.deallocate() }
        func reply() -> ReferenceSession.Reply {
            let count = machine.end - machine.start
            return ReferenceSession.Reply(
                bytes: unsafe Array(UnsafeBufferPointer(start: answers + machine.start, count: count)),
                verdict: machine.verdict,
                texts: machine.texts,
                invalidBytes: machine.invalidBytes)
        }
        var replies: [ReferenceSession.Reply] = []
        for read in conversation.reads {
            machine.beginRead()
            for byte in read { unsafe machine.take(byte, to: answers) }
            machine.endRead()
            replies.append(reply())
            if machine.verdict != .goOn { return replies }
        }
        unsafe machine.finish(to: answers)
        return replies + [reply()]
    }
}
