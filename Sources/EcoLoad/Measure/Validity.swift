// Whether a run's figures are worth anything, in three words.
import LinuxIO

/// What a run's figures are worth, and why.
public struct Validity: Sendable, Codable, Equatable {
    public enum Word: String, Sendable, Codable {
        /// The figures are the server's.
        case valid = "VALID"
        /// The generator was the limit: the rate is at least this. Processor time a message still holds.
        case lowerBound = "LOWER BOUND"
        /// The generator did not do what it was to do; its figures say nothing of the server.
        case invalid = "INVALID"

        fileprivate var rank: Int { self == .valid ? 0 : self == .lowerBound ? 1 : 2 }
    }

    public var word: Word
    /// Sentences that quote what was measured; empty only if the word is VALID.
    public var reasons: [String]

    /// The worse word, and the reasons of those who say it.
    static func worst(_ all: [Self]) -> Self {
        let word = all.map(\.word).max { $0.rank < $1.rank } ?? .valid
        var reasons: [String] = []
        for validity in all where validity.word == word {
            for reason in validity.reasons where !reasons.contains(reason) { reasons.append(reason) }
        }
        return Self(word: word, reasons: reasons)
    }
}

extension Validity {
    /// A generator thread that uses more of a processor than this is taken for the limit.
    static let busyShare = 0.9
    /// A server that is idle for less than this is the limit itself.
    static let idleShare = 0.1
    /// Sending is late if it is so by more than this, in nanoseconds; of so many messages at least 99 in 100 must not be.
    static let lateNanoseconds: UInt64 = 1_000_000
    /// Unless that is less than this share of the times measured.
    static let lateShare = 0.1
    /// A thread may have waited for a processor for this share of the time.
    static let waitShare = 0.1

    /// Judges a run by what was measured of it.
    static func judge(_ result: RunResult, plan: LoadPlan) -> Self {
        var reasons: [(Word, String)] = []
        if result.messages == 0 { reasons.append((.invalid, "no answer came in the measured window")) }
        if abs(result.clockDrift) > 0.01 {
            reasons.append(
                (
                    .invalid,
                    "clock trouble: the machine's clocks differ by \(percent(abs(result.clockDrift))) over the run"
                ))
        }
        let generator = result.generator
        if plan.isOpenLoop {
            // Of few messages one late one is no share.
            let late = result.lateness.percentile(min(99, 100 - 500 / Double(max(5, result.lateness.count))))
            if late > lateNanoseconds, Double(late) > lateShare * Double(result.planned.percentile(99)) {
                reasons.append(
                    (
                        .invalid,
                        "late sending: 1 message in 100 was sent \(TimeText(late)) or more after its planned moment (median \(TimeText(result.lateness.percentile(50)))), and the generator used \(percent(generator.processorShare)) of a processor"
                    ))
            }
            let asked = (plan.rate ?? 0) * result.seconds
            // What is due at random varies by its square root.
            let chance = plan.arrivals == .poisson ? 4 * asked.squareRoot() : 2
            if Double(result.plannedMessages) < 0.98 * asked - chance, !result.isInterrupted, plan.messages == nil {
                reasons.append(
                    (
                        .invalid,
                        "the rate was not reached: only \(Count(result.plannedMessages)) of \(Count(Int(asked))) messages came due in the window"
                    ))
            }
            if generator.processorShare > busyShare {
                reasons.append(
                    (
                        .invalid,
                        "the generator was the limit: it used \(percent(generator.processorShare)) of a processor, and \(Count(result.waited)) messages waited for a client"
                    ))
            }
            if generator.waitShare > waitShare {
                reasons.append(
                    (
                        .invalid,
                        "missed ticks: the generator waited for a processor for \(percent(generator.waitShare)) of the time"
                    ))
            }
        } else if generator.processorShare + generator.waitShare > busyShare {
            let used =
                "the generator was the limit: it used \(percent(generator.processorShare)) of a processor and waited for one for \(percent(generator.waitShare)) of the time"
            if let idle = result.server?.idleShare {
                if idle > idleShare || generator.waitShare > waitShare {
                    reasons.append((.lowerBound, "\(used), while the server was idle for \(percent(max(0, idle)))"))
                }
            } else {
                reasons.append(
                    (.lowerBound, "\(used); whether the server was busy too is not visible (--pid shows it)"))
            }
        }
        let word = reasons.map(\.0).max { $0.rank < $1.rank } ?? .valid
        return Self(word: word, reasons: reasons.filter { $0.0 == word }.map(\.1))
    }
}

/// A share as people write it.
func percent(_ share: Double) -> String {
    guard share.isFinite, abs(share) < 1e6 else { return "?" }
    return share < 0.095 ? "\((share * 1000).rounded() / 10) %" : "\(Int((share * 100).rounded())) %"
}
