#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Records as Python sees them: what the vectors cannot say."""

import copy
import datetime
import decimal
import keyword
import pickle
import unittest

import gi
gi.require_version('RuralAlliance', '1')
from gi.repository import Gio, GLib, GObject, RuralAlliance as ra  # noqa: E402

import tap  # noqa: E402

Decimal = decimal.Decimal


def cooperative(**fields):
    return ra.Cooperative(**{'id': 'p', 'name': {'en': 'Pingzhai', 'zh': '平寨'}, **fields})


class Attributes(unittest.TestCase):
    def test_constructor_sets_fields(self):
        record = cooperative(n_members=4, organic=True)
        self.assertEqual((record.id, record.name, record.n_members, record.organic), ('p', 'Pingzhai', 4, True))

    def test_constructor_refuses_other_names(self):
        with self.assertRaisesRegex(AttributeError, "'n_members'"):
            ra.Cooperative(id='p', n_member=4)

    def test_unknown_name_is_refused_when_read(self):
        with self.assertRaises(AttributeError) as caught:
            cooperative().nmae
        self.assertEqual(str(caught.exception), "cooperative has no field 'nmae'; did you mean 'name'?")
        self.assertFalse(hasattr(cooperative(), 'nmae'))

    def test_unknown_name_is_refused_when_set(self):
        record = cooperative()
        for name in ('nmae', '_private', 'props2', '__class2__'):
            with self.assertRaises(AttributeError):
                setattr(record, name, 1)
            self.assertFalse(hasattr(record, name))

    def test_methods_cannot_be_set(self):
        record = cooperative()
        with self.assertRaises(AttributeError):
            record.get_id = 4
        self.assertEqual(record.get_id(), 'p')

    def test_own_field_that_is_also_a_method(self):
        alliance = ra.Alliance()
        alliance.add_field('cooperative', ra.Field.new('equal', ra.FieldType.INTEGER))
        record = alliance.cooperatives.add(id='p', name='Pingzhai', **{'equal': 3})
        self.assertEqual(record['equal'], 3)
        with self.assertRaisesRegex(AttributeError, r"record\['equal'\]"):
            record.equal = 4
        self.assertTrue(callable(record.equal))

    def test_no_built_in_field_is_hidden_by_a_method(self):
        methods = set(dir(ra.Record))
        hidden = [(kind.name, field.name) for kind in ra.Alliance().schema.kinds for field in kind.fields
                  if field.name in methods or keyword.iskeyword(field.name)]
        self.assertEqual(hidden, [])

    def test_every_field_of_every_kind_is_an_attribute(self):
        alliance = ra.Alliance()
        count = 0
        for kind in alliance.schema.kinds:
            record = alliance.new_record(kind.name)
            for field in kind.fields:
                self.assertIsNone(getattr(record, field.name), f'{kind.name}.{field.name}')
                self.assertIsNone(record[field.name])
                self.assertIn(field.name, dir(record))
                count += 1
        self.assertGreater(count, 600)

    def test_del_makes_unknown(self):
        record = cooperative(n_members=4, status='active')
        del record.n_members
        del record['status']
        self.assertIsNone(record.n_members)
        self.assertIsNone(record.status)

    def test_items_are_fields(self):
        record = cooperative()
        record['n_members'] = 5
        self.assertEqual(record.n_members, 5)
        for name in ('nmae', 'get_id', 3):
            with self.assertRaises(LookupError):
                record[name]
        with self.assertRaises(TypeError):
            iter(record)
        with self.assertRaises(TypeError):
            'name' in record

    def test_typed_functions_are_still_there(self):
        record = cooperative(n_members=4)
        self.assertEqual(record.get_n_members(), (True, 4))
        self.assertTrue(record.set_n_members(5))
        self.assertEqual(record.get_name('zh'), '平寨')
        with self.assertRaises(ra.InvalidValueError) as caught:
            record.set_founded('yesterday')
        self.assertTrue(caught.exception.matches(ra.Error.quark(), ra.Error.VALUE))

    def test_notify(self):
        record = cooperative()
        heard = []
        record.connect('notify::n-members', lambda r, pspec: heard.append((r.n_members, pspec.name)))
        record.n_members = 7
        record.n_members = None
        self.assertEqual(heard, [(7, 'n-members'), (None, 'n-members')])

    def test_a_text_set_at_once_is_announced_once(self):
        record = cooperative()
        heard = []
        record.connect('notify::name', lambda *_: heard.append(1))
        record.name = {'en': 'A', 'zh': 'B', 'fr': 'C'}
        self.assertEqual(heard, [1])

    def test_a_record_without_a_kind_cannot_be_made(self):
        with self.assertRaises(TypeError):
            ra.Record()


class Identity(unittest.TestCase):
    def test_repr_and_str_tell_nothing_personal(self):
        person = ra.Person(id='x', name={'en': 'A Name'}, contact='12345')
        self.assertEqual(repr(person), '<RuralAlliance.Person outside a table>')
        self.assertEqual(str(person), 'person outside a table')
        alliance = ra.Alliance()
        alliance.people.add(person)
        self.assertEqual(repr(person), '<RuralAlliance.Person #1>')
        with self.assertRaises(KeyError) as caught:
            alliance.people['Zhang']
        self.assertEqual(caught.exception.args, ('no person has this id',))
        self.assertEqual(repr(ra.Site(id='p')), "<RuralAlliance.Site 'p'>")
        self.assertEqual(repr(ra.Income(year=2014)), '<RuralAlliance.Income without an id>')

    def test_repr_of_own_kind(self):
        alliance = ra.Alliance()
        alliance.add_kind(ra.Kind.new('goat-visit', 'goat_visits'))
        self.assertEqual(repr(alliance.goat_visits.add(id='g')), "<RuralAlliance.Record goat-visit 'g'>")

    def test_equal_by_value(self):
        self.assertEqual(cooperative(), cooperative())
        self.assertNotEqual(cooperative(), cooperative(n_members=1))
        self.assertNotEqual(cooperative(), ra.Site(id='p', name='Pingzhai'))
        self.assertNotEqual(cooperative(), 'p')
        self.assertIsNotNone(cooperative())

    def test_hash_goes_with_equality(self):
        self.assertEqual(len({cooperative(), cooperative(), cooperative(id='q')}), 2)
        with self.assertRaises(TypeError):
            hash(ra.Income(year=2014))

    def test_same_row_is_the_same_object(self):
        alliance = ra.Alliance()
        record = alliance.add(cooperative())
        self.assertIs(alliance.cooperatives[0], record)
        self.assertIs(alliance.find('cooperative', 'p'), record)


class Values(unittest.TestCase):
    def test_texts(self):
        name = cooperative().name
        self.assertIsInstance(name, str)
        self.assertEqual(name, 'Pingzhai')
        self.assertEqual(name.languages, ['en', 'zh'])
        self.assertEqual(name['zh'], '平寨')
        self.assertEqual(name[0], 'P')
        self.assertEqual(name[:4], 'Ping')
        self.assertEqual(dict(name), {'en': 'Pingzhai', 'zh': '平寨'})
        with self.assertRaises(KeyError):
            name['fr']
        self.assertEqual(name.in_language('zh-Hant'), '平寨')
        self.assertEqual(name.in_language('fr'), 'Pingzhai')
        with self.assertRaises(TypeError):
            name['fr'] = 'x'

    def test_texts_keep_their_languages_from_record_to_record(self):
        other = ra.Site(id='s', name=cooperative().name)
        self.assertEqual(dict(other.name), {'en': 'Pingzhai', 'zh': '平寨'})

    def test_texts_take_no_half_of_a_dict(self):
        record = cooperative()
        for value in ({'en': 'x', 'zh': None}, {'en': 4}, {4: 'x'}):
            with self.assertRaises(ra.InvalidValueError):
                record.name = value
        self.assertEqual(dict(record.name), {'en': 'Pingzhai', 'zh': '平寨'})

    def test_money(self):
        income = ra.Income(year=2014)
        for given, expected in ((Decimal('39.27'), '39.27'), (39.27, '39.27'), ('39.27', '39.27'), (39, '39.00'),
                                (Decimal('1E+3'), '1000.00'), (Decimal('39.270000'), '39.27'), (0.1, '0.10'),
                                (-1e3, '-1000.00'), (0, '0.00'), (Decimal('-0.01'), '-0.01')):
            income.amount = given
            self.assertIsInstance(income.amount, Decimal)
            self.assertEqual(str(income.amount), expected, given)
        for wrong in (0.1 + 0.2, Decimal('39.271'), Decimal('NaN'), float('inf'), True, 1j, b'1', '39,27',
                      Decimal('92233720368547758.08'), 10**30):
            with self.assertRaises((ra.InvalidValueError), msg=repr(wrong)):
                income.amount = wrong
            self.assertEqual(str(income.amount), '-0.01')

    def test_money_largest(self):
        income = ra.Income(year=2014, amount=Decimal('92233720368547758.07'))
        self.assertEqual(income.amount, Decimal('92233720368547758.07'))
        self.assertEqual(income.get_amount(), (True, 2**63 - 1))

    def test_integers_of_64_bits(self):
        record = cooperative()
        for value in (2**63 - 1, -2**63, 2**53 + 1):
            record.n_members = value
            self.assertEqual(record.n_members, value)
        for value in (2**63, -2**63 - 1, 10**30):
            with self.assertRaises(ra.InvalidValueError):
                record.n_members = value

    def test_numbers(self):
        place = ra.Place(id='v')
        for value in (0.1, 5e-324, 1.7976931348623157e308, -0.0):
            place.latitude = value
            self.assertEqual(repr(place.latitude), repr(value))
        for value in (float('nan'), float('inf'), '25', None.__class__, 1j):
            with self.assertRaises(ra.InvalidValueError):
                place.latitude = value

    def test_dates(self):
        record = cooperative(founded=datetime.date(2005, 4, 1))
        self.assertEqual(record.founded, '2005-04-01')
        with self.assertRaises(ra.InvalidValueError):
            record.founded = datetime.datetime(2005, 4, 1, 12)

    def test_a_text_ends_nowhere_else_than_in_c(self):
        record = cooperative()
        for name, value in (('registration', 'a\0b'), ('name', {'en': 'a\0b'}), ('name', {'e\0n': 'a'}),
                            ('founded', '2005\0')):
            with self.assertRaises(ra.InvalidValueError):
                setattr(record, name, value)
        with self.assertRaises(ra.InvalidValueError):
            ra.Metric(by=['a\0'])
        with self.assertRaises(UnicodeEncodeError):
            record.registration = '\ud800'

    def test_lists_are_copies_and_say_so(self):
        metric = ra.Metric(id='m', by=['a'], options={'deep': [{'x': 1}]})
        with self.assertRaises(TypeError):
            metric.by.append('b')
        with self.assertRaises(TypeError):
            metric.by[0] = 'b'
        with self.assertRaises(TypeError):
            metric.options['deep'] = 4
        with self.assertRaises(TypeError):
            metric.options['deep'][0]['x'] = 4
        metric.by += ['b']
        self.assertEqual(metric.by, ['a', 'b'])
        metric.options = {**metric.options, 'more': True}
        self.assertEqual(metric.options, {'deep': [{'x': 1}], 'more': True})

    def test_copies_can_be_changed(self):
        metric = ra.Metric(id='m', by=['a'], options={'deep': [{'x': 1}]})
        options = copy.deepcopy(metric.options)
        options['deep'][0]['x'] = 2
        self.assertEqual(options, {'deep': [{'x': 2}]})
        self.assertEqual(pickle.loads(pickle.dumps(metric.by)) + ['b'], ['a', 'b'])

    def test_lists_take_any_iterable_but_a_text(self):
        metric = ra.Metric(id='m', by=(word for word in ('a', 'b')))
        self.assertEqual(metric.by, ['a', 'b'])
        for wrong in ('ab', b'ab', {'a': 1}, 3, ['a', 3]):
            with self.assertRaises(ra.InvalidValueError):
                metric.by = wrong
        self.assertEqual(metric.by, ['a', 'b'])

    def test_references(self):
        alliance = ra.Alliance()
        one, two = (alliance.sources.add(id=name, title=name) for name in ('one', 'two'))
        record = alliance.add(cooperative(sources=[one, two]))
        self.assertEqual(record.sources, [one, two])
        self.assertIs(record.sources[0], one)
        with self.assertRaises(ra.InvalidValueError):
            record.sources = [one, 'two']
        with self.assertRaises(ra.BrokenReferenceError):
            record.sources = [one, record]
        with self.assertRaises(ra.BrokenReferenceError):
            record.site = one
        with self.assertRaises(ra.BrokenReferenceError):
            record.sources = [ra.Source(id='three', title='three')]
        self.assertEqual(record.sources, [one, two])
        store = Gio.ListStore.new(ra.Record.__gtype__)
        store.append(two)
        record.sources = store
        self.assertEqual(record.sources, [two])

    def test_json_refuses_what_json_cannot_say(self):
        metric = ra.Metric(id='m', options={'a': 1})
        for wrong in ({'a': float('nan')}, {1, 2}, object(), {'a': Decimal(1)}):
            with self.assertRaises(ra.InvalidValueError):
                metric.options = wrong
        self.assertEqual(metric.options, {'a': 1})
        metric.options = 'a text'
        self.assertEqual(metric.options, 'a text')

    def test_values_of_strange_types(self):
        record = cooperative(n_members=4)
        for wrong in (b'4', object(), [4], {'a': 1}, GObject.Object(), 1j):
            for name in ('n_members', 'registration', 'organic', 'site', 'founded', 'status'):
                with self.assertRaises(ra.InvalidValueError, msg=f'{name} = {wrong!r}'):
                    setattr(record, name, wrong)

    def test_numpy_numbers(self):
        try:
            import numpy
        except ImportError:
            self.skipTest('numpy is not there')
        record = cooperative(n_members=numpy.int32(4), organic=numpy.bool_(True))
        self.assertEqual((record.n_members, record.organic), (4, True))
        place = ra.Place(id='v', latitude=numpy.float64(0.1))
        self.assertEqual(place.latitude, 0.1)
        place.latitude = numpy.float32(0.5)
        self.assertEqual(place.latitude, 0.5)


class Errors(unittest.TestCase):
    CLASSES = {
        'SYNTAX': ra.InvalidSyntaxError, 'VALUE': ra.InvalidValueError, 'MISSING': ra.MissingError,
        'DUPLICATE': ra.DuplicateError, 'REFERENCE': ra.BrokenReferenceError, 'UNKNOWN_NAME': ra.UnknownNameError,
        'UNIT': ra.UnitError, 'LIMIT': ra.LimitError, 'VERSION': ra.FormatVersionError, 'CYCLE': ra.CycleError,
    }

    def test_every_error_is_a_glib_error(self):
        for code, kind in self.CLASSES.items():
            self.assertTrue(issubclass(kind, ra.AllianceError) and issubclass(kind, GLib.Error), code)

    def test_every_code_has_a_class(self):
        codes = {name for name in dir(ra.Error) if name.isupper()} - {'FAILED'}
        self.assertEqual(codes, set(self.CLASSES))

    def test_domain_code_and_message(self):
        with self.assertRaises(ra.InvalidValueError) as caught:
            cooperative(n_members='four')
        error = caught.exception
        self.assertIsInstance(error, ValueError)
        self.assertTrue(error.matches(ra.Error.quark(), ra.Error.VALUE))
        self.assertEqual(str(error), error.message)
        self.assertIn("cooperative 'p': n_members: 'four'", str(error))

    def test_sensitive_values_stay_out_of_messages(self):
        for wrong in ('1234567.891', 1234567.891, Decimal('1234567.891'), object()):
            with self.assertRaises(ra.InvalidValueError) as caught:
                ra.Income(year=2014, amount=wrong)
            self.assertNotIn('1234567', str(caught.exception))


if __name__ == '__main__':
    tap.main()
