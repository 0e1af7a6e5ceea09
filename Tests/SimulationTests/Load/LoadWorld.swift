// The world around a simulated load generator.
#if DEBUG
    import SimulatedKernel

    /// Moves whoever runs the load, and the server that it is put on.
    final class LoadWorld: SimulatedWorld {
        let conductor: LoadConductor
        var scripted: ScriptedServer?
        /// What is around the real server, and its kernel.
        var served: (world: World, kernel: SimulatedKernel)?
        /// The generator has ended.
        var isLoadOver = false

        init(_ conductor: LoadConductor) { self.conductor = conductor }

        func act() {
            conductor.act()
            scripted?.act()
            if let served { served.kernel.run { served.world.act() } }
        }

        var nextMoment: Int64? {
            [conductor.nextMoment, isLoadOver ? nil : scripted?.nextMoment, served?.world.nextMoment]
                .lazy.compactMap { $0 }.min()
        }

        func nothingWillHappen() {
            if isLoadOver, let served { served.kernel.run { served.world.nothingWillHappen() } }
        }
    }
#endif
