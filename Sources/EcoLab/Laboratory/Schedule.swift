// The order of the trials.
import EcoLoad
import Support

/// All trials in order: round by round, and within a round everything once, in random order.
///
/// The servers of a setting follow one another, so that they meet the same conditions; which comes first changes from round to round.
struct Schedule {
    struct Turn {
        let round: Int
        let setting: Setting
        let entrant: Entrant
    }

    let turns: [Turn]

    /// - Parameter admitted: the names of the servers that take part.
    init(_ experiment: Experiment, admitted: [String]) {
        var random = SeededRandom(seed: experiment.seed)
        let entrants = experiment.entrants.filter { admitted.contains($0.name) }
        var turns: [Turn] = []
        for round in 1...max(1, experiment.rounds) {
            let settings = experiment.settings.filter { (round - 1) % $0.everyRounds == 0 }
            for setting in settings.shuffled(using: &random) {
                for entrant in entrants.shuffled(using: &random) where experiment.takesPart(entrant, in: setting) {
                    turns.append(Turn(round: round, setting: setting, entrant: entrant))
                }
            }
        }
        self.turns = turns
    }
}
