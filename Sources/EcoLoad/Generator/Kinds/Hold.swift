// Hold: idle connections; each client sends one message when the time is over.
import LinuxIO
import Reactor

/// Clients that connect and stay idle. When the time is over, each sends one message, and the answers are measured, however long they
/// take.
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
