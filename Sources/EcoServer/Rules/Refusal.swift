// Why a client is not served.

/// Why a client was refused.
public enum Refusal: Int, CaseIterable, Sendable {
    /// The connection limit is reached.
    case full
    /// The limit of one address is reached.
    case address
    /// No descriptor was left, or only one that the model cannot watch.
    case descriptors
    /// The system had no memory for it, or no thread, if it needs one.
    case resources

    /// Its description for operators.
    var help: String {
        switch self {
        case .full: "refused at `--max-clients`"
        case .address: "refused at `--max-clients-per-address`"
        case .descriptors: "refused because no descriptor was left, or only one that the model cannot watch"
        case .resources: "refused because there was no memory for it, or no thread, if it needs one"
        }
    }
}
