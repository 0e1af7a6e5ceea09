// The texts that clients send, and the answers that they expect.
import Testing

@testable import EcoLoad

@Suite("The streams of clients")
struct TapeTests {
    private static func bytes(_ tape: Tape) -> (texts: [UInt8], answers: [UInt8]) {
        unsafe (
            Array(UnsafeBufferPointer(start: tape.texts, count: tape.count + tape.overlap)),
            Array(UnsafeBufferPointer(start: tape.answers, count: tape.count + tape.overlap))
        )
    }

    private static func plan(_ language: LoadPlan.Language = .portuguese, seed: UInt64 = 1) -> LoadPlan {
        var plan = LoadPlan()
        plan.language = language
        plan.seed = seed
        plan.sizes = SizeMix([
            .init(bytes: 64, weight: 80), .init(bytes: 1024, weight: 15), .init(bytes: 16_384, weight: 5),
        ])
        return plan
    }

    @Test("repeat with the same seed, and differ with another")
    func seeds() {
        let one = Self.bytes(Tape(Self.plan(), overlap: 1000))
        #expect(one.texts == Self.bytes(Tape(Self.plan(), overlap: 1000)).texts)
        #expect(one.texts != Self.bytes(Tape(Self.plan(seed: 2), overlap: 1000)).texts)
    }

    @Test("are answered by the protocol as they expect", arguments: [LoadPlan.Language.ascii, .portuguese])
    func answers(language: LoadPlan.Language) {
        let tape = Tape(Self.plan(language), overlap: 1000)
        let (texts, answers) = Self.bytes(tape)
        let upper = String(decoding: texts[..<tape.count], as: UTF8.self).unicodeScalars.map(
            \.properties.uppercaseMapping
        ).joined()
        #expect(Array(upper.utf8) == Array(answers[..<tape.count]))
        #expect(
            texts[tape.count...].elementsEqual(texts[..<1000]) && answers[tape.count...].elementsEqual(answers[..<1000])
        )
    }

    @Test("never say goodbye, wherever they are cut", arguments: [LoadPlan.Language.ascii, .portuguese])
    func noGoodbye(language: LoadPlan.Language) {
        let tape = Tape(Self.plan(language), overlap: 1000)
        let text = Self.bytes(tape).texts
        let goodbye = Array("tchau".utf8)
        #expect(!text.indices.dropLast(5).contains { text[$0..<$0 + 5].elementsEqual(goodbye) })
    }

    @Test("have the sizes of the mix, in its proportions, and a newline at each message's end")
    func sizes() {
        let tape = Tape(Self.plan(), overlap: 1000)
        let sizes = tape.ends.indices.map(tape.size)
        #expect(Set(sizes) == [64, 1024, 16_384])
        let share = Double(sizes.count { $0 == 64 }) / Double(sizes.count)
        #expect(abs(share - 0.8) < 0.02)
        #expect(tape.ends.allSatisfy { unsafe tape.texts[Int($0) - 1] == 0x0A })
        #expect(Set((0..<50).map(tape.start)).count > 40, "clients read the same text at the same time")
    }
}
