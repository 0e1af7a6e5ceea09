// How similar two words are.

enum Spelling {
    /// The candidate closest to a word; nil if none is within the distance.
    static func nearest(to word: String, among candidates: [String], within most: Int) -> String? {
        let nearest = candidates.map { (name: $0, distance: distance($0, word)) }.min { $0.distance < $1.distance }
        return nearest.flatMap { $0.distance <= most ? $0.name : nil }
    }

    /// How many characters have to be added, removed or changed to turn one into the other (Levenshtein).
    static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right.utf8)
        var row = Array(0...right.count)
        for (index, byte) in left.utf8.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for place in right.indices {
                let above = row[place + 1]
                row[place + 1] = min(diagonal + (byte == right[place] ? 0 : 1), above + 1, row[place] + 1)
                diagonal = above
            }
        }
        return row[right.count]
    }
}
