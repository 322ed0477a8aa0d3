#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tables, columns and the alliance as Python sees them, and how long they live."""

import ctypes
import gc
import os
import tempfile
import unittest
import weakref

import gi
gi.require_version('RuralAlliance', '1')
from gi.repository import Gio, RuralAlliance as ra  # noqa: E402

import tap  # noqa: E402


def alliance_of(n=3):
    alliance = ra.Alliance()
    for i in range(n):
        alliance.households.add(id=f'h{i}')
        alliance.incomes.add(household=f'h{i}', year=2014 + i, amount=f'{i}.5' if i != 1 else None,
                             income_source='total', collected_on=f'1970-01-0{i % 9 + 1}', net=i == 2)
    return alliance


class Lent(unittest.TestCase):
    """A column's memory through ctypes, and through numpy where it is there: no copy is made."""

    @staticmethod
    def view(data):
        glib = ctypes.CDLL('libglib-2.0.so.0')
        glib.g_bytes_get_data.restype = ctypes.c_void_p
        glib.g_bytes_get_data.argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_size_t)]
        size = ctypes.c_size_t()
        # PyGObject's boxed values hash to their address.
        return glib.g_bytes_get_data(hash(data), ctypes.byref(size)), size.value

    def test_values(self):
        alliance = alliance_of(100)
        column = alliance.incomes.dup_column('year')
        first, second = column.dup_chunk_values(0), column.dup_chunk_values(0)
        address, size = self.view(first)
        self.assertEqual(self.view(second), (address, size))
        width, packed = column.get_chunk_width(0)
        self.assertEqual((column.get_n_chunks(), column.get_chunk_rows(0), width, packed), (1, 100, 8, False))
        self.assertEqual(column.get_chunk_base(0), (0, 1.0))
        years = (ctypes.c_int64 * 100).from_address(address)
        self.assertEqual(list(years), list(range(2014, 2114)))
        # A writer copies first: what was lent stays.
        alliance.incomes[0].year = 1999
        self.assertEqual(years[0], 2014)
        self.assertNotEqual(self.view(column.dup_chunk_values(0))[0], address)
        try:
            import numpy
        except ImportError:
            return
        array = numpy.ctypeslib.as_array(years)
        self.assertEqual(array.ctypes.data, address)
        self.assertEqual(int(array.sum()), sum(range(2014, 2114)))

    def test_presence(self):
        alliance = alliance_of(10)
        bits = alliance.incomes.dup_column('amount').dup_chunk_presence(0).get_data()
        self.assertEqual([bits[i // 8] >> i % 8 & 1 for i in range(10)], [1, 0] + [1] * 8)
        nothing = alliance.households.dup_column('stratum')
        self.assertIsNone(nothing.dup_chunk_values(0))
        self.assertEqual(nothing.dup_chunk_presence(0).get_data(), b'\0\0')

    def test_packed(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'a.ruac')
            alliance_of(300).save(path, ra.SaveFlags.NONE)
            alliance = ra.Alliance.open(path)
        # The mapping outlives the file's name.
        column = alliance.incomes.dup_column('year')
        (width, packed), (base, divisor) = column.get_chunk_width(0), column.get_chunk_base(0)
        self.assertEqual((width, packed, base, divisor), (2, True, 2014, 1.0))
        codes = column.dup_chunk_values(0).get_data()
        self.assertEqual([base + int.from_bytes(codes[2 * i:2 * i + 2], 'little') for i in range(300)],
                         list(range(2014, 2314)))
        self.assertIsNone(column.dup_chunk_presence(0))


class Tables(unittest.TestCase):
    def setUp(self):
        self.alliance = alliance_of()
        self.table = self.alliance.households

    def ids(self, records):
        return [record.id for record in records]

    def test_sequence(self):
        table = self.table
        self.assertEqual(len(table), 3)
        self.assertEqual(self.ids(table), ['h0', 'h1', 'h2'])
        self.assertEqual(self.ids(reversed(table)), ['h2', 'h1', 'h0'])
        self.assertEqual((table[0].id, table[-1].id, table[-3].id), ('h0', 'h2', 'h0'))
        for position in (3, -4, 10**6, -10**6):
            with self.assertRaises(IndexError):
                table[position]
        with self.assertRaises((TypeError, AttributeError)):
            table[1.5]
        self.assertEqual(self.ids(table[1:]), ['h1', 'h2'])
        self.assertEqual(self.ids(table[::-2]), ['h2', 'h0'])
        self.assertEqual(table[5:], [])

    def test_mapping_by_id(self):
        self.assertEqual(self.table['h1'].id, 'h1')
        self.assertIsNone(self.table.get('nobody'))
        self.assertEqual(self.table.get('nobody', 4), 4)
        with self.assertRaisesRegex(KeyError, 'no household has this id'):
            self.table['nobody']

    def test_membership(self):
        self.assertIn('h0', self.table)
        self.assertNotIn('nobody', self.table)
        self.assertIn(self.table[0], self.table)
        self.assertNotIn(ra.Household(id='h0'), self.table)
        self.assertNotIn(self.alliance.incomes[0], self.table)
        self.assertNotIn(4, self.table)

    def test_a_table_is_true_even_when_it_is_empty(self):
        self.assertEqual(len(self.alliance.cooperatives), 0)
        self.assertTrue(self.alliance.cooperatives)
        self.assertIsInstance(self.alliance.cooperatives, Gio.ListModel)

    def test_repr(self):
        self.assertEqual(repr(self.table), '<RuralAlliance.Table of 3 households>')
        self.assertEqual(repr(self.alliance), '<RuralAlliance.Alliance of 6 records>')

    def test_add_and_remove(self):
        record = self.table.add(id='new')
        self.assertIs(self.table['new'], record)
        self.assertIs(self.table.remove('new'), None)
        self.assertNotIn('new', self.table)
        self.assertEqual(record.id, 'new')
        self.assertIs(self.table.add(record), record)
        with self.assertRaises(ra.BrokenReferenceError):
            self.table.remove('h0')
        with self.assertRaises(TypeError):
            self.table.add(record, id='x')
        with self.assertRaises(ra.DuplicateError):
            self.table.add(record)

    def test_rows_in_bulk(self):
        incomes = self.alliance.incomes
        place = {name: incomes.fields.index(name) for name in ('household', 'year', 'amount', 'income_source', 'collected_on')}
        appender = incomes.append()
        for year in (1999, 2000):
            appender.set_reference(place['household'], 'h1')
            appender.set_integer(place['year'], year)
            appender.set_money(place['amount'], 150)
            appender.set_text(place['income_source'], 'wage')
            appender.set_date(place['collected_on'], '2001-02')
            appender.end_row()
        with self.assertRaises(ra.InvalidValueError):
            appender.set_text(place['income_source'], 'wa\0ge')
        self.assertTrue(appender.commit())
        last = incomes[-1]
        self.assertEqual((len(incomes), last.household.id, last.year, str(last.amount), last.income_source, last.collected_on),
                         (5, 'h1', 2000, '1.50', 'wage', '2001-02'))
        appender = incomes.append()
        appender.set_reference(place['household'], 'nobody')
        appender.set_integer(place['year'], 1999)
        appender.end_row()
        with self.assertRaises(ra.BrokenReferenceError):
            appender.commit()
        self.assertEqual(len(incomes), 5)

    def test_walking_while_the_table_changes(self):
        seen = []
        for record in self.alliance.incomes:
            seen.append(record.year)
            if len(seen) == 1:
                self.alliance.incomes.add(household='h0', year=3000)
        self.assertEqual(seen, [2014, 2015, 2016, 3000])

    def test_items_changed(self):
        heard = []
        self.table.connect('items-changed', lambda table, *change: heard.append(change))
        self.table.add(id='new')
        self.table.remove('new')
        self.assertEqual(heard, [(3, 0, 1), (3, 1, 0)])

    def test_nothing_else_can_be_set(self):
        for thing in (self.table, self.alliance, self.table.column('id')):
            with self.assertRaises(AttributeError):
                thing.something = 1

    def test_a_record_knows_its_table(self):
        self.assertIs(self.table[0].get_table(), self.table)
        self.assertIs(self.table.alliance, self.alliance)
        self.assertIsNone(ra.Household(id='x').get_table())


class Alliances(unittest.TestCase):
    def test_tables_by_name(self):
        alliance = alliance_of()
        self.assertIs(alliance.incomes, alliance['incomes'])
        self.assertIs(alliance.incomes, alliance['income'])
        self.assertIs(alliance.household_members, alliance['household-member'])
        self.assertIs(alliance.incomes, alliance.get_table('income'))
        self.assertIsNone(alliance.get_table('nothing'))
        with self.assertRaisesRegex(AttributeError, "'incomes'"):
            alliance.income
        with self.assertRaisesRegex(LookupError, "'cooperatives'"):
            alliance['coperatives']
        self.assertIn('cooperatives', dir(alliance))
        self.assertEqual(len(alliance.tables), len(alliance.schema.kinds))

    def test_find_and_membership(self):
        alliance = alliance_of()
        self.assertEqual(alliance.find('household', 'h1').id, 'h1')
        self.assertIsNone(alliance.find('household', 'nobody'))
        with self.assertRaises(ra.UnknownNameError):
            alliance.find('houshold', 'h1')
        self.assertIn('household', alliance)
        self.assertNotIn('houshold', alliance)
        self.assertIn(alliance.households[0], alliance)
        self.assertNotIn(ra.Household(id='h0'), alliance)

    def test_profile(self):
        alliance = ra.Alliance()
        self.assertIsNone(alliance.profile)
        alliance.add(ra.Profile(title={'en': 'Alliance'}, currency='JPY'))
        self.assertEqual(alliance.profile.title, 'Alliance')
        self.assertEqual(alliance.get_currency_digits(), 0)
        with self.assertRaises(ra.DuplicateError):
            alliance.add(ra.Profile(title='Another'))

    def test_money_goes_from_one_currency_to_another(self):
        yen, yuan = ra.Alliance(), ra.Alliance()
        yen.add(ra.Profile(title='x', currency='JPY'))
        yuan.add(ra.Profile(title='x', currency='CNY'))
        fee = yen.fees.add(id='f', title='Fee', unit_amount=40)
        yen.remove(fee)
        self.assertEqual(str(fee.unit_amount), '40')
        yuan.add(fee)
        self.assertEqual(str(fee.unit_amount), '40.00')
        fee.unit_amount = '40.5'
        yuan.remove(fee)
        with self.assertRaises(ra.InvalidValueError):
            yen.add(fee)
        self.assertEqual(str(fee.unit_amount), '40.50')

    def test_own_fields_and_kinds(self):
        alliance = ra.Alliance()
        kind = ra.Kind.new('goat-visit', 'goat_visits')
        field = ra.Field.new('n_goats', ra.FieldType.INTEGER)
        field.set_unit('goat')
        kind.add_field(field)
        alliance.add_kind(kind)
        visit = alliance.goat_visits.add(id='v', n_goats=12)
        self.assertEqual(visit.n_goats, 12)
        visit.n_goats = None
        self.assertIsNone(visit.n_goats)
        with self.assertRaises(AttributeError):
            visit.n_goat
        with self.assertRaises(ra.DuplicateError):
            alliance.add_kind(ra.Kind.new('goat-visit', 'visits'))
        self.assertEqual(alliance.goat_visits.fields[:2], ['id', 'n_goats'])

    def test_own_field_of_a_record_that_was_made_before(self):
        alliance = ra.Alliance()
        record = alliance.cooperatives.add(id='p', name='Pingzhai')
        with self.assertRaises(AttributeError):
            record.altitude = 3
        alliance.add_field('cooperative', ra.Field.new('altitude', ra.FieldType.NUMBER))
        record.altitude = 3
        self.assertEqual(record.altitude, 3.0)
        with self.assertRaises(AttributeError):
            ra.Cooperative(id='q').altitude

    def test_json(self):
        alliance = ra.Alliance.from_json('{"format": "rural-alliance", "version": 1, "alliance": {"title": "平"}}')
        self.assertEqual(alliance.profile.title, '平')
        text = alliance.to_json()
        self.assertEqual(ra.Alliance.from_json(text.encode()).to_json(), text)
        with self.assertRaisesRegex(ra.InvalidSyntaxError, '^place.json:1:'):
            ra.Alliance.from_json('{', name='place.json')


class Columns(unittest.TestCase):
    def setUp(self):
        self.alliance = alliance_of()
        self.table = self.alliance.incomes

    def test_values_and_presence(self):
        column = self.table.column('amount')
        self.assertEqual(column.values.tolist(), [50, 0, 250])
        self.assertEqual(column.known.tolist(), [1, 0, 1])
        self.assertEqual((len(column), column.name, bool(column)), (3, 'amount', True))
        self.assertEqual(repr(column), '<RuralAlliance.Column amount: 2 of 3 known>')

    def test_every_type(self):
        self.assertEqual(self.table.column('year').values.tolist(), [2014, 2015, 2016])
        self.assertEqual(self.table.column('net').values.tolist(), [0, 0, 1])
        self.assertEqual(self.table.column('collected_on').values.tolist(), [0, 1, 2])
        self.assertEqual(self.table.column('household').values.tolist(), [0, 1, 2])
        column = self.table.column('income_source')
        self.assertEqual([column.dictionary[code] for code in column.values], ['total'] * 3)
        with self.assertRaises(ra.InvalidValueError):
            self.table.column('sources').values

    def test_read_only(self):
        for view in (self.table.column('amount').values, self.table.column('amount').known):
            with self.assertRaises(TypeError):
                view[0] = 1

    def test_a_column_is_a_copy(self):
        values = self.table.column('year').values
        self.table[0].year = 1999
        self.assertEqual(values.tolist(), [2014, 2015, 2016])

    def test_empty(self):
        self.assertEqual(self.alliance.cooperatives.column('n_members').values.tolist(), [])
        self.assertEqual(self.alliance.cooperatives.column('n_members').known.tolist(), [])

    def test_unknown_name(self):
        with self.assertRaisesRegex(AttributeError, "'amount'"):
            self.table.column('amont')

    def test_outlives_the_alliance(self):
        column = self.table.column('amount')
        values = column.values
        del self.table, self.alliance
        gc.collect()
        self.assertEqual(values.tolist(), [50, 0, 250])

    def test_numpy(self):
        try:
            import numpy
        except ImportError:
            self.skipTest('numpy is not there')
        array = self.table.column('amount').to_numpy()
        self.assertEqual(array.dtype, numpy.int64)
        self.assertEqual(array.tolist(), [50, None, 250])
        self.assertEqual((array.sum(), array.mean(), array.count()), (300, 150, 2))
        with self.assertRaises(ValueError):
            array.data[0] = 1
        self.assertEqual(self.table.column('net').to_numpy().dtype, bool)
        self.assertEqual(self.alliance.cooperatives.column('n_members').to_numpy().tolist(), [])


class Lives(unittest.TestCase):
    def gone(self, ref):
        gc.collect()
        self.assertIsNone(ref())

    def test_a_table_keeps_its_alliance(self):
        table = alliance_of().households
        gc.collect()
        self.assertEqual(table.add(id='new').id, 'new')
        self.assertIsInstance(table.alliance, ra.Alliance)

    def test_every_way_to_a_table_keeps_the_alliance(self):
        ways = (lambda a: a.households, lambda a: a['household'], lambda a: a.get_table('household'),
                lambda a: a.tables[a.tables.index(a.households)], lambda a: a.households[0].get_table())
        for way in ways:
            table = way(alliance_of())
            gc.collect()
            self.assertEqual(len([record for record in table if record.get_table().alliance]), 3)
            self.assertEqual(table.kind.name, 'household')
            self.assertIsNotNone(table.alliance)

    def test_a_record_keeps_its_alliance(self):
        record = alliance_of().incomes[0]
        gc.collect()
        self.assertEqual(record.household.id, 'h0')

    def test_an_alliance_goes_when_nobody_holds_it(self):
        alliance = alliance_of()
        ref = weakref.ref(alliance)
        held = [alliance.households, alliance.tables, alliance.households[0], alliance.schema]
        self.assertTrue(held)
        del alliance, held
        self.gone(ref)

    def test_a_table_lets_its_alliance_go(self):
        alliance = alliance_of()
        ref = alliance.weak_ref()
        table = alliance.households
        del alliance
        gc.collect()
        self.assertIsNotNone(ref())
        del table
        gc.collect()
        self.assertIsNone(ref())

    def test_many_alliances_leave_nothing(self):
        gone = []
        for _ in range(50):
            alliance = alliance_of()
            alliance.weak_ref(lambda: gone.append(1))
            self.assertEqual(len([record.household for record in alliance.incomes]), 3)
            del alliance
        gc.collect()
        self.assertGreaterEqual(len(gone), 49)


if __name__ == '__main__':
    tap.main()
