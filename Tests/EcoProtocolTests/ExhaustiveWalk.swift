// Every string of an alphabet's symbols, in every way to cut it into reads: a walk over the tree of their beginnings.

import EcoProtocol

/// Walks the tree whose every node is a string and its cuts, and compares the product with `AlphabetMachine` at each.
///
/// What two strings begin with alike is answered once: a node carries copies of both sessions as they stand. Nothing is
/// allocated on the way.
@safe struct ExhaustiveWalk: ~Copyable {
    /// What a walk found.
    struct Result: Sendable {
        /// How many strings with cuts were compared, to their end of stream.
        var cases = 0
        /// How many of them the server ends before their last read. Those have no further reads to compare.
        var endedEarly = 0
        var disagreements = 0
        /// The shortest input that showed one, and what it showed.
        var shortest: (count: Int, text: String)?

        static func + (a: Result, b: Result) -> Result {
            let shortest = [a.shortest, b.shortest].compactMap { $0 }.min { $0.count < $1.count }
            return Result(
                cases: a.cases + b.cases,
                endedEarly: a.endedEarly + b.endedEarly,
                disagreements: a.disagreements + b.disagreements,
                shortest: shortest)
        }
    }

    private struct Node: BitwiseCopyable {
        /// The product's session before the current read, and the machine in the midst of it.
        var session = Session()
        var machine: AlphabetMachine
        /// Where the current read begins in the string, and where the string ends.
        var readStart = 0
        var end = 0
        /// Bit i: the string is cut after its byte i.
        var cuts: UInt64 = 0
    }

    private static let longestString = 64
    /// What `longestString` bytes can be answered with, and the notice.
    private static let longestAnswer = 128

    private let symbols: [Symbol]
    private let policy: InvalidBytes
    private let space: OwnedSpace
    private let string: UnsafeMutablePointer<UInt8>
    private let answers: UnsafeMutablePointer<UInt8>
    private var result = Result()

    private init(alphabet: Alphabet, policy: InvalidBytes) {
        symbols = alphabet.symbols
        self.policy = policy
        space = OwnedSpace(readCapacity: Self.longestString)
        unsafe string = .allocate(capacity: Self.longestString)
        unsafe answers = .allocate(capacity: Self.longestAnswer)
    }

    deinit {
        unsafe string.deallocate()
        unsafe answers.deallocate()
    }

    /// Compares the strings of 1 to `length` symbols that begin with symbol number `root`.
    static func run(_ alphabet: Alphabet, root: Int, length: Int, policy: InvalidBytes) -> Result {
        let longest = length * (alphabet.symbols.map(\.count).max() ?? 0)
        precondition(longest <= min(32, longestString), "the machine can write down 32 characters")
        var walk = ExhaustiveWalk(alphabet: alphabet, policy: policy)
        let node = Node(machine: AlphabetMachine(closesOnInvalid: policy == .close))
        walk.extend(node, by: alphabet.symbols[root], from: 0, symbolsLeft: length - 1)
        return walk.result
    }

    /// Puts the bytes of `symbol` from number `index` on behind the node's string, each with a cut after it and without.
    private mutating func extend(_ node: Node, by symbol: Symbol, from index: Int, symbolsLeft: Int) {
        var uncut = node
        // SAFETY: `run` holds strings to `longestString` bytes.
        unsafe string[node.end] = symbol[index]
        unsafe uncut.machine.take(symbol[index], to: answers)
        uncut.end += 1

        var cut = uncut
        cut.cuts |= 1 << UInt64(node.end)
        answerRead(&cut)
        if index + 1 < symbol.count {
            extend(uncut, by: symbol, from: index + 1, symbolsLeft: symbolsLeft)
            if cut.machine.verdict == .goOn {
                extend(cut, by: symbol, from: index + 1, symbolsLeft: symbolsLeft)
            } else {
                skip(from: symbol, at: index + 1, symbolsLeft: symbolsLeft)
            }
            return
        }
        result.cases += 1
        if cut.machine.verdict == .goOn { finish(cut) }
        if symbolsLeft == 0 { return }
        for next in symbols where !Alphabet.spellsAnother(symbol, next) {
            extend(uncut, by: next, from: 0, symbolsLeft: symbolsLeft - 1)
            if cut.machine.verdict == .goOn {
                extend(cut, by: next, from: 0, symbolsLeft: symbolsLeft - 1)
            } else {
                skip(from: next, at: 0, symbolsLeft: symbolsLeft - 1)
            }
        }
    }

    /// Counts the strings below a read that ended the session, whose replies have all been compared; `ways` is in how many
    /// ways the string was cut since.
    private mutating func skip(from symbol: Symbol, at index: Int, symbolsLeft: Int, ways: Int = 1) {
        let ways = ways << (symbol.count - 1 - index)
        result.cases += ways
        result.endedEarly += ways
        if symbolsLeft == 0 { return }
        for next in symbols where !Alphabet.spellsAnother(symbol, next) {
            skip(from: next, at: 0, symbolsLeft: symbolsLeft - 1, ways: 2 * ways)
        }
    }

    /// Ends the read on both sides and compares them. The node then stands before its next read.
    private mutating func answerRead(_ node: inout Node) {
        node.machine.endRead()
        let count = node.end - node.readStart
        // SAFETY: the read lies within the string, and the space takes a string's length.
        unsafe space.space.input.copyMemory(from: UnsafeRawBufferPointer(start: string + node.readStart, count: count))
        let answer = node.session.answer(in: space.space, count: count, invalidBytes: policy)
        compare(answer, node, "the last read")
        node.readStart = node.end
        if node.machine.verdict == .goOn { node.machine.beginRead() }
    }

    private mutating func finish(_ node: Node) {
        var node = node
        unsafe node.machine.finish(to: answers)
        let answer = node.session.finish(in: space.space, invalidBytes: policy)
        compare(answer, node, "the end of stream")
    }

    private mutating func compare(_ answer: Answer, _ node: Node, _ place: StaticString) {
        let machine = node.machine
        // SAFETY: the machine wrote what stands between its start and its end.
        let expected = unsafe UnsafeRawBufferPointer(start: answers + machine.start, count: machine.end - machine.start)
        let got = unsafe space.space[answer.bytes]
        var agree = expected.count == got.count
        if agree {
            for index in expected.indices {
                agree = unsafe agree && expected[index] == got[index]
            }
        }
        agree = agree && ReferenceSession.Verdict(answer.verdict) == machine.verdict
        agree = agree && (answer.texts == machine.texts || machine.verdict == .invalid)
        agree = agree && answer.invalidBytes == machine.invalidBytes
        if !agree { unsafe note(answer, got: Array(got), want: Array(expected), node, place) }
    }

    private mutating func note(_ answer: Answer, got: [UInt8], want: [UInt8], _ node: Node, _ place: StaticString) {
        result.disagreements += 1
        if let shortest = result.shortest, shortest.count <= node.end { return }
        let machine = node.machine
        // SAFETY: the string is `node.end` bytes long so far.
        let reads = unsafe cut(Array(UnsafeBufferPointer(start: string, count: node.end)), at: node.cuts)
        let text = """
            \(policy), at \(place): got [\(hex(got))] \(answer.verdict) texts \(answer.texts) invalid \
            \(answer.invalidBytes), want [\(hex(want))] \(machine.verdict) texts \(machine.texts) invalid \
            \(machine.invalidBytes); reads \(hex(reads))
            """
        result.shortest = (node.end, text)
    }
}
