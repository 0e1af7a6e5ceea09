// What every concurrency model is: a way to serve the protocol.
public import LinuxIO

/// A way to serve many clients. A new model is one file in `Models/` and one line in `ModelCatalog`.
public protocol ConcurrencyModel: Sendable {
    /// Its name on the command line, and other names that are accepted.
    static var names: [String] { get }
    /// What it keeps beyond what every model keeps.
    static var keeps: Set<Capability> { get }
    /// How it serves, in fewer than 60 characters for the help and the documents.
    static var summary: String { get }

    /// Descriptors from this number on cannot be clients of it.
    static var descriptorEnd: Int { get }
    /// The name of the model from which it differs in one thing only; `eco compare` measures it on request. Nil for most models.
    static var variantOf: String? { get }

    /// Serves until asked to leave. Blocks the calling thread.
    static func serve(_ service: Service, at listeners: Listeners) throws(SystemError) -> ServerOutcome
}

extension ConcurrencyModel {
    public static var descriptorEnd: Int { .max }
    public static var variantOf: String? { nil }
}

/// How serving ended.
public enum ServerOutcome: Equatable, Sendable {
    /// All that was received was answered.
    case drained
    /// The time ran out for this many clients.
    case cut(clients: Int)
    /// A second request to leave; the signal, if it came as one.
    case quit(Signal?)
    /// Every listener had died, so that no client could connect. The time ran out for this many clients that were left.
    case listenersDied(cut: Int)

    /// The status to exit with; 71 and 75 are EX_OSERR and EX_TEMPFAIL of sysexits.h.
    public var exitStatus: Int32 {
        switch self {
        case .drained: 0
        case .cut: 75
        case .listenersDied: 71
        case .quit(let signal): signal.map { 128 + $0.rawValue } ?? 75
        }
    }
}

/// All models, in the order of help and documents.
public enum ModelCatalog {
    public static let all: [any ConcurrencyModel.Type] = [
        ReactorModel.self, WorkersModel.self, ThreadsModel.self, SequentialModel.self, PollModel.self,
        SelectModel.self,
    ]

    /// The model of this name.
    public static func model(named name: String) -> (any ConcurrencyModel.Type)? {
        all.first { $0.names.contains(name) }
    }
}
