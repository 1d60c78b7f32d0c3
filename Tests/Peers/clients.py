"""ib_async and IB's own client as readers and writers of single messages, without a socket."""

import logging
from datetime import timezone
from types import SimpleNamespace

import ib_async.client
import ib_async.decoder
import ib_async.wrapper
import ibapi.client
import ibapi.comm
import ibapi.decoder
import ibapi.wrapper

from plain import flattened

SERVER_VERSION = 178


class Recorder:
    """Stands where an application would, and notes with what it is called."""

    def __init__(self, callbacks, **attributes):
        self.callbacks = callbacks
        self.calls = []
        vars(self).update(attributes)

    def __getattr__(self, name):
        # An AttributeError where the library has no such callback, as an application would give.
        getattr(self.callbacks, name)
        return lambda *values: self.calls.append((name, values))


class Complaints(logging.Handler):
    """What a library logs that is more than a trace."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.texts = []
        logging.getLogger().addHandler(self)

    def emit(self, record):
        self.texts.append(self.format(record))


class Client:
    """One library. A subclass says how it reads a payload, and how it sends an order."""

    complaints = Complaints()

    def __init__(self, recorder):
        self.recorder = recorder
        # What the library's objects have when nothing has been read into them.
        self.defaults = {}

    def read(self, payload):
        """The calls that a payload makes, as (name, arguments)."""
        self.recorder.calls, self.complaints.texts = [], []
        try:
            self.interpret(payload)
        except Exception as error:
            self.complaints.texts.append(repr(error))
        return self.recorder.calls

    def told(self, payload):
        """What a payload tells: each attribute that is not as the library leaves it."""
        told = {}
        for name, arguments in self.read(payload):
            told[name] = True
            for place, value in enumerate(arguments):
                flattened(f"{name}.{place}", value, told, self.defaults)
        told = {path: value for path, value in told.items() if not self.is_default(path, value)}
        if self.complaints.texts:
            told["complaint"] = "; ".join(self.complaints.texts)
        return told

    def is_default(self, path, value):
        return path in self.defaults and self.defaults[path] == value

    def placed(self, payload, said):
        """The payload that places the order of an `openOrder`, with some attributes set anew."""
        ((_, (order_id, contract, order, _)),) = self.read(payload)
        for path, text in said.items():
            owner, name = path.split(".")
            target = {"contract": contract, "order": order}[owner]
            kind = type(getattr(target, name))
            setattr(target, name, text == "1" if kind is bool else kind(text))
        return self.place(order_id, contract, order)


class IBAsync(Client):
    def __init__(self):
        super().__init__(
            Recorder(
                ib_async.wrapper.Wrapper,
                ib=SimpleNamespace(TimezoneTWS="UTC"),
                defaultTimezone=timezone.utc,
            )
        )
        self.interpreter = ib_async.decoder.Decoder(self.recorder, SERVER_VERSION)

    def interpret(self, payload):
        self.interpreter.interpret(payload.decode().split("\0")[:-1])

    def place(self, order_id, contract, order):
        class Wire(ib_async.client.Client):
            def __init__(self):
                self.sent = None

            def serverVersion(self):
                return SERVER_VERSION

            def isConnected(self):
                return True

            def sendMsg(self, text):
                self.sent = text.encode()

        wire = Wire()
        wire.placeOrder(order_id, contract, order)
        return wire.sent


class IBAPI(Client):
    def __init__(self):
        super().__init__(Recorder(ibapi.wrapper.EWrapper))
        self.interpreter = ibapi.decoder.Decoder(self.recorder, SERVER_VERSION)

    def interpret(self, payload):
        fields = ibapi.comm.read_fields(payload)
        self.interpreter.interpret(fields[1:], int(fields[0]))

    def place(self, order_id, contract, order):
        sent = []
        client = ibapi.client.EClient(self.recorder)
        client.serverVersion_ = SERVER_VERSION
        client.connState = ibapi.client.EClient.CONNECTED
        client.conn = SimpleNamespace(isConnected=lambda: True, sendMsg=sent.append)
        client.placeOrder(order_id, contract, order)
        if not sent:
            raise ValueError(f"ibapi refuses it: {self.recorder.calls[1:]}")
        return sent[0][4:]


def both():
    return {"ib_async": IBAsync(), "ibapi": IBAPI()}
