// What a load generator's figures must have to do with what happened.
#if DEBUG
    import SimulatedKernel
    @testable import EcoLoad

    extension LoadSimulation {
        /// Compares what the generator says with what the referee saw.
        func check() {
            guard kernel.failure == nil, let measurements else { return }
            if !kernel.openDescriptors.isEmpty { kernel.fail("descriptors \(kernel.openDescriptors) are left open") }
            if let visit = referee.visits.first(where: { !$0.isClosed }) {
                return kernel.fail("client \(visit.end.number) is never closed")
            }
            checkLedger(measurements)
            checkBytes(measurements)
            checkMessages(measurements)
            checkTimes(measurements)
            checkEnd()
            checkNaming(measurements)
        }

        private func compare(_ name: String, _ counted: Int, _ seen: Int) {
            if counted != seen { kernel.fail("the generator counts \(counted) \(name), the referee \(seen)") }
        }

        private func compare(_ name: String, _ counted: Int, in range: ClosedRange<Int>) {
            if !range.contains(counted) { kernel.fail("the generator counts \(counted) \(name), the referee \(range)") }
        }

        // MARK: - Connections

        private func checkLedger(_ measurements: Measurements) {
            let (ledger, visits) = (measurements.ledger, referee.visits)
            if !ledger.tallies { kernel.fail("the ledger does not tally") }
            compare("connections", ledger.asked, visits.count + referee.failures.count)
            compare("connected", ledger.connected, visits.count { $0.wasConnected })
            let greeted = visits.count { $0.wasGreeted }
            compare("greeted", ledger.greeted, greeted)
            // Whoever left before the window is not among them.
            let opened = opening?.after.now ?? .max
            let late = visits.count { $0.wasGreeted && $0.fateAt > opened }
            compare("greeted clients", measurements.fairness.clients, in: late...greeted)
            let isChurn = plan.mode == .churn
            compare("answered", ledger.answered, visits.count { isChurn ? $0.isServed : !$0.answered.isEmpty })
            var fates: [EcoLoad.Ledger.Fate: Int] = [:]
            for fate in referee.failures + visits.compactMap(\.fate) { fates[fate, default: 0] += 1 }
            var counted = ledger.fates
            if conductor.wasStopped {
                // Who was waited for in vain is given up, by that name or by the other.
                counted[.timedOut, default: 0] += counted.removeValue(forKey: .givenUp) ?? 0
            }
            if plan.serverProtocol == .echo, referee.endedSoonAt != nil {
                // Who has ended its side, and was not waited for, may be called either.
                counted[.served, default: 0] += counted.removeValue(forKey: .timedOut) ?? 0
                fates[.served, default: 0] += fates.removeValue(forKey: .timedOut) ?? 0
            }
            for fate in EcoLoad.Ledger.Fate.allCases {
                compare("\(fate)", counted[fate] ?? 0, fates[fate] ?? 0)
            }
        }

        /// The moments between which the window was opened: in the turn that ends at its beginning, or in the next.
        private var opening: (before: LoadReferee.Moment, after: LoadReferee.Moment)? {
            guard let window = conductor.window else { return nil }
            let last = LoadReferee.Moment(now: endedAt, bytesOut: referee.bytesOut, bytesIn: referee.bytesIn)
            let moments = referee.moments + [last, last]
            let first = moments.firstIndex { $0.now >= window.lowerBound } ?? referee.moments.count
            return (moments[max(0, first - 1)], moments[min(first + 1, moments.count - 1)])
        }

        /// All bytes are counted, from the window's beginning on.
        private func checkBytes(_ measurements: Measurements) {
            for visit in referee.visits where visit.isServed {
                guard let connection = visit.end.connection else { continue }
                if connection.totalSent != visit.bytesSent || connection.totalFromServer != visit.bytesReceived {
                    kernel.fail("client \(visit.end.number) was served, and lost bytes on the way")
                }
            }
            let (bytesOut, bytesIn) = (referee.bytesOut, referee.bytesIn)
            if measurements.bytesOut == bytesOut, measurements.bytesIn == bytesIn { return }
            guard let (before, after) = opening else {
                return kernel.fail("the generator counts \(measurements.bytesIn) bytes, the referee \(bytesIn)")
            }
            compare(
                "bytes sent", measurements.bytesOut,
                in: bytesOut - after.bytesOut...bytesOut - before.bytesOut)
            compare("bytes read", measurements.bytesIn, in: bytesIn - after.bytesIn...bytesIn - before.bytesIn)
        }

        // MARK: - Messages

        private func checkMessages(_ measurements: Measurements) {
            let (planned, given) = (measurements.planned.count, measurements.givenUp.count)
            // Those of the warm-up's seconds count where the run was ended in it.
            let ofWindow = measurements.series.reduce(0) { $0 + ($1.second >= 0 ? $1.messages : 0) }
            let ofAll = measurements.series.reduce(0) { $0 + $1.messages }
            if !(ofWindow...ofAll).contains(planned) { kernel.fail("\(planned) messages, and \(ofWindow) in seconds") }
            if plan.isOpenLoop {
                compare("planned messages", measurements.plannedCount, planned + measurements.unanswered + given)
                compare("late or waiting", measurements.lateness.count + measurements.waited, measurements.plannedCount)
                compare("messages by both clocks", measurements.actual.count, planned)
            }
            guard let window = conductor.window else { return }
            let all = referee.visits.flatMap { plan.mode == .churn ? ($0.isServed ? [$0.fateAt] : []) : $0.answered }
            let isExact = plan.messages == nil && plan.mode != .hold && !conductor.wasStopped
            let slack = referee.slack
            let surely = all.count { $0 > window.lowerBound + 2 * slack && $0 < window.upperBound - slack }
            // What is held is asked when the run is ended, be that early.
            let atMost = all.count { $0 >= window.lowerBound || plan.mode == .hold }
            compare("answers", measurements.answered, in: min(isExact && !wasAbsent ? surely : 0, atMost)...atMost)
            guard isHelpful, !conductor.wasStopped else { return }
            // At a given rate a server may be right, and too slow.
            if !plan.isOpenLoop { compare("unanswered", measurements.unanswered, 0) }
            if plan.mode == .hold {
                compare("answers", measurements.answered, min(plan.clients, plan.messages ?? .max))
            } else if let messages = plan.messages, measurements.answered != messages,
                network.now < window.upperBound
            {
                kernel.fail("\(measurements.answered) of \(messages) messages were answered, and time was left")
            }
        }

        private var wasAbsent: Bool { referee.absences > 0 }

        // MARK: - Times

        private func checkTimes(_ measurements: Measurements) {
            guard measurements.planned.count > 0, let start = conductor.start else { return }
            var (least, most) = (Int64.max, Int64(0))
            for visit in referee.visits {
                if plan.mode == .churn {
                    guard visit.isServed, let decidedAt = visit.decidedAt else { continue }
                    // It is asked from when the generator has read the clock.
                    least = min(least, visit.fateAt - decidedAt - referee.slack)
                    most = max(most, visit.fateAt - decidedAt)
                    continue
                }
                for (index, answered) in visit.answered.enumerated() {
                    least = min(least, answered - visit.asked[index])
                    // It was asked no earlier than its client had room for it.
                    let depth = plan.mode == .hold ? 1 : plan.depth
                    most = max(most, answered - (index < depth ? start : visit.answered[index - depth]))
                }
            }
            let slack = referee.slack
            // A histogram has three digits, from 100 ns on.
            func exceeds(_ time: UInt64, _ bound: Int64) -> Bool {
                Double(time) > Double(bound + slack) * 1.002 + 200
            }
            let times = plan.isOpenLoop ? measurements.actual : measurements.planned
            if exceeds(times.max, most) {
                kernel.fail("an answer took \(times.max) ns, but none took more than \(most)")
            }
            if Double(times.min) * 1.002 + 200 < Double(least) {
                kernel.fail("an answer took \(times.min) ns, but none took less than \(least)")
            }
            if exceeds(measurements.planned.max, endedAt - start) {
                kernel.fail("a message took \(measurements.planned.max) ns of a run of \(endedAt - start)")
            }
            if plan.isOpenLoop, measurements.planned.mean * 1.002 + 200 < times.mean {
                kernel.fail("messages took less from their planned moments than from their actual ones")
            }
            let greeting = measurements.greeting
            if exceeds(greeting.max, referee.timeout + 400_000_000 + referee.absence) {
                kernel.fail("a greeting took \(greeting.max) ns, and was waited for")
            }
        }

        /// The run ends when its plan says, and no later than its patience allows.
        private func checkEnd() {
            let (timeout, second) = (referee.timeout, Int64(1_000_000_000))
            let patience = timeout + 400_000_000 + referee.slack
            // Each absence may have everybody waited for anew.
            let absences = referee.absence + Int64(referee.absences) * patience
            if let soon = referee.endedSoonAt, endedAt > soon + second + absences + referee.slack {
                kernel.fail("the run was to end soon, and took \(endedAt - soon) ns")
            }
            guard let start = conductor.start, let window = conductor.window else {
                if !conductor.wasStopped { kernel.fail("the run is over before it began") }
                return
            }
            let connecting = Int64(plan.rampSeconds * 1e9) + 2 * patience + second
            if start > beganAt + connecting + absences { kernel.fail("connecting took \(start - beganAt) ns") }
            // What waits in a backlog, what is in flight, and the goodbyes.
            let end = window.upperBound + 2 * (timeout + second) + patience
            if endedAt > end + absences {
                kernel.fail("the run ends \(endedAt - window.upperBound) ns after its window")
            }
            guard plan.messages == nil, !conductor.wasStopped, endedAt < window.upperBound else { return }
            // Unless nobody is left.
            if plan.mode == .churn || referee.visits.contains(where: \.isServed) {
                kernel.fail("the run ends \(window.upperBound - endedAt) ns before its window")
            }
        }

        // MARK: - Names

        /// A wrong server is called so, and a right one is not.
        private func checkNaming(_ measurements: Measurements) {
            let ledger = measurements.ledger
            let seen = referee.firstWrong
            if let seen, let named = measurements.firstWrongByte {
                let isSame = named.got == seen.got && named.part == seen.part
                if !isSame || (seen.part == "answer" && named.offset != UInt64(seen.offset)) {
                    kernel.fail("the first wrong byte is \(seen), not \(named)")
                }
            } else if (seen == nil) != (measurements.firstWrongByte == nil) {
                kernel.fail("wrong bytes are \(seen == nil ? "made up" : "not told")")
            }
            let findings = result!.validity
            if isHelpful {
                if ledger.errors > 0 { kernel.fail("a server that is right is blamed: \(ledger)") }
                let blamed = Finding.allCases.filter { finding in
                    let isOfSpeed = finding == .rateNotKept || finding == .unanswered
                    return findings.has(finding) && finding.word == .failed && !(plan.isOpenLoop && isOfSpeed)
                }
                if !blamed.isEmpty { kernel.fail("a server that is right is blamed: \(blamed)") }
            }
            guard let scripted, !conductor.wasStopped else { return }
            for visit in referee.visits {
                // Whom the generator's own machine fails says nothing of the server.
                guard let mistake = visit.end.connection.flatMap({ scripted.mistaken[$0.number] }),
                    !visit.isUnwatched, !visit.isGoodbyeCut
                else { continue }
                let fates = mistake.fates(isPlainEcho: scripted.script.isPlainEcho)
                if !fates.contains(visit.fate!) { kernel.fail("\(mistake) is called \(visit.fate!)") }
                if visit.fate != .served, !findings.word.isFault {
                    kernel.fail("\(mistake) is found to be \(findings.word)")
                }
            }
        }
    }

    extension Validity.Word {
        fileprivate var isFault: Bool { self == .failed || self == .invalid }
    }
#endif
