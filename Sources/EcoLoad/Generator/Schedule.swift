// When an open loop's messages are to be sent: fixed beforehand, whatever the server does.

import Glibc

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
    ///   - rate: messages a second, above 0.
    ///   - start: the moment from which on it counts, in nanoseconds.
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
            // From the beginning each time, so that no error adds up.
            number += 1
            next = start + Int64(Double(number) * intervalNanoseconds)
        case .poisson:
            // The exponential distribution's inverse; never the logarithm of 0.
            let uniform = (Double(random.next() >> 11) + 1) / 9_007_199_254_740_992
            offset -= log(uniform) * intervalNanoseconds
            next = start + Int64(offset)
        }
    }
}
