#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The library and its tools are C that clang takes as well, without a warning."""
import concurrent.futures
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import unittest

import tap

BUILD = pathlib.Path(os.environ['RUA_BUILD_ROOT'])
CLANG = shutil.which('clang')
# What only gcc knows; clang's own of what each of them is for is on anyhow.
OTHERS = ('-fvect-cost-model', '-fdiagnostics-color', '-fsanitize', '-D_GLIBCXX')


def commands():
    for entry in json.loads((BUILD / 'compile_commands.json').read_text()):
        words = [word for word in shlex.split(entry['command'])[1:] if not word.startswith(OTHERS)]
        if entry['file'].endswith('.c') and not entry['file'].startswith('../tests/'):
            yield entry['directory'], entry['file'], words


def without_output(words):
    kept = iter(words)
    for word in kept:
        if word in ('-o', '-MF', '-MQ'):
            next(kept)
        elif word not in ('-c', '-MD'):
            yield word


def look(directory, name, words):
    done = subprocess.run([CLANG, '-fsyntax-only', '-Werror', *without_output(words)], cwd=directory,
                          capture_output=True, text=True)
    return '' if done.returncode == 0 else done.stderr or f'{name}: exit status {done.returncode}'


@unittest.skipIf(CLANG is None, 'there is no clang')
class Clang(unittest.TestCase):
    def test_no_warning(self):
        seen = {name: (directory, name, words) for directory, name, words in commands()}
        self.assertGreater(len(seen), 200)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            told = [text for text in pool.map(lambda one: look(*one), seen.values()) if text]
        self.assertEqual(''.join(told), '')


if __name__ == '__main__':
    tap.main()
