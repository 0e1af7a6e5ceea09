// Options that the chosen model does not use.
import EcoServer
import Glibc
import LinuxIO
import TestSupport
import Testing

@testable import eco

@Suite("An option that the model does not use", .blocking)
struct UnusedOptionTests {
    private static let models = ModelCatalog.all.map { $0.names[0] }
    private static let options = ServeRow.table.rows.map(\.name)

    /// A value for each option, some of them the default: what counts is that it was given.
    private static func value(_ option: String, _ model: String) -> String? {
        [
            "host": "127.0.0.1", "port": "0", "model": model, "max-clients": "5", "quiet": "1",
            "unix": "/tmp/eco-unused-\(getpid())-\(model)", "workers": "2", "simulate": "none",
            "max-clients-per-address": "3", "max-pending": "100000", "backlog": "16", "idle-timeout": "30",
            "write-timeout": "30", "drain-timeout": "10", "keepalive": "off", "invalid-utf8": "close",
            "log-level": "notice",
        ][option]
    }

    @Test("is not promised in the line that tells the limits", arguments: models)
    func notPromised(model: String) throws {
        let keeps = try #require(ModelCatalog.model(named: model)).keeps
        let limits = ["--max-clients", "50", "--max-clients-per-address", "5"]
        let process = try ChildProcess(
            TestSupport.Eco.path, ["--host", "127.0.0.1", "--port", "0", "--model", model] + limits)
        #expect(process.wait(.errors) { $0.contains(" may wait\n") }, "\(process.errors)")
        process.send(signal: SIGTERM)
        #expect(process.waitForExit() == .status(0))
        let lines = process.errors.split(separator: "\n")
        let line = try #require(lines.first { $0.contains("serving at") })
        #expect(line.contains(": at most 50 clients") == keeps.contains(.manyClients), "\(line)")
        #expect(line.contains(": one client at a time") != keeps.contains(.manyClients), "\(line)")
        #expect(line.contains(", 5 per address") == keeps.contains(.addressLimit), "\(line)")
    }

    @Test(
        "causes a warning in one line at the start, with its value and the models that use it", arguments: options,
        models)
    func told(option: String, model: String) throws {
        let row = try #require(ServeRow.table.rows.first { $0.name == option })
        let type = try #require(ModelCatalog.model(named: model))
        let value = try #require(Self.value(option, model), "a value for --\(option)")
        let isFlag = row.valueName == nil
        // On the command line, and from the environment.
        for isVariable in [false, true] where !(isVariable && ["host", "port", "model"].contains(option)) {
            var options = ChildProcess.Options()
            if isVariable { options.environment = [row.variable: value] }
            let given = isVariable ? [] : isFlag ? [row.option] : [row.option, value]
            let process = try ChildProcess(
                TestSupport.Eco.path, ["--host", "127.0.0.1", "--port", "0", "--model", model] + given, options)
            #expect(process.wait(.errors) { $0.contains("serving at") }, "\(process.errors)")
            process.send(signal: SIGTERM)
            #expect(process.waitForExit() == .status(0))
            let told = isVariable ? "\(row.variable)=\(value) in the environment" : "\(row.option) \(value)"
            switch row.use(by: type) {
            case .full: #expect(process.complaints == "", "\(process.complaints)")
            case .partial(let when):
                #expect(
                    process.complaints.hasPrefix("eco: warning: model \(model) uses \(told) only \(when): give "))
                #expect(process.complaints.split(separator: "\n").count == 1, "\(process.complaints)")
            case .none:
                #expect(
                    process.complaints.hasPrefix("eco: warning: model \(model) does not use \(told): give --model "))
                #expect(process.complaints.split(separator: "\n").count == 1, "\(process.complaints)")
            }
        }
    }
}
