// What `eco status` takes.

enum StatusRow {
    static let server = OptionRow(
        "server", "pid|port", .form("a process number or a port"),
        "The server's process number, or a port that it listens at.")
}
