// Why a server cannot listen, in one line, with the remedy.
import EcoServer
import LinuxIO
import SystemPackage

extension ListenError {
    /// The options whose values may be at fault.
    fileprivate var options: [OptionRow] {
        switch self {
        case .unresolved: [ServeRow.host]
        case .pathLength, .system(_, .unix): [ServeRow.unix]
        case .system(let error, _):
            switch error.errno {
            case .addressInUse, .permissionDenied: [ServeRow.port]
            case .addressNotAvailable: [ServeRow.host]
            default: [ServeRow.host, ServeRow.port]
            }
        }
    }
}

extension Complaint {
    /// The same, with the variable that the value came from, if it did.
    static func listening(_ error: ListenError) -> Complaint {
        Complaint(error).from(error.options.lazy.compactMap { Environment.origin(of: $0) }.first)
    }

    private init(_ error: ListenError) {
        switch error {
        case .unresolved(let error):
            self.init(
                .noHost,
                "host \(error.host.visible) does not resolve (\(error.reason)): check --host, or give a number like 127.0.0.1"
            )
        case .pathLength(let path):
            self.init(
                .usage,
                "path \(path.visible) has \(path.utf8.count) bytes: give --unix a path of 1 to \(SocketAddress.longestPath) bytes"
            )
        case .system(let error, .unix(let path)): self.init(error, path: path)
        case .system(let error, let address): self.init(error, address: address)
        }
    }

    private init(_ error: SystemError, address: SocketAddress) {
        let port = address.port
        switch error.errno {
        case .addressInUse:
            self.init(
                .unavailable,
                "port \(port) is in use at \(address.host)\(Self.remedy(for: address)) (ss -tanp 'sport = :\(port)'), or give another --port"
            )
        case .permissionDenied:
            self.init(.noPermission, "port \(port) needs privileges: give --port 1024 or more")
        case .addressNotAvailable:
            self.init(.unavailable, "\(address.host) is not an address of this machine: check --host (ip addr)")
        default:
            self.init(.osError, "cannot listen at \(address): \(error): check --host and --port")
        }
    }

    /// What to do about a port in use: stop the server, or end the connection that uses it as its local port.
    private static func remedy(for address: SocketAddress) -> String {
        func isInTheWay(_ socket: PortUse.PortSocket) -> Bool {
            let other = socket.address.unmapped
            return address.isWildcard || other.isWildcard || other == address
        }
        if PortUse.listeners(at: address.port).contains(where: isInTheWay) {
            return ": stop the server that listens there"
        }
        if PortUse.connections(at: address.port).contains(where: isInTheWay) {
            return ", as the local port of a connection: end that connection"
        }
        if PortUse.isRemembered(address.port) {
            return ", by connections that ended less than a minute ago: wait a minute"
        }
        return ": see which process has it"
    }

    private init(_ error: SystemError, path: String) {
        switch error.errno {
        case .addressInUse:
            self.init(.unavailable, "path \(path) is in use: a server listens there: stop it, or give another --unix")
        case .fileExists:
            self.init(.cannotCreate, "path \(path) exists and is not a socket: remove it, or give another --unix")
        case .permissionDenied, .notPermitted, .readOnlyFileSystem:
            self.init(
                .noPermission,
                "path \(path) cannot be bound (\(error.errno)): give --unix a path in a directory that you may write to"
            )
        default:
            self.init(
                .cannotCreate,
                "path \(path) cannot be bound (\(error.errno)): give --unix a path in a directory that exists")
        }
    }
}
