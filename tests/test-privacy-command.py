#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the command and Python say about people: nothing that tells who they are or how they fare."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import gi

import tap

gi.require_version('RuralAlliance', '1')
from gi.repository import RuralAlliance as ra  # noqa: E402

COMMAND = os.environ['RUA_COMMAND']
MARKS = ('Qzxv', '7391846', '73918.46', '1739')
DOCUMENT = {
    'format': 'rural-alliance', 'version': 1, 'alliance': {'title': {'en': 'T'}, 'currency': 'CNY'},
    'people': [{'id': 'Qzxv-p', 'name': {'en': 'Qzxv'}, 'year_of_birth': 1739, 'contact': '7391846'}],
    'households': [{'id': 'Qzxv-h', 'name': 'Qzxv', 'note': 'Qzxv'}],
    'incomes': [{'household': 'Qzxv-h', 'year': 2014, 'amount': 73918.46}],
}
WRONG = [
    ('people', 'year_of_birth', 'Qzxv'), ('people', 'name', 7391846), ('people', 'sex', 'Qzxv'), ('people', 'id', 7391846),
    ('people', 'household', 'Qzxv-none'), ('households', 'name', 7391846), ('households', 'note', ['Qzxv']),
    ('households', 'id', ''), ('incomes', 'amount', 'Qzxv'), ('incomes', 'amount', 7391846.12345),
    ('incomes', 'household', 'Qzxv-none'), ('incomes', 'earner', 'Qzxv'),
]


class Told(unittest.TestCase):
    def assert_silent(self, text):
        for mark in MARKS:
            self.assertNotIn(mark, text)

    def run_command(self, folder, document, *args):
        file = pathlib.Path(folder, 'a.json')
        file.write_text(json.dumps(document, indent=1))
        done = subprocess.run([COMMAND, args[0], str(file), *args[1:]], capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout + done.stderr

    def test_the_command(self):
        with tempfile.TemporaryDirectory() as folder:
            for array, field, value in WRONG:
                document = json.loads(json.dumps(DOCUMENT))
                document[array][0][field] = value
                for args in (['validate'], ['check'], ['measure', 'income.median'], ['convert', str(pathlib.Path(folder, 'b.json'))]):
                    code, said = self.run_command(folder, document, *args)
                    self.assertNotEqual(code, 0, (array, field, args))
                    self.assertIn(field, said)
                    self.assert_silent(said)

    def test_twice(self):
        with tempfile.TemporaryDirectory() as folder:
            document = json.loads(json.dumps(DOCUMENT))
            document['people'] *= 2
            code, said = self.run_command(folder, document, 'validate')
            self.assertNotEqual(code, 0)
            self.assertIn('person #2: id: the person in line ', said)
            self.assert_silent(said)

    def test_a_public_value_is_told(self):
        with tempfile.TemporaryDirectory() as folder:
            document = json.loads(json.dumps(DOCUMENT))
            document['places'] = [{'id': 'Qzxv', 'name': 5}]
            self.assertIn('Qzxv', self.run_command(folder, document, 'validate')[1])

    def test_python(self):
        alliance = ra.Alliance.from_json(json.dumps(DOCUMENT))
        person, household, income = alliance.people[0], alliance.households[0], alliance.incomes[0]
        for thing in (person, household, income, alliance, alliance.people, alliance.incomes.column('amount')):
            self.assert_silent(repr(thing) + str(thing))
        attempts = [
            lambda: setattr(person, 'year_of_birth', 'Qzxv'), lambda: setattr(person, 'name', 7391846),
            lambda: setattr(person, 'sex', 'Qzxv'), lambda: setattr(person, 'household', 'Qzxv-none'),
            lambda: setattr(person, 'languages', [7391846]), lambda: setattr(person, 'contact', 'Qzxv\0'),
            lambda: setattr(income, 'amount', 'Qzxv'), lambda: setattr(income, 'amount', 7391846.12345),
            lambda: setattr(income, 'household', None), lambda: alliance.people['Qzxv'],
            lambda: alliance.people.add(id='Qzxv-p'), lambda: alliance.people.add(id='Qzxv', contact=7391846),
            lambda: alliance.incomes.add(household='Qzxv-none', year=2014), lambda: alliance.remove(household),
            lambda: alliance.households.remove(ra.Household(id='Qzxv')), lambda: ra.Income(amount='Qzxv'),
        ]
        for i, attempt in enumerate(attempts):
            with self.subTest(attempt=i), self.assertRaises(Exception) as caught:
                attempt()
            self.assert_silent(str(caught.exception) + repr(caught.exception))


if __name__ == '__main__':
    tap.main()
