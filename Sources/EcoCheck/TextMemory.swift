// Recent texts of clients, to recognise them where they do not belong.

/// The last texts of the last clients.
final class TextMemory {
    struct Entry {
        let client: Int
        let text: [UInt8]
    }

    private static let mostEntries = 256
    private static let mostBytes = 8192

    private(set) var entries: [Entry] = []
    private var clients = 0

    /// A new number for a client.
    func nextClient() -> Int {
        clients += 1
        return clients
    }

    func note(_ text: [UInt8], of client: Int) {
        if entries.count == Self.mostEntries { entries.removeFirst(Self.mostEntries / 2) }
        entries.append(Entry(client: client, text: Array(text.prefix(Self.mostBytes))))
    }

    /// The texts of a client, the first one first.
    func texts(of client: Int) -> [[UInt8]] { entries.filter { $0.client == client }.map(\.text) }
}
