// A libFuzzer target: any stream, cut anywhere, gets the reference's answers, and no write beside the answer space.
//
// Built from the repository's root, as one module, in which the files' `import EcoProtocol` mean nothing (a warning):
//
//     clang -O2 -g -fsanitize=fuzzer-no-link,address -ISources/CASCII/include -c Sources/CASCII/CASCII.c
//     swiftc -O -g -swift-version 6 -parse-as-library -sanitize=fuzzer,address -use-ld=lld -module-name EcoProtocol \
//         -ISources/CASCII/include CASCII.o Sources/EcoProtocol/*.swift Tests/EcoProtocolTests/ReferenceSession*.swift \
//         Tests/EcoProtocolTests/OwnedSpace.swift Tests/EcoProtocolTests/Conversation.swift \
//         Tests/Fuzz/SessionFuzz.swift -o session-fuzz
//
// Run with:
//
//     SWIFT_BACKTRACE=enable=no ./session-fuzz -dict=Tests/Fuzz/session.dict -max_len=512 -max_total_time=20
//
// Without the variable, the backtrace of a failure may wait for ever for a process that libFuzzer has already ended.

internal import CASCII

/// What the fuzzer's bytes mean: a head of lengths, and a stream that is cut by them.
struct FuzzInput {
    let policy: InvalidBytes
    let endOfStream: Bool
    let reads: [[UInt8]]

    /// The first byte: bit 0 is the policy, bit 1 leaves the end of stream out, the rest says how many lengths follow.
    /// A length byte is a read's, 1 to 256; the last one is that of all further reads. Without any, the stream is one read.
    init(_ bytes: UnsafeRawBufferPointer) {
        let head = unsafe bytes.first ?? 0
        policy = head & 1 == 0 ? .keep : .close
        endOfStream = head & 2 == 0
        let lengths = unsafe bytes.dropFirst().prefix(Int(head >> 2)).map { Int($0) + 1 }
        var stream = unsafe Array(bytes.dropFirst(1 + lengths.count))
        var reads: [[UInt8]] = []
        while !stream.isEmpty {
            let length = reads.count < lengths.count ? lengths[reads.count] : lengths.last ?? stream.count
            reads.append(Array(stream.prefix(length)))
            stream.removeFirst(min(length, stream.count))
        }
        self.reads = reads
    }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // SAFETY: libFuzzer gives `count` bytes at `start`.
    let input = unsafe FuzzInput(UnsafeRawBufferPointer(start: start, count: count))
    // By the length, so that an input goes through the same variant whenever it comes.
    cascii_use_variant(CInt(count) % cascii_variant_count())
    // The space is as small as the reads allow: the room for growth is tightest there.
    let space = OwnedSpace(readCapacity: input.reads.map(\.count).max() ?? 1)
    let conversation = Conversation(input.reads, invalidBytes: input.policy, endOfStream: input.endOfStream)
    if let disagreement = conversation.disagreement(in: space) { fail(disagreement) }
    if !space.isFenceWhole { fail("a write beside the space") }
    checkInvariants(input, in: space)
    return 0
}

/// What holds of any session, whatever the reference thinks.
private func checkInvariants(_ input: FuzzInput, in space: OwnedSpace) {
    var session = Session()
    for read in input.reads {
        let heldBefore = session.heldCount
        let reply = space.answer(&session, read, invalidBytes: input.policy)
        let room = 3 * (heldBefore + read.count) + (reply.verdict == .invalid ? ReferenceSession.notice.count + 1 : 0)
        if reply.bytes.count > room { fail("an answer more than three times as long") }
        if session.heldCount > 3 { fail("more than three bytes held") }
        if reply.texts > heldBefore + read.count { fail("more texts than bytes") }
        if reply.verdict == .goOn {
            if reply.bytes.isEmpty != (reply.texts == 0) { fail("a text without bytes, or bytes without a text") }
            if reply.bytes.isEmpty && session.heldCount != heldBefore + read.count {
                fail("bytes neither held nor answered")
            }
        } else {
            return
        }
    }
    let held = session.heldCount
    let reply = space.finish(&session, invalidBytes: input.policy)
    if session.heldCount != 0 { fail("bytes held after the end of stream") }
    if reply.bytes.isEmpty != (held == 0) { fail("held bytes not answered at the end of stream") }
}

/// Ends the process as libFuzzer expects of a failed check.
private func fail(_ what: String) -> Never {
    fatalError(what)
}
