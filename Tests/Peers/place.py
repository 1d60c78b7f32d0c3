"""Says what two real clients send to place the order that a gateway told them of.

Takes a file with a line of JSON for each: `told`, the payload of an openOrder in hexadecimal, and
`said`, attributes that only a client says, by path. Prints a line of JSON for each: by library,
the payload of its placeOrder in hexadecimal.
"""

import json
import sys

from clients import both


def main(orders):
    clients = both()
    with open(orders) as lines:
        for order in map(json.loads, lines):
            told = bytes.fromhex(order["told"])
            sent = {
                name: each.placed(told, order["said"]).hex() for name, each in clients.items()
            }
            print(json.dumps(sent))


main(*sys.argv[1:])
