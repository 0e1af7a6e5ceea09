// Draws plots, if gnuplot is there.
import LinuxIO

/// The program that draws.
struct Gnuplot {
    var program = "gnuplot"

    /// The remedy where there are no plots.
    static let remedy =
        "install gnuplot (apt-get install gnuplot-nox), then: eco compare redraw FOLDER, with the folder of this report"

    /// The plot as SVG; nil if gnuplot is not installed or fails, or there is nothing to draw. Blocks.
    func draw(_ plot: Plot) -> String? {
        guard !plot.script.isEmpty else { return nil }
        // Without gnuplot there are no plots, and the report says how to get them.
        guard let input = try? Descriptor.file(with: plot.script) else { return nil }
        var request = SpawnRequest([program])
        request.inheritsEnvironment = true
        request.environment = ["LC_ALL": "C"]
        request.startsSession = true
        request.descriptors[0] = input.number
        guard let process = try? ChildProcess(request), process.waitForExit(within: .seconds(30)) == .status(0),
            process.output.contains("</svg>")
        else { return nil }
        return process.output
    }
}
