# SPDX-License-Identifier: LGPL-2.1-or-later
"""Bytes of C as memory of Python, without a copy."""

import ctypes


class Lent:
    """Bytes for numpy, read-only; whoever holds the array holds the bytes."""

    def __init__(self, data, n, kind):
        self.data = data
        self.__array_interface__ = {
            'version': 3, 'shape': (n,), 'typestr': kind, 'data': (data.get_region(1, 0, data.get_size()) or 0, True),
        }


def array_of(data, n, kind):
    """A read-only numpy array of what the bytes hold."""
    import numpy

    if n == 0:  # there may be no address
        array = numpy.empty(0, kind)
        array.flags.writeable = False
        return array
    return numpy.asarray(Lent(data, n, kind))


def view_of(data, kind='B'):
    """The bytes as a read-only memoryview."""
    size = data.get_size()
    if size == 0:
        return memoryview(b'').cast(kind)
    memory = (ctypes.c_ubyte * size).from_address(data.get_region(1, 0, size))
    memory.data = data  # held as long as anybody looks
    return memoryview(memory).toreadonly().cast('B').cast(kind)
