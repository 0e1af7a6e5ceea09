// Result files, with complaints that name the option.
import LinuxIO
import SystemPackage

/// A file that is checked for writability before the work begins, and written when the work is done.
struct ResultFile: ~Copyable {
    private let file: OutputFile
    private let path: String
    private let option: String

    init(_ path: String, option: String) throws {
        self.path = path
        self.option = option
        do throws(SystemError) { file = try OutputFile(path) } catch {
            throw Self.complaint(path, option, error)
        }
    }

    func write(_ text: String) throws {
        do throws(SystemError) { try file.write(text) } catch { throw Self.complaint(path, option, error) }
    }

    /// Refuses the same file for two options, even under different names: the second would overwrite the first.
    static func demandOneEach(_ options: [(option: String, path: String?)]) throws(Complaint) {
        var former: [OutputFile.Identity: String] = [:]
        for (option, path) in options {
            guard let path, let identity = OutputFile.identity(of: path) else { continue }
            if let other = former.updateValue(option, forKey: identity) {
                throw Complaint(.usage, "\(other) and \(option) both name \(path): give each its own file")
            }
        }
    }

    private static func complaint(_ path: String, _ option: String, _ error: SystemError) -> Complaint {
        let remedy =
            Complaint.Status.isNoRoom(error)
            ? "make room there, or give \(option) a path on another file system"
            : "give \(option) a path in a directory that exists and that you may write to"
        return Complaint(
            .ofWriting(error), "file \(path.visible) cannot be written (\(error.errno)): \(remedy)")
    }
}

extension Complaint.Status {
    /// Whether a file could be created but not filled.
    static func isNoRoom(_ error: SystemError) -> Bool {
        [.noSpace, .diskQuotaExceeded, .fileTooLarge].contains(error.errno)
    }

    /// The status for something that cannot be written.
    static func ofWriting(_ error: SystemError) -> Self {
        [.permissionDenied, .notPermitted, .readOnlyFileSystem].contains(error.errno) ? .noPermission : .cannotCreate
    }
}
