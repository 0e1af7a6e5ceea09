// What can go wrong in a run. The word, the objective and the exit status all follow from the findings, so they cannot disagree.

/// Something that was found about a run. The first of a run's findings, in this order, decides its exit status.
public enum Finding: String, Sendable, Codable, CaseIterable {
    /// A search was ended before it had its answer. Only searches have it.
    case unfinished
    /// No connection was accepted.
    case nobodyListens
    /// This machine had too few ports or descriptors for all clients, or no route to the server for some.
    case machineLimit
    /// There is no route to the server, or it answers no connect.
    case unreachable
    case wrongBytes
    /// It accepts, but does not greet.
    case mute
    /// The server itself has ended, or no longer listens.
    case ended
    /// The server closed or reset connections before their end.
    case broken
    case refused
    case timedOut
    /// The machine's clocks differ.
    case clockTrouble
    /// The generator sent messages late.
    case lateSending
    /// Open loop: fewer messages came due than were planned.
    case fewCameDue
    /// Open loop: the generator used up its processor.
    case generatorBusy
    /// Open loop: the generator waited for a processor.
    case missedTicks
    /// Messages of the window were not answered.
    case unanswered
    /// Open loop: fewer messages were answered per second than came due, and the rest waited.
    case rateNotKept
    /// Nothing was measured in the window.
    case nothingMeasured
    /// Closed loop: the generator was the limit.
    case generatorLimit

    /// The validity of the figures of a run that has it.
    public var word: Validity.Word {
        switch self {
        case .unfinished, .nobodyListens, .machineLimit, .unreachable, .clockTrouble, .lateSending, .fewCameDue,
            .generatorBusy, .missedTicks, .nothingMeasured:
            .invalid
        case .wrongBytes, .mute, .ended, .broken, .refused, .timedOut, .unanswered, .rateNotKept: .failed
        case .generatorLimit: .lowerBound
        }
    }

    /// The exit status of a run whose first finding it is, as in sysexits.h; 0 if nothing went wrong.
    public var exitStatus: Int32 {
        switch self {
        case .unfinished: 130
        case .nobodyListens, .unreachable: 69
        case .machineLimit: 71
        case .wrongBytes: 65
        case .mute: 76
        case .clockTrouble, .lateSending, .fewCameDue, .generatorBusy, .missedTicks, .nothingMeasured: 70
        case .ended, .broken: 74
        case .refused, .timedOut, .unanswered, .rateNotKept: 75
        case .generatorLimit: 0
        }
    }

    /// Whether an objective, if there is one, decides instead: it says how many clients and messages may go wrong. If the server has ended,
    /// or has not kept the rate, no objective makes up for it.
    public var isLeftToObjective: Bool {
        switch self {
        case .broken, .refused, .timedOut, .unanswered, .generatorLimit: true
        default: false
        }
    }

    /// Whether it fails a run even if the objective is kept: the server has ended, or did not keep the rate.
    public var failsWhateverIsKept: Bool { self == .ended || self == .rateNotKept }

    /// Whether it says nothing about the server, so that another run may say more.
    public var isOfGenerator: Bool {
        switch self {
        case .machineLimit, .clockTrouble, .lateSending, .fewCameDue, .generatorBusy, .missedTicks, .nothingMeasured:
            true
        default: false
        }
    }
}
