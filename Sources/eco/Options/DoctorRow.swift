// What `eco doctor` takes.

enum DoctorRow {
    static let clients = OptionRow(
        "clients", "clients", .whole(1...1_000_000_000), default: .value("10000"), "How many clients.",
        remedy: "a whole number of clients, 1 to 1000000000")

    static let table = OptionTable(command: "doctor", arguments: [clients])
}
