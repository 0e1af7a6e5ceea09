// The planned moments of an open loop's messages: fixed beforehand, whatever the server does.

import Glibc
import Support

/// The planned moments of a thread's messages, one after the other.
struct Schedule {
    private let start: Int64
    private let intervalNanoseconds: Double
    private let arrivals: LoadPlan.Arrivals
    private var random: SeededRandom
    private var number: Int64 = 0
    private var offset = 0.0

    /// The moment of the next message, in nanoseconds of the monotonic clock.
    private(set) var next: Int64

    /// - Parameters:
    ///   - rate: messages per second, above 0.
    ///   - start: the moment at which it begins, in nanoseconds.
    init(rate: Double, arrivals: LoadPlan.Arrivals, start: Int64, seed: UInt64) {
        self.start = start
        self.arrivals = arrivals
        intervalNanoseconds = 1e9 / rate
        random = SeededRandom(seed: seed)
        next = start
        if arrivals == .poisson { advance() }
    }

    mutating func advance() {
        switch arrivals {
        case .uniform:
            number += 1
            next = moment(number)
        case .poisson:
            // The inverse of the exponential distribution; never the logarithm of 0.
            let uniform = (Double(random.next() >> 11) + 1) / 9_007_199_254_740_992
            offset -= log(uniform) * intervalNanoseconds
            next = start + Int64(offset)
        }
    }

    /// Always calculated from the beginning, so that no error adds up.
    private func moment(_ number: Int64) -> Int64 { start + Int64(Double(number) * intervalNanoseconds) }

    /// More moments than this are not calculated one by one.
    private static let mostSteps = 1_000_000

    /// Goes on to the first moment that is not before a limit, over at most this many moments; returns how many. It takes milliseconds at
    /// most, for any number of them: too many random moments are counted by their rate.
    mutating func skip(before limit: Int64, atMost most: Int) -> Int {
        guard next < limit, most > 0 else { return 0 }
        if arrivals == .uniform {
            // The estimate may be off by one because of rounding.
            var last = number + Int64((Double(limit - next) / intervalNanoseconds).rounded(.up))
            while last > number, moment(last - 1) >= limit { last -= 1 }
            while moment(last) < limit { last += 1 }
            let skipped = min(Int64(most), last - number)
            number += skipped
            next = moment(number)
            return Int(skipped)
        }
        var skipped = 0
        while next < limit, skipped < most, skipped < Self.mostSteps {
            advance()
            skipped += 1
        }
        guard next < limit, skipped < most else { return skipped }
        let rest = min(most - skipped, Int(Double(limit - next) / intervalNanoseconds))
        offset += Double(rest) * intervalNanoseconds
        if skipped + rest < most { offset = max(offset, Double(limit - start)) }
        next = start + Int64(offset)
        return skipped + rest
    }
}
