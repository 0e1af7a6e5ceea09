// What `eco doctor` takes.

enum DoctorRow {
    static let clients = OptionRow(
        "clients", "clients", .whole(1...1_000_000_000, kind: "a whole number of clients"), default: .value("10000"),
        "How many clients.")

    static let table = OptionTable(command: "doctor", arguments: [clients])
}
