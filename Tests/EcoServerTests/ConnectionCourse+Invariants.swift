// What holds in every course of a connection.
@testable import EcoServer

extension ConnectionCourse {
    /// What is discarded of a client that lingers: protocol.md, 5. End.
    private static let lingeringBound = 1 << 20

    /// What does not hold after this step, or nil.
    func fault(
        after event: ConnectionEvent, isServerLeaving: Bool, from before: Self, _ step: ConnectionStep
    ) -> String? {
        orderFault(after: event, from: before, step) ?? endingFault(from: before, step)
            ?? drainingFault(after: event, step) ?? deliveringFault(after: event, isServerLeaving, step)
    }

    /// What is done in which state.
    private func orderFault(after event: ConnectionEvent, from before: Self, _ step: ConnectionStep) -> String? {
        if before.life.state == .closed { return "something happens after its end" }
        if (step == .close) != (life.state == .closed) { return "it is closed, and nobody is told" }
        if step == .read, life.state != .open { return "it is read from" }
        let isOver = !life.flags.isDisjoint(with: [.ending, .endOfStream])
        if step == .read, isOver { return "it is read from after its end" }
        if step == .flush, life.state != .writing { return "what does not pend is sent" }
        if before.life.state == .stalled, life.state == .open, event != .resumed, event != .passesUrgentMark {
            return "it is read from while the workers have enough"
        }
        if before.life.flags.contains(.refused), ![.discard, .wait, .close].contains(step) { return "it is served" }
        return nil
    }

    /// The sending side ends once, when it has been decided, and nothing is sent afterwards.
    private func endingFault(from before: Self, _ step: ConnectionStep) -> String? {
        let isOfSending: [ConnectionStep] = [.read, .flush, .finish, .endSending]
        if before.hasEndedSending, isOfSending.contains(step) { return "something is sent after the end" }
        if life.state == .delivering || life.state == .lingering, !hasEndedSending {
            return "its sending side has not ended"
        }
        if life.state == .halfClosing, !life.flags.contains(.ending) { return "it ends, and nobody has decided so" }
        if step == .discard, !before.hasEndedSending { return "what it has said is dropped" }
        return nil
    }

    /// Once the server leaves, what had been received is read to the last byte and no further; then it is finished, once, or once more
    /// behind an urgent byte.
    private func drainingFault(after event: ConnectionEvent, _ step: ConnectionStep) -> String? {
        let isFinishedByClient = life.flags.contains(.endOfStream)
        if step == .finish {
            if !isFinishedByClient, unread != 0 { return "it is finished, and \(unread ?? -1) bytes are unread" }
            if finishes > (hasPassedMark ? 2 : 1) { return "it is finished again" }
            let mayBeAtMark = !isFinishedByClient && !hasPassedMark
            if life.mayBeAtUrgentMark != mayBeAtMark { return "an urgent byte may hide more: not \(mayBeAtMark)" }
            if life.finalEnding != (isFinishedByClient ? .endOfStream : .drained) {
                return "it ends for another reason"
            }
        }
        guard let unread, !life.flags.contains(.ending), !isFinishedByClient, life.state != .closed else { return nil }
        if life.amount != unread { return "\(life.amount) bytes are to be read, not \(unread)" }
        if life.mustHearOfLeaving { return "it is to be told again that the server leaves" }
        if life.readLimit != (unread > 0 ? unread : nil) { return "the next read has another limit" }
        if life.asksForQueue != (unread == 0) { return "the queue's length is asked for at the wrong time" }
        if event == .answered, (step == .finish) != (unread == 0) { return "it is finished too late" }
        if case .serverLeaves = event, unread == 0, life.state == .open, step != .finish {
            return "it is never finished"
        }
        if case .serverLeaves = event, unread > 0, life.state == .open, step != .read { return "it is not read from" }
        return nil
    }

    /// Delivering knows what is owed, lingering discards up to its bound, and a client that is waited for is not closed earlier.
    private func deliveringFault(
        after event: ConnectionEvent, _ isServerLeaving: Bool, _ step: ConnectionStep
    ) -> String? {
        if life.state == .delivering, Int(life.amount) != owed { return "\(owed ?? -1) bytes are owed" }
        if life.state == .delivering, owed == 0 { return "it waits for what has been delivered" }
        if life.state == .lingering, Int(life.amount) != discarded { return "\(discarded) bytes were discarded" }
        if life.state == .lingering, discarded >= Self.lingeringBound { return "it lingers beyond its bound" }
        if case .received = event, step == .close, discarded < Self.lingeringBound {
            return "it is closed within the bound of lingering"
        }
        if case .sendingEnded(let owed) = event, owed > 0, step == .close { return "it is not waited for" }
        if event == .answered, step == .close, isServerLeaving || !life.flags.contains(.endOfStream) {
            return "it is closed as soon as its answers are sent"
        }
        return nil
    }
}
