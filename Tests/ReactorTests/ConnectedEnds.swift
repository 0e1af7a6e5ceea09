// Two connected ends, on whichever kernel a test runs.
import LinuxIO
import SimulatedKernel
import TestSupport

/// A connection whose near end is watched, and whose far end makes something happen. Closed with the object or before.
protocol ConnectedEnds: AnyObject {
    /// The near end's descriptor.
    var near: Int32 { get }

    /// Gives the near end a number of the test's own, if another test could take the one that it leaves.
    func moveNear(to number: Int32) throws
    /// Sends a byte to the near end.
    func say()
    /// Sends from the near end until there is no room.
    func fill()
    func closeNear()
    func closeFar()
}

extension SocketPair: ConnectedEnds {}

/// Connects two ends on the kernel of the calling thread.
func connectedEnds() throws -> any ConnectedEnds {
    #if DEBUG
        if let kernel = SimulatedKernel.current { return try SimulatedEnds(kernel) }
    #endif
    return try SocketPair()
}

#if DEBUG
    /// A client's socket, by connect(2), and a script in place of its server.
    private final class SimulatedEnds: ConnectedEnds {
        private(set) var near: Int32
        private let far: SimulatedConnection

        init(_ kernel: SimulatedKernel) throws {
            let listener = kernel.network.listen(at: .ipv4(0x7F00_0001, port: 9090), backlog: 0)
            defer { kernel.network.close(listener) }
            let socket = try ClientSocket(.ipv4)
            guard socket.connect(to: .loopback(port: 9090)) == .connected, let far = listener.accept() else {
                throw TestFailure("nothing is connected")
            }
            near = socket.release()
            self.far = far
        }

        deinit {
            closeNear()
            closeFar()
        }

        /// Nobody else is in this world: the number that is left is the next that is taken.
        func moveNear(to number: Int32) {}

        func say() { _ = far.serverSends([0x78]) }

        func fill() {
            let bytes = [UInt8](repeating: 0, count: 4096)
            // SAFETY: the array's own bytes.
            unsafe bytes.withUnsafeBytes { while case .bytes = unsafe Socket.send(near, $0) {} }
        }

        func closeNear() {
            if near >= 0 { Descriptor.close(near) }
            near = -1
        }

        func closeFar() { far.serverCloses() }
    }
#endif
