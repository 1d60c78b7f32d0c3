"""How fast ib_async takes the same stream, with all that it keeps, in messages a second.

The bytes are handed to where its socket would hand them; a real socket would cost it more.
"""

import logging
import sys
import time

import ib_async
from ib_async.client import Client

PIECE_BYTES = 32 * 1024


def main():
    logging.disable(logging.CRITICAL)
    data = open(sys.argv[1], "rb").read()
    best = 0.0
    for _ in range(2):
        ib = ib_async.IB()
        client = ib.client
        client._serverVersion = client.decoder.serverVersion = 178
        client.connState, client._apiReady, client.clientId = Client.CONNECTED, True, 10
        ib.wrapper.clientId = 10
        # The ticks of the stream have a subscription that they belong to.
        ib.wrapper.startTicker(1000, ib_async.Contract(conId=1), "mktData")
        began = time.perf_counter()
        for at in range(0, len(data), PIECE_BYTES):
            client._onSocketHasData(data[at : at + PIECE_BYTES])
        took = time.perf_counter() - began
        best = max(best, client._numMsgRecv / took)
    print(int(best))


main()
