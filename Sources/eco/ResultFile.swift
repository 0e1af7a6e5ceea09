// Files of results, whose complaints name the option.
import LinuxIO
import SystemPackage

/// A file that is opened before the work begins.
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

    private static func complaint(_ path: String, _ option: String, _ error: SystemError) -> Complaint {
        Complaint(
            .ofWriting(error),
            "file \(path.isEmpty ? "''" : path) cannot be written (\(error.errno)): give \(option) a path in a directory that exists and that you may write"
        )
    }
}

extension Complaint.Status {
    /// The status for something that cannot be written.
    static func ofWriting(_ error: SystemError) -> Self {
        [.permissionDenied, .notPermitted, .readOnlyFileSystem].contains(error.errno) ? .noPermission : .cannotCreate
    }
}
