#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The dashboard of examples/, in a window on a screen that nobody sees."""

import json
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile
import unittest
import zlib

import tap

SOURCE = pathlib.Path(os.environ['RUA_SOURCE_ROOT'])
BUILD = pathlib.Path(os.environ['RUA_BUILD_ROOT'])
PROGRAM = BUILD / 'examples' / 'dashboard'
CASE = SOURCE / 'examples' / 'rural-urban-alliance.json'
SMALL = {
    'format': 'rural-alliance', 'version': 1,
    'alliance': {'title': {'en': 'Honey and city'}, 'currency': 'CNY'},
    'places': [{'id': 'hill', 'name': {'en': 'Hill'}}],
    'cooperatives': [{'id': 'bees', 'name': {'zh': '蜂', 'en': 'Bees'}, 'place': 'hill', 'founded': '2011', 'n_members': 12},
                     {'id': 'tea', 'name': {'en': 'Tea'}, 'place': 'hill'}],
}


def pixels(path):
    """Width, height and the rows of a PNG with 8 bits a channel, unfiltered."""
    data = path.read_bytes()
    assert data[:8] == b'\x89PNG\r\n\x1a\n'
    at, packed, head = 8, b'', None
    while at < len(data):
        length, kind = struct.unpack('>I4s', data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        head = struct.unpack('>IIBBBBB', body) if kind == b'IHDR' else head
        packed += body if kind == b'IDAT' else b''
        at += 12 + length
    width, height, depth, colour = head[:4]
    assert depth in (8, 16)
    channels = {2: 3, 6: 4}[colour] * depth // 8
    raw, rows, before = zlib.decompress(packed), [], bytes(width * channels)
    for y in range(height):
        line = bytearray(raw[y * (width * channels + 1):(y + 1) * (width * channels + 1)])
        way, line = line[0], line[1:]
        for i, value in enumerate(line):
            left = line[i - channels] if i >= channels else 0
            up, corner = before[i], before[i - channels] if i >= channels else 0
            guess = left + up - corner
            nearest = min((left, up, corner), key=lambda candidate: abs(guess - candidate))
            line[i] = (value + (0, left, up, (left + up) // 2, nearest)[way]) & 255
        rows.append(bytes(line))
        before = line
    return width, height, channels, rows


@unittest.skipUnless(shutil.which('xvfb-run'), 'no xvfb')
class Dashboard(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name)
        self.small = self.path / 'small.json'
        self.small.write_text(json.dumps(SMALL, ensure_ascii=False), encoding='utf-8')

    def run_it(self, *words):
        environment = {**os.environ, 'GSK_RENDERER': 'cairo', 'GDK_BACKEND': 'x11', 'GTK_A11Y': 'none', 'HOME': str(self.path),
                       'XDG_RUNTIME_DIR': str(self.path), 'GTK_THEME': 'Adwaita', 'NO_AT_BRIDGE': '1',
                       'LD_LIBRARY_PATH': str(BUILD / 'libruralalliance')}
        return subprocess.run(['xvfb-run', '-a', PROGRAM, *map(str, words)], capture_output=True, text=True, env=environment, timeout=120)

    def texts(self, document, *words):
        """What the window shows, and that nothing was complained of."""
        done = self.run_it('--screenshot', self.path / 'out.png', *words, document)
        self.assertEqual(done.returncode, 0, done.stderr)
        for word in ('CRITICAL', 'WARNING'):
            self.assertNotIn(word, done.stderr)
        return done.stdout.splitlines()

    def test_case_study(self):
        texts = self.texts(CASE)
        self.assertEqual(texts[:8], ['Co-operative', 'Founded', 'Members', 'Co-operative of Pingzhai', 'not known',
                                     'Name', '[Co-operative of Pingzhai]', 'Founded'])
        self.assertIn('not_entailed: The co-operatives doubled villagers’ household income (2.159)', texts)
        self.assertIn('Rural–urban alliance', texts)
        width, height, channels, rows = pixels(self.path / 'out.png')
        self.assertGreater(width, 1000)
        self.assertGreater(height, 600)
        # The chart is on white paper, in its own ink; nothing of that is a widget's.
        paper = [row[channels * width * 2 // 5:] for row in rows[height // 8:height // 2]]
        blue = sum(row[i] < 40 and row[i + 2 * (channels // 3 if channels > 4 else 1)] > 130
                   for row in paper for i in range(0, len(row), channels))
        self.assertGreater(blue, 100)

    def test_members_are_told(self):
        texts = self.texts(self.small)
        self.assertIn('蜂', texts)
        self.assertIn('12', texts)
        self.assertIn('Tea', texts)

    def test_edit(self):
        texts = self.texts(self.small, '--rename', 'Wax', '--founded', '2012-05')
        self.assertIn('Wax', texts)
        self.assertIn('[Wax]', texts)
        self.assertIn('2012-05', texts)
        self.assertNotIn('蜂', texts)

    def test_undo(self):
        self.assertEqual(self.texts(self.small, '--rename', 'Wax', '--undo'), self.texts(self.small))
        texts = self.texts(self.small, '--rename', 'Wax', '--founded', '2012-05', '--undo')
        self.assertIn('Wax', texts)
        self.assertIn('2011', texts)

    def test_refused_edit(self):
        texts = self.texts(self.small, '--founded', 'last year')
        self.assertIn('2011', texts)
        self.assertTrue([text for text in texts if 'last year' in text and 'write 2014' in text], texts)

    def test_no_file(self):
        done = self.run_it(self.path / 'missing.json')
        self.assertEqual(done.returncode, 2)
        self.assertIn('missing.json', done.stderr)
        done = self.run_it()
        self.assertEqual(done.returncode, 2)
        self.assertIn('usage: dashboard FILE', done.stderr)


tap.main()
