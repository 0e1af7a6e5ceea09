// The kernels that pollers are tested on.
import SimulatedKernel
import Testing

/// A kernel, as an argument of tests.
enum KernelKind: CaseIterable, Sendable {
    case real
    #if DEBUG
        case simulated
    #endif

    func run(_ body: () throws -> Void) rethrows {
        switch self {
        case .real: try body()
        #if DEBUG
            case .simulated:
                let kernel = SimulatedKernel()
                try kernel.run(body)
                #expect(kernel.failure == nil, "\(kernel.failure ?? "")")
        #endif
        }
    }
}
