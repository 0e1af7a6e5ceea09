// What `eco status` takes.

enum StatusRow {
    static let server = OptionRow(
        "server", "pid|port", .whole(1...Int(Int32.max), kind: "a process id or a port"),
        default: .described("the only running server"),
        "The server's process id, or a port that it listens on.")
    static let json = OptionRow.flag("json", "Print the counters as one line of JSON.")

    static let table = OptionTable(command: "status", arguments: [server], rows: [json])
}
