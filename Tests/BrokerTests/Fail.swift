import Testing

/// A test that cannot go on.
func fail(_ words: String) { Issue.record("\(words)") }
