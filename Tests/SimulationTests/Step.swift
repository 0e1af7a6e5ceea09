// What a directed test has happen to a simulated server.
#if DEBUG
    /// One thing after another, as a test tells it.
    enum Step {
        /// Once the server has done all that there is to do.
        case then(() -> Void)
        /// When the server's turn is over, whether or not something is ready.
        case turn(() -> Void)
        /// So much time passes, and the server does what it does in it.
        case wait(Duration)
    }
#endif
