// Connection churn: clients that connect, say goodbye and start over; a session counts as a message.
import LinuxIO
import Reactor

/// Sessions without texts, one after the other.
///
///     connect ──► connected ──► greeting ──► goodbye ──► its answer, the end ──► the next session
///                     │                                        │
///                     └─────────── a session's time ───────────┘
///
/// After a failed session a client pauses (`tryAgain`).
struct Churn: LoadKind, ~Copyable {
    static func run(_ job: LoadJob) throws(SystemError) -> Measurements { try LoadGenerator<Self>(job).run() }

    static var countsSessions: Bool { true }

    static func talkingBegins(at start: Int64, in load: inout LoadGenerator<Self>) { load.openMore() }

    static func greeted(_ slot: Int, in load: inout LoadGenerator<Self>) {
        // The session is the message: planned when the client was connected, sent with the goodbye.
        if load.job.plan.serverProtocol == .eco {
            load.queue.append(
                .init(planned: load.clients[slot].since, sent: Instant.now.nanoseconds),
                to: &load.clients[slot].inFlight)
        }
        load.leave(slot)
    }

    static func served(_ slot: Int, in load: inout LoadGenerator<Self>) {
        guard !load.clients[slot].inFlight.isEmpty else { return }
        let moments = load.queue.popFirst(&load.clients[slot].inFlight)
        let now = Instant.now.nanoseconds
        load.measurements.ledger.answered += 1
        load.clients[slot].hasBeenAnswered = true
        load.step(at: now)
        guard load.window.contains(now) else { return }
        load.second.times.note(now - moments.planned)
        if moments.sent < load.pauses.lastEnd { load.notePaused(moments, now) }
        load.measurements.answered += 1
        load.measurements.plannedCount += 1
        load.clients[slot].answered = 1
    }

    /// The client starts over.
    static func ended(_ index: Int, _ fate: Ledger.Fate, in load: inout LoadGenerator<Self>) {
        guard load.quota > 0 else { return finishAfterLast(&load) }
        if fate == .served { load.open(index: index) } else { load.tryAgain(index) }
    }

    static func retriesBegun(in load: inout LoadGenerator<Self>) { finishAfterLast(&load) }

    /// Ends talking if all requested sessions have begun, and the last one is over.
    private static func finishAfterLast(_ load: inout LoadGenerator<Self>) {
        guard load.phase == .talking, load.quota <= 0, load.clients.count == 0, load.ramp.retries.isEmpty else {
            return
        }
        load.finish()
    }

    static func isFinished(_ load: borrowing LoadGenerator<Self>) -> Bool { load.clients.count == 0 }
}
