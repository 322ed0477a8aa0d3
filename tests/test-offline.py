#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Stations offline: the example in two languages, the verbs, and an exchange file read by another program."""

import contextlib
import hashlib
import hmac
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

import tap

SOURCE = pathlib.Path(os.environ['RUA_SOURCE_ROOT'])
BUILD = pathlib.Path(os.environ['RUA_BUILD_ROOT'])
COMMAND = os.environ['RUA_COMMAND']
TYPELIB = BUILD / 'libruralalliance' / 'RuralAlliance-1.typelib'

TOLD = '''baojing-to-office.ruax: 1 came, 0 were here, 0 in conflict
gaopo-to-office.ruax: 1 came, 0 were here, 1 in conflict
gaopo-to-office.ruax: 0 came, 1 were here, 1 in conflict
in conflict: Li says 5, Wang says 3
office-to-gaopo.ruax: 2 came, 0 were here, 1 in conflict
office-to-baojing.ruax: 2 came, 0 were here, 1 in conflict
persons: office 6, gaopo 6, baojing 6
not yet safe at the office: gaopo 0, baojing 0
'''

SMALL = {'format': 'rural-alliance', 'version': 1, 'alliance': {'title': {'en': 'T'}},
         'households': [{'id': 'h1', 'n_persons': 4}, {'id': 'h2'}]}


def run(*words):
    return subprocess.run([COMMAND, *map(str, words)], capture_output=True, text=True, check=False, timeout=60)


class Folder(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name)

    def write(self, name, **changes):
        path = self.path / name
        path.write_text(json.dumps({**SMALL, **changes}), encoding='utf-8')
        return path

    def done(self, *words, status=0):
        result = run(*words)
        self.assertEqual((result.returncode, result.stderr), (status, ''), result.stdout)
        return result.stdout

    def refused(self, *words):
        result = run(*words)
        self.assertEqual((result.returncode, result.stdout, result.stderr.count('\n')), (2, '', 1), result.stderr)
        return result.stderr

    def enrolled(self):
        """A hub and its stations gaopo and baojing."""
        hub = self.path / 'hub.rua'
        self.done('enroll', self.write('a.json'), 'hub', '--output', hub)
        for name in ('gaopo', 'baojing'):
            self.done('enroll', hub, name, '--output', self.path / f'{name}.rua')
        return hub, self.path / 'gaopo.rua', self.path / 'baojing.rua'

    def converted(self, *words):
        """The document alone; that a log is not kept in it is said on standard error."""
        result = run('convert', *words)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def document(self, place):
        return json.loads(self.converted(place, '-'))


class Example(Folder):
    def check(self, *words):
        done = subprocess.run([*words, self.path], capture_output=True, text=True, check=False, timeout=100)
        self.assertEqual((done.returncode, done.stderr, done.stdout), (0, '', TOLD))

    def test_c(self):
        self.check(BUILD / 'examples' / 'offline')

    @unittest.skipUnless(TYPELIB.exists(), 'built without introspection')
    def test_python(self):
        self.check(sys.executable, SOURCE / 'examples' / 'offline.py')

    @unittest.skipUnless(TYPELIB.exists() and shutil.which('gjs'), 'built without introspection, or no gjs')
    def test_javascript(self):
        self.check('gjs', '-m', SOURCE / 'examples' / 'offline.js')


class Verbs(Folder):
    def edit(self, station, document):
        """As a program does it that only knows documents: merged over what was there."""
        base = self.path / 'base.json'
        self.converted('--force', station, base)
        self.done('merge', station, document, '--base', base)

    def test_to_and_fro(self):
        hub, gaopo, baojing = self.enrolled()
        self.edit(gaopo, self.write('g.json', households=[{'id': 'h1', 'n_persons': 5}, {'id': 'h2'}]))
        self.edit(baojing, self.write('b.json', households=[{'id': 'h1', 'n_persons': 3}, {'id': 'h2'}, {'id': 'h3'}]))
        for station in (gaopo, baojing):
            self.done('send', station, station.with_suffix('.ruax'))
        told = self.done('merge', hub, gaopo.with_suffix('.ruax'), baojing.with_suffix('.ruax'), status=1)
        self.assertIn('in conflict: household n_persons: ', told)
        self.assertIn('3 facts came, 0 were here already, 1 in conflict\n', told)
        again = json.loads(self.done('merge', hub, gaopo.with_suffix('.ruax'), '--format', 'json', status=1))
        self.assertEqual((again['done'], again['new'], again['known']), (True, 0, 1))
        self.assertEqual(again['in_conflict'], 1)
        self.assertRegex(again['remarks'][0], r'^in conflict: household n_persons: (gaopo.1, baojing.\d|baojing.\d, gaopo.1); the first is shown$')
        for station in (gaopo, baojing):
            answer = self.path / f'to-{station.stem}.ruax'
            self.done('send', hub, answer, '--to', station.stem)
            self.done('merge', station, answer, status=1)
            self.assertEqual(self.document(station), self.document(hub))

    def test_conflicts(self):
        hub, gaopo, baojing = self.enrolled()
        self.assertEqual(self.done('conflicts', hub), '')
        self.assertEqual(self.done('conflicts', hub, '--format', 'json'), '[]\n')
        self.edit(gaopo, self.write('g.json', households=[{'id': 'h1', 'n_persons': 5}, {'id': 'h2'}]))
        self.edit(baojing, self.write('b.json', households=[{'id': 'h1', 'n_persons': 3}, {'id': 'h2'}]))
        self.done('merge', hub, gaopo, baojing, status=1)
        lines = self.done('conflicts', hub, status=1).splitlines()
        self.assertRegex(lines[0], r'^household #1: n_persons: value \(')
        self.assertEqual(len(lines), 3)
        self.assertRegex(lines[1], r'^  shown: (gaopo|baojing)\.1, \d{4}-\d\d-\d\dT[0-9:.]+Z: [35]$')
        self.assertRegex(lines[2], r'^  other: ')
        told = json.loads(self.done('conflicts', hub, '--format', 'json', status=1))
        self.assertEqual([(one['type'], one['kind'], one['key'], one['field']) for one in told],
                         [('value', 'household', 'h1', 'n_persons')])
        other = next(side for side in told[0]['sides'] if not side['shown'])
        self.assertNotEqual(json.loads(other['value']), self.document(hub)['households'][0]['n_persons'])
        self.assertEqual(self.done('conflicts', hub, '--choose', other['fact'], '--note', 'asked again', '--author', 'Lô'), '')
        self.assertEqual(self.document(hub)['households'][0]['n_persons'], json.loads(other['value']))
        self.assertIn('no open conflict', self.refused('conflicts', hub, '--choose', other['fact']))
        self.assertIn('--choose', self.refused('conflicts', hub, '--note', 'x'))
        self.assertIn('keeps no log', self.refused('conflicts', self.write('plain.json')))
        # The choice is a fact like any other: it settles the conflict at the stations, too.
        self.done('send', hub, self.path / 'to-gaopo.ruax', '--to', 'gaopo')
        self.done('merge', gaopo, self.path / 'to-gaopo.ruax')
        self.assertEqual(self.done('conflicts', gaopo), '')
        self.assertEqual(self.document(gaopo), self.document(hub))

    def test_copies(self):
        hub, gaopo, baojing = self.enrolled()
        self.edit(gaopo, self.write('g.json', households=[{'id': 'h1', 'n_persons': 5}, {'id': 'h2'}]))
        self.assertIn('1 facts came', self.done('merge', hub, gaopo, baojing))
        self.assertEqual(self.document(hub)['households'][0]['n_persons'], 5)

    def test_part(self):
        """A station that has one village's households."""
        hub, gaopo = self.path / 'hub.rua', self.path / 'gaopo.rua'
        document = self.write(
            'villages.json', places=[{'id': 'g', 'name': 'G'}, {'id': 'b', 'name': 'B'}],
            households=[{'id': 'h1', 'village': 'g'}, {'id': 'h2', 'village': 'b'}, {'id': 'h3', 'village': 'b'}],
            incomes=[{'household': 'h2', 'year': 2014}, {'household': 'h1', 'year': 2015}])
        self.done('enroll', document, 'hub', '--output', hub)
        self.assertIn('is no hub yet', self.refused('enroll', document, 'x', '--only', 'household', '--output', gaopo))
        self.assertIn("no place of this id", self.refused('enroll', hub, 'gaopo', '--only', 'household.village=x',
                                                          '--output', gaopo))
        self.assertFalse(gaopo.exists())
        self.done('enroll', hub, 'gaopo', '--only', 'household.village=g', '--output', gaopo)

        def has(file):
            record = json.loads(run('convert', file, '-').stdout)
            return [one['id'] for one in record['households']], [one['household'] for one in record['incomes']]

        self.assertEqual(has(gaopo), (['h1'], ['h1']))
        self.done('enroll', hub, 'gaopo', '--only', 'household.village=g', '--only', 'household=h2')
        answer = self.path / 'answer.ruax'
        self.done('send', hub, answer, '--to', 'gaopo')
        self.assertNotIn(b'h3', answer.read_bytes())
        self.assertIn('0 facts came', self.done('merge', gaopo, answer))
        self.assertEqual(sorted(has(gaopo)[0]), ['h1', 'h2'])
        self.assertEqual(sorted(has(gaopo)[1]), ['h1', 'h2'])
        self.assertEqual(has(hub)[0], ['h1', 'h2', 'h3'])

    def test_enroll_refuses(self):
        plain = self.write('a.json')
        self.assertIn('cannot keep a log', self.refused('enroll', plain, 'hub'))
        hub, gaopo, _ = self.enrolled()
        self.assertIn('--output', self.refused('enroll', hub, 'third'))
        self.assertIn('is there already', self.refused('enroll', hub, 'third', '--output', gaopo))
        self.assertIn('taken', self.refused('enroll', hub, 'gaopo', '--output', self.path / 'x.rua'))
        self.assertIn('enroll stations at the hub', self.refused('enroll', gaopo, 'x', '--output', self.path / 'x.rua'))
        self.assertFalse((self.path / 'x.rua').exists())

    def test_send_refuses(self):
        hub, gaopo, _ = self.enrolled()
        self.assertIn('say to which station', self.refused('send', hub, self.path / 'x.ruax'))
        self.assertIn('not enrolled here', self.refused('send', hub, self.path / 'x.ruax', '--to', 'nobody'))
        self.done('send', gaopo, self.path / 'x.ruax')
        self.assertIn('--force', self.refused('send', gaopo, self.path / 'x.ruax'))
        self.done('send', gaopo, self.path / 'x.ruax', '--force')
        self.assertIn('keeps no log', self.refused('send', self.write('p.json'), self.path / 'y.ruax'))

    def test_merge_refuses(self):
        hub, gaopo, baojing = self.enrolled()
        good, bad = self.path / 'good.ruax', self.path / 'bad.ruax'
        before = hub.read_bytes()
        self.edit(gaopo, self.write('g.json', households=[{'id': 'h1', 'n_persons': 5}]))
        self.done('send', gaopo, good)
        self.done('send', baojing, bad)
        data = bytearray(bad.read_bytes())
        data[-20] ^= 1
        bad.write_bytes(data)
        self.assertIn('bad.ruax:', self.refused('merge', hub, good, bad))
        self.assertEqual(hub.read_bytes(), before)
        self.assertIn('--base', self.refused('merge', self.write('a.json'), self.write('b.json')))
        self.assertIn('--base', self.refused('merge', hub, self.write('b.json')))

    def test_over_a_base(self):
        base = self.write('base.json')
        mine = self.write('mine.json', households=[{'id': 'h1', 'n_persons': 5}, {'id': 'h2'}])
        theirs = self.write('theirs.json', households=[{'id': 'h1', 'n_persons': 4, 'stratum': 's'}, {'id': 'h2'}])
        others = self.write('others.json', households=[{'id': 'h1', 'n_persons': 6}, {'id': 'h2'}])
        out = self.path / 'out.json'
        self.assertEqual(self.done('merge', mine, theirs, '--base', base, '--output', out), '1 merged, 0 changed alike\n')
        self.assertEqual(self.document(out)['households'][0], {'id': 'h1', 'n_persons': 5, 'stratum': 's'})
        self.assertIn('--force', self.refused('merge', mine, theirs, '--base', base, '--output', out))
        before = mine.read_bytes()
        told = self.done('merge', mine, theirs, others, '--base', base, status=1)
        self.assertIn('household #1: n_persons: changed here, and otherwise in', told)
        self.assertIn('nothing was merged', told)
        self.assertEqual(mine.read_bytes(), before)
        told = json.loads(self.done('merge', mine, others, '--base', base, '--format', 'json', status=1))
        self.assertEqual(told['disagreements'], [{'place': str(others), 'kind': 'household', 'key': 'h1', 'field': 'n_persons',
                                              'base': '4', 'mine': '5', 'theirs': '6'}])
        self.assertFalse(told['done'])


class AnotherReader(Folder):
    """The manual's page says enough to read and check a file, and to write one."""

    def key_of(self, hub, station):
        with contextlib.closing(sqlite3.connect(f'file:{hub}?immutable=1', uri=True)) as db:
            (text,) = db.execute("SELECT value FROM rua_file WHERE key = 'stations'").fetchone()
        return bytes.fromhex(next(peer['key'] for peer in json.loads(text) if peer['station'] == station))

    def read(self, path):
        data, lines = path.read_bytes(), []
        while data:
            length, _, data = data.partition(b' ')
            line, end, data = data[:int(length)], data[int(length):int(length) + 1], data[int(length) + 1:]
            self.assertEqual(end, b'\n')
            lines.append(line)
        return lines

    def seal(self, lines, key, previous):
        chain = bytes.fromhex(previous)
        for line in lines[1:]:
            chain = hashlib.sha256(chain + line).digest()
        signed = lines[0] + b'\n' + str(len(lines) - 1).encode() + b'\n' + chain.hex().encode() + b'\n'
        return chain.hex(), hmac.new(key, signed, hashlib.sha256).hexdigest()

    def test_read_and_written(self):
        hub, gaopo, _ = self.enrolled()
        path = self.path / 'g.ruax'
        Verbs.edit(self, gaopo, self.write('g.json', households=[{'id': 'h1', 'n_persons': 5}]))
        self.done('send', gaopo, path)
        lines = self.read(path)
        header, trailer = json.loads(lines[0]), json.loads(lines[-1])
        key = self.key_of(hub, 'gaopo')
        self.assertEqual(header['format'], 'rural-alliance-exchange')
        self.assertEqual(trailer['count'], len(lines) - 2)
        self.assertEqual(self.seal(lines[:-1], key, header['previous']), (trailer['hash'], trailer['mac']))
        # One more fact, as another program would write it.
        last = header['facts']['gaopo'][1]
        clock = max(json.loads(line)['clock'] for line in lines[1:-1]) + 1
        fact = {'fact': f'gaopo.{last + 1}', 'clock': clock, 'kind': 'household', 'key': 'h1', 'field': 'stratum', 'value': 'north'}
        header['facts']['gaopo'][1] = header['has']['gaopo'] = last + 1
        change = {'change': f'gaopo.{last + 1}', 'facts': 1, 'clock': clock}

        def compact(value):
            return json.dumps(value, separators=(',', ':'), ensure_ascii=False).encode()

        lines = [compact(header), *lines[1:-1], compact(change), compact(fact)]
        chain, mac = self.seal(lines, key, header['previous'])
        lines.append(compact({'count': len(lines) - 1, 'hash': chain, 'mac': mac}))
        path.write_bytes(b''.join(str(len(line)).encode() + b' ' + line + b'\n' for line in lines))
        self.done('merge', hub, path)
        self.assertEqual(self.document(hub)['households'], [{'id': 'h1', 'n_persons': 5, 'stratum': 'north'}])

    def lasting(self, lines):
        """The hash of what a station wrote, by the page."""
        chain = bytes(32)
        for line in map(json.loads, lines):
            names = ('change', 'facts', 'clock', 'author') if 'change' in line else ('fact', 'clock', 'kind', 'field', 'author', 'parents')
            kept = {name: line[name] for name in names if name in line}
            chain = hashlib.sha256(chain + json.dumps(kept, separators=(',', ':'), ensure_ascii=False).encode()).digest()
        return chain.hex()

    def test_a_receipt_outlasts_an_erasure(self):
        hub, gaopo, _ = self.enrolled()
        Verbs.edit(self, gaopo, self.write('g.json', households=[{'id': 'h1', 'n_persons': 5, 'stratum': 'Qzwk'}, {'id': 'h2'}]))
        self.done('send', gaopo, self.path / 'g.ruax')
        self.done('merge', hub, self.path / 'g.ruax')
        self.done('send', hub, self.path / 'h.ruax', '--to', 'gaopo')
        written = self.read(self.path / 'g.ruax')[1:-1]
        self.assertIn(b'Qzwk', b''.join(written))
        self.assertEqual(json.loads(self.read(self.path / 'h.ruax')[0])['receipt']['hash'], self.lasting(written))
        erased = run('erase', hub, 'household', 'h1', '--reason', 'request')
        self.assertEqual((erased.returncode, erased.stdout.splitlines()[0]), (0, 'erased: 1 of 2 households'), erased.stderr)
        self.done('send', hub, self.path / 'later.ruax', '--to', 'gaopo')
        self.assertEqual(json.loads(self.read(self.path / 'later.ruax')[0])['receipt']['hash'], self.lasting(written))
        # The one that was sealed before the erasure is still good, and brings nothing back.
        self.done('merge', hub, self.path / 'g.ruax')
        self.done('merge', gaopo, self.path / 'later.ruax')
        self.done('merge', gaopo, self.path / 'h.ruax')
        self.done('send', gaopo, self.path / 'again.ruax', '--after', '0')
        self.done('merge', hub, self.path / 'again.ruax')
        for name in (hub, gaopo, self.path / 'later.ruax', self.path / 'again.ruax'):
            self.assertNotIn(b'Qzwk', pathlib.Path(name).read_bytes())
            self.assertNotIn(b'"h1"', pathlib.Path(name).read_bytes())
        erased = [json.loads(line) for line in self.read(self.path / 'again.ruax')[1:-1] if b'"household"' in line]
        self.assertTrue(erased)
        self.assertTrue(all(line['erased'] and 'value' not in line and line['key'].startswith('~!') for line in erased))
        self.assertEqual(self.lasting(self.read(self.path / 'again.ruax')[1:-1][:len(written)]), self.lasting(written))
        self.assertEqual(self.document(hub)['households'], [{'id': 'h2'}])

    def edit(self, *words):
        return Verbs.edit(self, *words)

    def test_the_page_has_the_members(self):
        page = (SOURCE / 'doc' / 'offline.md').read_text(encoding='utf-8')
        hub, gaopo, _ = self.enrolled()
        self.edit(gaopo, self.write('g.json', households=[{'id': 'h1', 'n_persons': 5}]))
        self.done('send', gaopo, self.path / 'g.ruax')
        self.done('merge', hub, self.path / 'g.ruax')
        self.done('send', hub, self.path / 'h.ruax', '--to', 'gaopo')
        names = set()
        for file in ('g.ruax', 'h.ruax'):
            for line in self.read(self.path / file):
                names |= set(re.findall(rb'"([a-z_]+)":', line))
        for name in {name.decode() for name in names} - {'gaopo', 'hub', 'baojing'}:
            self.assertIn(f'`{name}`', page, name)


if __name__ == '__main__':
    tap.main()
