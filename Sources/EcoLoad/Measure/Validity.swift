// How far a run's figures can be trusted, in four words.

/// How far a run's figures can be trusted, and why: its findings, the most important first. All else is derived from them.
public struct Validity: Sendable, Equatable {
    public enum Word: String, Sendable, Codable, CaseIterable {
        /// The figures are the server's.
        case valid = "VALID"
        /// The generator was the limit: the rate is at least this. Processor time per message still holds.
        case lowerBound = "LOWER BOUND"
        /// The server did not serve all clients, or not all messages: the figures are of what it served.
        case failed = "FAILED"
        /// The generator did not keep its plan, or nothing was measured: the figures say nothing about the server.
        case invalid = "INVALID"

        var rank: Int {
            switch self {
            case .valid: 0
            case .lowerBound: 1
            case .failed: 2
            case .invalid: 3
            }
        }
    }

    /// A finding, and a sentence that quotes what was measured.
    public struct Entry: Sendable, Equatable {
        public let finding: Finding
        public let reason: String
    }

    public let entries: [Entry]

    init(_ entries: [Entry]) {
        let order = Finding.allCases
        // In order of importance; equal ones keep their order.
        self.entries = order.flatMap { finding in entries.filter { $0.finding == finding } }
    }

    /// The worst word of all findings.
    public var word: Word { entries.map(\.finding.word).max { $0.rank < $1.rank } ?? .valid }
    /// Empty only if the word is VALID.
    public var reasons: [String] { entries.map(\.reason) }
    public var exitStatus: Int32 { entries.first?.finding.exitStatus ?? 0 }

    public func has(_ finding: Finding) -> Bool { entries.contains { $0.finding == finding } }

    /// The validity of the figures alone, whether or not all clients were served.
    public var wordOfFigures: Word {
        Self(entries.filter { $0.finding.word != .failed }).word
    }

    /// The findings of all.
    static func union(_ all: [Self]) -> Self {
        var entries: [Entry] = []
        for entry in all.flatMap(\.entries) where !entries.contains(entry) { entries.append(entry) }
        return Self(entries)
    }
}

extension Validity: Codable {
    private enum CodingKeys: String, CodingKey { case word, reasons, findings }

    /// A word and its reasons, as documents had them before they had findings.
    init(word: Word, reasons: [String]) {
        let finding: Finding? =
            switch word {
            case .valid: nil
            case .lowerBound: .generatorLimit
            case .failed: .broken
            case .invalid: .lateSending
            }
        let told = reasons.isEmpty ? [""] : reasons
        self.init(finding.map { finding in told.map { Entry(finding: finding, reason: $0) } } ?? [])
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let word = try values.decode(Word.self, forKey: .word)
        let reasons = try values.decode([String].self, forKey: .reasons)
        guard let findings = try values.decodeIfPresent([Finding].self, forKey: .findings) else {
            self.init(word: word, reasons: reasons)
            return
        }
        self.init(zip(findings, reasons).map { Entry(finding: $0, reason: $1) })
        guard findings.count == reasons.count, self.word == word else {
            throw DecodingError.dataCorruptedError(
                forKey: .word, in: values, debugDescription: "word, reasons and findings disagree")
        }
    }

    /// The word for people and programs, the reasons for people, and for programs the findings, one per reason.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(word, forKey: .word)
        try values.encode(reasons, forKey: .reasons)
        try values.encode(entries.map(\.finding), forKey: .findings)
    }
}
