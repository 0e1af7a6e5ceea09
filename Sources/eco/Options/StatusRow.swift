// What `eco status` takes.

enum StatusRow {
    static let server = OptionRow(
        "server", "pid|port", .form("a process id or a port"),
        "The server's process id, or a port that it listens on.")
}
