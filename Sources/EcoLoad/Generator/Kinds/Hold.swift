// Hold: idle connections, whose clients are asked once each when the time is over.
import LinuxIO
import Reactor

/// Clients that connect and say nothing; once the time is over each is asked, and those answers are what is measured, however long
/// they take.
///
///     greeted ──► idle for the whole duration ──► one message ──► its answer
struct Hold: LoadKind, ~Copyable {
    static func run(_ job: LoadJob) throws(SystemError) -> Measurements { try LoadGenerator<Self>(job).run() }

    static var measuresAtEnd: Bool { true }

    static func talkingEnds(in load: inout LoadGenerator<Self>) {
        for slot in 0..<load.clients.end where load.isTalking(slot) {
            load.say(slot, 1, now: Instant.now.nanoseconds)
        }
    }
}
