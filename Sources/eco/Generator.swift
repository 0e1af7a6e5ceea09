// `eco generator`: the load generator's process of an experiment, started by `eco compare`.
import ArgumentParser
import EcoLab

struct Generator: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run one load, as eco compare orders it.", shouldDisplay: false)

    // Not in a table of options: no help and no document shows this command, which only `eco compare` calls.
    @Argument(help: "The order, in JSON.")
    var order: String

    func run() throws {
        let order: GeneratorOrder
        do { order = try GeneratorOrder(reading: self.order) } catch {
            throw Complaint(.usage, "this is not an order of eco compare: use eco load to run a load")
        }
        say(try order.carryOut())
    }
}
