#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The schema as JSON Schema, SQL and TypeScript says what the library does."""

import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import tempfile
import unittest

import tap

try:
    import gi
    gi.require_version('RuralAlliance', '1')
    from gi.repository import GLib, RuralAlliance
except (ImportError, ValueError) as error:
    print(f'1..0 # SKIP {error}')
    raise SystemExit(0) from None
try:
    import jsonschema
except ImportError:
    jsonschema = None

EXAMPLE = pathlib.Path(os.environ['RUA_SOURCE_ROOT']) / 'examples' / 'rural-urban-alliance.json'
OWN = {
    'kinds': {'beehive': {'plural': 'beehives', 'doc': 'A hive.', 'fields': {
        'frames': {'type': 'integer', 'unit': '1', 'required': True},
        'keeper': {'type': 'reference', 'target': 'household'},
        'state': {'type': 'token', 'tokens': ['well', "keeper's worry"]},
        'note_of_keeper': {'type': 'text', 'doc': 'Ends */ here\nand there.', 'privacy': 'personal'}}},
        'queen_bee': {'plural': 'queen_bees'}},
    'fields': {'household': {'altitude': {'type': 'number', 'unit': 'm'}}},
}


def read(members):
    document = {'format': 'rural-alliance', 'version': 1, 'schema': OWN, **members}
    text = json.dumps(document, ensure_ascii=False).encode()
    return RuralAlliance.Alliance.new_from_json(GLib.Bytes.new(text), None, None)


def is_taken(members):
    try:
        read(members)
    except GLib.Error:
        return False
    return True


def kinds_of(schema):
    kinds = schema.list_kinds()
    return [kinds.get_item(i) for i in range(kinds.get_n_items())]


def fields_of(kind):
    return [kind.get_field(i) for i in range(kind.get_n_fields())]


HOUSEHOLD = {'id': 'h', 'name': 'n', 'altitude': 1.5}
INCOME = {'household': 'h', 'year': 2014}
# Documents with and without a fault that a schema of the document can tell.
CASES = [
    ('nothing', True, {}),
    ('empty arrays', True, {'households': [], 'beehives': []}),
    ('unknown members', True, {'x': None, 'households': [{**HOUSEHOLD, 'x': [None]}]}),
    ('household', True, {'households': [HOUSEHOLD]}),
    ('no id', False, {'households': [{'name': 'n'}]}),
    ('id empty', False, {'households': [{'id': ''}]}),
    ('id number', False, {'households': [{'id': 5}]}),
    ('text number', False, {'households': [{**HOUSEHOLD, 'name': 5}]}),
    ('text null', False, {'households': [{**HOUSEHOLD, 'name': None}]}),
    ('own number as text', False, {'households': [{**HOUSEHOLD, 'altitude': '5'}]}),
    ('array as object', False, {'households': {}}),
    ('record as number', False, {'households': [5]}),
    ('title in one language', True, {'alliance': {'title': 'T'}}),
    ('title in two', True, {'alliance': {'title': {'en': 'T', 'zh-Hant': '題'}}}),
    ('title in none', False, {'alliance': {'title': {}}}),
    ('title in no language', False, {'alliance': {'title': {'zh_CN': 'T'}}}),
    ('title language of one letter', False, {'alliance': {'title': {'e': 'T'}}}),
    ('title null in a language', False, {'alliance': {'title': {'en': None}}}),
    ('no title', False, {'alliance': {}}),
    ('alliance as list', False, {'alliance': []}),
    ('date of a year', True, {'alliance': {'title': 'T', 'started': '2014'}}),
    ('date of a month', True, {'alliance': {'title': 'T', 'started': '2014-09'}}),
    ('date of a day', True, {'alliance': {'title': 'T', 'started': '2014-09-15'}}),
    ('date as number', False, {'alliance': {'title': 'T', 'started': 2014}}),
    ('date the other way round', False, {'alliance': {'title': 'T', 'started': '15.9.2014'}}),
    ('month 13', False, {'alliance': {'title': 'T', 'started': '2014-13'}}),
    ('date and time', False, {'alliance': {'title': 'T', 'started': '2014-09-15T00:00'}}),
    ('languages', True, {'alliance': {'title': 'T', 'languages': ['en', 'zh']}}),
    ('languages as text', False, {'alliance': {'title': 'T', 'languages': 'en'}}),
    ('languages with null', False, {'alliance': {'title': 'T', 'languages': [None]}}),
    ('income', True, {'households': [HOUSEHOLD], 'incomes': [{**INCOME, 'amount': 3927.5}]}),
    ('income without year', False, {'households': [HOUSEHOLD], 'incomes': [{'household': 'h'}]}),
    ('money as text', False, {'households': [HOUSEHOLD], 'incomes': [{**INCOME, 'amount': '5'}]}),
    ('integer with decimals', False, {'households': [HOUSEHOLD], 'incomes': [{**INCOME, 'year': 1.5}]}),
    ('integer beyond', False, {'households': [HOUSEHOLD], 'incomes': [{**INCOME, 'year': 2 ** 63}]}),
    ('integer within', True, {'households': [HOUSEHOLD], 'incomes': [{**INCOME, 'year': 2 ** 63 - 1}]}),
    ('boolean', True, {'households': [HOUSEHOLD], 'incomes': [{**INCOME, 'net': False}]}),
    ('boolean as number', False, {'households': [HOUSEHOLD], 'incomes': [{**INCOME, 'net': 0}]}),
    ('reference as number', False, {'households': [HOUSEHOLD], 'incomes': [{**INCOME, 'household': 5}]}),
    ('reference empty', False, {'households': [HOUSEHOLD], 'incomes': [{**INCOME, 'household': ''}]}),
    ('token', True, {'beehives': [{'frames': 3, 'state': "keeper's worry"}]}),
    ('token unknown', False, {'beehives': [{'frames': 3, 'state': 'bad'}]}),
    ('own required field', False, {'beehives': [{'state': 'well'}]}),
    ('any reference', True, {'households': [HOUSEHOLD], 'claims': [{'id': 'c', 'about': ['household/h']}]}),
    ('any reference without kind', False, {'households': [HOUSEHOLD], 'claims': [{'id': 'c', 'about': ['h']}]}),
    ('metric with null', True, {'metrics': [{'id': 'm', 'stratum': None, 'options': {'factor': None}}]}),
    ('metric with null id', False, {'metrics': [{'id': None}]}),
]


def complete(members):
    """With whatever else the kinds of the case require, so that only the case itself decides."""
    schema = RuralAlliance.Alliance.new().get_schema()
    filler = {
        RuralAlliance.FieldType.TEXT: 'x', RuralAlliance.FieldType.TEXTS: 'x',
        RuralAlliance.FieldType.DATE: '2014', RuralAlliance.FieldType.INTEGER: 1,
        RuralAlliance.FieldType.NUMBER: 1, RuralAlliance.FieldType.MONEY: 1,
        RuralAlliance.FieldType.BOOLEAN: True,
    }
    for plural in ('claims', 'metrics'):
        for record in members.get(plural, []):
            for field in fields_of(schema.find_kind(plural)):
                if field.get_required() and field.get_name() not in record:
                    record[field.get_name()] = field.get_tokens()[0] if field.get_tokens() \
                        else filler[field.get_field_type()]
    return members


class JsonSchema(unittest.TestCase):
    def setUp(self):
        if jsonschema is None:
            self.skipTest('python3-jsonschema is not installed')
        self.text = read({}).get_schema().to_json_schema()
        self.schema = json.loads(self.text)
        self.validator = jsonschema.Draft202012Validator(self.schema)

    def test_is_a_schema(self):
        jsonschema.Draft202012Validator.check_schema(self.schema)
        self.assertTrue(self.text.endswith('}\n'))

    def test_every_reference_inside_leads_somewhere(self):
        found = set(re.findall(r'"\$ref": "#/\$defs/([^"]+)"', self.text))
        self.assertTrue(found)
        self.assertEqual(found - set(self.schema['$defs']), set())

    def test_every_field_is_there(self):
        for kind in kinds_of(read({}).get_schema()):
            told = self.schema['$defs'][kind.get_name()]
            self.assertEqual(list(told['properties']), [field.get_name() for field in fields_of(kind)])
            self.assertEqual(told.get('required', []),
                             [field.get_name() for field in fields_of(kind) if field.get_required()])
            self.assertIn(kind.get_plural(), self.schema['properties'])

    def test_takes_the_example(self):
        with open(EXAMPLE, encoding='utf-8') as file:
            document = json.load(file)
        plain = json.loads(RuralAlliance.Alliance.new().get_schema().to_json_schema())
        faults = list(jsonschema.Draft202012Validator(plain).iter_errors(document))
        self.assertEqual([f'{list(fault.path)}: {fault.message[:200]}' for fault in faults], [])

    def test_agrees_with_the_library(self):
        for name, is_good, members in CASES:
            with self.subTest(name):
                members = complete(members)
                document = {'format': 'rural-alliance', 'version': 1, 'schema': OWN, **members}
                self.assertEqual(is_taken(members), is_good, 'the library')
                self.assertEqual(self.validator.is_valid(document), is_good, 'the schema')

    def test_refuses_other_formats(self):
        for document in ({}, [], 5, {'format': 'rural-alliance'}, {'format': 'x', 'version': 1},
                         {'format': 'rural-alliance', 'version': 2}):
            self.assertFalse(self.validator.is_valid(document), document)

    def test_own_definitions(self):
        head = {'format': 'rural-alliance', 'version': 1}
        for own, is_good in ((OWN, True), ({'kinds': {'x': {}}}, False), ({'fields': {'household': {'x': {}}}}, False),
                             ({'fields': {'household': {'x': {'type': 'words'}}}}, False),
                             ({'fields': {'household': {'x': {'type': 'text', 'privacy': 'secret'}}}}, False)):
            self.assertEqual(self.validator.is_valid({**head, 'schema': own}), is_good, own)

    def test_annotations(self):
        income = self.schema['$defs']['income']['properties']['amount']
        self.assertEqual(income['x-unit'], '{currency}/household/year')
        self.assertEqual(income['x-privacy'], 'sensitive')
        self.assertEqual(self.schema['$defs']['income']['properties']['household']['x-target'], 'household')


class Sql(unittest.TestCase):
    def setUp(self):
        self.text = read({}).get_schema().to_sql()
        self.database = sqlite3.connect(':memory:')
        self.database.execute('PRAGMA foreign_keys = ON')
        self.database.executescript(self.text)

    def tearDown(self):
        self.database.close()

    def test_every_table_and_column(self):
        for kind in kinds_of(read({}).get_schema()):
            rows = list(self.database.execute(f'PRAGMA table_info("{kind.get_plural()}")'))
            self.assertEqual([row[1] for row in rows], [field.get_name() for field in fields_of(kind)])
            for row, field in zip(rows, fields_of(kind)):
                self.assertEqual(bool(row[3]), field.get_required(), (kind.get_name(), row[1]))

    def test_references(self):
        for kind in kinds_of(read({}).get_schema()):
            keys = {row[3]: row[2] for row in
                    self.database.execute(f'PRAGMA foreign_key_list("{kind.get_plural()}")')}
            schema = read({}).get_schema()
            meant = {field.get_name(): schema.find_kind(field.get_target()).get_plural()
                     for field in fields_of(kind)
                     if field.get_field_type() == RuralAlliance.FieldType.REFERENCE
                     and field.get_target() != '*'}
            self.assertEqual(keys, meant)

    def test_rows(self):
        with self.database:
            self.database.execute('INSERT INTO incomes (household, year, amount) VALUES (?, ?, ?)', ('h', 2014, 392700))
            self.database.execute('INSERT INTO households (id, altitude) VALUES (?, ?)', ('h', 5.5))
        self.assertEqual(list(self.database.execute('SELECT altitude FROM households JOIN incomes ON household = households.id')), [(5.5,)])

    def test_dangling(self):
        with self.assertRaises(sqlite3.IntegrityError):
            with self.database:
                self.database.execute('INSERT INTO incomes (household, year) VALUES (?, ?)', ('nobody', 2014))

    def test_refusals(self):
        for statement in ("INSERT INTO households (id) VALUES (NULL)",
                          "INSERT INTO beehives (frames, state) VALUES (1, 'bad')",
                          "INSERT INTO beehives (state) VALUES ('well')",
                          "INSERT INTO households (id) VALUES ('a'), ('a')"):
            with self.assertRaises(sqlite3.IntegrityError, msg=statement):
                self.database.execute(statement)
        self.database.execute('INSERT INTO beehives (frames, state) VALUES (1, ?)', ("keeper's worry",))


class TypeScript(unittest.TestCase):
    def setUp(self):
        self.text = read({}).get_schema().to_typescript()
        self.interfaces = dict(re.findall(r'^export interface (\w+) \{\n(.*?)^\}', self.text, re.M | re.S))

    def test_every_field(self):
        for kind in kinds_of(read({}).get_schema()):
            name = kind.get_record_type().name[3:] if not kind.is_own() else {
                'beehive': 'OwnBeehive', 'queen_bee': 'OwnQueenBee'}[kind.get_name()]
            lines = re.findall(r'^  (\w+)(\??): ', self.interfaces[name], re.M)
            self.assertEqual([(field.get_name(), '' if field.get_required() else '?') for field in fields_of(kind)], lines)
            self.assertRegex(self.interfaces['AllianceDocument'], rf'\n  {kind.get_plural()}\?: {name}(\[\])?;\n')

    def test_comments_stay_comments(self):
        self.assertIn('/** Ends * / here and there. Personal. */', self.text)
        self.assertEqual(self.text.count('/**'), self.text.count('*/'))

    def test_types(self):
        bees = self.interfaces['OwnBeehive']
        self.assertIn('  frames: number;', bees)
        self.assertIn('  keeper?: IdOf<"household">;', bees)
        self.assertIn('  state?: "well" | "keeper\'s worry";', bees)
        self.assertIn('  stratum?: string | null;', self.interfaces['Metric'])
        self.assertIn('  about?: AnyReference[];', self.interfaces['Claim'])

    def test_compiles(self):
        compiler = shutil.which('tsc')
        if compiler is None:
            self.skipTest('tsc is not installed')
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder)
            (path / 'alliance.ts').write_text(RuralAlliance.Alliance.new().get_schema().to_typescript(), encoding='utf-8')
            (path / 'use.ts').write_text(
                'import type { AllianceDocument } from "./alliance";\n'
                f'export const example: AllianceDocument = {EXAMPLE.read_text(encoding="utf-8")};\n', encoding='utf-8')
            done = subprocess.run([compiler, '--strict', '--noUnusedParameters', '--noEmit', str(path / 'use.ts')],
                                  capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stdout[:2000])
            (path / 'use.ts').write_text(
                'import type { AllianceDocument } from "./alliance";\n'
                'export const example: AllianceDocument = {format: "rural-alliance", version: 1, households: [{id: 5}]};\n',
                encoding='utf-8')
            done = subprocess.run([compiler, '--strict', '--noEmit', str(path / 'use.ts')], capture_output=True, text=True)
            self.assertNotEqual(done.returncode, 0)


if __name__ == '__main__':
    tap.main()
