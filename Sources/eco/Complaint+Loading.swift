// Why a load cannot be run or merged, in one line, with the remedy.
import EcoLoad
import LinuxIO
import Support
import SystemPackage

extension Complaint {
    init(_ failure: LoadRun.Failure) {
        switch failure {
        case .preflight(.descriptors(let needed, let given)):
            self.init(
                .osError,
                "that many clients need \(needed) descriptors and the limit is \(given): raise it (ulimit -Hn \(needed)), or give fewer --clients"
            )
        case .preflight(.ports(let clients, let given)):
            self.init(
                .osError,
                "\(clients) clients need as many ports and one address has \(given): give more source addresses with --source FIRST-LAST, or fewer --clients"
            )
        case .preflight(.badSource(let text)):
            self.init(.usage, "--source \(text) is not an address: give 127.0.0.2, or 127.0.0.2-127.0.0.40")
        case .preflight(.foreignSource(let host, let error)) where error.errno == .addressNotAvailable:
            self.init(.usage, "--source \(host) is not an address of this machine: give one that is (ip addr)")
        case .preflight(.foreignSource(let host, let error)):
            self.init(
                .usage,
                "--source \(host) cannot reach the server (\(error)): give an address of the same family as the server's"
            )
        case .system(let error): self.init(.osError, "the system refuses: \(error)")
        }
    }

    init(_ error: LoadDocument.MergeError, _ file: String, _ first: String) {
        switch error {
        case .differentPlans(let what):
            self.init(.dataError, "\(file) and \(first) differ in \(what): merge results of the same load")
        case .samePart:
            self.init(
                .dataError,
                "\(file) has results that another of these files has too: give each machine's results once"
            )
        case .unknownParts:
            self.init(
                .dataError,
                "\(file) or \(first) is a sum that does not name its parts: merge the parts themselves")
        case .differentRepeats(let left, let right):
            self.init(
                .dataError,
                "\(file) has \(Count(right).of("repeat")) and \(first) has \(left): merge results of the same load")
        }
    }
}
