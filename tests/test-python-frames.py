#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tables in bulk: as arrays of numpy that are lent, as frames of pandas, and from CSV."""

import datetime
import decimal
import gc
import os
import pathlib
import random
import tempfile
import unittest

import ruralalliance as ra

import tap

try:
    import numpy
    import pandas
except ImportError:
    numpy = pandas = None

SEED = int(os.environ.get('RUA_TEST_SEED', random.SystemRandom().randrange(2**32)))
ROWS = 70000


def probes(n=ROWS):
    alliance = ra.new('Test', 'CNY')
    kind = ra.Kind.new('probe', 'probes')
    for name, field_type in (('number', ra.FieldType.NUMBER), ('whole', ra.FieldType.INTEGER)):
        kind.add_field(ra.Field.new(name, field_type))
    alliance.add_kind(kind)
    rows = alliance.probes.append()
    for i in range(n):
        rows.set_text(0, f'p{i}')
        if i % 3:
            rows.set_number(1, i / 7)
        rows.set_integer(2, i)
        rows.end_row()
    rows.commit()
    return alliance


@unittest.skipUnless(numpy, 'needs numpy')
class Lent(unittest.TestCase):
    def test_no_copy_is_made(self):
        table = probes().probes
        for name in ('number', 'whole'):
            first, second = table.column(name).to_numpy(), table.column(name).to_numpy()
            self.assertTrue(numpy.shares_memory(first.data, second.data))
            self.assertEqual(first.data.ctypes.data, second.data.ctypes.data)
            chunk = table.column(name).dup_chunk_values(1)
            self.assertEqual(chunk.get_region(1, 0, 8), first.data.ctypes.data + 65536 * 8)
            self.assertEqual(memoryview(table.column(name).values).nbytes, ROWS * 8)

    def test_unknown_is_masked(self):
        table = probes().probes
        array = table.column('number').to_numpy()
        self.assertEqual(array.mask.tolist(), [i % 3 == 0 for i in range(ROWS)])
        self.assertIs(array[3], numpy.ma.masked)
        self.assertAlmostEqual(array.mean(), sum(i / 7 for i in range(ROWS) if i % 3) / (ROWS - len(range(0, ROWS, 3))))
        self.assertIs(table.column('whole').to_numpy().mask, numpy.ma.nomask)

    def test_it_can_only_be_read(self):
        array = probes(10).probes.column('whole').to_numpy()
        with self.assertRaises(ValueError):
            array[0] = 4
        with self.assertRaises(ValueError):
            array.data[0] = 4
        with self.assertRaises(TypeError):
            probes(10).probes.column('whole').values[0] = 4

    def test_what_was_lent_stays(self):
        alliance = probes()
        array = alliance.probes.column('whole').to_numpy()
        view = alliance.probes.column('whole').values
        alliance.probes[5].whole = 99
        alliance.probes.remove('p7')
        self.assertEqual((array[5], array[7], view[5]), (5, 7, 5))
        self.assertEqual(alliance.probes.column('whole').to_numpy()[5:8].tolist(), [99, 6, 8])
        del alliance
        gc.collect()
        self.assertEqual(int(array.sum()), sum(range(ROWS)))
        self.assertEqual(view[ROWS - 1], ROWS - 1)

    def test_nothing(self):
        array = probes(0).probes.column('number').to_numpy()
        self.assertEqual((len(array), array.dtype), (0, numpy.dtype('f8')))
        self.assertEqual(probes(0).probes.column('number').values.tolist(), [])


def random_alliance(seed):
    choose = random.Random(seed)
    alliance = ra.new('Test', 'CNY')

    def maybe(value):
        return value if choose.random() < 0.7 else None

    for i in range(40):
        alliance.places.add(id=f'v{i}', name=f'Village {i}')
        alliance.households.add(id=f'h{i}', n_persons=maybe(choose.randrange(12)), village=maybe(f'v{choose.randrange(i + 1)}'),
                                joined=maybe(choose.choice(['2014', '2014-09', '2014-09-15'])), stratum=maybe(choose.choice('ab')))
        for year in (2014, 2017):
            alliance.incomes.add(
                household=f'h{i}', year=year, amount=maybe(decimal.Decimal(choose.randrange(-10**9, 10**9)).scaleb(-2)),
                net=maybe(choose.random() < 0.5), income_source=maybe('total'), recall=maybe(choose.randrange(24)),
                collected_on=maybe(f'2015-{choose.randrange(1, 13):02}-{choose.randrange(1, 29):02}'))
    return alliance


@unittest.skipUnless(pandas, 'needs pandas')
class Frames(unittest.TestCase):
    KINDS = ('places', 'households', 'incomes')

    def test_out_and_in_again(self):
        print(f'# seed {SEED}')
        for trial in range(5):
            first = random_alliance(SEED + trial)
            second = ra.new('Test', 'CNY')
            for kind in self.KINDS:
                second[kind].from_pandas(first[kind].to_pandas())
            self.assertEqual(second.to_json(), first.to_json(), f'seed {SEED + trial}')

    def test_types(self):
        frame = random_alliance(1).incomes.to_pandas()
        self.assertEqual({name: str(frame[name].dtype) for name in ('year', 'amount', 'net', 'collected_on', 'household')},
                         {'year': 'Int64', 'amount': 'float64', 'net': 'boolean', 'collected_on': 'datetime64[ns]',
                          'household': 'object'})
        self.assertEqual(frame.attrs['units']['amount'], 'CNY/household/year')

    def test_unknown_is_never_zero(self):
        alliance = random_alliance(2)
        for kind in self.KINDS:
            frame = alliance[kind].to_pandas()
            for name in frame.columns:
                told = [record[name] is not None for record in alliance[kind]]
                self.assertEqual(frame[name].notna().tolist(), told, name)

    def test_values_are_those_of_the_records(self):
        alliance = random_alliance(3)
        alliance.incomes.remove(alliance.incomes[3])
        frame = alliance.incomes.to_pandas()
        for row, income in enumerate(alliance.incomes):
            self.assertEqual(frame['household'][row], income.household.id)
            if income.amount is not None:
                self.assertEqual(decimal.Decimal(repr(frame['amount'][row])), income.amount)
            if income.collected_on is not None:
                self.assertEqual(str(frame['collected_on'][row])[:10], income.collected_on)
        self.assertEqual([joined for joined in alliance.households.to_pandas('joined')['joined']],
                         [household.joined for household in alliance.households])

    def test_columns_and_selections(self):
        alliance = random_alliance(4)
        self.assertEqual(list(alliance.households.to_pandas(['n_persons', 'id']).columns), ['n_persons', 'id'])
        selection = alliance.households.where('n_persons > 5')
        self.assertEqual(selection.to_pandas('id')['id'].tolist(), [household.id for household in selection])
        with self.assertRaises(ra.UnknownNameError):
            alliance.households.to_pandas(['n_person'])

    def test_every_table_of_the_case_study(self):
        alliance = ra.open(pathlib.Path(os.environ['RUA_SOURCE_ROOT']) / 'examples' / 'rural-urban-alliance.json')
        for table in alliance.tables:
            frame = table.to_pandas()
            self.assertEqual(frame.shape, (len(table), len(table.fields)))

    def test_what_python_has(self):
        alliance = ra.new('Test', 'CNY')
        alliance.households.from_pandas(pandas.DataFrame({
            'id': ['a', 'b', 'c'], 'n_persons': numpy.array([1, 2, 3], 'u1'),
            'joined': [datetime.date(2014, 9, 15), datetime.datetime(2015, 1, 1), None]}))
        alliance.incomes.from_pandas(pandas.DataFrame({
            'household': alliance.households[:], 'year': [2014., 2015., 2016.],
            'amount': [decimal.Decimal('39.27'), None, decimal.Decimal('-0.01')], 'net': [True, None, False]}))
        self.assertEqual([household.joined for household in alliance.households], ['2014-09-15', '2015-01-01', None])
        self.assertEqual([income.amount for income in alliance.incomes],
                         [decimal.Decimal('39.27'), None, decimal.Decimal('-0.01')])
        self.assertEqual([income.net for income in alliance.incomes], [True, None, False])

    def test_all_or_nothing(self):
        alliance = random_alliance(5)
        before = alliance.to_json()
        good = {'household': ['h1', 'h2'], 'year': [2014, 2015]}
        for change, error, said in (
                ({'household': ['h1', 'h999']}, ra.BrokenReferenceError, 'household'),
                ({'huosehold': ['h1', 'h2']}, ra.UnknownNameError, "did you mean 'household'"),
                ({'year': [2014, None]}, ra.MissingError, 'year'),
                ({'year': [2014, 2014.5]}, ra.InvalidValueError, 'year'),
                ({'amount': [decimal.Decimal('0.001'), None]}, ra.InvalidValueError, 'row 1: amount: .*at most 2 decimals'),
                ({'recall': [1, 2**70]}, ra.InvalidValueError, 'row 2: recall'),
                ({'collected_on': pandas.to_datetime(['2014-01-01', '2014-01-01 12:00'])}, ra.InvalidValueError, 'time of the day'),
                ({'income_source': ['total', 4]}, ra.InvalidValueError, 'row 2: income_source')):
            with self.assertRaisesRegex(error, said):
                alliance.incomes.from_pandas(pandas.DataFrame({**good, **change}))
            self.assertEqual(alliance.to_json(), before, said)
        alliance.incomes.from_pandas(pandas.DataFrame(good).iloc[:0])
        self.assertEqual(alliance.to_json(), before)

    def test_values_stay_out_of_messages(self):
        alliance = random_alliance(6)
        for value in (decimal.Decimal('4711.123'), [4711, 'x']):
            with self.assertRaises(ra.AllianceError) as caught:
                alliance.incomes.from_pandas(pandas.DataFrame({'household': ['h1'], 'year': [2014], 'amount': [value]}))
            self.assertNotIn('4711', str(caught.exception))

    def test_values_that_come_again(self):
        rng = random.Random(SEED)
        print(f'# seed {SEED}')
        texts, days = ['total', 'own_farm', None, numpy.nan, pandas.NA], [datetime.date(2014, 9, day) for day in (1, 2, 3)] + [None]
        for make in (list, lambda values: pandas.Series(values, dtype='category'), lambda values: pandas.Series(values, dtype=object)):
            n = rng.randrange(1, 200)
            chosen = {'household': rng.choices(['h1', 'h2', 'h3'], k=n), 'income_source': rng.choices(texts, k=n),
                      'collected_on': rng.choices(days, k=n)}
            alliance = random_alliance(7)
            before = len(alliance.incomes)
            alliance.incomes.from_pandas(pandas.DataFrame({**{name: make(values) for name, values in chosen.items()}, 'year': 2014}))
            for row, income in enumerate(alliance.incomes[before:]):
                source, day = chosen['income_source'][row], chosen['collected_on'][row]
                self.assertEqual((income.household.id, income.income_source, income.collected_on),
                                 (chosen['household'][row], source if isinstance(source, str) else None, day and day.isoformat()))

    def test_the_first_row_of_a_bad_value(self):
        alliance = random_alliance(8)
        before = alliance.to_json()
        noon = datetime.datetime(2014, 9, 1, 12)
        frame = pandas.DataFrame({'household': ['h1'] * 9, 'year': 2014, 'collected_on': pandas.Series(
            [None, datetime.date(2014, 9, 1), None, datetime.date(2014, 9, 1), noon, noon, None, noon, noon], dtype=object)})
        with self.assertRaisesRegex(ra.InvalidValueError, 'row 5: collected_on: .*time of the day'):
            alliance.incomes.from_pandas(frame)
        self.assertEqual(alliance.to_json(), before)

    def test_lists_and_data(self):
        alliance = ra.new('Test', 'CNY')
        alliance.metrics.from_pandas(pandas.DataFrame({
            'id': ['m', 'n'], 'estimator': ['mean', 'count'], 'table': ['incomes', 'incomes'], 'by': [['year', 'household'], None],
            'columns': [{'value': 'amount'}, None]}))
        self.assertEqual((alliance.metrics['m'].by, alliance.metrics['n'].by), (['year', 'household'], None))
        self.assertEqual(alliance.metrics['m'].columns, {'value': 'amount'})
        frame = alliance.metrics.to_pandas(['by', 'columns'])
        self.assertEqual((frame['by'][0], frame['columns'][0], frame['by'][1]), (['year', 'household'], {'value': 'amount'}, None))


class Csv(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name) / 'register.csv'
        self.path.write_text('House;Persons\n101;4\n102;\n', encoding='utf-8')
        self.mapping = {'separator': ';', 'columns': {'id': 'House', 'n_persons': 'Persons'}}

    def test_mapping(self):
        import json
        file = self.path.with_suffix('.json')
        file.write_text(json.dumps(self.mapping), encoding='utf-8')
        for mapping in (self.mapping, file, str(file), json.dumps(self.mapping)):
            told = []
            alliance = ra.new('Test')
            self.assertIs(alliance.households.from_csv(self.path, mapping, progress=told.append), alliance.households)
            self.assertEqual([(house.id, house.n_persons) for house in alliance.households], [('101', 4), ('102', None)])
            self.assertTrue(told and told[-1] == 1, told)

    def test_faults(self):
        alliance = ra.new('Test')
        with self.assertRaisesRegex(ra.AllianceError, 'Persons'):
            alliance.households.from_csv(self.path, {'separator': ';', 'columns': {'id': 'House'}})
        self.assertEqual(len(alliance.households), 0)
        with self.assertRaises(FileNotFoundError):
            alliance.households.from_csv(self.path, self.path.with_name('nowhere.json'))


if __name__ == '__main__':
    tap.main()
