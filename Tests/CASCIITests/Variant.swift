// The variants that this processor can run, as tests call them.

import CASCII
import Testing

/// One variant of the pass over a text.
struct Variant: CustomTestStringConvertible, Sendable {
    let number: CInt
    let name: String

    static let all = (0..<cascii_variant_count()).map(Self.init)

    private init(number: CInt) {
        self.number = number
        // SAFETY: the names are the library's constants.
        name = unsafe String(cString: cascii_variant(number).name)
    }

    var testDescription: String { name }

    /// Passes over the bytes in place, stop by stop, and checks the invariants at each.
    ///
    /// Nothing is allocated but the list of stops, and nothing is written down beside it unless something is wrong.
    func run(_ bytes: UnsafeMutableBufferPointer<UInt8>, before: [UInt8]) -> Outcome {
        var pass = cascii_pass()
        var outcome = Outcome()
        while true {
            // SAFETY: the buffer has as many bytes.
            let stop = unsafe cascii_variant(number).run(bytes.baseAddress, bytes.count, &pass)
            if stop == bytes.count { break }
            outcome.stops.append(stop)
            guard stop < bytes.count, pass.done <= stop, stop >= pass.from else {
                outcome.faults.append("stopped at \(stop) with \(pass.done) done, from \(pass.from)")
                return outcome
            }
            if unsafe !bytes[stop...].elementsEqual(before[stop...]) {
                outcome.faults.append("changed what is behind its stop at \(stop)")
            }
            pass.from = stop + 1
        }
        if pass.done != bytes.count { outcome.faults.append("done \(pass.done) of \(bytes.count)") }
        outcome.newlines = pass.newlines
        outcome.isBeyondASCII = pass.beyond
        return outcome
    }
}

/// What a pass over a text comes to, but for the text itself.
struct Outcome: Equatable {
    /// Where the pass stopped, before it had come to the end.
    var stops: [Int] = []
    var newlines = 0
    var isBeyondASCII = false
    var faults: [String] = []
}
