"""ib_async and IB's own client as programs that trade: each says in the same words what it sees."""

import logging
import re
import threading
import time

import ib_async
import ibapi.client
import ibapi.contract
import ibapi.execution
import ibapi.order
import ibapi.order_cancel
import ibapi.wrapper
from ibapi.account_summary_tags import AccountSummaryTags

WAIT_MAX = 20
# How ib_async logs what a gateway says; what its decoder complains of looks otherwise.
NOTICE = re.compile(r"(Error|Warning) -?\d+, reqId -?\d+: ")


def number(value):
    """As short as it goes, rounded where models are."""
    return f"{float(value):.6f}".rstrip("0").rstrip(".") if value is not None else "none"


def named(contract):
    return f"{contract.symbol} {contract.secType} {number(contract.strike)}{contract.right}"


def until(answer, what):
    """The first answer that is not None; it comes from another thread."""
    end = time.monotonic() + WAIT_MAX
    while time.monotonic() < end:
        found = answer()
        if found is not None:
            return found
        time.sleep(0.005)
    raise TimeoutError(what)


class Complaints(logging.Handler):
    """What a library logs as an error of its own; what a gateway says is no such thing."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.texts = []
        logging.getLogger().addHandler(self)

    def emit(self, record):
        text = self.format(record)
        if not NOTICE.match(text):
            self.texts.append(text)


class IBAsync:
    """Of its own it keeps what a gateway tells; what it says is taken from there."""

    def __init__(self, port, client_id):
        self.ib = ib_async.IB()
        self.codes = []
        self.ib.errorEvent += lambda number, code, *_: self.codes.append(code)
        self.is_ended = False
        self.ib.disconnectedEvent += self.end
        self.ib.connect(
            "127.0.0.1", port, clientId=client_id, timeout=WAIT_MAX, raiseSyncErrors=True
        )

    def end(self):
        self.is_ended = True

    def until(self, answer, what):
        end = time.monotonic() + WAIT_MAX
        while time.monotonic() < end:
            found = answer()
            if found is not None:
                return found
            self.ib.sleep(0.005)
        raise TimeoutError(what)

    def accounts(self):
        return self.ib.managedAccounts()

    def positions(self):
        return sorted(
            f"{p.contract.localSymbol} {number(p.position)} at {number(p.avgCost)}"
            for p in self.ib.reqPositions()
        )

    def summary(self, tags):
        rows = {v.tag: v.value for v in self.ib.accountSummary() if v.account}
        return [f"{tag} {rows[tag]}" for tag in tags]

    def server_time(self):
        return int(self.ib.reqCurrentTime().timestamp())

    def contract(self, **terms):
        return ib_async.Contract(**terms)

    def leg(self, **terms):
        return ib_async.ComboLeg(**terms)

    def order(self, **terms):
        return ib_async.Order(**terms)

    def details(self, contract):
        return [
            (d.contract.conId, d.contract.localSymbol, d.contract.strike, d.contract.right,
             number(d.minTick), d.longName, d.underConId)
            for d in self.ib.reqContractDetails(contract)
        ]

    def chain(self, symbol, contract_id):
        return sorted(
            (c.exchange, sorted(c.expirations), [number(s) for s in sorted(c.strikes)])
            for c in self.ib.reqSecDefOptParams(symbol, "", "STK", contract_id)
        )

    def quote(self, contract):
        # It refuses to subscribe to what has no number.
        (contract,) = self.ib.qualifyContracts(contract)
        ticker = self.ib.reqMktData(contract)
        is_option = contract.secType == "OPT"
        self.until(lambda: ticker.modelGreeks or (None if is_option else ticker.ask == ticker.ask
                                                  or None), "quote")
        self.ib.cancelMktData(contract)
        greeks = ticker.modelGreeks
        words = [number(ticker.bid), number(ticker.bidSize), number(ticker.ask),
                 number(ticker.askSize)]
        if greeks:
            words += [number(x) for x in (greeks.impliedVol, greeks.delta, greeks.gamma,
                                          greeks.vega, greeks.theta, greeks.undPrice)]
        return words

    def next_id(self):
        return self.ib.client.getReqId()

    def place(self, order_id, contract, order):
        order.orderId = order_id
        self.ib.placeOrder(contract, order)

    def cancel(self, order_id):
        self.ib.cancelOrder(self.trade(order_id).order)

    def cancel_all(self):
        self.ib.reqGlobalCancel()

    def trade(self, order_id):
        return next(t for t in self.ib.trades() if t.order.orderId == order_id)

    def status(self, order_id, wanted):
        trade = self.trade(order_id)
        self.until(lambda: trade.orderStatus.status == wanted or None, wanted)
        s = trade.orderStatus
        return f"{s.status} {number(s.filled)} of {number(trade.order.totalQuantity)} " \
               f"at {number(s.avgFillPrice)}"

    def code(self, wanted):
        self.until(lambda: wanted in self.codes or None, f"code {wanted}")
        self.codes.remove(wanted)

    def fills(self):
        known = self.ib.wrapper.fills
        return [
            f"{f.execution.side} {number(f.execution.shares)} {f.contract.secType} "
            f"{f.contract.localSymbol} at {number(f.execution.price)} for "
            f"{number(known[f.execution.execId].commissionReport.commission)} "
            f"ref {f.execution.orderRef}"
            for f in sorted(self.ib.reqExecutions(), key=lambda f: f.execution.execId)
        ]

    def open_orders(self):
        # What is told of an order while it is asked stands there twice.
        return sorted({
            f"{t.order.action} {number(t.order.totalQuantity)} {named(t.contract)} "
            f"at {number(t.order.lmtPrice)} {t.orderStatus.status}"
            for t in self.ib.reqAllOpenOrders()
        })

    def completed(self):
        return sorted(
            f"{t.order.action} {number(t.order.filledQuantity)} {t.contract.localSymbol} "
            f"{t.orderStatus.status}"
            for t in self.ib.reqCompletedOrders(False)
        )

    def what_if(self, contract, order):
        state = self.ib.whatIfOrder(contract, order)
        return f"{number(state.initMarginChange)} for {number(state.commission)}"

    def profit(self, account):
        told = self.ib.reqPnL(account)
        self.until(lambda: None if told.unrealizedPnL != told.unrealizedPnL else True, "profit")
        return [number(told.dailyPnL), number(told.unrealizedPnL), number(told.realizedPnL)]

    def close(self):
        self.ib.disconnect()

    def wait_end(self):
        try:
            self.until(lambda: self.is_ended or None, "the end")
        except ConnectionError:
            pass


class IBAPI(ibapi.wrapper.EWrapper, ibapi.client.EClient):
    """It keeps nothing: what it calls back with is noted, in the order in which it came."""

    def __init__(self, port, client_id):
        ibapi.client.EClient.__init__(self, self)
        self.told, self.codes, self.quotes, self.statuses = [], [], {}, {}
        self.totals, self.commissions, self.is_ended = {}, {}, False
        self.first_id, self.requests = None, 900_000
        self.connect("127.0.0.1", port, client_id)
        self.runner = threading.Thread(target=self.run, daemon=True)
        self.runner.start()
        self.next = until(lambda: self.first_id, "nextValidId")

    def note(self, *words):
        self.told.append(words)

    def collected(self, ask, row, end):
        """All rows that an answer has until its end."""
        self.told.clear()
        ask()
        until(lambda: any(words[0] == end for words in self.told) or None, end)
        return [words for words in self.told if words[0] == row]

    def request(self):
        self.requests += 1
        return self.requests

    # What it is called back with.

    def nextValidId(self, orderId):
        self.first_id = orderId

    def managedAccounts(self, accountsList):
        self.names = accountsList.split(",")

    def error(self, reqId, errorTime, errorCode, errorString, advancedOrderRejectJson=""):
        self.codes.append(errorCode)

    def connectionClosed(self):
        self.is_ended = True

    def position(self, account, contract, position, avgCost):
        self.note("position", contract, position, avgCost)

    def positionEnd(self):
        self.note("positionEnd")

    def accountSummary(self, reqId, account, tag, value, currency):
        self.note("summary", tag, value)

    def accountSummaryEnd(self, reqId):
        self.note("summaryEnd")

    def currentTime(self, time):
        self.note("time", time)

    def contractDetails(self, reqId, contractDetails):
        self.note("details", contractDetails)

    def contractDetailsEnd(self, reqId):
        self.note("detailsEnd")

    def securityDefinitionOptionParameter(
        self, reqId, exchange, underlyingConId, tradingClass, multiplier, expirations, strikes
    ):
        self.note("chain", exchange, expirations, strikes)

    def securityDefinitionOptionParameterEnd(self, reqId):
        self.note("chainEnd")

    def tickPrice(self, reqId, tickType, price, attrib):
        self.quotes.setdefault(reqId, {})[tickType] = price

    def tickSize(self, reqId, tickType, size):
        self.quotes.setdefault(reqId, {})[tickType] = size

    def tickOptionComputation(self, reqId, tickType, tickAttrib, *values):
        self.quotes.setdefault(reqId, {})["model"] = values

    def orderStatus(self, orderId, status, filled, remaining, avgFillPrice, permId, *_):
        self.statuses[orderId] = (status, filled, avgFillPrice)

    def openOrder(self, orderId, contract, order, orderState):
        self.note("open", orderId, contract, order, orderState)
        if not order.whatIf:
            self.totals[orderId] = order.totalQuantity
        else:
            self.preview = orderState

    def openOrderEnd(self):
        self.note("openEnd")

    def completedOrder(self, contract, order, orderState):
        self.note("completed", contract, order, orderState)

    def completedOrdersEnd(self):
        self.note("completedEnd")

    def execDetails(self, reqId, contract, execution):
        if reqId != -1:
            self.note("execution", contract, execution)

    def commissionAndFeesReport(self, report):
        self.commissions[report.execId] = report.commissionAndFees

    def execDetailsEnd(self, reqId):
        self.note("executionEnd")

    def pnl(self, reqId, dailyPnL, unrealizedPnL, realizedPnL):
        self.note("pnl", dailyPnL, unrealizedPnL, realizedPnL)

    # What it is asked.

    def accounts(self):
        return self.names

    def positions(self):
        rows = self.collected(self.reqPositions, "position", "positionEnd")
        return sorted(f"{c.localSymbol} {number(q)} at {number(cost)}" for _, c, q, cost in rows)

    def summary(self, tags):
        request = self.request()
        rows = self.collected(
            lambda: self.reqAccountSummary(request, "All", AccountSummaryTags.AllTags),
            "summary", "summaryEnd")
        self.cancelAccountSummary(request)
        values = {tag: value for _, tag, value in rows}
        return [f"{tag} {values[tag]}" for tag in tags]

    def server_time(self):
        return self.collected(self.reqCurrentTime, "time", "time")[0][1]

    def contract(self, **terms):
        return made(ibapi.contract.Contract(), terms)

    def leg(self, **terms):
        return made(ibapi.contract.ComboLeg(), terms)

    def order(self, **terms):
        return made(ibapi.order.Order(), terms)

    def details(self, contract):
        rows = self.collected(
            lambda: self.reqContractDetails(self.request(), contract), "details", "detailsEnd")
        return [
            (d.contract.conId, d.contract.localSymbol, d.contract.strike, d.contract.right,
             number(d.minTick), d.longName, d.underConId)
            for _, d in rows
        ]

    def chain(self, symbol, contract_id):
        rows = self.collected(
            lambda: self.reqSecDefOptParams(self.request(), symbol, "", "STK", contract_id),
            "chain", "chainEnd")
        return sorted((x, sorted(e), [number(s) for s in sorted(k)]) for _, x, e, k in rows)

    def quote(self, contract):
        request, is_option = self.request(), contract.secType == "OPT"
        self.reqMktData(request, contract, "", False, False, [])
        ticks = until(
            lambda: (found := self.quotes.get(request, {})) and ({1, 0, 2, 3} <= found.keys())
            and ("model" in found or not is_option) and found or None, "quote")
        self.cancelMktData(request)
        words = [number(ticks[kind]) for kind in (1, 0, 2, 3)]
        if is_option:
            volatility, delta, _, _, gamma, vega, theta, underlying = ticks["model"]
            words += [number(x) for x in (volatility, delta, gamma, vega, theta, underlying)]
        return words

    def next_id(self):
        self.next += 1
        return self.next - 1

    def place(self, order_id, contract, order):
        self.placeOrder(order_id, contract, order)

    def cancel(self, order_id):
        self.cancelOrder(order_id, ibapi.order_cancel.OrderCancel())

    def cancel_all(self):
        self.reqGlobalCancel(ibapi.order_cancel.OrderCancel())

    def status(self, order_id, wanted):
        status, filled, price = until(
            lambda: found if (found := self.statuses.get(order_id)) and found[0] == wanted
            else None, wanted)
        return f"{status} {number(filled)} of {number(self.totals[order_id])} at {number(price)}"

    def code(self, wanted):
        until(lambda: wanted in self.codes or None, f"code {wanted}")
        self.codes.remove(wanted)

    def fills(self):
        rows = self.collected(
            lambda: self.reqExecutions(self.request(), ibapi.execution.ExecutionFilter()),
            "execution", "executionEnd")
        return [
            f"{e.side} {number(e.shares)} {c.secType} {c.localSymbol} at {number(e.price)} for "
            f"{number(self.commissions[e.execId])} ref {e.orderRef}"
            for _, c, e in sorted(rows, key=lambda row: row[2].execId)
        ]

    def open_orders(self):
        rows = self.collected(self.reqAllOpenOrders, "open", "openEnd")
        return sorted({
            f"{o.action} {number(o.totalQuantity)} {named(c)} at {number(o.lmtPrice)} "
            f"{state.status}"
            for _, _, c, o, state in rows
        })

    def completed(self):
        rows = self.collected(
            lambda: self.reqCompletedOrders(False), "completed", "completedEnd")
        return sorted(
            f"{o.action} {number(o.filledQuantity)} {c.localSymbol} {state.status}"
            for _, c, o, state in rows
        )

    def what_if(self, contract, order):
        order.whatIf, self.preview = True, None
        self.placeOrder(self.next_id(), contract, order)
        state = until(lambda: self.preview, "what if")
        return f"{number(state.initMarginChange)} for {number(state.commissionAndFees)}"

    def profit(self, account):
        request = self.request()
        row = self.collected(lambda: self.reqPnL(request, account, ""), "pnl", "pnl")[0]
        self.cancelPnL(request)
        return [number(value) for value in row[1:]]

    def close(self):
        self.disconnect()
        self.runner.join(WAIT_MAX)
        if self.runner.is_alive():
            raise TimeoutError("the reader of ibapi does not end")

    def wait_end(self):
        until(lambda: self.is_ended or None, "the end")


def made(thing, terms):
    for name, value in terms.items():
        setattr(thing, name, value)
    return thing
