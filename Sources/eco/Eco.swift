// The command `eco`.
import ArgumentParser

@main
struct Eco: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eco",
        abstract: "A TCP echo server for a great many clients.",
        discussion: """
            Greets each client, sends back its text in upper case, and says goodbye at "tchau".
            `eco` alone is `eco serve`. Try it with: nc localhost 9090
            """,
        version: ecoVersion,
        subcommands: [Serve.self, Doctor.self],
        defaultSubcommand: Serve.self)
}

/// The version that `eco --version` says.
let ecoVersion = "0.1.0"
