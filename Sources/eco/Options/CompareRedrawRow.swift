// What `eco compare redraw` takes.

enum CompareRedrawRow {
    static let folder = OptionRow("folder", "folder", .text("a folder"), "A folder that eco compare wrote.")

    static let table = OptionTable(command: "compare redraw", arguments: [folder])
}
