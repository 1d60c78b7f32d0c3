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
            precondition(again == .message(reply), "what is written is what was read")
        } catch {
            precondition(error.bytes.elementsEqual(payload) || error.field > 0, "it is kept")
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
            precondition(again == .message(request), "what is written is what was read")
        } catch {
            precondition(error.bytes.elementsEqual(payload) || error.field > 0, "it is kept")
        }
    }
}
