"""Says what two real clients make of a gateway's frames.

Takes a file of frames, each a 4-byte big-endian length and a payload. Prints a line of JSON for
each: by library, what it tells its application that is not as it was before; the last line is how
it was before.
"""

import json
import sys

from clients import both


def payloads(stream):
    while length := stream.read(4):
        yield stream.read(int.from_bytes(length, "big"))


def main(frames):
    clients = both()
    with open(frames, "rb") as stream:
        for payload in payloads(stream):
            print(json.dumps({name: each.told(payload) for name, each in clients.items()}))
    print(json.dumps({name: each.defaults for name, each in clients.items()}))


main(*sys.argv[1:])
