#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every field of every kind of alliance.toml, by its typed functions, its property and its name.

The overrides are left out: this is what C exports and every language sees.
"""

import os
import pathlib
import tomllib
import unittest

import tap

try:
    import gi
    import gi.overrides
    own = str(pathlib.Path(os.environ['RUA_SOURCE_ROOT']) / 'bindings')
    gi.overrides.__path__ = [path for path in gi.overrides.__path__ if not path.startswith(own)]
    gi.require_version('RuralAlliance', '1')
    from gi.repository import GLib, RuralAlliance
except ImportError as error:
    print(f'1..0 # SKIP {error}')
    raise SystemExit(0) from None

TOML = pathlib.Path(os.environ['RUA_SOURCE_ROOT']) / 'libruralalliance' / 'model' / 'alliance.toml'
with open(TOML, 'rb') as file:
    TOLD = tomllib.load(file)
KINDS = TOLD['kind']
COMMON = TOLD['common']['fields']


def class_of(name):
    camel = ''.join(word.capitalize() for word in name.split('-'))
    return getattr(RuralAlliance, KINDS[name].get('class', camel))


def fields_of(name):
    # What is remarked on a record of somebody is about somebody.
    privacy = KINDS[name].get('privacy', 'public')
    common = {field: told | {'privacy': privacy} if told['type'] == 'text' else told for field, told in COMMON.items()}
    return {**KINDS[name]['fields'], **common}


class Fixture:
    """An alliance with a record of every kind, so that references have something to lead to."""

    def __init__(self):
        self.alliance = RuralAlliance.Alliance.new()
        self.records = {'alliance': self.alliance.dup_profile()}
        waiting = [name for name in KINDS if not KINDS[name].get('singleton')]
        while waiting:
            for name in list(waiting):
                if self.add(name):
                    waiting.remove(name)

    def add(self, name):
        """Adds a record once whatever its required fields lead to is there."""
        record = class_of(name).new()
        record.set_id(f'{name}-1')
        for field, told in fields_of(name).items():
            if told.get('required'):
                target = told.get('target')
                if target and target != '*' and target not in self.records \
                        or target == '*' and 'person' not in self.records:
                    return False
                given, _ = values_of(told, self)[0]
                getattr(record, 'set_' + field)(*given)
        self.alliance.add(record)
        self.records[name] = record
        return True

    def target(self, name):
        return self.records['person' if name == '*' else name]


def values_of(field, fixture):
    """Two values for a field, each with the parameters that set it and what is read back."""
    kind = field['type']
    if kind in ('text',):
        return [(('some',), 'some'), (('漢字 “quoted”',), '漢字 “quoted”')]
    if kind == 'token':
        return [((token,), token) for token in field['tokens']]
    if kind == 'json':
        return [(('{"a":[1,2.5]}',), '{"a":[1,2.5]}'), (('[]',), '[]')]
    if kind == 'texts':
        return [(('en', 'some'), 'some'), (('en', 'other'), 'other')]
    if kind == 'boolean':
        return [((True,), True), ((False,), False)]
    if kind in ('integer', 'money'):
        return [((0,), 0), ((-(2 ** 40),), -(2 ** 40))]
    if kind == 'number':
        return [((0.0,), 0.0), ((-1.5,), -1.5)]
    if kind == 'date':
        return [(('2014',), '2014'), (('2014-09',), '2014-09'), (('2014-09-15',), '2014-09-15')]
    if kind == 'reference':
        target = fixture.target(field['target'])
        return [((target,), target)]
    if kind == 'text-list':
        return [((['a', 'b b'],), ['a', 'b b']), ((['漢'],), ['漢'])]
    if kind == 'reference-list':
        target = fixture.target(field['target'])
        return [(([target],), [target])]
    raise AssertionError(kind)


def read(record, name, field):
    """None where the value is unknown."""
    kind = field['type']
    if kind in ('boolean', 'integer', 'number', 'money'):
        known, value = getattr(record, 'get_' + name)()
        return value if known else None
    if kind in ('date', 'reference'):
        return getattr(record, 'dup_' + name)()
    if kind == 'text-list':
        # PyGObject makes an empty list of NULL; has() is what tells them apart.
        return getattr(record, 'dup_' + name)() or None
    if kind == 'reference-list':
        model = getattr(record, 'list_' + name)()
        return None if model is None else [model.get_item(i) for i in range(model.get_n_items())]
    if kind == 'texts':
        return getattr(record, 'get_' + name)('en')
    return getattr(record, 'get_' + name)()


def wrong_values(field):
    return {
        'token': [('no_such_token',)], 'number': [(float('nan'),), (float('inf'),)],
        'date': [('yesterday',), ('2014-13',), ('2014-02-30',)], 'json': [('{',), ('nul',)],
    }.get(field['type'], [])


class Kinds(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.fixture = Fixture()

    def each_field(self):
        for kind in KINDS:
            for name, field in fields_of(kind).items():
                yield f'{kind}.{name}', class_of(kind).new(), name, field

    def test_nothing_is_known_of_a_new_record(self):
        for kind in KINDS:
            record = class_of(kind).new()
            for name, field in fields_of(kind).items():
                with self.subTest(field=f'{kind}.{name}'):
                    self.assertFalse(record.has(name))
                    self.assertIsNone(read(record, name, field))

    def test_what_is_set_is_read(self):
        count = 0
        for label, record, name, field in self.each_field():
            with self.subTest(field=label):
                for given, expected in values_of(field, self.fixture):
                    getattr(record, 'set_' + name)(*given)
                    self.assertTrue(record.has(name))
                    self.assertEqual(read(record, name, field), expected)
                    count += 1
                record.unset(name)
                self.assertFalse(record.has(name))
                self.assertIsNone(read(record, name, field))
        self.assertGreater(count, 500)

    def test_a_change_is_announced(self):
        for label, record, name, field in self.each_field():
            with self.subTest(field=label):
                heard = []
                handler = record.connect('notify::' + name.replace('_', '-'),
                                         lambda _, pspec: heard.append(pspec.name))
                (given, _), *_ = values_of(field, self.fixture)
                getattr(record, 'set_' + name)(*given)
                record.unset(name)
                record.disconnect(handler)
                self.assertEqual(heard, [name.replace('_', '-')] * 2)

    def test_wrong_values_are_refused(self):
        count = 0
        for label, record, name, field in self.each_field():
            with self.subTest(field=label):
                for given in wrong_values(field):
                    with self.assertRaises(GLib.Error) as caught:
                        getattr(record, 'set_' + name)(*given)
                    self.assertTrue(caught.exception.matches(RuralAlliance.Error.quark(), 2)
                                    or field['type'] == 'json', caught.exception.message)
                    self.assertIn(name, caught.exception.message)
                    self.assertFalse(record.has(name))
                    count += 1
        self.assertGreater(count, 50)

    def test_a_reference_to_another_kind_is_refused(self):
        count = 0
        for label, record, name, field in self.each_field():
            with self.subTest(field=label):
                if field['type'] == 'reference' and field['target'] != '*':
                    other = next(kind for kind in KINDS
                                 if kind not in (field['target'], 'alliance'))
                    with self.assertRaises((GLib.Error, TypeError)):
                        record.set_reference(name, self.fixture.records[other])
                    self.assertFalse(record.has(name))
                    count += 1
        self.assertGreater(count, 50)

    def test_the_description_says_what_the_file_says(self):
        schema = self.fixture.alliance.get_schema()
        for kind, told in KINDS.items():
            known = schema.find_kind(kind)
            self.assertEqual(known.get_plural(), told['plural'])
            self.assertEqual(known.get_doc(), told['doc'].strip())
            self.assertEqual(known.get_privacy().value_nick, told.get('privacy', 'public'))
            self.assertEqual(known.get_field(0).get_privacy(), known.get_privacy())
            names = [known.get_field(index).get_name() for index in range(known.get_n_fields())]
            self.assertEqual(names, ['id', *fields_of(kind)])
            for name, field in fields_of(kind).items():
                with self.subTest(field=f'{kind}.{name}'):
                    info = known.find_field(name)
                    self.assertEqual(info.get_doc(), field['doc'].strip())
                    self.assertEqual(info.get_unit(), field.get('unit'))
                    self.assertEqual(info.get_target(), field.get('target'))
                    self.assertEqual(info.get_tokens() or [], field.get('tokens', []))
                    self.assertEqual(info.get_required(), field.get('required', False))
                    self.assertEqual(info.get_privacy().value_nick, field.get('privacy', 'public'))
                    self.assertFalse(info.is_own())

    def test_no_reference_is_less_private_than_what_it_leads_to(self):
        personal = {kind for kind, told in KINDS.items() if told.get('privacy', 'public') != 'public'}
        self.assertLessEqual({'person', 'household', 'income', 'plot', 'order'}, personal)
        for kind in KINDS:
            for name, field in fields_of(kind).items():
                if field.get('target') in personal:
                    self.assertNotEqual(field.get('privacy', 'public'), 'public', f'{kind}.{name}')

    def test_every_kind_has_its_table(self):
        for kind, told in KINDS.items():
            if told.get('singleton'):
                continue
            table = getattr(self.fixture.alliance, 'get_' + told['plural'])()
            self.assertEqual(table, self.fixture.alliance.get_table(kind))
            self.assertEqual(table, self.fixture.alliance.get_table(told['plural']))
            self.assertEqual(table.get_n_records(), 1)
            self.assertEqual(table.get_item(0), self.fixture.records[kind])
            self.assertEqual(table.get_kind().get_name(), kind)


if __name__ == '__main__':
    tap.main()
