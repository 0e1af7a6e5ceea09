// What is told to a person whose command cannot be carried out.
import Glibc

/// One plain line about what a person asked for, and the status to exit with.
struct Complaint: Error, CustomStringConvertible {
    /// The statuses of sysexits.h that are used here.
    enum Status: Int32 {
        /// The command was used wrongly.
        case usage = 64
        /// What a server or a file said was wrong.
        case dataError = 65
        /// A file cannot be read.
        case noInput = 66
        /// A host name is unknown.
        case noHost = 68
        /// Something that is needed is not available now: a port in use.
        case unavailable = 69
        /// What was measured says nothing of what it was to say.
        case invalidFigures = 70
        /// The system cannot do what is asked: a limit it does not give.
        case osError = 71
        /// A file cannot be created.
        case cannotCreate = 73
        /// Connections broke, or standard output did not take everything.
        case inputOutput = 74
        /// Not everybody was served this time.
        case temporaryFailure = 75
        /// The other side does not speak the protocol.
        case protocolError = 76
        /// The person may not do this.
        case noPermission = 77
        /// By Ctrl-C, as shells say it.
        case interrupted = 130
    }

    let status: Status
    let description: String

    init(_ status: Status, _ description: String) {
        self.status = status
        self.description = description
    }

    /// The same, where the value at fault came from the environment: `ECO_HOST=x in the environment: ...`.
    func from(_ origin: String?) -> Complaint {
        origin.map { Complaint(status, "\($0): \(description)") } ?? self
    }
}
