"""How fast ib_async's decoder reads the same stream, in messages a second."""
import struct
import sys
import time

from ib_async.decoder import Decoder


class Silent:
    """A wrapper that keeps nothing."""

    def __getattr__(self, name):
        return lambda *arguments, **named: None


def messages(path):
    data, at = open(path, "rb").read(), 0
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        yield data[at + 4 : at + 4 + length]
        at += 4 + length


def main():
    decoder = Decoder(Silent(), 178)
    payloads = list(messages(sys.argv[1]))
    best = 0.0
    for _ in range(5):
        began = time.perf_counter()
        for payload in payloads:
            decoder.interpret(payload.decode(errors="backslashreplace").split("\0")[:-1])
        best = max(best, len(payloads) / (time.perf_counter() - began))
    print(int(best))


main()
