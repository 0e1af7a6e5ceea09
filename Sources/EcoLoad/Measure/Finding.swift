// What can be said of a run besides that all went well. Word, objective and exit status follow from it: they cannot disagree.

/// Something that was found about a run. The first of a run's findings, in this order, is what its exit status is about.
public enum Finding: String, Sendable, Codable, CaseIterable {
    /// A search was ended before it had its answer. Of searches only.
    case unfinished
    /// Nobody has accepted any connection.
    case nobodyListens
    /// This machine had no port or no descriptor for every client, or knew no way to the server for some.
    case machineLimit
    /// No way leads to the server, or it lets nobody in.
    case unreachable
    case wrongBytes
    /// It accepts, and does not greet.
    case mute
    /// The server itself has ended, or listens no more.
    case ended
    /// The server closed or reset connections before their end.
    case broken
    case refused
    case timedOut
    /// The machine's clocks differ.
    case clockTrouble
    /// Messages were sent late through the generator's doing.
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

    /// What the figures are worth with it.
    public var word: Validity.Word {
        switch self {
        case .unfinished, .nobodyListens, .machineLimit, .unreachable, .clockTrouble, .lateSending, .fewCameDue,
            .generatorBusy, .missedTicks, .nothingMeasured:
            .invalid
        case .wrongBytes, .mute, .ended, .broken, .refused, .timedOut, .unanswered, .rateNotKept: .failed
        case .generatorLimit: .lowerBound
        }
    }

    /// The exit status of a run that it is the first finding of, as in sysexits.h; 0 if nothing went wrong.
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

    /// Whether an objective decides in its place, where one is given: how many clients and messages may go wrong is what it says.
    /// That the server has ended, or has not kept the rate that was asked, no objective makes good.
    public var isLeftToObjective: Bool {
        switch self {
        case .broken, .refused, .timedOut, .unanswered, .generatorLimit: true
        default: false
        }
    }

    /// Whether it fails a run although an objective is kept: the server has ended, or was slower than it was asked to be.
    public var failsWhateverIsKept: Bool { self == .ended || self == .rateNotKept }

    /// Whether it says nothing of the server, so that another run may say more.
    public var isOfGenerator: Bool {
        switch self {
        case .machineLimit, .clockTrouble, .lateSending, .fewCameDue, .generatorBusy, .missedTicks, .nothingMeasured:
            true
        default: false
        }
    }
}
