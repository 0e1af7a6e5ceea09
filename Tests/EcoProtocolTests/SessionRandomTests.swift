// Long random streams, cut at random, get the reference's answers, to the byte.

import EcoProtocol
import Support
import Testing

@Suite struct SessionRandomTests {
    /// Stream i comes from seed + i: the seed that a failure prints brings its stream back as the first.
    @Test(arguments: InvalidBytes.allCases)
    func `Random streams are answered as the reference answers them`(policy: InvalidBytes) {
        let streamCount: UInt64 = _isDebugAssertConfiguration() ? 60 : 1000
        var bytes = 0
        for index in 0..<streamCount {
            let seed = SeededRandom.seed &+ index
            let stream = RandomStream(seed: seed, longest: 65536)
            bytes += stream.reads.reduce(0) { $0 + $1.count }
            let space = OwnedSpace(readCapacity: stream.readCapacity)
            if let disagreement = Conversation(stream.reads, invalidBytes: policy).disagreement(in: space) {
                Issue.record("ECO_SEED=\(seed): \(disagreement)")
                return
            }
        }
        #expect(bytes > 0)
    }

    @Test func `What is answered does not depend on the cuts, but for messages that say goodbye`() {
        for index in 0..<UInt64(_isDebugAssertConfiguration() ? 20 : 200) {
            let seed = SeededRandom.seed &+ index
            let stream = RandomStream(seed: seed, longest: 8192)
            let cut = Conversation(stream.reads)
            let uncut = Conversation([stream.reads.flatMap { $0 }])
            let cutReplies = cut.replies()
            let uncutReplies = uncut.replies()
            let cutBytes = cutReplies.flatMap(\.bytes)
            let uncutBytes = uncutReplies.flatMap(\.bytes)
            if cutReplies.last?.verdict == .goOn && uncutReplies.last?.verdict == .goOn {
                #expect(cutBytes == uncutBytes, "ECO_SEED=\(seed)")
                let cutInvalid = cutReplies.reduce(0) { $0 + $1.invalidBytes }
                let uncutInvalid = uncutReplies.reduce(0) { $0 + $1.invalidBytes }
                #expect(cutInvalid == uncutInvalid, "ECO_SEED=\(seed)")
            } else {
                let shorter = min(cutBytes.count, uncutBytes.count)
                #expect(cutBytes.prefix(shorter) == uncutBytes.prefix(shorter), "ECO_SEED=\(seed)")
            }
        }
    }
}
