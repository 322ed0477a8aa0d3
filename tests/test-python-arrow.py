#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tables as Arrow capsules, read by ctypes, taken over by our own importer, or by nobody."""

import ctypes
import gc
import unittest

import gi
gi.require_version('RuralAlliance', '1')
from gi.repository import RuralAlliance as ra  # noqa: E402

import tap  # noqa: E402

name_of = ctypes.PYFUNCTYPE(ctypes.c_char_p, ctypes.py_object)(('PyCapsule_GetName', ctypes.pythonapi))
address_of = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(
    ('PyCapsule_GetPointer', ctypes.pythonapi))


class Schema(ctypes.Structure):
    pass


Schema._fields_ = [
    ('format', ctypes.c_char_p), ('name', ctypes.c_char_p), ('metadata', ctypes.c_void_p),
    ('flags', ctypes.c_int64), ('n_children', ctypes.c_int64),
    ('children', ctypes.POINTER(ctypes.POINTER(Schema))), ('dictionary', ctypes.POINTER(Schema)),
    ('release', ctypes.c_void_p), ('private_data', ctypes.c_void_p),
]


class Array(ctypes.Structure):
    pass


Array._fields_ = [
    ('length', ctypes.c_int64), ('null_count', ctypes.c_int64), ('offset', ctypes.c_int64),
    ('n_buffers', ctypes.c_int64), ('n_children', ctypes.c_int64),
    ('buffers', ctypes.POINTER(ctypes.c_void_p)), ('children', ctypes.POINTER(ctypes.POINTER(Array))),
    ('dictionary', ctypes.POINTER(Array)), ('release', ctypes.c_void_p), ('private_data', ctypes.c_void_p),
]


def alliance_of(n):
    alliance = ra.Alliance()
    alliance.add(ra.Profile(title='Arrow', currency='CNY'))
    for i in range(n):
        alliance.households.add(id=f'h{i}')
    for i in range(n):
        alliance.incomes.add(household=f'h{i}', year=2014 + i, amount=f'{i}.5' if i != 1 else None,
                             income_source='total', collected_on=f'1970-01-0{i + 1}', net=i == 2)
    return alliance


class Arrow(unittest.TestCase):
    def test_a_table_into_another_alliance(self):
        first, second = alliance_of(4), alliance_of(0)
        for name in ('households', 'incomes'):
            second[name].add_arrow(first[name])
        self.assertEqual(first.to_json(), second.to_json())

    def test_a_column_as_an_array(self):
        alliance = alliance_of(4)
        column = alliance.incomes.column('amount')
        schema, array = column.__arrow_c_array__()
        self.assertEqual((name_of(schema), name_of(array)), (b'arrow_schema', b'arrow_array'))
        told = Schema.from_address(address_of(schema, b'arrow_schema'))
        self.assertEqual((told.format, told.name), (b'd:19,2', b'amount'))
        made = Array.from_address(address_of(array, b'arrow_array'))
        self.assertEqual((made.length, made.null_count, made.n_buffers), (4, 1, 2))
        known = ctypes.cast(made.buffers[0], ctypes.POINTER(ctypes.c_uint8))[0]
        values = ctypes.cast(made.buffers[1], ctypes.POINTER(ctypes.c_int64))
        self.assertEqual(known & 15, 0b1101)
        self.assertEqual([values[2 * i] for i in (0, 2, 3)], [50, 250, 350])

    def test_what_nobody_takes_is_released(self):
        alliance = alliance_of(3)
        from gi.overrides.RuralAlliance import arrow as overrides
        before = len(overrides._held)
        for _ in range(100):
            alliance.incomes.__arrow_c_stream__()
            alliance.incomes.column('year').__arrow_c_array__()
        gc.collect()
        self.assertEqual(len(overrides._held), before)

    def test_what_is_taken_is_not_released_again(self):
        first, second = alliance_of(3), alliance_of(0)
        capsule = first.households.__arrow_c_stream__()
        second.households.import_arrow_stream(address_of(capsule, b'arrow_array_stream'))
        with self.assertRaises(ra.InvalidValueError):
            second.households.import_arrow_stream(address_of(capsule, b'arrow_array_stream'))
        self.assertEqual(len(second.households), 3)

    def test_it_outlives_its_alliance(self):
        alliance = alliance_of(3)
        capsule = alliance.incomes.column('year').__arrow_c_array__()
        del alliance
        gc.collect()
        made = Array.from_address(address_of(capsule[1], b'arrow_array'))
        values = ctypes.cast(made.buffers[1], ctypes.POINTER(ctypes.c_int64))
        self.assertEqual([values[i] for i in range(3)], [2014, 2015, 2016])

    def test_faults_are_errors_and_nothing_is_added(self):
        first, second = alliance_of(3), alliance_of(0)
        with self.assertRaisesRegex(ra.BrokenReferenceError, '#3: household: there is no household'):
            second.incomes.add_arrow(first.incomes)
        self.assertEqual(len(second.incomes), 0)
        with self.assertRaisesRegex(ra.UnknownNameError, 'there is no field of this name'):
            second.households.add_arrow(first.incomes)
        with self.assertRaisesRegex(TypeError, 'list'):
            second.households.add_arrow([])

    def test_pyarrow_reads_it_where_it_is(self):
        try:
            import pyarrow
        except ImportError:
            self.skipTest('pyarrow is not here')
        alliance = alliance_of(4)
        table = pyarrow.table(alliance.incomes)
        table.validate(full=True)
        self.assertEqual(table['year'].to_pylist(), [2014, 2015, 2016, 2017])
        self.assertEqual(table['household'].to_pylist(), ['h0', 'h1', 'h2', 'h3'])
        other = alliance_of(0)
        other.households.add_arrow(pyarrow.table(alliance.households))
        other.incomes.add_arrow(table)
        self.assertEqual(alliance.to_json(), other.to_json())


if __name__ == '__main__':
    tap.main()
