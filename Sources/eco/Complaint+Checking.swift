// Why a server cannot be checked, in one line, with the remedy.
import ServerHarness

extension Complaint {
    init(_ error: ServerUnavailable) {
        let status: Status = if case .system = error { .osError } else { .unavailable }
        self.init(status, error.reason + Self.remedy(error))
    }

    private static func remedy(_ error: ServerUnavailable) -> String {
        switch error {
        case .unreachable: ": start the server first, or let --spawn 'CMD {port}' start it"
        case .commandNotFound: ": check its path, and chmod +x"
        case .exited: ": run it by hand to see why"
        case .neverListens: ": write {port} in place of its port, or give a larger --patience"
        case .portHeld: ": stop it, or give another --port"
        case .portRemembered(let port): ": wait a minute (ss -tanp 'sport = :\(port)'), or give another --port"
        case .system: ""
        }
    }
}
