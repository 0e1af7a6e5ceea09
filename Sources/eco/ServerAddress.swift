// A server's address, as people write it.
import LinuxIO

/// `host:port`, `[::1]:port`, a port of this machine, or `unix:PATH`.
struct ServerAddress {
    /// In the order in which they are to be tried; never empty.
    let addresses: [SocketAddress]

    /// What to give instead of a text that is no address.
    static let remedy = "host:port, like localhost:9090"

    /// - Parameter allowsPaths: whether `unix:PATH` is one, too.
    init(_ text: String, allowsPaths: Bool = false) throws {
        if allowsPaths, text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            guard (1...SocketAddress.longestPath).contains(path.utf8.count) else {
                throw Complaint(
                    .usage, "\(text) has a path of \(path.utf8.count) bytes: give 1 to \(SocketAddress.longestPath)")
            }
            addresses = [.unix(path)]
            return
        }
        let colon = text.lastIndex(of: ":")
        if colon == nil, Self.isName(text) {
            throw Complaint(.usage, "\(text) has no port: give host:port, like \(text):9090")
        }
        var host = colon.map { String(text[..<$0]) } ?? "localhost"
        let number = colon.map { String(text[text.index(after: $0)...]) } ?? text
        guard let port = UInt16(number), port > 0, !host.isEmpty else {
            throw Complaint(
                .usage, "\(text.visible) is not a server's address: give \(Self.remedy)")
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        do throws(Host.ResolutionError) { addresses = try Host.addresses(of: host, port: port) } catch {
            throw Complaint(
                .noHost,
                "host \(error.host) does not resolve (\(error.reason)): check the name, or give a number like 127.0.0.1"
            )
        }
    }

    /// Whether it can be a host's name or address, and is not a port.
    private static func isName(_ text: String) -> Bool {
        !text.allSatisfy(\.isNumber) && text.allSatisfy { $0.isLetter || $0.isNumber || ".-_".contains($0) }
    }
}
