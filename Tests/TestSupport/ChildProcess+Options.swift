// Programs as tests start them.
import Glibc
import LinuxIO

extension ChildProcess {
    /// What a program is started with besides its arguments.
    public struct Options: Sendable {
        /// The whole environment, but for PATH.
        public var environment: [String: String] = [:]
        /// Descriptors of the test's for its standard streams; nil is /dev/null for input, collected text for the others.
        public var standardInput: Int32?
        public var standardOutput: Int32?
        public var standardError: Int32?
        /// The soft and hard limit on its descriptors.
        public var descriptorLimit: Int?
        /// So many descriptors of no use are open when it starts.
        public var extraDescriptors = 0
        /// A program and arguments that start it, `setpriv …` for one.
        public var launcher: [String] = []

        public init() {}
    }

    public convenience init(_ executable: String, _ arguments: [String], _ options: Options = Options()) throws {
        var command = [executable] + arguments
        if let limit = options.descriptorLimit {
            command = ["/bin/sh", "-c", "ulimit -n \(limit); exec \"$0\" \"$@\""] + command
        }
        var request = SpawnRequest(options.launcher + command)
        request.environment = options.environment
        request.descriptors = [options.standardInput, options.standardOutput, options.standardError]
        request.extraDescriptors = options.extraDescriptors
        try self.init(request)
    }
}

extension ChildProcess {
    /// Sends signals so that all are there when the program looks, however busy the machine is; says whether it stood still for it.
    public func sendTogether(_ signals: [Int32]) -> Bool {
        send(signal: SIGSTOP)
        let isStopped = Wait.until { Proc(pid).state == "T" }
        for signal in signals { send(signal: signal) }
        send(signal: SIGCONT)
        return isStopped
    }
}

/// What went wrong in a test, in words.
public struct TestFailure: Error, CustomStringConvertible, Equatable {
    public let description: String

    public init(_ description: String) { self.description = description }
}
