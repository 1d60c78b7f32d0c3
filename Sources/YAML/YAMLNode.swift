/// A place in a document.
package struct YAMLMark: Hashable, Sendable, Comparable {
    /// The name that the source was given: a path, as people should see it.
    package let document: String
    /// From 1.
    package let line: Int
    /// In Unicode scalars, from 1.
    package let column: Int

    package init(document: String, line: Int, column: Int) {
        self.document = document
        self.line = line
        self.column = column
    }

    package static func < (left: YAMLMark, right: YAMLMark) -> Bool {
        (left.document, left.line, left.column) < (right.document, right.line, right.column)
    }
}

/// One value of a document with the place where it begins.
package struct YAMLNode: Hashable, Sendable {
    /// The value.
    package var value: YAMLValue
    /// Where it begins; for a mapping or sequence in block style, at its first entry.
    package var mark: YAMLMark

    package init(value: YAMLValue, mark: YAMLMark) {
        self.value = value
        self.mark = mark
    }

    /// Nothing, `null` or `~`, without quotes: the one kind of typing that is implicit here.
    package var isNull: Bool {
        if case .scalar(let scalar) = value { scalar.isNull } else { false }
    }
}

/// What a node holds.
package indirect enum YAMLValue: Hashable, Sendable {
    case scalar(YAMLScalar)
    case sequence([YAMLNode])
    /// In the order of the document, each key once.
    case mapping([YAMLEntry])
}

/// A text, and whether quotes said that it is one.
package struct YAMLScalar: Hashable, Sendable {
    /// The text after quotes, escapes and folding are undone.
    package var text: String
    /// Neither quoted nor a block: a reader may take it for a number or a truth value.
    package var isPlain: Bool

    package init(text: String, isPlain: Bool) {
        self.text = text
        self.isPlain = isPlain
    }

    /// Whether it stands for nothing.
    package var isNull: Bool { isPlain && (text.isEmpty || text == "null" || text == "~") }
}

/// One key of a mapping with its value.
package struct YAMLEntry: Hashable, Sendable {
    /// The key's text, whether quoted or not.
    package var key: String
    /// Where the key begins.
    package var keyMark: YAMLMark
    /// What stands behind the key.
    package var value: YAMLNode

    package init(key: String, keyMark: YAMLMark, value: YAMLNode) {
        self.key = key
        self.keyMark = keyMark
        self.value = value
    }
}
