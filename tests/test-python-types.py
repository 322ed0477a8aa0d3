#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The types of the package: they are whole, the examples are right by them, and mistakes are found."""

import ast
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import ruralalliance as ra

import tap

SOURCE = pathlib.Path(os.environ['RUA_SOURCE_ROOT'])
BUILD = pathlib.Path(os.environ['RUA_BUILD_ROOT'])
STUBS = BUILD / 'bindings' / '__init__.pyi'
PROGRAM = '''
import ruralalliance as ra

async def main() -> None:
    alliance: ra.Alliance = await ra.open_async('x.json')
    household = alliance.households['h1']
    household.n_persons = 4
    household.n_persons = None
    persons: int | None = household.n_persons
    village: ra.Place | None = household.village
    incomes: list[ra.Income] = alliance.incomes[:4]
    for income in alliance.incomes.where('year = 2014'):
        income.amount = '39.27'
    estimate: float | None = alliance.metrics['m'].measure(alliance).estimate
    measurement = ra.Measurement.new(alliance)
    place = measurement.add(alliance.metrics['m'], ['year'])
    table: ra.ResultTable = measurement.to_table([place, (place, ra.ResultNumber.LOW), (place, 'sd')])
    total: float = float(table['m'].sum()) + len(table)
    names: list[str] = [*table, *table.names]
    verdict: ra.VerdictType = alliance.claims['c'].check(alliance).verdict_type
    try:
        ra.new('t', 'CNY').households.add(id='h')
    except ra.DuplicateError as error:
        print(error.code)
'''
MISTAKES = (
    ('alliance.housholds', 'attr-defined'),
    ('household.n_personz = 4', 'attr-defined'),
    ("household.n_persons = 'four'", 'assignment'),
    ('household + 4', 'operator'),
    ('ra.open(4)', 'arg-type'),
    ('ra.Hosehold(id="h")', 'attr-defined'),
    ('ra.Household(idd="h")', 'call-arg'),
)


class Types(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        (cls.folder / 'ruralalliance').mkdir()
        shutil.copy(STUBS, cls.folder / 'ruralalliance' / '__init__.pyi')

    def check(self, *paths):
        if not shutil.which('mypy'):
            self.skipTest('mypy is not installed')
        done = subprocess.run(
            ['mypy', '--python-executable', '/usr/bin/python3', '--ignore-missing-imports', '--cache-dir', self.folder / 'cache',
             '--no-error-summary', '--hide-error-context', *paths], capture_output=True, text=True, cwd=self.folder,
            env={**os.environ, 'MYPYPATH': str(self.folder), 'PYTHONPATH': ''}, check=False)
        return done.stdout + done.stderr

    def test_the_stubs_and_the_examples(self):
        examples = [path for path in sorted((SOURCE / 'examples').glob('*.py'))
                    if 'import ruralalliance' in path.read_text(encoding='utf-8')]
        self.assertGreater(len(examples), 0)
        program = self.folder / 'program.py'
        program.write_text(PROGRAM, encoding='utf-8')
        self.assertEqual(self.check(self.folder / 'ruralalliance' / '__init__.pyi', program, *examples), '')

    def test_mistakes_are_found(self):
        body = 'import ruralalliance as ra\nalliance = ra.open("x.json")\nhousehold = alliance.households["h1"]\n'
        program = self.folder / 'mistakes.py'
        program.write_text(body + '\n'.join(line for line, _ in MISTAKES) + '\n', encoding='utf-8')
        said = self.check(program)
        for place, (line, code) in enumerate(MISTAKES, 4):
            self.assertRegex(said, rf'mistakes.py:{place}: error: .*\[{code}\]', line)
        self.assertEqual(said.count('error:'), len(MISTAKES), said)

    def test_everything_is_told(self):
        """Whatever can be reached has a type, and whatever has a type can be reached."""
        tree = ast.parse(STUBS.read_text(encoding='utf-8'))
        classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith('_')}
        for name, node in classes.items():
            cls = getattr(ra, name)
            self.assertTrue(ast.get_docstring(node), name)
            members = {member.name for member in node.body if isinstance(member, ast.FunctionDef) and member.name != '__init__'}
            members |= {member.target.id for member in node.body if isinstance(member, ast.AnnAssign)}
            if name in ('Alliance', 'Selection', 'AllianceError', 'FileError'):
                continue  # attributes of theirs come with the object
            self.assertEqual([member for member in sorted(members) if not hasattr(cls, member)], [], name)
        reachable = {name for name in dir(ra) if isinstance(getattr(ra, name), type) and not name.endswith('Class')}
        self.assertEqual(reachable - set(classes) - {'OverridesProxyModule'}, set())


if __name__ == '__main__':
    tap.main()
