// The port that a server is to listen on: a free one, or its fixed one.
import LinuxIO
import Support

extension ServerUnderTest {
    func freePort(fixed: UInt16?) throws(ServerUnavailable) -> UInt16 {
        guard let fixed else {
            if surroundings.prefersOwnNetwork { enterOwnNetwork() }
            guard let port = PortUse.anyFree else { throw .portRemembered(port: 15_000) }
            return port
        }
        if let error = enterOwnNetwork() {
            onNotice(
                Text(
                    "this machine does not allow the server its own network (\(error)): port \(fixed) is shared with other programs here, and each restart waits until it is free",
                    pt:
                        "esta máquina não dá ao servidor uma rede própria (\(error)): a porta \(fixed) é compartilhada com todos aqui, e cada reinício espera até que esteja livre"
                ))
        }
        if hasOwnNetwork != true { try waitForPort(fixed) }
        return fixed
    }

    /// Moves into a new network, unless the machine is known not to allow it; reports why not the first time.
    @discardableResult
    private func enterOwnNetwork() -> SystemError? {
        guard hasOwnNetwork != false else { return nil }
        do throws(SystemError) { try NetworkNamespace.enter() } catch {
            hasOwnNetwork = false
            return error
        }
        hasOwnNetwork = true
        return nil
    }

    /// The kernel keeps old connections for a minute (TIME_WAIT), and a server without SO_REUSEADDR has to wait for that.
    private func waitForPort(_ port: UInt16) throws(ServerUnavailable) {
        if let holder = PortUse.listeners(at: port).first { throw .portHeld(port: port, by: Self.owner(of: holder)) }
        if !PortUse.isFree(port), let connection = PortUse.connections(at: port).first {
            throw .portHeld(port: port, by: "a connection of \(Self.owner(of: connection))")
        }
        guard !PortUse.isFree(port) else { return }
        onNotice(
            Text(
                "waiting for port \(port), which is in TIME_WAIT after earlier connections, for a minute at most",
                pt: "esperando a porta \(port), que está guardada para conexões já terminadas, por um minuto no máximo")
        )
        let isFree = clock.look(every: .milliseconds(100), for: .seconds(65)) { PortUse.isFree(port) }
        if !isFree { throw .portRemembered(port: port) }
    }

    private static func owner(of socket: PortUse.PortSocket) -> String {
        ownerProcess(of: socket).map(told) ?? "another process"
    }

    static func ownerProcess(of socket: PortUse.PortSocket) -> Proc? {
        Proc.all.first { $0.sockets.contains(socket.inode) }
    }

    static func told(_ process: Proc) -> String {
        "\(process.commandLine.isEmpty ? "a process" : process.commandLine) (pid \(process.pid))"
    }
}
