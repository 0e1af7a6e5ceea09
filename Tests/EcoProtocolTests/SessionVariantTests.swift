// A session says the same through every variant of CASCII that the processor can run.

import CASCII
import EcoProtocol
import Support
import Testing

/// One after the other, because the variant in use is the process's. Tests beside these use it, too, and do not mind.
@Suite(.serialized) struct SessionVariantTests {
    static let variants = 0..<cascii_variant_count()

    private func through(_ variant: CInt, _ body: () -> Void) {
        let before = cascii_variant_in_use()
        defer { cascii_use_variant(before) }
        cascii_use_variant(variant)
        body()
    }

    @Test(arguments: variants, InvalidBytes.allCases)
    func `Random streams are answered as the reference answers them`(variant: CInt, policy: InvalidBytes) {
        through(variant) {
            for index in 0..<UInt64(_isDebugAssertConfiguration() ? 60 : 300) {
                let seed = SeededRandom.seed &+ index
                let stream = RandomStream(seed: seed, longest: 65536)
                let space = OwnedSpace(readCapacity: stream.readCapacity)
                if let disagreement = Conversation(stream.reads, invalidBytes: policy).disagreement(in: space) {
                    Issue.record("ECO_SEED=\(seed): \(disagreement)")
                    return
                }
            }
        }
    }

    @Test(arguments: variants)
    func `Short strings are answered alike, however they are cut`(variant: CInt) {
        through(variant) {
            for alphabet in [Alphabet.bytes, .bytesAndGoodbye] {
                for root in alphabet.symbols.indices {
                    let result = ExhaustiveWalk.run(alphabet, root: root, length: 3, policy: .keep)
                    #expect(result.disagreements == 0, "\(result.shortest?.text ?? "")")
                    #expect(result.cases > 0)
                }
            }
        }
    }

    static let lines = [
        "tchau", " \t tchau\r", "\u{A0}tchau\u{3000}", "tcha", "tchau!", "  x", "\r", "t", "tc", "é", "\u{A0}",
    ]

    /// Blocks of 64 bytes and shorter vectors have edges; no line may be missed at one.
    @Test(arguments: variants, lines)
    func `A goodbye is found wherever in a read it stands`(variant: CInt, line: String) {
        let space = OwnedSpace(readCapacity: 1024)
        var wrong: [String] = []
        through(variant) {
            for place in 0...200 {
                let head = Array(repeating: UInt8(ascii: "x"), count: place) + [UInt8(ascii: "\n")]
                for rest in ["", "\n", "\nmais texto", "\ntchau\nmais", "\n\u{A0}\n tchau \nmais"] {
                    let read = head + utf8(line + rest)
                    for reads in [[read], [Array(read.prefix(place)), Array(read.dropFirst(place))]] {
                        let conversation = Conversation(reads.filter { !$0.isEmpty })
                        if let disagreement = conversation.disagreement(in: space) { wrong.append(disagreement) }
                    }
                }
            }
        }
        let shortest = wrong.min { $0.count < $1.count } ?? ""
        #expect(wrong.isEmpty, "\(wrong.count) disagreements; the shortest: \(shortest)")
    }
}
