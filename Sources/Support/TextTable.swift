// Tables in plain text.

/// Rows of texts in columns.
public enum TextTable {
    /// The width and the alignment of a column.
    public enum Column: Sendable {
        case left(Int)
        case right(Int)
        /// The last column: as wide as its text.
        case rest
    }

    /// A row's line.
    public static func line(_ cells: [String], _ columns: [Column]) -> String {
        zip(cells, columns).map { cell, column in
            switch column {
            case .left(let width): cell.padded(width)
            case .right(let width): cell.leftPadded(width)
            case .rest: cell
            }
        }.joined()
    }

    /// A line for each row; all columns except the last are two spaces wider than their widest text.
    public static func lines(_ rows: [[String]]) -> [String] {
        let count = rows.map(\.count).max() ?? 0
        let columns = (0..<count).map { index -> Column in
            index == count - 1 ? .rest : .left((rows.map { index < $0.count ? $0[index].count : 0 }.max() ?? 0) + 2)
        }
        return rows.map { line($0, columns) }
    }
}
