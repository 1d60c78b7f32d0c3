"""Has a real client trade with the simulator for a while, and says what it saw, a line for each.

Takes the path of ib-gateway-simulator and which client: ib_async or ibapi. Both have to say the
same. A complaint of the library is a line of its own.
"""

import sys

from simulator import Simulator
from traders import IBAPI, Complaints, IBAsync

BOOK = ("position SPY 200 598.25", "position SPY 20261218 600 C -2 404.2")
TAGS = ("BuyingPower", "InitMarginReq", "NetLiquidation", "TotalCashValue")


def say(what, value):
    if isinstance(value, (list, tuple)):
        for item in value:
            print(f"{what}: {item}")
    else:
        print(f"{what}: {value}")


def option(client, strike, right):
    return client.contract(
        symbol="SPY", secType="OPT", lastTradeDateOrContractMonth="20261218", strike=strike,
        right=right, multiplier="100", exchange="SMART", currency="USD")


def looking(client):
    say("account", client.accounts())
    say("position", client.positions())
    say("summary", client.summary(TAGS))
    say("time", client.server_time())
    spy = client.contract(symbol="SPY", secType="STK", exchange="SMART", currency="USD")
    say("stock", client.details(spy))
    exchange, expiries, strikes = client.chain("SPY", 756733)[-1]
    say("chain", f"{exchange} {expiries} {strikes[0]} to {strikes[-1]}, {len(strikes)}")
    say("option", client.details(option(client, 600, "C")))
    say("quote of the stock", " ".join(client.quote(spy)))
    say("quote of the option", " ".join(client.quote(option(client, 600, "C"))))
    say("profit", client.profit("DU1234567"))


def trading(client, simulator):
    contract = option(client, 600, "C")
    simulator.tell("fills whole")

    waiting = client.next_id()
    resting = client.order(
        action="BUY", totalQuantity=2, orderType="LMT", lmtPrice=1.0, tif="DAY",
        orderRef="waits", eTradeOnly=False, firmQuoteOnly=False)
    client.place(waiting, contract, resting)
    say("placed", client.status(waiting, "Submitted"))
    resting.lmtPrice = 1.05
    client.place(waiting, contract, resting)
    simulator.tell("pass 1")
    say("changed", client.open_orders())
    client.cancel(waiting)
    client.code(202)
    say("cancelled", client.status(waiting, "Cancelled"))

    def limit(action, quantity, price, reference):
        return client.order(
            action=action, totalQuantity=quantity, orderType="LMT", lmtPrice=price, tif="DAY",
            orderRef=reference, eTradeOnly=False, firmQuoteOnly=False)

    filled = client.next_id()
    client.place(filled, contract, limit("BUY", 3, 50, "fills"))
    say("filled", client.status(filled, "Filled"))

    legs = []
    for strike, action, ratio in ((590, "BUY", 1), (600, "SELL", 2), (610, "BUY", 1)):
        number = client.details(option(client, strike, "P"))[0][0]
        legs.append(client.leg(conId=number, ratio=ratio, action=action, exchange="SMART"))
    combo = client.contract(
        symbol="SPY", secType="BAG", exchange="SMART", currency="USD", comboLegs=legs)
    both = client.next_id()
    client.place(both, combo, limit("BUY", 2, 5, "combo"))
    say("combo", client.status(both, "Filled"))

    say("what if", client.what_if(contract, limit("SELL", 10, 1, "")))

    for code, terms in (
        (201, (contract, limit("SELL", 5_000, 1, "too large"))),
        (110, (contract, limit("BUY", 1, 1.001, "off tick"))),
        (200, (client.contract(symbol="NONE", secType="STK", exchange="SMART", currency="USD"),
               limit("BUY", 1, 1, "unknown"))),
    ):
        client.place(client.next_id(), *terms)
        client.code(code)
        say("refused", code)

    for price in (1.0, 2.0):
        working = client.next_id()
        client.place(working, contract, limit("BUY", 1, price, "all"))
        client.status(working, "Submitted")
    say("open", client.open_orders())
    client.cancel_all()
    client.code(202)
    client.code(202)
    say("open after all were cancelled", len(client.open_orders()))

    # Commissions follow a step later.
    simulator.tell("pass 1")
    say("fill", client.fills())
    say("done", client.completed())
    say("position", client.positions())


def trouble(client, simulator, complaints):
    simulator.tell("farm lost")
    client.code(2103)
    simulator.tell("link lost 5")
    client.code(1100)
    simulator.tell("pass 6")
    client.code(1102)
    say("time", client.server_time())
    say("complaint", complaints.texts or "none")
    simulator.tell("finish")
    client.wait_end()
    say("ended", "yes")


def main(program, library):
    complaints = Complaints()
    with Simulator(program, *BOOK) as simulator:
        client = {"ib_async": IBAsync, "ibapi": IBAPI}[library](simulator.port, 3)
        looking(client)
        trading(client, simulator)
        trouble(client, simulator, complaints)
        client.close()


main(*sys.argv[1:])
