// A client of the load generator: 64 bytes between its messages.
import Reactor

/// One connection of the generator.
struct LoadClient: Slot {
    enum State: UInt8 {
        case connecting
        /// Some bytes of the greeting may have come.
        case greeting
        /// The server refused it: its line is read to its end.
        case refused
        case talking
        /// It has said goodbye: it waits for the answer, then for the end.
        case leaving
    }

    var generation: UInt32 = 0
    var deadlineTick: UInt32 = 0
    var number: Int32 = -1
    /// Its index among the plan's clients.
    var index: UInt32 = 0

    /// The message that is sent next, its place on the tape, and how many bytes may be sent.
    var sendMessage: UInt32 = 0
    var sendPlace: UInt32 = 0
    var toSend: UInt32 = 0
    /// The message whose answer comes, its place on the tape, and how many bytes are to come.
    var checkMessage: UInt32 = 0
    var checkPlace: UInt32 = 0
    var toCheck: UInt32 = 0

    var inFlight = MessageQueue.Ends()
    /// Messages answered in the measured window.
    var answered: UInt32 = 0
    var state = State.connecting
    /// How much of a line of the server has come: the greeting, or the answer to the goodbye.
    var lineOffset: UInt8 = 0
    var wantsToWrite = true
    var hasBeenAnswered = false
    /// When it began to connect, then when it was connected, in nanoseconds; while it talks, the number of bytes of answers.
    var since: Int64 = 0
}
