# SPDX-License-Identifier: LGPL-2.1-or-later
"""Columns of numpy as one batch of the Arrow C Data Interface, for as long as the library reads it."""

import ctypes

_POINTER = ctypes.c_void_p


class _Schema(ctypes.Structure):
    _fields_ = [('format', ctypes.c_char_p), ('name', ctypes.c_char_p), ('metadata', _POINTER), ('flags', ctypes.c_int64),
                ('n_children', ctypes.c_int64), ('children', _POINTER), ('dictionary', _POINTER), ('release', _POINTER),
                ('private_data', _POINTER)]


class _Array(ctypes.Structure):
    _fields_ = [('length', ctypes.c_int64), ('null_count', ctypes.c_int64), ('offset', ctypes.c_int64),
                ('n_buffers', ctypes.c_int64), ('n_children', ctypes.c_int64), ('buffers', _POINTER), ('children', _POINTER),
                ('dictionary', _POINTER), ('release', _POINTER), ('private_data', _POINTER)]


_NULLABLE = 2
_Release = ctypes.CFUNCTYPE(None, _POINTER)


# Nothing is freed here: the memory is Python's, and goes with the batch.


@_Release
def _release_schema(address):
    _Schema.from_address(address).release = None


@_Release
def _release_array(address):
    _Array.from_address(address).release = None


def _bits(flags):
    import numpy
    return numpy.packbits(flags, bitorder='little')


class Part:
    """One column: `known` is an array of booleans, or None where all are known."""

    def __init__(self, form, length, known, *buffers, child=None, dictionary=None):
        self.form, self.length = form, length
        self.n_unknown = 0 if known is None else int(length - known.sum())
        self.buffers = [None if self.n_unknown == 0 else _bits(known), *buffers]
        self.child = child
        self.dictionary = dictionary

    @staticmethod
    def fixed(form, values, known):
        """Values that take as many bytes each."""
        import numpy
        return Part(form, len(values), known, numpy.ascontiguousarray(values))

    @staticmethod
    def truths(values, known):
        """Booleans."""
        return Part('b', len(values), known, _bits(values))

    @staticmethod
    def texts(values, known):
        """A list of texts; what stands where nothing is known does not matter."""
        import numpy
        parts = [text.encode('utf-8', 'strict') if there else b'' for text, there in zip(values, known)]
        data = b''.join(parts)
        return Part('U', len(parts), known, _offsets(list(map(len, parts))), numpy.frombuffer(data or b'\0', 'u1'))

    @staticmethod
    def coded(codes, known, texts):
        """The places of the values in a list of texts."""
        import numpy
        return Part('i', len(codes), known, numpy.ascontiguousarray(codes, 'i4'),
                    dictionary=Part.texts(texts, numpy.ones(len(texts), bool)))

    @staticmethod
    def lists(values, known):
        """A list of lists of texts."""
        import numpy
        parts = [part if there else () for part, there in zip(values, known)]
        flat = [text for part in parts for text in part]
        child = Part.texts(flat, numpy.ones(len(flat), bool))
        return Part('+L', len(parts), known, _offsets(list(map(len, parts))), child=child)


def _offsets(lengths):
    import numpy
    offsets = numpy.zeros(len(lengths) + 1, 'i8')
    numpy.cumsum(lengths, out=offsets[1:])
    return offsets


class Batch:
    """Columns by name. `schema` and `array` are addresses of what the library may release."""

    def __init__(self, parts, length):
        self._held = []
        schemas, arrays = zip(*(self._structs(name, part) for name, part in parts.items()))
        self._schema = self._keep(_Schema(format=b'+s', n_children=len(schemas), children=self._pointers(schemas)))
        self._schema.release = ctypes.cast(_release_schema, _POINTER)
        self._array = self._keep(_Array(length=length, n_buffers=1, buffers=self._addresses([None]), n_children=len(arrays),
                                        children=self._pointers(arrays)))
        self._array.release = ctypes.cast(_release_array, _POINTER)
        self.schema, self.array = map(ctypes.addressof, (self._schema, self._array))

    def _keep(self, thing):
        self._held.append(thing)
        return thing

    def _pointers(self, structs):
        return self._addresses([ctypes.addressof(struct) for struct in structs])

    def _addresses(self, addresses):
        return ctypes.addressof(self._keep((_POINTER * len(addresses))(*addresses)))

    def _structs(self, name, part):
        schema = self._keep(_Schema(format=part.form.encode(), name=name.encode(), flags=_NULLABLE))
        array = self._keep(_Array(length=part.length, null_count=part.n_unknown, n_buffers=len(part.buffers)))
        array.buffers = self._addresses([None if buffer is None else self._keep(buffer).ctypes.data for buffer in part.buffers])
        schema.release = ctypes.cast(_release_schema, _POINTER)
        array.release = ctypes.cast(_release_array, _POINTER)
        if part.child is not None:
            child_schema, child_array = self._structs('item', part.child)
            schema.n_children = array.n_children = 1
            schema.children, array.children = self._pointers([child_schema]), self._pointers([child_array])
        if part.dictionary is not None:
            schema.dictionary, array.dictionary = map(ctypes.addressof, self._structs('', part.dictionary))
        return schema, array
