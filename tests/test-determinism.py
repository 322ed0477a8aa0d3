#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What doc/determinism.md promises: the same text of results on any number of threads."""

import json
import os
import pathlib
import re
import subprocess
import unittest

import tap

SOURCE = pathlib.Path(os.environ['RUA_SOURCE_ROOT'])
DOCUMENT = 'examples/rural-urban-alliance.json'


def measured(threads, *metrics):
    run = subprocess.run([os.environ['RUA_COMMAND'], 'measure', DOCUMENT, *metrics, '--format', 'json'], cwd=SOURCE,
                         env={**os.environ, 'RUA_THREADS': str(threads)}, capture_output=True, timeout=50)
    return run.stdout


class Determinism(unittest.TestCase):
    def test_any_number_of_threads(self):
        once = measured(1)
        self.assertGreater(len(json.loads(once)), 0)
        for threads in (1, 2, 3, 8):
            self.assertEqual(measured(threads), once, f'{threads} threads')

    def test_the_page_shows_this_command(self):
        page = (SOURCE / 'doc' / 'determinism.md').read_text(encoding='utf-8')
        self.assertIn(f'RUA_THREADS=$n ruralalliance measure {DOCUMENT} --format json', page)
        for name in re.findall(r'`(rua_\w+)\(\)`', page):
            self.assertIn(name, (SOURCE / 'tests' / 'exports.txt').read_text())


if __name__ == '__main__':
    tap.main()
