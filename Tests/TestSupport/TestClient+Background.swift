// Sending while another thread reads.
import LinuxIO

extension TestClient {
    /// Sends all bytes and ends the sending side on a thread of its own, so that the caller can read meanwhile: a server
    /// does not read from a client that does not.
    public func sendInBackground(_ bytes: [UInt8], thenHalfClose: Bool = true) throws {
        try Thread.start(name: "test-sender") {
            // The server may have a reason to close first; the reader sees that.
            try? self.send(bytes)
            if thenHalfClose { self.halfClose() }
        }
    }
}
