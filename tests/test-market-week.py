#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The market week: made anew it is the same, it is cleared alike in every language, and so does the command."""

import decimal
import html
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.parse

import tap

SOURCE = pathlib.Path(os.environ['RUA_SOURCE_ROOT'])
BUILD = pathlib.Path(os.environ['RUA_BUILD_ROOT'])
COMMAND = os.environ['RUA_COMMAND']
EXAMPLES = SOURCE / 'examples'
WEEK = EXAMPLES / 'market-week.json'
TYPELIB = BUILD / 'libruralalliance' / 'RuralAlliance-1.typelib'

sys.dont_write_bytecode = True
import market_week  # noqa: E402


def run(*words, status=(0, 1), **keywords):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, encoding='utf-8', timeout=100, cwd=SOURCE, **keywords)
    assert done.returncode in status, (words, done.returncode, done.stderr)
    return done


def clear(*words, **keywords):
    return run(COMMAND, 'clear', *words, **keywords)


def money(text):
    return decimal.Decimal(re.sub('[^0-9.-]', '', text.replace('−', '-')))


class Week(unittest.TestCase):
    maxDiff = None

    def test_made_anew(self):
        out = io.StringIO()
        market_week.write(market_week.make(), out)
        self.assertEqual(out.getvalue(), WEEK.read_text(encoding='utf-8'))

    def test_what_it_is(self):
        document = json.loads(WEEK.read_text(encoding='utf-8'))
        self.assertEqual([len(document[plural]) for plural in ('cooperatives', 'hubs', 'consumer_groups')], [12, 3, 40])
        self.assertIn('synthetic', document['alliance']['title']['en'])
        # A short harvest.
        self.assertLess(sum(offer['quantity'] for offer in document['offers']), sum(order['quantity'] for order in document['orders']))
        self.assertEqual(run(COMMAND, 'validate', WEEK).returncode, 0)

    def test_same_in_every_language(self):
        commands = {'c': [BUILD / 'examples' / 'market-week']}
        if TYPELIB.exists():
            commands['python'] = [sys.executable, EXAMPLES / 'market-week.py']
            if shutil.which('gjs'):
                commands['javascript'] = ['gjs', '-m', EXAMPLES / 'market-week.js']
        told, drawn = {}, {}
        with tempfile.TemporaryDirectory() as folder:
            for language, command in commands.items():
                picture = pathlib.Path(folder, language + '.svg')
                told[language] = run(*command, WEEK, picture, status=(0,)).stdout
                drawn[language] = picture.read_text(encoding='utf-8')
        for language, text in told.items():
            self.assertEqual(text, told['c'], language)
            self.assertEqual(drawn[language], drawn['c'], language)
        self.assertIn('Class 1: Marginal households first', drawn['c'])
        self.assertRegex(told['c'], r'(?m)^Marginal households first: \d+\.\d % filled')


class Clear(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)

    def json(self, *words):
        return json.loads(clear(WEEK, '--format', 'json', *words).stdout)

    def test_policies(self):
        told = {policy: self.json('--policy', policy) for policy in ('gains', 'equal', 'marginal')}
        self.assertEqual(told['gains']['price_of_fairness'], 0)
        self.assertGreaterEqual(told['equal']['smallest_fill'], told['gains']['smallest_fill'])
        self.assertGreater(told['equal']['jain'], told['gains']['jain'])
        home = {record['id']: record for record in json.loads(WEEK.read_text(encoding='utf-8'))['households']}
        fills = {}
        for policy, one in told.items():
            self.assertEqual(len(one['certificate']['holds']), 9)
            self.assertEqual(one['money']['greatest_gains'], told['gains']['money']['gains'])
            orders = [order for order in one['orders'] if home['home-' + order['id'].split('-')[1]].get('vulnerable')]
            fills[policy] = sum(order['filled'] for order in orders) / sum(order['ordered'] for order in orders)
            for order in one['orders']:
                self.assertEqual(order['filled'] + sum(order.get('unmet', {}).values()), order['ordered'])
        self.assertGreater(fills['marginal'], fills['gains'])
        self.assertGreater(fills['marginal'], fills['equal'])

    def test_recorded_policy_and_file(self):
        recorded, ready = self.json(), self.json('--policy', 'marginal')
        self.assertEqual(recorded, ready)
        policy = self.path / 'policy.json'
        policy.write_text(json.dumps({'stages': ['gains'], 'price': 'consumer_best'}))
        self.assertEqual(self.json('--policy', policy)['policy']['price'], 'consumer_best')
        policy.write_text('{"stages": ["gain"]}')
        done = clear(WEEK, '--policy', policy, status=(2,))
        self.assertIn("did you mean 'gains'?", done.stderr)
        self.assertIn('policy.json:1', done.stderr)

    def test_status_and_forms(self):
        done = clear(WEEK)
        self.assertEqual(done.returncode, 1)
        self.assertIn('Consumers pay', done.stdout)
        self.assertIn('27 November 2026', done.stdout)
        self.assertIn('消费者支付', clear(WEEK, '--language', 'zh').stdout)
        page = clear(WEEK, '--format', 'html').stdout
        self.assertTrue(page.startswith('<!DOCTYPE html>'))
        self.assertEqual(clear(WEEK, '--cycle', 'week-48').stdout, done.stdout)
        self.assertEqual(clear(WEEK, '--date', '2026-11-27', '--policy', 'marginal', '--format', 'json').stdout.count('"order"'), self.count_allocations())

    def count_allocations(self):
        return len(self.json()['allocations'])

    def test_refused(self):
        self.assertIn("no order cycle 'x'", clear(WEEK, '--cycle', 'x', status=(2,)).stderr)
        self.assertIn('--delivered goes with --write', clear(WEEK, '--delivered', status=(2,)).stderr)
        self.assertIn('no day', clear(WEEK, '--date', '2026-11', '--policy', 'gains', status=(2,)).stderr)
        self.assertIn('needs a policy', clear(WEEK, '--date', '2026-11-27', status=(2,)).stderr)
        self.assertIn('order cycles', clear(SOURCE / 'examples' / 'rural-urban-alliance.json', status=(2,)).stderr)

    def test_written(self):
        out = self.path / 'cleared.json'
        before = WEEK.read_bytes()
        clear(WEEK, '--write', out, '--delivered')
        self.assertEqual(WEEK.read_bytes(), before)
        document = json.loads(out.read_text(encoding='utf-8'))
        told = self.json()
        self.assertEqual(len(document['allocations']), len(told['allocations']))
        self.assertEqual(document['order_cycles'][0]['status'], 'delivered')
        parts = ('producer_amount', 'cooperative_amount', 'hub_amount', 'transport_amount', 'fees_amount', 'solidarity_amount')
        fen = lambda value: round(value * 100)  # noqa: E731
        for sale in document['sales']:
            self.assertEqual(sum(fen(sale[part]) for part in parts), fen(sale['amount']))
        self.assertEqual(sum(fen(sale['amount']) for sale in document['sales']), fen(told['money']['consumers']))
        self.assertEqual(run(COMMAND, 'validate', out).returncode, 0)
        self.assertIn('--force', clear(WEEK, '--write', out, status=(2,)).stderr)
        clear(WEEK, '--write', out, '--force')
        # What the round left can be measured.
        share = json.loads(run(COMMAND, 'measure', self.written(), 'trade.producer_share', '--format', 'json').stdout)[0]['estimate']
        self.assertAlmostEqual(share / 100, told['money']['producers'] / told['money']['consumers'], places=12)

    def written(self):
        out = self.path / 'again.json'
        clear(WEEK, '--write', out, '--delivered')
        return out

    def test_statements(self):
        folder = self.path / 'statements'
        clear(WEEK, '--statements', folder)
        names = sorted(path.name for path in folder.iterdir())
        # The first page leads to each of the others, once.
        names.remove('index.html')
        index = (folder / 'index.html').read_text(encoding='utf-8')
        links = [link for link in re.findall(r'href="([^"]+)"', index) if not link.startswith('#')]
        self.assertEqual(sorted(urllib.parse.unquote(link) for link in links), names)
        self.assertIn('lang="en"', index)
        self.assertIn('<h1', index)
        # What each receives and pays; all that one pays another receives.
        rows = re.findall(r'<tr>(.*?)</tr>', index.split('<tbody>')[1].split('</tbody>')[0], re.DOTALL)
        cells = [[html.unescape(re.sub('<[^>]+>', '', cell)) for cell in re.findall(r'<t[hd].*?</t[hd]>', row)] for row in rows]
        self.assertEqual(len(cells), len(names))
        sums = {column: sum(money(row[column]) for row in cells) for column in (2, 3, 4)}
        self.assertEqual(sums[2], sums[3])
        self.assertEqual(sums[4], 0)
        # The rows and the links, in the same order.
        for row, link in zip(cells, links):
            self.assertEqual(money(row[2]) - money(row[3]), money(row[4]), row)
            page = html.unescape((folder / urllib.parse.unquote(link)).read_text(encoding='utf-8'))
            self.assertIn(f'Statement: {row[0]}', page)
            if money(row[4]) != 0:
                self.assertIn(f"To {'pay' if money(row[4]) < 0 else 'receive'}: {row[4].replace('−', '')}.", page)
        self.assertEqual(sum(name.startswith('cooperative-') for name in names), 12)
        self.assertEqual(sum(name.startswith('hub-') for name in names), 3)
        self.assertIn('solidarity.html', names)
        self.assertEqual(folder.stat().st_mode & 0o077, 0)
        home = next(name for name in names if name.startswith('household-home-'))
        page = (folder / home).read_text(encoding='utf-8')
        # A household's page names no other household.
        own = home[len('household-'):-len('.html')]
        self.assertEqual(set(re.findall(r'home-\d+', page)) - {own}, set())
        text = clear(WEEK, '--statements', 'text').stdout
        self.assertEqual(text.count('Statement: '), len(names))
        # The list comes first.
        self.assertTrue(text.startswith('Statements\n'), text[:80])
        self.assertEqual(len(re.findall('^household ', text[:text.index('Statement: ')], re.MULTILINE)), sum(name.startswith('household-') for name in names))

    def test_statements_in_chinese(self):
        folder = self.path / 'pages'
        clear(WEEK, '--statements', folder, '--language', 'zh')
        index = (folder / 'index.html').read_text(encoding='utf-8')
        self.assertIn('lang="zh"', index)
        for word in ('对账单', '应收', '应付', '余额', '合作社'):
            self.assertIn(word, index)
        self.assertNotIn('Statement', index)
        self.assertIn('对账单：', next(folder.glob('hub-*.html')).read_text(encoding='utf-8'))


if __name__ == '__main__':
    tap.main()
