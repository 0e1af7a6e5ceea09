// Limits on memory that control groups set.
import Foundation
import Testing

@testable import LinuxIO

@Suite("A control group's memory")
struct GroupMemoryTests {
    /// Files below a directory of the test's own, by their paths.
    private static func available(_ memberships: String, _ files: [String: String]) throws -> Int? {
        let root = NSTemporaryDirectory() + "eco-groups-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: root) }
        for (path, text) in files {
            let folder = (root + path as NSString).deletingLastPathComponent
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try text.write(toFile: root + path, atomically: false, encoding: .utf8)
        }
        return GroupMemory.available(memberships: memberships, root: root)
    }

    @Test("of version 2 is what the tightest of its groups leaves, old file cache included")
    func unified() throws {
        let files = [
            "/a/memory.max": "1000\n", "/a/memory.current": "600\n", "/a/memory.stat": "anon 5\ninactive_file 50\n",
            "/a/b/memory.max": "max\n", "/a/b/memory.current": "600\n",
        ]
        #expect(try Self.available("0::/a/b\n", files) == 450)
        #expect(try Self.available("0::/\n", files) == nil)
        #expect(try Self.available("", files) == nil)
    }

    @Test("of a container is that of the root that it sees")
    func container() throws {
        let files = ["/memory.max": "1000\n", "/memory.current": "1200\n"]
        #expect(try Self.available("0::/../..\n", files) == 0)
    }

    @Test("of version 1 has other names, and a limit beyond any memory means no limit")
    func legacy() throws {
        let files = [
            "/memory/d/memory.limit_in_bytes": "5000\n", "/memory/d/memory.usage_in_bytes": "1000\n",
            "/memory/memory.limit_in_bytes": "9223372036854771712\n", "/memory/memory.usage_in_bytes": "1000\n",
            "/memory/d/memory.stat": "inactive_file 7\ntotal_inactive_file 10\n",
        ]
        #expect(try Self.available("5:cpu,memory:/d\n1:name=systemd:/x\n", files) == 4010)
        #expect(try Self.available("5:cpu:/d\n", files) == nil)
    }
}
