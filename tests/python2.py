"""Pickles in the format of Python 2 and numpy 1, like the published archives of CIFAR-10."""

import struct

import numpy as np


def text(word):
    return b"U" + bytes([len(word)]) + word


def pickled_array(array):
    """Return an array as pickled by numpy 1 under Python 2 (opcodes without the frame of a pickle)."""
    shape = b"(" + b"".join(b"J" + struct.pack("<i", length) for length in array.shape) + b"t"
    order = b"|" if array.dtype.itemsize == 1 else b"<"
    kind = text(array.dtype.str[1:].encode())
    dtype = (
        b"cnumpy\ndtype\n"
        + kind
        + b"K\x00K\x01\x87R(K\x03"
        + text(order)
        + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
    )
    data = b"T" + struct.pack("<i", array.nbytes) + array.tobytes()
    start = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R(K\x01"
    return start + shape + dtype + b"\x89" + data + b"tb"


def pickled_batch(entries):
    """Return a pickled dict of Python 2 with strings, lists of small numbers, arrays, and raw bytes of a pickle."""
    body = b""
    for name, value in entries.items():
        if isinstance(value, np.ndarray):
            packed = pickled_array(value)
        elif isinstance(value, list):
            packed = b"](" + b"".join(b"K" + bytes([number]) for number in value) + b"e"
        elif isinstance(value, str):
            packed = text(value.encode())
        else:
            packed = value
        body += text(name.encode()) + packed
    return b"\x80\x02}(" + body + b"u."
