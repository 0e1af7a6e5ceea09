// Doing the simulated work.
internal import LinuxIO

extension SimulatedWork {
    /// Does the work of this many texts. Blocks the calling thread for that time.
    func perform(texts: Int) {
        switch self {
        case .none: break
        case .sleep(let duration): if texts > 0 { Thread.sleep(for: duration * texts) }
        case .cpu(let duration): if texts > 0 { Thread.burn(duration * texts) }
        }
    }
}
