#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The manual's page on the SQLite file: its hashes computed by what the page says, with no code of the library."""

import contextlib
import json
import os
import pathlib
import resource
import sqlite3
import struct
import subprocess
import tempfile
import unittest

import tap

SOURCE = pathlib.Path(os.environ['RUA_SOURCE_ROOT'])
DOCUMENTS = [SOURCE / 'examples' / 'rural-urban-alliance.json',
             *sorted((SOURCE / 'tests' / 'data').glob('*[a-z].json'))]
MASK = (1 << 64) - 1
GOLDEN = 0x9e3779b97f4a7c15
STIR = 0xd6e8feb86659fd93
SEED = 0x72756100


def split_mix():
    """The first eight outputs of splitmix64 from 0."""
    keys = []
    for i in range(1, 9):
        z = i * GOLDEN & MASK
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9 & MASK
        z = (z ^ z >> 27) * 0x94d049bb133111eb & MASK
        keys.append(z ^ z >> 31)
    return keys


KEYS = split_mix()


def fold(a, b):
    product = (a & MASK) * (b & MASK)
    return (product ^ product >> 64) & MASK


def words(data):
    data = data + bytes(-len(data) % 8)
    return struct.unpack(f'<{len(data) // 8}Q', data)


def add_block(lanes, block):
    products, sums, key = [0] * 8, [0] * 8, list(KEYS)
    for stripe in range(0, len(block), 64):
        for i, word in enumerate(words(block[stripe:stripe + 64])):
            mixed = word ^ key[i]
            products[i] = products[i] + (mixed & 0xffffffff) * (mixed >> 32) & MASK
            sums[i] = sums[i] + word & MASK
            key[i] = key[i] + GOLDEN & MASK
    for i in range(8):
        lane = lanes[i] + products[i] + sums[i ^ 1] & MASK
        lanes[i] = (lane ^ lane >> 47) * STIR & MASK


def fingerprint(data, seed):
    """Two words."""
    lanes = [KEYS[i] ^ (seed + i) * GOLDEN & MASK for i in range(8)]
    whole = len(data) // 64 * 64
    for at in range(0, whole, 1024):
        add_block(lanes, data[at:min(at + 1024, whole)])
    if whole < len(data):
        add_block(lanes, data[whole:] + bytes(64 - (len(data) - whole)))
    first, second = fold(len(data) ^ KEYS[0], seed ^ STIR), fold(len(data) ^ KEYS[1], seed ^ GOLDEN)
    for i in range(8):
        first = fold(first ^ lanes[i], KEYS[i] | 1) + lanes[i] & MASK
        second = fold(second ^ lanes[7 - i], KEYS[i] + GOLDEN) + lanes[7 - i] & MASK
    return first, second


def fingerprint_of_name(text):
    """One word."""
    data = text.encode()
    value = fold(len(data) + GOLDEN, KEYS[0])
    for i, word in enumerate(words(data)):
        value = fold(value ^ word, STIR if 8 * i + 8 <= len(data) else KEYS[1]) + word & MASK
    return fold(value ^ KEYS[2], KEYS[3] | 1)


def bytes_of_row(number, cells):
    data = struct.pack('<q', number)
    for name, value in cells:
        if value is None:
            continue
        data += struct.pack('<Q', fingerprint_of_name(name))
        if isinstance(value, int):
            data += struct.pack('<q', value)
        elif isinstance(value, float):
            data += struct.pack('<d', value + 0.0)
        else:
            text = value.encode()
            data += struct.pack('<Q', len(text)) + text
    return data


def hash_of_rows(rows):
    total = [0, 0]
    for row in rows:
        for i, word in enumerate(fingerprint(row, SEED)):
            total[i] = total[i] + word & MASK
    return f'{total[0]:016x}{total[1]:016x}'


def rows_of(database, table):
    if table == 'rua_file':
        return [bytes_of_row(0, [row]) for row in database.execute('SELECT key, value FROM rua_file')]
    found = database.execute(f'SELECT * FROM "{table}"')
    names = [column[0] for column in found.description]
    last = [name for name in ('rua_extra', 'rua_key') if name in names]
    order = [name for name in names if name not in ('rua_row', *last)] + last
    return [bytes_of_row(row[names.index('rua_row')], [(name, row[names.index(name)]) for name in order])
            for row in found]


class Page(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def convert(self, document):
        path = pathlib.Path(self.folder.name) / f'{document.stem}.rua'
        subprocess.run([os.environ['RUA_COMMAND'], 'convert', document, path], check=True)
        database = sqlite3.connect(path)
        self.addCleanup(database.close)
        return database

    def test_hashes(self):
        n_rows = 0
        for document in DOCUMENTS:
            if '.verdicts' in document.name:
                continue
            database = self.convert(document)
            for table, n, told in database.execute('SELECT table_name, n_rows, hash FROM rua_seals').fetchall():
                rows = rows_of(database, table)
                self.assertEqual(len(rows), n, table)
                self.assertEqual(hash_of_rows(rows), told, f'{document.name}: {table}')
                n_rows += n
        self.assertGreater(n_rows, 200)

    def test_keys_that_fit_the_hash_alone(self):
        """Whoever can compute the hash may write what he likes where the log's names of records stand."""
        document = pathlib.Path(self.folder.name) / 'small.json'
        document.write_text(json.dumps({'format': 'rural-alliance', 'version': 1, 'households': [{'id': 'h'}],
                                        'incomes': [{'household': 'h', 'year': year} for year in (2013, 2014, 2015)]}))
        changes = {
            'the same key twice': "UPDATE incomes SET rua_key = '~a.1' WHERE rua_row < 3",
            'the place of another': "UPDATE incomes SET rua_key = '~1' WHERE rua_row = 1",
            'no key': "UPDATE incomes SET rua_key = 'a' WHERE rua_row = 1",
            'a mark where an id should be': "UPDATE incomes SET rua_key = '+' WHERE rua_row = 1",
            'a key beside an id': "UPDATE households SET rua_key = '~a.1'",
            # Of these nothing is wrong, but they may not cost what is not there.
            'far: a place': "UPDATE incomes SET rua_key = '~4294967290' WHERE rua_row = 1",
            'far: a row': 'UPDATE incomes SET rua_row = 4294967290 WHERE rua_row = 3',
        }
        for what, change in changes.items():
            with self.subTest(what):
                path = pathlib.Path(self.folder.name) / 'hub.rua'
                subprocess.run([os.environ['RUA_COMMAND'], 'enroll', document, 'hub', '--output', path, '--force'], check=True, capture_output=True)
                with contextlib.closing(sqlite3.connect(path)) as database:
                    database.execute(change)
                    for table in ('incomes', 'households'):
                        database.execute('UPDATE rua_seals SET hash = ? WHERE table_name = ?',
                                         (hash_of_rows(rows_of(database, table)), table))
                    database.commit()
                done = subprocess.run([os.environ['RUA_COMMAND'], 'convert', path, '-'], capture_output=True, text=True, timeout=60,
                                      preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30)))
                if what.startswith('far'):
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertEqual(json.loads(done.stdout)['incomes'], json.loads(document.read_text())['incomes'])
                else:
                    self.assertEqual(done.returncode, 2, done.stdout[-300:])
                    self.assertIn('is no key, or that of another', done.stderr)

    def test_every_table_has_a_hash(self):
        database = self.convert(DOCUMENTS[0])
        tables = {row[0] for row in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        hashed = {row[0] for row in database.execute('SELECT table_name FROM rua_seals')}
        self.assertEqual(tables - hashed, {'rua_seals'})

    def test_what_the_page_says_of_the_header(self):
        database = self.convert(DOCUMENTS[0])
        self.assertEqual(database.execute('PRAGMA application_id').fetchone()[0], 0x72756131)
        self.assertEqual(database.execute('PRAGMA user_version').fetchone()[0], 1)
        self.assertEqual(database.execute('PRAGMA journal_mode').fetchone()[0], 'wal')
        self.assertEqual(database.execute('PRAGMA integrity_check').fetchall(), [('ok',)])
        self.assertEqual(database.execute('PRAGMA foreign_key_check').fetchall(), [])
        page = (SOURCE / 'doc' / 'sqlite.md').read_text(encoding='utf-8')
        self.assertIn('0x72756131', page)
        for table, in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'rua_%'"):
            self.assertIn(f'`{table}`', page)

    def test_the_query_of_the_page(self):
        database = self.convert(DOCUMENTS[0])
        self.assertEqual(len(database.execute(
            'SELECT year, sum (amount) / 100.0 FROM incomes GROUP BY year').description), 2)


if __name__ == '__main__':
    tap.main()
