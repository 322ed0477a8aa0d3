#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The wheel: installed into an environment of its own, it needs nothing to be set, and uses its own library."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import zipfile

import tap

SOURCE = pathlib.Path(os.environ['RUA_SOURCE_ROOT'])
BUILD = pathlib.Path(os.environ['RUA_BUILD_ROOT'])
CLEAN = {name: os.environ[name] for name in ('PATH', 'HOME', 'LANG') if name in os.environ}
PROGRAM = '''
import sys
import ruralalliance as ra
alliance = ra.open(sys.argv[1])
print(len(alliance.claims), type(alliance.claims.where("id = 'x'")).__name__)
try:
    ra.open('nowhere.json', progress=print)
except Exception as error:
    print(error.message)
print(next(line.split()[-1] for line in open('/proc/self/maps') if 'libruralalliance' in line))
report = ra.Report.new(alliance)
try:
    print(bytes(report.to_pdf().get_data()[:5]).decode())
except Exception as error:
    print(error.message)
'''


def run(*words, **options):
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False, **options)
    if done.returncode:
        raise AssertionError(f'{words}: {done.stdout}{done.stderr}')
    return done.stdout


class Wheel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.wheel = pathlib.Path(run(sys.executable, SOURCE / 'bindings' / 'python' / 'build-wheel.py', BUILD, cls.folder).strip())

    def test_what_is_in_it(self):
        with zipfile.ZipFile(self.wheel) as archive:
            self.assertIsNone(archive.testzip())
            names = set(archive.namelist())
        for name in ('ruralalliance/__init__.py', 'ruralalliance/__init__.pyi', 'ruralalliance/py.typed', 'ruralalliance/_folders.py',
                     'ruralalliance/COPYING', 'ruralalliance/lib/libruralalliance-1.so.0', 'ruralalliance/lib/RuralAlliance-1.typelib',
                     'gi/overrides/RuralAlliance/__init__.py', 'gi/overrides/RuralAlliance/plots.py'):
            self.assertIn(name, names)
        self.assertFalse([name for name in names if '__pycache__' in name or name.endswith('.in')])

    def test_the_same_files_give_the_same_bytes(self):
        other = self.folder / 'other'
        other.mkdir()
        again = run(sys.executable, SOURCE / 'bindings' / 'python' / 'build-wheel.py', BUILD, other).strip()
        self.assertEqual(pathlib.Path(again).read_bytes(), self.wheel.read_bytes())

    def test_installed(self):
        if subprocess.run([sys.executable, '-m', 'pip', '--version'], capture_output=True, check=False).returncode:
            self.skipTest('pip is not installed')
        place = self.folder / 'venv'
        run(sys.executable, '-m', 'venv', '--system-site-packages', '--without-pip', place)
        python = place / 'bin' / 'python'
        run(sys.executable, '-m', 'pip', '--python', python, 'install', '--no-index', '--no-deps', self.wheel, env=CLEAN)
        said = run(python, '-c', PROGRAM, SOURCE / 'examples' / 'rural-urban-alliance.json', env=CLEAN, cwd=self.folder).splitlines()
        self.assertEqual(said[0].split()[1], 'Selection')
        self.assertGreater(int(said[0].split()[0]), 40)
        self.assertIn('nowhere.json', said[1])
        self.assertTrue(said[2].startswith(str(place.resolve())), said[2])
        drawing = (BUILD / 'libruralalliance' / 'ruralalliance-drawing.so').exists()
        self.assertTrue(said[3] == '%PDF-' if drawing else 'not beside the library' in said[3], said[3])


if __name__ == '__main__':
    tap.main()
