import TWS

extension FuzzTarget {
    /// What a gateway or a client may send: a stream cut in two, of frames that may be anything.
    ///
    /// A message that is read is put down again and read as the same; a misfit keeps its bytes.
    func runTWS(_ bytes: [UInt8]) {
        let cut = bytes.first.map { Int($0) % bytes.count } ?? 0
        var decoder = FrameDecoder()
        do throws(FrameError) {
            for piece in [bytes[..<cut], bytes[cut...]] {
                decoder.append(Array(piece))
                try decoder.forEach { payload throws(FrameError) in
                    sameReply(payload)
                    sameRequest(payload)
                    _ = TextCodec.greeting(payload)
                }
            }
        } catch {
            precondition(decoder.waiting <= bytes.count, "nothing is made up")
        }
    }

    private func sameReply(_ payload: UnsafeRawBufferPointer) {
        do throws(MisfitError) {
            guard case .message(let reply) = try TextCodec.reply(payload),
                let written = TextCodec.bytes(of: reply)
            else { return }
            let again = try written.withUnsafeBytes { all in
                Result { () throws(MisfitError) in
                    try TextCodec.reply(UnsafeRawBufferPointer(rebasing: all[4...]))
                }
            }.get()
            guard again == .message(reply) else { fatalError("read \(reply), again \(again)") }
        } catch {
            let isKept = error.bytes.elementsEqual(payload)
            guard isKept else { fatalError("what was written is not read: \(error)") }
        }
    }

    private func sameRequest(_ payload: UnsafeRawBufferPointer) {
        do throws(MisfitError) {
            guard case .message(let request) = try TextCodec.request(payload),
                let written = TextCodec.bytes(of: request)
            else { return }
            let again = try written.withUnsafeBytes { all in
                Result { () throws(MisfitError) in
                    try TextCodec.request(UnsafeRawBufferPointer(rebasing: all[4...]))
                }
            }.get()
            guard again == .message(request) else { fatalError("read \(request), again \(again)") }
        } catch {
            let isKept = error.bytes.elementsEqual(payload)
            guard isKept else { fatalError("what was written is not read: \(error)") }
        }
    }
}
