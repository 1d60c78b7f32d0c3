import JSON
import TestKit
import Testing

extension TurnHost {
    /// A commit whose reader is told of limits, trading state and account.
    func pushTrading(
        positions: Int, state: String = "active", account: String = "DU1234567",
        loss: String = "1 USD", command: String = "/bin/stays", text: String = "one"
    ) {
        push(files: ["a": text], units: ["reader.service": command])
        let document = (checkout.read("desired/sandbox.yaml") ?? "")
            .replacing("state: running}", with: "state: running, reads: [limits, trading]}")
        checkout.write(
            "desired/sandbox.yaml",
            document + """
                limits:
                  {positions_max: \(positions), order_quantity_max: 1, orders_per_day_max: 9,
                   daily_loss_max: \(loss), portfolio: {delta_max: 1, gamma_max: 1},
                   symbol: {delta_max: 1, positions_max: 1}}
                trading: {state: \(state)}
                dry_run: false
                config: {ib: {account: \(account), mode: paper}}

                """)
    }

    /// What the reader is told.
    func configured() throws -> (positions: Int64?, state: String?) {
        let text = try #require(read("/etc/v6/reader/config.json"))
        let json = try JSONValue.parse(Array(text.utf8))
        return (
            json["limits"]?["positions_max"]?.asInteger, json["trading"]?["state"]?.asString
        )
    }
}
