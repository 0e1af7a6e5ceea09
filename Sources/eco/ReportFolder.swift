// The folder that a report is written to.
import EcoLab
import EcoLoad
import LinuxIO
import SystemPackage

/// A folder that is created before the work begins, so that no work is lost because it cannot be written.
struct ReportFolder {
    let path: String

    init(_ path: String) throws {
        guard !path.isEmpty else { throw Complaint(.usage, "--out '' is not a folder: give the path of one") }
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        do throws(SystemError) { try Folder.make(self.path) } catch { throw Self.complaint(path, error) }
        // Only files of an older report may be replaced later.
        let files = SystemFile.entries(of: self.path).sorted()
        if let first = files.first, (try? ComparisonDocument(reading: "\(self.path)/results.json")) == nil {
            throw Complaint(
                .cannotCreate,
                "folder \(path) has files that do not belong to a report (\(first)): give --out an empty folder, or a new one"
            )
        }
        // An older report stays until there is a newer one; whether the folder can be written is checked now.
        _ = try ResultFile("\(self.path)/results.json", option: "--out")
    }

    /// Writes everything.
    func write(_ document: ComparisonDocument) throws {
        let report = Report(document)
        var written: Set<String> = []
        func write(_ files: [(name: String, text: String)]) throws {
            for (name, text) in files {
                try ResultFile("\(path)/\(name)", option: "--out").write(text)
                written.insert(name)
            }
        }
        try write(report.data())
        try write(report.pages())
        // No file of an older report stays beside this one.
        for name in Report.files where !written.contains(name) { Folder.removeFile("\(path)/\(name)") }
    }

    private static func complaint(_ path: String, _ error: SystemError) -> Complaint {
        Complaint(
            .ofWriting(error),
            "folder \(path) cannot be created (\(error.errno)): give --out a path that you may write to")
    }
}
