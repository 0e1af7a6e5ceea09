// The message for a command that cannot be carried out.

/// One plain line about what is wrong, and the exit status.
struct Complaint: Error, CustomStringConvertible {
    /// The statuses of sysexits.h that are used here.
    enum Status: Int32 {
        /// The command was used wrongly.
        case usage = 64
        /// A server or a file has wrong data.
        case dataError = 65
        /// A file cannot be read.
        case noInput = 66
        /// A host name is unknown.
        case noHost = 68
        /// Something that is needed is not available now: a port in use.
        case unavailable = 69
        /// The measured figures are invalid.
        case invalidFigures = 70
        /// The system refuses, for example because of a limit.
        case osError = 71
        /// A file cannot be created.
        case cannotCreate = 73
        /// Connections broke, or standard output did not take everything.
        case inputOutput = 74
        /// Not all clients were served this time.
        case temporaryFailure = 75
        /// The other side does not speak the protocol.
        case protocolError = 76
        /// The user may not do this.
        case noPermission = 77
        /// Interrupted by Ctrl-C, with the status that shells use.
        case interrupted = 130
    }

    let status: Status
    let description: String

    init(_ status: Status, _ description: String) {
        self.status = status
        self.description = description
    }

    /// The same for a bad value that came from the environment: `ECO_HOST=x in the environment: ...`.
    func from(_ origin: String?) -> Complaint {
        origin.map { Complaint(status, "\($0): \(description)") } ?? self
    }
}

extension String {
    /// As a complaint quotes it: `''` if it is empty.
    var visible: String { isEmpty ? "''" : self }
}
