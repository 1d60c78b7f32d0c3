import TestKit
import Testing

@testable import TWS

@Suite struct FrameTests {
    private func stream() throws -> (bytes: [UInt8], payloads: [[UInt8]]) {
        let frames = try CaptureTests.captures("ibapi").dropFirst().map(\.bytes)
        return (frames.flatMap { $0 }, frames.map { Array($0.dropFirst(4)) })
    }

    private func payloads(_ pieces: [[UInt8]]) throws -> [[UInt8]] {
        var (decoder, found) = (FrameDecoder(), [[UInt8]]())
        for piece in pieces {
            decoder.append(piece)
            try decoder.forEach { payload throws(FrameError) in found.append(Array(payload)) }
        }
        #expect(decoder.waiting == 0)
        return found
    }

    @Test func streamCutAtEveryByteGivesTheSameFrames() throws {
        let (bytes, expected) = try stream()
        for cut in bytes.indices {
            #expect(try payloads([Array(bytes[..<cut]), Array(bytes[cut...])]) == expected)
        }
    }

    @Test func streamInSeededPiecesGivesTheSameFrames() throws {
        let (bytes, expected) = try stream()
        var dice = Dice(seed: 9)
        for _ in 0..<200 {
            var (rest, pieces) = (bytes[...], [[UInt8]]())
            while !rest.isEmpty {
                let piece = rest.prefix(1 + dice.below(300))
                pieces.append(Array(piece))
                rest = rest.dropFirst(piece.count)
            }
            #expect(try payloads(pieces) == expected)
        }
    }

    @Test func lengthThatCannotBeIsTheEndOfTheStream() {
        var decoder = FrameDecoder()
        decoder.append([0x01, 0, 0, 0, 0x31, 0])
        #expect(throws: FrameError.tooLong(0x100_0000)) {
            try decoder.forEach { _ throws(FrameError) in }
        }
    }

    @Test func emptyFrameIsAMisfitAndTheStreamGoesOn() throws {
        var (decoder, misfits, read) = (FrameDecoder(), 0, [Decoded<Reply>]())
        decoder.append([0, 0, 0, 0] + [0, 0, 0, 5] + Array("53\0".utf8) + Array("1\0".utf8))
        try decoder.forEach { payload throws(FrameError) in
            do throws(MisfitError) { read.append(try TextCodec.reply(payload)) } catch {
                misfits += 1
            }
        }
        #expect(misfits == 1)
        #expect(read == [.message(.openOrderEnd)])
    }

    @Test func greetingIsReadWhateverItsZoneIsCalled() {
        for zone in ["EST", "British Summer Time", "中国标准时间", ""] {
            let greeting = TextCodec.Greeting(
                serverVersion: 178, time: "20261122 15:12:56 \(zone)")
            let bytes = TextCodec.bytes(of: greeting).dropFirst(4)
            #expect(bytes.withUnsafeBytes { TextCodec.greeting($0) } == greeting)
        }
        let notice = "4|2|-1|2104|ok||".utf8.map { $0 == 0x7c ? 0 : $0 }
        #expect(notice.withUnsafeBytes { TextCodec.greeting($0) } == nil)
    }
}
