// How a scripted server serves those whom the load generator sends.
#if DEBUG
    import EcoLoad
    import SimulatedKernel

    /// What a scripted server does, right or wrong.
    struct ServerScript {
        var address = PeerAddress.ipv4(0x7F00_0001, port: 9090)
        var backlog = 128
        /// It sends back what it is sent, and says nothing else.
        var isPlainEcho = false
        /// How long it hesitates at most before it accepts, before it reads, and before it sends, in nanoseconds; by chance.
        var acceptDelay = 0
        var readDelay = 0
        var sendDelay = 0
        /// How many bytes it reads and sends at a time at most; by chance.
        var mostRead = 1 << 20
        var mostSent = 1 << 20
        /// What it does wrong, and in how many of a thousand sessions.
        var mistake: ServerMistake?
        var mistakesPerMille = 1000
        /// When its process ends, with all connections; nil is never.
        var diesAt: Int64?
        /// Its greetings are numbered from here.
        var firstNumber = 1
    }

    /// One thing that a server does wrong; places are counted in all that it has to say to a client.
    enum ServerMistake: Equatable {
        case wrongByte(at: Int)
        case extraByte(before: Int)
        case swapsBytes(at: Int)
        /// Ends its sending side, and goes on reading.
        case ends(at: Int)
        case closes(at: Int)
        case resets(at: Int)
        case fallsSilent(at: Int)
        /// Tells every client that there is no room.
        case refuses
        /// Ends without an answer to the goodbye.
        case noFarewell
        /// Says more after the answer to the goodbye.
        case longFarewell
        /// Answers the goodbye, and stays.
        case neverEnds

        /// What it may be called in the load generator's ledger.
        func fates(isPlainEcho: Bool) -> [EcoLoad.Ledger.Fate] {
            switch self {
            case .wrongByte, .extraByte, .swapsBytes, .longFarewell: [.wrongBytes]
            case .ends, .noFarewell: [.closedEarly]
            // With input that was not read, a close is a reset.
            case .closes: [.closedEarly, .reset]
            case .resets: [.reset]
            // A plain echo server need not end its side.
            case .fallsSilent, .neverEnds: isPlainEcho ? [.timedOut, .served] : [.timedOut]
            case .refuses: [.refused]
            }
        }
    }
#endif
