// How models use options.
import EcoServer
import Support

/// How a model uses an option.
enum OptionUse: Equatable, Sendable {
    case full
    /// It uses the option only then.
    case partial(String)
    case none
}

extension OptionRow {
    /// How a model uses the option, which follows from the model's capabilities.
    func use(by model: any ConcurrencyModel.Type) -> OptionUse {
        guard let capability, !model.keeps.contains(capability) else { return .full }
        if let otherwise { return .partial(otherwise) }
        return .none
    }

    /// The warning if the model does not use the option, or not always; nil if it does.
    ///
    /// - Parameter given: how the option was given, with its value.
    func warning(given: String, model: any ConcurrencyModel.Type) -> String? {
        let users = Self.models { use(by: $0) == .full }
        let remedy = "give --model \(users.alternatives)"
        switch use(by: model) {
        case .full: return nil
        case .partial(let when):
            return "model \(model.names[0]) uses \(given) only \(when): \(remedy) to use it always"
        case .none: return "model \(model.names[0]) does not use \(given): \(remedy) to use it"
        }
    }

    /// Which models the option is for, in one sentence for the help and the documents; nil if it is for all.
    ///
    /// - Parameter mark: goes before and after the name of each model.
    func modelsNote(mark: String = "") -> String? {
        let others = Self.models { use(by: $0) != .full }
        if others.isEmpty { return nil }
        if let otherwise { return "With \(Self.told(others, mark)) only \(otherwise)." }
        let users = Self.models { use(by: $0) == .full }
        return users.count < others.count
            ? "With \(Self.told(users, mark)) only." : "Not with \(Self.told(others, mark))."
    }

    private static func told(_ models: [String], _ mark: String) -> String {
        "model\(models.count == 1 ? "" : "s") \(models.map { mark + $0 + mark }.joined(separator: ", "))"
    }

    private static func models(where isMeant: (any ConcurrencyModel.Type) -> Bool) -> [String] {
        ModelCatalog.all.filter(isMeant).map { $0.names[0] }
    }
}
