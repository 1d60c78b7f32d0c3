"""Objects of the libraries as plain values, which any program can compare."""

import decimal
import enum
import sys

# 2**31 - 1, the largest double, and the largest number of 127 bits, which is ibapi's for a decimal.
UNSET = {2**31 - 1, sys.float_info.max, decimal.Decimal(2**127 - 1)}


def flattened(path, value, into, defaults):
    """Notes a value, or all that it holds, by its path: `openOrder.2.conditions.0.price`.

    `defaults` is told what an object has there as its library makes it.
    """
    held = parts(value)
    if held is None:
        into[path] = plain(value)
        return
    # Items of a list may be of any class: nothing is always there.
    fresh, below_defaults = ({}, {}) if isinstance(value, list) else (untouched(value), defaults)
    for name, part in held.items():
        below = f"{path}.{name}"
        if name in fresh:
            flattened(below, fresh[name], defaults, {})
        flattened(below, part, into, below_defaults)


def parts(value):
    """What a list or an object holds, by its place or name; None for anything else."""
    if isinstance(value, set):
        return dict(enumerate(sorted(value)))
    if isinstance(value, list):
        return dict(enumerate(value))
    if hasattr(value, "_asdict"):
        return value._asdict()
    if isinstance(value, enum.Enum):
        return None
    return vars(value) if hasattr(value, "__dict__") else None


def untouched(value):
    """What an object of the same class has when it is made; nothing where that takes arguments."""
    try:
        return parts(type(value)())
    except TypeError:
        return {}


def plain(value):
    """Numbers as the shortest decimal that tells them, what is unset as null."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        # IB spells what is not ASCII in UTF-16, and the libraries leave its halves apart.
        return value.encode("utf-16", "surrogatepass").decode("utf-16")
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return None if value in UNSET else str(value)
