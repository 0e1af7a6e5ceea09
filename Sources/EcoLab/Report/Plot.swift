// The script of a scenario's plot.
import EcoLoad
import Glibc
import Support

/// A plot as a script for gnuplot, which writes SVG to its standard output.
struct Plot {
    let script: String

    /// An empty script if there is nothing to draw.
    init(_ scenario: Scenario, _ analysis: Analysis) {
        let drawing = Drawing(analysis)
        script =
            switch scenario.description.plot {
            case .bars: drawing.bars(scenario.judged)
            case .sweep: drawing.sweep()
            case .percentiles: drawing.percentiles(scenario.rawValue)
            }
    }
}

/// What all plots have in common: colours, axes, names.
private struct Drawing {
    let analysis: Analysis

    init(_ analysis: Analysis) { self.analysis = analysis }

    /// Colours that colour-blind people can distinguish (Okabe and Ito 2008); a server has the same colour in all plots.
    private static let colours = [
        "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#7f7f7f", "#8c564b", "#bcbd22",
    ]

    private func colour(_ name: String) -> String {
        let index = analysis.document.experiment.entrants.firstIndex { $0.name == name } ?? 0
        return Self.colours[index % Self.colours.count]
    }

    /// Shapes of points, so that a print without colours is readable.
    private func shape(_ name: String) -> Int {
        let index = analysis.document.experiment.entrants.firstIndex { $0.name == name } ?? 0
        return [7, 5, 9, 11, 13, 4, 6, 8, 10, 12][index % 10]
    }

    private static let inkColour = "#333333"

    private func opening(_ width: Int, _ height: Int) -> String {
        """
        set encoding utf8
        set terminal svg size \(width),\(height) dynamic noenhanced font "Helvetica,Arial,sans-serif,14" background "#ffffff"
        set border 3 lw 0.8 lc rgb "\(Self.inkColour)"
        set tics nomirror tc rgb "\(Self.inkColour)"
        set grid lc rgb "#dddddd" lw 0.7 lt 1

        """
    }

    // MARK: - Bars

    func bars(_ figures: [JudgedFigure]) -> String {
        let panels = figures.map { judged in
            (
                judged,
                analysis.entrants.compactMap { entrant in
                    analysis.estimate(entrant.name, judged).map { (entrant.name, $0) }
                }
            )
        }.filter { !$0.1.isEmpty }
        guard !panels.isEmpty else { return "" }
        let heights = panels.map { 92 + 34 * $0.1.count }
        let height = heights.reduce(0, +)
        var text = opening(800, height) + "set multiplot\n"
        var top = 1.0
        for ((judged, entries), panelHeight) in zip(panels, heights) {
            let share = Double(panelHeight) / Double(height)
            let (upper, lower) = (top - 36 / Double(height), top - share + 50 / Double(height))
            let name = figures.count > 1 ? "\(judged.setting): \(judged.title)" : judged.title
            text += bars(name, judged.figure, entries, upper, lower)
            top -= share
        }
        return text + "unset multiplot\n"
    }

    private func bars(
        _ title: String, _ figure: Figure, _ entries: [(name: String, estimate: Estimate)], _ upper: Double,
        _ lower: Double
    ) -> String {
        let values = entries.map(\.estimate.mean)
        let most = entries.map { min($0.estimate.high ?? $0.estimate.mean, $0.estimate.mean * 3) }.max() ?? 1
        let (low, high) = (values.min() ?? 1, max(most, values.max() ?? 1))
        // Bars start at 0 if the shortest is still visible then.
        let isLogarithmic = high > 30 * low
        let start = isLogarithmic ? pow(10, floor(log10(low / 1.5))) : 0
        let end = isLogarithmic ? high * 6 : high * 1.22
        var data = ""
        for (row, (name, estimate)) in entries.reversed().enumerated() {
            let (least, greatest) = (max(estimate.low ?? estimate.mean, start), estimate.high ?? estimate.mean)
            let label = figure.text(estimate.mean)
            data +=
                "\(estimate.mean) \(least) \(min(greatest, end)) \(row) \"\(label)\" 0x\(colour(name).dropFirst())\n"
        }
        let names = entries.reversed().enumerated().map { "\"\($1.name)\" \($0)" }.joined(separator: ", ")
        return """
            $bars << END
            \(data)END
            set title "\(title), 95 % interval" font ",14" tc rgb "\(Self.inkColour)" offset 0,-0.4
            set lmargin at screen 0.16
            set rmargin at screen 0.95
            set tmargin at screen \(upper)
            set bmargin at screen \(lower)
            set yrange [-0.6:\(Double(entries.count) - 0.4)]
            \(isLogarithmic ? "set logscale x" : "unset logscale x")
            set xrange [\(start):\(end)]
            set ytics (\(names)) scale 0
            \(axis("x", figure, start, end, isLogarithmic))
            unset key
            plot $bars using 1:4:(\(start)):1:($4-0.32):($4+0.32):6 with boxxyerror fs solid 0.85 noborder lc rgb variable, \
                 $bars using 1:4:2:3 with xerrorbars pt -1 lw 1.6 lc rgb "#111111", \
                 $bars using 3:4:5 with labels left offset 0.8,0 tc rgb "#111111"

            """
    }

    // MARK: - Percentiles

    func percentiles(_ setting: String) -> String {
        let curves = analysis.entrants.compactMap { entrant -> (String, Times)? in
            let times = analysis.times(entrant.name, setting) { $0.clientLatency }
            return times.count > 1 ? (entrant.name, times) : nil
        }
        guard !curves.isEmpty else { return "" }
        var text = opening(800, 440)
        var (low, high) = (Double.infinity, 0.0)
        var most = 0.0
        for (index, (_, times)) in curves.enumerated() {
            text += "$curve\(index) << END\n"
            // As many halvings as there are messages to tell apart.
            let last = min(1e5, Double(times.count))
            most = max(most, last)
            var odds = 1.0
            while odds <= last {
                let value = Double(max(1000, times.percentile(100 * (1 - 1 / odds))))
                (low, high) = (min(low, value), max(high, value))
                text += "\(odds) \(value)\n"
                odds *= 1.12
            }
            text += "END\n"
        }
        let shares = [
            (1.0, "0"), (2, "50 %"), (10, "90 %"), (100, "99 %"), (1000, "99.9 %"), (1e4, "99.99 %"), (1e5, "99.999 %"),
        ]
        let tics = shares.filter { $0.0 <= most * 1.01 }.map { "\"\($0.1.replacing("%", with: "%%"))\" \($0.0)" }
            .joined(separator: ", ")
        let (start, end) = (pow(10, floor(log10(low))), pow(10, ceil(log10(high * 1.05))))
        text += """
            set logscale xy
            set xrange [1:\(most)]
            set yrange [\(start):\(end)]
            set xtics (\(tics))
            \(axis("y", .p99, start, end, true))
            set xlabel "share of the messages that were answered within" tc rgb "\(Self.inkColour)"
            set lmargin at screen 0.1
            set rmargin at screen 0.95
            set tmargin at screen 0.96
            set bmargin at screen 0.24
            set key at screen 0.54,0.05 center horizontal tc rgb "\(Self.inkColour)" samplen 2
            plot \(curves.enumerated().map { "$curve\($0) using 1:2 with lines lw 2.4 dt \($0 % 2 == 0 ? 1 : 4) lc rgb \"\(colour($1.0))\" title \"\($1.0)\"" }.joined(separator: ", "))

            """
        return text
    }

    // MARK: - The sweep

    func sweep() -> String {
        let steps = analysis.document.experiment.clientSteps
        typealias Point = (clients: Int, rate: Double, p99: Double)
        var curves: [(name: String, points: [Point], breaksAt: Int?)] = []
        for entrant in analysis.entrants {
            let points = steps.compactMap { clients -> Point? in
                let runs = analysis.runs(entrant.name, "clients", Clients.step(clients))
                guard let rate = Estimate(runs.map(\.result.rate)),
                    let p99 = Estimate(runs.map { Double($0.result.planned.percentile(99)) })
                else { return nil }
                return (clients, rate.mean, p99.mean)
            }
            let broken = steps.first { analysis.failure(entrant.name, "clients", Clients.step($0)) != nil }
            if !points.isEmpty { curves.append((entrant.name, points, broken)) }
        }
        guard let last = steps.last, !curves.isEmpty else { return "" }
        var text = opening(800, 640)
        for (index, curve) in curves.enumerated() {
            text +=
                "$curve\(index) << END\n" + curve.points.map { "\($0.clients) \($0.rate) \($0.p99)\n" }.joined()
                + "END\n"
            if let broken = curve.breaksAt, let before = curve.points.last(where: { $0.clients <= broken }) {
                text += "$break\(index) << END\n\(broken) \(before.rate) \(before.p99)\nEND\n"
            }
        }
        let tics = steps.map { "\"\(Count($0))\" \($0)" }.joined(separator: ", ")
        text += "set multiplot\nset logscale xy\nset xrange [0.8:\(Double(last) * 1.3)]\nset xtics (\(tics))\n"
        text += "set lmargin at screen 0.13\nset rmargin at screen 0.95\n"
        for (column, figure, title) in [
            (2, Figure.rate, "messages per second"), (3, Figure.p99, "99 % are answered within"),
        ] {
            let values = curves.flatMap { $0.points.map { column == 2 ? $0.rate : $0.p99 } }
            let (low, high) = (values.min() ?? 1, values.max() ?? 1)
            let (start, end) = (pow(10, floor(log10(low / 1.1))), pow(10, ceil(log10(high * 1.1))))
            let isFirst = column == 2
            text += """
                set tmargin at screen \(isFirst ? 0.94 : 0.5)
                set bmargin at screen \(isFirst ? 0.61 : 0.17)
                set title "\(title)" font ",14" tc rgb "\(Self.inkColour)" offset 0,-0.6
                set yrange [\(start):\(end)]
                \(axis("y", figure, start, end, true))
                \(isFirst ? "unset xlabel" : "set xlabel \"clients, all talking; a cross marks where a client was not served\" tc rgb \"\(Self.inkColour)\"")
                \(isFirst ? "unset key" : "set key at screen 0.55,0.035 center horizontal tc rgb \"\(Self.inkColour)\" samplen 2")

                """
            var plots: [String] = []
            for (index, curve) in curves.enumerated() {
                plots.append(
                    "$curve\(index) using 1:\(column) with linespoints lw 2.2 pt \(shape(curve.name)) ps 0.7 lc rgb \"\(colour(curve.name))\" title \"\(curve.name)\""
                )
                if let broken = curve.breaksAt, curve.points.contains(where: { $0.clients <= broken }) {
                    plots.append(
                        "$break\(index) using 1:\(column) with points pt 2 ps 1.6 lw 2.4 lc rgb \"\(colour(curve.name))\" notitle"
                    )
                }
            }
            text += "plot " + plots.joined(separator: ", ") + "\n"
        }
        return text + "unset multiplot\n"
    }

    // MARK: - Axes

    /// Axis marks with readable units, at round values.
    private func axis(_ axis: String, _ figure: Figure, _ start: Double, _ end: Double, _ isLogarithmic: Bool) -> String
    {
        var marks: [Double] = []
        if isLogarithmic {
            var value = pow(10, ceil(log10(start) - 1e-9))
            while value <= end * 1.001 {
                marks.append(value)
                value *= 10
            }
        } else {
            let step = Self.step(end - start)
            var value = start
            while value <= end {
                marks.append(value)
                value += step
            }
        }
        let tics = marks.map { "\"\($0 == 0 ? "0" : short(figure, $0))\" \($0)" }.joined(separator: ", ")
        return "set \(axis)tics (\(tics))"
    }

    /// A step of 1, 2 or 5 times a power of ten that gives about five marks.
    private static func step(_ range: Double) -> Double {
        let rough = range / 5
        let power = pow(10, floor(log10(rough)))
        return [1.0, 2, 5, 10].map { $0 * power }.first { $0 >= rough } ?? rough
    }

    /// `100 us`, `1 ms`, `2k`: a mark's value has one significant digit.
    private func short(_ figure: Figure, _ value: Double) -> String {
        func unit(_ value: Double, _ units: [(Double, String)]) -> String {
            let (size, name) = units.last { value >= $0.0 * 0.999 } ?? units[0]
            let number = value / size
            let isWhole = abs(number - number.rounded()) < 1e-6 * number
            return isWhole ? "\(Int(number.rounded()))\(name)" : "\((number * 1000).rounded() / 1000)\(name)"
        }
        let times = [(1.0, " ns"), (1e3, " us"), (1e6, " ms"), (1e9, " s")]
        switch figure {
        case .processorTime: return unit(value * 1e3, times)
        case .p99: return unit(value, times)
        case .rate: return unit(value, [(1.0, ""), (1e3, "k"), (1e6, "M")])
        case .memory: return unit(value, [(1.0, " B"), (1e3, " kB"), (1e6, " MB"), (1e9, " GB")])
        }
    }
}
