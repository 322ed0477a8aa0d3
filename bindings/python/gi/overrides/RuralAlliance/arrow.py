# SPDX-License-Identifier: LGPL-2.1-or-later
"""The structs of the Arrow C Data Interface as capsules, and back."""

import ctypes


# Arrow's structs: their sizes, and the name of the capsule that passes one from library to library.

_ARROW = {b'arrow_schema': 9 * 8, b'arrow_array': 10 * 8, b'arrow_array_stream': 5 * 8}
_RELEASE_AT = {b'arrow_schema': 7 * 8, b'arrow_array': 8 * 8, b'arrow_array_stream': 3 * 8}
_held = {}  # by address, until their capsules go

# Prototypes of one's own: those of ctypes.pythonapi are everybody's.
_capsule_new = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)(
    ('PyCapsule_New', ctypes.pythonapi))
_capsule_address = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)(
    ('PyCapsule_GetPointer', ctypes.pythonapi))


def _drop_capsule(name):
    # A capsule that goes is no object any more, only an address.
    @ctypes.PYFUNCTYPE(None, ctypes.c_void_p)
    def drop(capsule):
        address = _capsule_address(capsule, name)
        release = ctypes.c_void_p.from_address(address + _RELEASE_AT[name]).value
        if release:  # nobody took it over
            ctypes.CFUNCTYPE(None, ctypes.c_void_p)(release)(address)
        _held.pop(address, None)
    return drop


_droppers = {name: _drop_capsule(name) for name in _ARROW}


def capsules(export, *names):
    """What a call fills, as capsules."""
    memories = [ctypes.create_string_buffer(_ARROW[name]) for name in names]
    addresses = [ctypes.addressof(memory) for memory in memories]
    export(*addresses)
    _held.update(zip(addresses, memories))
    return tuple(_capsule_new(address, name, ctypes.cast(_droppers[name], ctypes.c_void_p))
                 for address, name in zip(addresses, names))


def address_of(capsule, name):
    return _capsule_address(id(capsule), name)
