import Testing

@testable import EcoServer

@Suite("A connection")
struct ConnectionTests {
    @Test("takes 32 bytes in the table")
    func size() { #expect(MemoryLayout<Connection>.stride == 32) }
}
