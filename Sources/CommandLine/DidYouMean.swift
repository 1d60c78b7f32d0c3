/// `did you mean '--json'?`, when one of the words differs in few letters; nil otherwise.
func didYouMean(_ word: String, _ words: [String], prefix: String) -> String? {
    guard word.utf8.count <= 64 else { return nil }
    let most = max(1, word.count / 3)
    let near = words.map { (distance: distance(Array(word), Array($0)), word: $0) }
        .filter { $0.distance <= most && $0.distance < $0.word.count }
    guard let best = near.min(by: { $0.distance < $1.distance }) else { return nil }
    return "did you mean '\(prefix)\(best.word)'?"
}

/// Letters to insert, leave out, change or swap with their neighbour.
private func distance(_ left: [Character], _ right: [Character]) -> Int {
    var rows = [Array(0...right.count)]
    for (row, letter) in left.enumerated() {
        var current = [row + 1]
        for (column, other) in right.enumerated() {
            let change = rows[row][column] + (letter == other ? 0 : 1)
            var cost = min(change, rows[row][column + 1] + 1, current[column] + 1)
            if row > 0, column > 0, letter == right[column - 1], other == left[row - 1] {
                cost = min(cost, rows[row - 1][column - 1] + 1)
            }
            current.append(cost)
        }
        rows.append(current)
    }
    return rows[left.count][right.count]
}
