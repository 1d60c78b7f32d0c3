import Glibc

/// What is measured, each as a ratio in one run. Source of the bounds: the purpose of the
/// reconciler's issue on the whole host.
struct Measures {
    let bench: BenchHost
    var bounds = Bounds()

    private static let idleCounts = [10, 100, 1_000, 10_000]
    private static let idleRounds = 15
    private static let slowRounds = 5

    init(_ bench: BenchHost) { self.bench = bench }

    /// The turn that finds nothing to do, against reading everything.
    mutating func idle() throws {
        print(
            """

            Idle turn, 7 units. floor: reads and compares all. turn: as the timer runs it. plan: \
            without the repository. full: --read-all.
            Medians in ms; /floor is the ratio of medians (smallest to largest within a round); \
            peak in MiB.
                  files     floor      turn   /floor                     plan   /floor      full   \
            /floor     peak
            """)
        for listing in BenchHost.Listing.allCases {
            var perFile: [(Int, Double)] = []
            for count in Self.idleCounts {
                try bench.push(files: count, listing)
                try bench.turn()
                try bench.settle()
                let figures = try bench.samples(
                    rounds: Self.idleRounds,
                    [
                        BenchHost.floor(), Timed("turn", [BenchHost.program]),
                        Timed("plan", [BenchHost.program, "--plan"]),
                        Timed("full", [BenchHost.program, "--read-all"]),
                    ])
                idleRow(count, listing, figures)
                perFile.append((count, figures.medianMs("turn")))
            }
            let slopes = zip(perFile, perFile.dropFirst()).map {
                ($1.1 - $0.1) * 1_000 / Double($1.0 - $0.0)
            }
            print(
                "  \(listing.rawValue): microseconds for one file more:"
                    + slopes.map { column($0, 8) }.joined())
        }
    }

    private mutating func idleRow(
        _ count: Int, _ listing: BenchHost.Listing, _ figures: Figures
    ) {
        let name = "\(listing.rawValue) \(count)"
        let turn = figures.ratio("turn", to: "floor")
        let plan = figures.ratio("plan", to: "floor")
        let full = figures.ratio("full", to: "floor")
        let peak = figures.peakMiB("turn")
        let isOver = bounds.hold(
            "idle turn of \(name) / floor", turn.ofMedians, atMost: count >= 10_000 ? 1 : 1.2)
        let isLarge = bounds.hold(
            "peak of \(name) in MiB", peak, atMost: count > 1_000 ? 40 : 20)
        print(
            """
            \(padded(name, 11)) \(column(figures.medianMs("floor"), 9)) \
            \(column(figures.medianMs("turn"), 9)) \(column(turn.ofMedians, 8))\(isOver) \
            (\(column(turn.smallest, 0)) to \(column(turn.largest, 0))) \
            \(column(figures.medianMs("plan"), 9)) \(column(plan.ofMedians, 8)) \
            \(column(figures.medianMs("full"), 9)) \(column(full.ofMedians, 8)) \
            \(column(peak, 8))\(isLarge)
            """)
        fflush(nil)
    }

    /// A bare host, against `cp -r` and `sync` of the same files.
    mutating func firstConvergence() throws {
        print(
            "\nFirst convergence of 10,000 files, durable, against cp -r and sync; medians in ms.")
        for listing in BenchHost.Listing.allCases {
            try bench.push(files: 10_000, listing, units: false)
            let clean = "rm -rf /srv/copy /srv/managed /var/lib/v6-reconcile/*; sync"
            let figures = try bench.samples(
                rounds: Self.slowRounds, warm: 1,
                [
                    Timed(
                        "copy", before: clean,
                        ["/bin/sh", "-c", "cp -r /srv/tree/desired/files/managed /srv/copy; sync"]),
                    Timed("turn", before: clean, [BenchHost.program]),
                ])
            row("first convergence, \(listing.rawValue)", figures, "copy", atMost: 3)
        }
    }

    /// One file in a hundred changed by hand, against reading everything.
    mutating func healing() throws {
        print("\n1 % drift of 1,000 files, healed, against the floor of an idle turn.")
        for listing in BenchHost.Listing.allCases {
            try bench.push(files: 1_000, listing)
            try bench.turn()
            try bench.settle()
            let damage =
                "for i in 0 1 2 3 4 5 6 7 8 9; do echo drift >/srv/managed/5${i}5; done; sync"
            let figures = try bench.samples(
                rounds: Self.slowRounds * 3,
                [BenchHost.floor(), Timed("turn", before: damage, [BenchHost.program])])
            row("1 % of 1,000 healed, \(listing.rawValue)", figures, "floor", atMost: 1.5)
        }
    }

    private mutating func row(
        _ what: String, _ figures: Figures, _ other: String, atMost bound: Double
    ) {
        let ratio = figures.ratio("turn", to: other)
        let isOver = bounds.hold("\(what) / \(other)", ratio.ofMedians, atMost: bound)
        print(
            """
              \(what): \(other) \(column(figures.medianMs(other), 0)), turn \
            \(column(figures.medianMs("turn"), 0)), ratio \(column(ratio.ofMedians, 0))\(isOver) \
            (\(column(ratio.smallest, 0)) to \(column(ratio.largest, 0))), peak \
            \(column(figures.peakMiB("turn"), 0)) MiB
            """)
        fflush(nil)
    }
}
