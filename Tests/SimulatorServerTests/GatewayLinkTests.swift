import GatewaySimulator
import Glibc
import TWS
import Testing

@testable import SimulatorServer

/// One end of a connection is the link; at the other stands the test.
@Suite struct GatewayLinkTests {
    private let link: GatewayLink
    private let other: Int32

    init() {
        var ends: [Int32] = [0, 0]
        socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | v6SocketFlags, 0, &ends)
        link = GatewayLink(id: 1, number: ends[0])
        other = ends[1]
    }

    private func said(_ bytes: [UInt8]) -> [SimulatedGateway.Input] {
        write(other, bytes, bytes.count)
        return link.read()
    }

    /// What has come, and whether the end has.
    private func heard() -> (bytes: [UInt8], isEnd: Bool) {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = read(other, &buffer, buffer.count)
        return (Array(buffer[..<max(0, count)]), count == 0)
    }

    private let hello = TextCodec.hello
    private let asked = TextCodec.bytes(of: Request.currentTime) ?? []

    @Test func whatIsCutAtEveryByteIsReadAsOne() {
        let whole = hello + asked + asked
        let wanted: [SimulatedGateway.Input] = [
            .greeted(1, 178...178), .received(1, .currentTime), .received(1, .currentTime),
        ]
        for cut in 1..<whole.count {
            let test = GatewayLinkTests()
            let found = test.said(Array(whole[..<cut])) + test.said(Array(whole[cut...]))
            #expect(found == wanted, "cut at \(cut)")
            test.close()
        }
    }

    private func close() {
        link.end()
        Glibc.close(other)
    }

    @Test(arguments: [
        ("v157..178", 157...178), ("v178..178 +PACEAPI", 178...178), ("v178", 178...178),
    ])
    func versionsAreReadInAllTheirForms(text: String, range: ClosedRange<Int>) {
        #expect(GatewayLink.versions(text) == range)
    }

    @Test(arguments: ["", "178", "v", "v9..1", "v1..2..3", "vx..178"])
    func whatAreNoVersionsAreNone(text: String) { #expect(GatewayLink.versions(text) == nil) }

    @Test func aStreamThatIsNoneIsOver() {
        #expect(said(Array("GET / HTTP/1.1\r\n".utf8)).isEmpty)
        #expect(link.isOver)
        close()
        let second = GatewayLinkTests()
        #expect(second.said(hello + [0xff, 0xff, 0xff, 0xff]) == [.greeted(1, 178...178)])
        #expect(second.link.isOver)
        second.close()
    }

    @Test func aRequestThatDoesNotFitIsMisreadAndTheNextOneIsNot() {
        let bad: [UInt8] = [0, 0, 0, 4] + Array("49\0x".utf8)
        #expect(
            said(hello + bad + asked) == [
                .greeted(1, 178...178), .misread(1, messageID: 49), .received(1, .currentTime),
            ])
        close()
    }

    @Test func whatIsNotAsciiIsMisread() {
        let bad: [UInt8] = [0, 0, 0, 10] + Array("71\02\05\0é\0".utf8)
        #expect(said(hello + bad) == [.greeted(1, 178...178), .misread(1, messageID: nil)])
        close()
    }

    @Test func halfAFrameComesAndThenTheEnd() {
        link.suffer(.halfFrame)
        link.add(asked)
        link.add(asked)
        link.flush(at: 0)
        #expect(heard().bytes == Array(asked[..<(asked.count / 2)]))
        #expect(link.isOver)
        close()
    }

    @Test func aSlowLinkSendsSoManyBytesASecond() {
        link.suffer(.slow(1_000))
        link.add([UInt8](repeating: 7, count: 500))
        link.flush(at: 1_000)
        _ = heard()
        link.flush(at: 1_100)
        #expect(heard().bytes.count == 100)
        #expect(link.isPaced)
        link.suffer(.slow(0))
        link.flush(at: 1_100)
        #expect(heard().bytes.count == 399)
        close()
    }

    @Test func aSilentLinkStaysOpenAndSaysNothing() {
        link.suffer(.silence)
        link.add(asked)
        link.flush(at: 0)
        #expect(heard().bytes.isEmpty)
        #expect(link.events & Int16(POLLIN) == 0)
        #expect(!link.isOver)
        close()
    }

    @Test func garbageIsNoFrame() {
        link.suffer(.garbage)
        link.flush(at: 0)
        var decoder = FrameDecoder()
        decoder.append(heard().bytes)
        #expect(throws: FrameError.self) { try decoder.forEach { _ in } }
        close()
    }

    @Test func whoHasEndedIsOver() {
        Glibc.close(other)
        #expect(link.read().isEmpty)
        #expect(link.isOver)
        link.end()
    }
}
