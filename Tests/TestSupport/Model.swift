// The models, as arguments of tests.
import EcoServer
import Testing

/// A model. Tests take their models from the catalogue, by what each keeps: a new one is tested without a new line.
public struct Model: Sendable, CustomTestStringConvertible {
    public let type: any ConcurrencyModel.Type

    /// The name that `--model` takes.
    public var name: String { type.names[0] }
    public var testDescription: String { name }

    public func keeps(_ capability: Capability) -> Bool { type.keeps.contains(capability) }

    public static let all = ModelCatalog.all.map { Model(type: $0) }
    /// Those that keep this.
    public static func keeping(_ capability: Capability) -> [Model] { all.filter { $0.keeps(capability) } }
    /// Those that keep this, and whose descriptors may have such numbers.
    public static func keeping(_ capability: Capability, descriptors: Int) -> [Model] {
        keeping(capability).filter { $0.type.descriptorEnd > descriptors }
    }
    /// Those that do not keep it.
    public static func lacking(_ capability: Capability) -> [Model] { all.filter { !$0.keeps(capability) } }

    /// The one of this name, for tests of what it alone does.
    public static func named(_ name: String) throws -> Model {
        guard let model = all.first(where: { $0.name == name }) else { throw TestFailure("no model is called \(name)") }
        return model
    }
}
