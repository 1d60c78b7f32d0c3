/// Longest word that is compared, in Unicode scalars; nobody mistypes a longer one.
private let wordScalarsMax = 64

/// The candidate that a person most likely meant by a mistyped word.
///
/// - Returns: the nearest by inserted, left out, changed and swapped letters, case not counted;
///   nil when none differs in at most a third of the word (one letter in words of up to five).
package func nearest(to word: String, among candidates: [String]) -> String? {
    let letters = Array(word.lowercased().unicodeScalars)
    guard !letters.isEmpty, letters.count <= wordScalarsMax else { return nil }
    var best: (distance: Int, candidate: String)?
    for candidate in candidates where candidate != word {
        let other = Array(candidate.lowercased().unicodeScalars)
        guard other.count <= wordScalarsMax else { continue }
        let distance = distance(letters, other)
        guard distance <= max(1, letters.count / 3), distance < other.count else { continue }
        if distance < best?.distance ?? .max { best = (distance, candidate) }
    }
    return best?.candidate
}

/// `did you mean 'services'?`, for a fault's suggestion; nil when no candidate is near.
package func didYouMean(_ word: String, among candidates: [String]) -> String? {
    nearest(to: word, among: candidates).map { "did you mean '\($0)'?" }
}

/// Damerau and Levenshtein's distance, no letter edited twice.
private func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for (row, letter) in left.enumerated() {
        var current = [row + 1]
        for (column, other) in right.enumerated() {
            var cost = min(
                last[column] + (letter == other ? 0 : 1), last[column + 1] + 1,
                current[column] + 1)
            if row > 0, column > 0, letter == right[column - 1], other == left[row - 1] {
                cost = min(cost, beforeLast[column - 1] + 1)
            }
            current.append(cost)
        }
        (beforeLast, last) = (last, current)
    }
    return last[right.count]
}
