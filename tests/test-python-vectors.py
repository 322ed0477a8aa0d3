#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The vectors that every language runs; see vectors/README.md."""

import json
import os
import pathlib
import unittest

import gi
gi.require_version('RuralAlliance', '1')
from gi.repository import GLib, RuralAlliance as ra  # noqa: E402

import tap  # noqa: E402

VECTORS = pathlib.Path(os.environ['G_TEST_SRCDIR']) / 'vectors'


def build(case):
    if 'document' in case:
        text = case['document']
        return ra.Alliance.from_json(text if isinstance(text, str) else json.dumps(text), name='vector.json')
    alliance = ra.Alliance()
    for kind, name, field_type, *target in case.get('fields', ()):
        field = ra.Field.new(name, getattr(ra.FieldType, field_type.upper().replace('-', '_')))
        if target:
            field.set_target(target[0])
        alliance.add_field(kind, field)
    if 'currency' in case:
        alliance.add(ra.Profile(title='Vector', currency=case['currency']))
    for kind, values in case.get('records', ()):
        alliance[kind].add(**values)
    return alliance


def record_of(alliance, path):
    kind, _, key = path.partition('/')
    record = alliance[kind][int(key[1:]) - 1 if key.startswith('#') else key]
    return record


def plain(record, name):
    """A field's value as the vectors write it."""
    value = record[name]
    field = record.get_kind().find_field(name)
    if value is None:
        return None
    match field.get_field_type():
        case ra.FieldType.TEXTS:
            return dict(value)
        case ra.FieldType.MONEY:
            return str(value)
        case ra.FieldType.REFERENCE:
            return name_of(field, value)
        case ra.FieldType.REFERENCE_LIST:
            return [name_of(field, target) for target in value]
    return value


def name_of(field, record):
    kind = record.get_kind().get_name() + '/' if field.get_target() == '*' else ''
    return kind + record.id


class Vectors(unittest.TestCase):
    maxDiff = None

    def same(self, actual, expected):
        self.assertEqual(type(actual) in (bool,), isinstance(expected, bool), f'{actual!r} for {expected!r}')
        self.assertEqual(actual, expected)
        if isinstance(expected, dict):
            self.assertEqual(list(actual), list(expected))

    def close(self, actual, expected):
        if isinstance(expected, float):
            self.assertIsNotNone(actual)
            self.assertAlmostEqual(actual, expected, delta=1e-9 * max(1, abs(expected)))
        else:
            self.assertEqual(actual, expected)

    def result(self, result, members):
        for name, expected in members.items():
            if name == 'unit':
                self.assertEqual(str(result.unit), expected)
            elif name == 'group':
                self.assertEqual({path: result.get_group_label(path) for path in result.group_paths}, expected)
            elif name == 'has_reason':
                self.assertEqual(result.reason is not None, expected)
            elif expected is None:
                self.assertIsNone(getattr(result, name), name)
            else:
                self.close(getattr(result, name), expected)

    def together(self, alliance, metrics, expected):
        measurement = ra.Measurement.new(alliance)
        for line in metrics:
            measurement.add(alliance.metrics[line['metric']], line.get('by'), line.get('where'))
        self.assertEqual(measurement.n_metrics, len(expected))
        refusals = [groups for groups in expected if isinstance(groups, dict)]
        if refusals:
            self.refused(refusals[0], measurement.run)
        else:
            measurement.run()
        for place, groups in enumerate(expected):
            if isinstance(groups, dict):
                self.refused(groups, lambda place=place: measurement.list_results(place))
                continue
            results = measurement.list_results(place)
            self.assertEqual(len(results), len(groups))
            for result, members in zip(results, groups):
                self.result(result, members)

    def take(self, alliance, step):
        if 'get' in step:
            path, name = step['get']
            value = plain(record_of(alliance, path), name)
            self.same(value, step['is']) if 'is' in step else None
        elif 'set' in step:
            path, name = step['set']
            record = record_of(alliance, path)
            if step['to'] is not None or step.get('refused'):
                setattr(record, name, step['to'])
            else:
                delattr(record, name)
        elif 'add' in step:
            alliance[step['add']].add(**step['with'])
        elif 'remove' in step:
            alliance.remove(record_of(alliance, step['remove']))
        elif 'count' in step:
            self.same(len(alliance[step['count']]), step['is'])
        elif 'find' in step:
            kind, _, key = step['find'].partition('/')
            self.same(alliance.find(kind, key) is not None, step['is'])
        elif 'measure' in step:
            result = alliance.metrics[step['measure']].measure(alliance, None)
            self.result(result, step.get('is', {}))
        elif 'together' in step:
            self.together(alliance, step['together'], step['is'])
        elif 'check' in step:
            verdict = alliance.claims[step['check']].check(alliance, None)
            self.assertEqual(ra.VerdictType.to_string(verdict.verdict_type), step['is'])
        else:
            self.fail(f'no such step: {step}')

    def refused(self, step, action):
        with self.assertRaises(GLib.Error) as caught:
            action()
        error = caught.exception
        code = getattr(ra.Error, step['refused'])
        self.assertTrue(error.matches(ra.Error.quark(), code), f'{error.domain} {error.code}: {error.message}')
        self.assertIsInstance(error, ra.AllianceError)
        for text in step.get('says', ()):
            self.assertIn(text, error.message)
        for text in step.get('hides', ()):
            self.assertNotIn(text, error.message)

    def run_case(self, case):
        if 'refused' in case:
            self.refused(case, lambda: build(case))
            return
        alliance = build(case)
        self.assertTrue(case['steps'])
        for step in case['steps']:
            with self.subTest(step=step):
                if 'refused' in step:
                    self.refused(step, lambda: self.take(alliance, step))
                else:
                    self.take(alliance, step)


def add_cases():
    for path in sorted(VECTORS.glob('*.json')):
        for case in json.loads(path.read_text(encoding='utf-8')):
            name = f"test_{path.stem}_{case['name']}".replace(' ', '_')
            setattr(Vectors, name, lambda self, case=case: self.run_case(case))


add_cases()

if __name__ == '__main__':
    tap.main()
