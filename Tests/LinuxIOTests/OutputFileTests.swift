// Files of results: whole, or as they were.
import Glibc
import Testing

@testable import LinuxIO

@Suite("A file of results")
struct OutputFileTests {
    /// A directory of its own, and what to do with it.
    private static func withDirectory(_ body: (String) throws -> Void) throws {
        let path = "/tmp/eco-output-\(getpid())-\(Int.random(in: 0..<1_000_000_000))"
        try Folder.make(path)
        defer {
            _ = unsafe chmod(path, 0o700)
            for name in SystemFile.entries(of: path) { _ = unsafe unlink("\(path)/\(name)") }
            _ = unsafe rmdir(path)
        }
        try body(path)
    }

    private static func write(_ text: String, to path: String) throws { try OutputFile(path).write(text) }

    @Test("keeps its old content until it has the new one, and leaves nothing beside it")
    func replaced() throws {
        try Self.withDirectory { directory throws in
            let path = "\(directory)/results"
            do {
                let file = try OutputFile(path)
                #expect(SystemFile.entries(of: directory).isEmpty)
                try file.write("old")
            }
            #expect(unsafe chmod(path, 0o640) == 0)
            let file = try OutputFile(path)
            #expect(SystemFile.text(at: path) == "old" && SystemFile.entries(of: directory) == ["results"])
            // A reader that has it open reads the old content to its end.
            let reader = unsafe open(path, O_RDONLY | O_CLOEXEC)
            defer { _ = close(reader) }
            try file.write("new and longer")
            var bytes = [UInt8](repeating: 0, count: 32)
            #expect(unsafe read(reader, &bytes, 32) == 3 && bytes.starts(with: Array("old".utf8)))
            #expect(SystemFile.text(at: path) == "new and longer" && SystemFile.entries(of: directory) == ["results"])
            var status = stat()
            #expect(unsafe stat(path, &status) == 0 && status.st_mode & 0o777 == 0o640)
        }
    }

    @Test("stays where a link leads, and the link stays")
    func links() throws {
        try Self.withDirectory { directory throws in
            try Self.write("old", to: "\(directory)/results")
            #expect(unsafe symlink("results", "\(directory)/link") == 0)
            #expect(unsafe symlink("nowhere-yet", "\(directory)/dangling") == 0)
            try Self.write("new", to: "\(directory)/link")
            try Self.write("first", to: "\(directory)/dangling")
            #expect(SystemFile.text(at: "\(directory)/results") == "new")
            #expect(SystemFile.text(at: "\(directory)/nowhere-yet") == "first")
            #expect(SystemFile.target(of: "\(directory)/link") == "results")
            #expect(unsafe symlink("circle", "\(directory)/circle") == 0)
            #expect(throws: SystemError.self) { _ = try OutputFile("\(directory)/circle") }
        }
    }

    @Test("that is a pipe, a device, or open elsewhere is written in place")
    func streams() throws {
        let ends = try PipeEnds().release()
        defer { for number in [ends.reading, ends.writing] { Descriptor.close(number) } }
        try Self.write("through", to: "/proc/self/fd/\(ends.writing)")
        var bytes = [UInt8](repeating: 0, count: 32)
        #expect(unsafe read(ends.reading, &bytes, 32) == 7)
        try Self.write("away", to: "/dev/null")
        #expect(throws: SystemError.self) { try Self.write("no room", to: "/dev/full") }
        try Self.withDirectory { directory throws in
            let path = "\(directory)/open"
            let number = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            defer { _ = close(number) }
            #expect(unsafe Glibc.write(number, "table\n", 6) == 6)
            try Self.write("results\n", to: "/proc/self/fd/\(number)")
            #expect(SystemFile.text(at: path) == "table\nresults\n")
        }
    }

    @Test("that cannot be written is refused at once, and not changed")
    func refused() throws {
        try Self.withDirectory { directory throws in
            #expect(throws: SystemError.self) { _ = try OutputFile(directory) }
            #expect(throws: SystemError.self) { _ = try OutputFile("\(directory)/no/such") }
            #expect(throws: SystemError.self) { _ = try OutputFile("") }
            let path = "\(directory)/results"
            try Self.write("old", to: path)
            #expect(unsafe chmod(path, 0o400) == 0)
            // Root may write everything.
            if getuid() != 0 { #expect(throws: SystemError.self) { _ = try OutputFile(path) } }
            #expect(SystemFile.text(at: path) == "old")
        }
    }

    @Test("is recognised under all of its names, and two that do not exist yet are two files")
    func identity() throws {
        try Self.withDirectory { directory throws in
            let path = "\(directory)/results"
            #expect(OutputFile.identity(of: path) == OutputFile.identity(of: "\(directory)/./results"))
            #expect(OutputFile.identity(of: path) != OutputFile.identity(of: "\(directory)/other"))
            #expect(unsafe symlink("results", "\(directory)/link") == 0)
            #expect(OutputFile.identity(of: path) == OutputFile.identity(of: "\(directory)/link"))
            try Self.write("x", to: path)
            #expect(unsafe link(path, "\(directory)/second") == 0)
            let first = try #require(OutputFile.identity(of: path))
            for name in ["link", "second", "./results"] {
                #expect(OutputFile.identity(of: "\(directory)/\(name)") == first)
            }
            #expect(OutputFile.identity(of: "/dev/null") == nil)
        }
    }
}
