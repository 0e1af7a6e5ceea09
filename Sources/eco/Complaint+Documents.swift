// Why a file of results cannot be used, in one line, with the remedy.
import EcoLoad

extension Complaint {
    /// - Parameters:
    ///   - command: what writes such files: `eco load`.
    ///   - unreadable: the line for a file that does not exist, or may not be read.
    ///   - remedy: what to give instead of a file of another kind.
    init(_ error: ResultDocumentError, _ path: String, of command: String, unreadable: String, remedy: String) {
        switch error {
        case .unreadable: self.init(.noInput, unreadable)
        case .notADocument: self.init(.dataError, "file \(path) is not a result of \(command) (version 1): \(remedy)")
        case .flawed(let flaw): self.init(.dataError, "file \(path) is not a result of \(command) (\(flaw)): \(remedy)")
        }
    }
}
