import HostKit
import Testing

/// All that happens on a real host. One host is shared, so its cases run one after another.
@Suite(.serialized, .enabled(if: SharedHost.isWanted)) struct HostTests {}
