#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The package `ruralalliance`: what it gives, what can be awaited, and what Ctrl-C does."""

import asyncio
import os
import pathlib
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import ruralalliance as ra
from gi.repository import GLib

import tap

SOURCE = pathlib.Path(os.environ['RUA_SOURCE_ROOT'])
CASE = SOURCE / 'examples' / 'rural-urban-alliance.json'


def alliance_of(n=6):
    alliance = ra.new('Test', 'CNY')
    alliance.places.add(id='yunnan', name='Yunnan')
    for i in range(n):
        alliance.households.add(id=f'h{i}', n_persons=i if i % 3 else None)
        alliance.incomes.add(household=f'h{i}', year=2014 + i % 2, amount=100 * i)
    alliance.metrics.add(id='mean', estimator='mean', table='incomes', unit='CNY/household/year',
                         columns={'value': 'amount'}, by=['year'])
    return alliance


def in_child(program, **options):
    return subprocess.Popen([sys.executable, '-c', program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


class Package(unittest.TestCase):
    def test_every_class_and_function_is_there(self):
        for name in ('Alliance', 'Household', 'Checker', 'Report', 'InvalidValueError', 'Texts', 'Selection', 'Results'):
            self.assertIn(name, dir(ra))
            self.assertTrue(getattr(ra, name).__doc__, name)
        self.assertIs(ra.Alliance, ra.RuralAlliance.Alliance)
        with self.assertRaises(AttributeError):
            ra.Aliance
        self.assertRegex(ra.__version__, r'^\d+\.\d+\.\d+$')

    def test_slow_libraries_wait_until_they_are_needed(self):
        child = in_child('import sys, ruralalliance as ra; ra.new("t"); '
                         'print([name for name in ("numpy", "pandas", "matplotlib", "asyncio", "ctypes") if name in sys.modules])')
        self.assertEqual(child.communicate(timeout=60), ('[]\n', ''))

    def test_open_and_new(self):
        alliance = ra.open(CASE)
        self.assertGreater(len(alliance.claims), 40)
        self.assertEqual(ra.new({'en': 'A', 'zh': '甲'}, 'CNY').profile.title['zh'], '甲')
        with self.assertRaisesRegex(GLib.Error, 'nowhere.json: cannot be read'):
            ra.open(CASE.parent / 'nowhere.json')

    def test_progress_is_told_in_order(self):
        told = []
        ra.open(CASE, progress=told.append)
        self.assertEqual(told, sorted(told))
        self.assertTrue(told and told[-1] == 1)

    def test_what_progress_raises_stops_the_work(self):
        def refuse(fraction):
            raise RuntimeError('enough')
        with self.assertRaisesRegex(RuntimeError, 'enough'):
            ra.open(CASE, progress=refuse)

    def test_docstrings(self):
        for cls in (ra.Alliance, ra.Table, ra.Column, ra.Selection, ra.Results):
            for name, member in vars(cls).items():
                if not name.startswith('_') and (callable(member) or isinstance(member, property)):
                    self.assertTrue(getattr(member, '__doc__', None), f'{cls.__name__}.{name}')


class Errors(unittest.TestCase):
    def test_classes_have_the_codes_of_the_domain(self):
        alliance = alliance_of()
        with self.assertRaises(ra.DuplicateError) as caught:
            alliance.households.add(id='h1')
        self.assertEqual((caught.exception.domain, caught.exception.code), ('rua-error-quark', int(ra.Error.DUPLICATE)))
        self.assertIsInstance(caught.exception, ValueError)
        self.assertTrue(repr(caught.exception).startswith('ruralalliance.DuplicateError('))

    def test_pickle(self):
        error = pickle.loads(pickle.dumps(ra.InvalidValueError('wrong', 'rua-error-quark', 2)))
        self.assertEqual((type(error), error.message, error.code), (ra.InvalidValueError, 'wrong', 2))
        texts = pickle.loads(pickle.dumps(ra.Texts({'en': 'A', 'zh': '甲'})))
        self.assertEqual((texts, texts['zh']), ('A', '甲'))


class Transactions(unittest.TestCase):
    def test_a_change_is_kept_or_taken_back_whole(self):
        alliance = alliance_of()
        with alliance.change('more') as change:
            self.assertIs(change, alliance)
            alliance.households['h1'].n_persons = 9
        self.assertEqual(alliance.households['h1'].n_persons, 9)
        with self.assertRaises(KeyError), alliance.change('less'):
            alliance.households['h1'].n_persons = 1
            alliance.households.add(id='new')
            raise KeyError
        self.assertEqual(alliance.households['h1'].n_persons, 9)
        self.assertNotIn('new', alliance.households)


class Where(unittest.TestCase):
    def setUp(self):
        self.alliance = alliance_of()
        self.selection = self.alliance.households.where('n_persons > 1')

    def ids(self, records):
        return [record.id for record in records]

    def test_unknown_is_counted_and_not_chosen(self):
        self.assertEqual(self.ids(self.selection), ['h2', 'h4', 'h5'])
        self.assertEqual(self.selection.n_unknown, 2)
        self.assertEqual(self.ids(self.alliance.households.where('n_persons is unknown')), ['h0', 'h3'])

    def test_sequence(self):
        self.assertEqual((len(self.selection), self.selection[-1].id, self.ids(self.selection[:2])), (3, 'h5', ['h2', 'h4']))
        self.assertEqual(self.selection['h4'].id, 'h4')
        self.assertIn('h4', self.selection)
        self.assertNotIn('h1', self.selection)
        for missing in ('h1', 'nobody'):
            with self.assertRaises(KeyError):
                self.selection[missing]
        with self.assertRaises(IndexError):
            self.selection[3]

    def test_conditions_join(self):
        self.assertEqual(self.ids(self.selection.where("n_persons = 2 or n_persons = 5")), ['h2', 'h5'])
        self.assertEqual([income.year for income in self.alliance.incomes.where('household.n_persons = 5')], [2015])

    def test_it_follows_removals(self):
        for income in self.alliance.incomes[:]:
            self.alliance.incomes.remove(income)
        self.alliance.households.remove('h0')
        self.alliance.households.remove('h4')
        self.alliance.households.add(id='h9', n_persons=9)
        self.assertEqual(self.ids(self.selection), ['h2', 'h5'])

    def test_what_is_walked_over_can_be_removed(self):
        for income in self.alliance.incomes.where('year = 2014'):
            self.alliance.incomes.remove(income)
        self.assertEqual([income.year for income in self.alliance.incomes], [2015] * 3)

    def test_faults(self):
        with self.assertRaises(ra.UnknownNameError):
            self.alliance.households.where('n_person > 1')
        with self.assertRaises(ra.InvalidSyntaxError):
            self.alliance.households.where('n_persons >')
        with self.assertRaisesRegex(ra.InvalidValueError, 'no condition'):
            self.alliance.households.where('n_persons')


class Await(unittest.TestCase):
    def test_many_at_once_while_the_loop_goes_on(self):
        alliance = alliance_of()
        ticks = []

        async def tick():
            while True:
                ticks.append(threading.get_ident())
                await asyncio.sleep(0)

        async def main():
            ticking = asyncio.create_task(tick())
            checker = ra.Checker.new(alliance)
            told = []
            opened, result, done = await asyncio.gather(
                ra.open_async(CASE, progress=told.append), alliance.metrics['mean'].measure_async(alliance), checker.run_async())
            ticking.cancel()
            return opened, result, done, told

        opened, result, done, told = asyncio.run(main())
        self.assertGreater(len(opened.claims), 40)
        self.assertEqual(result.estimate, 250)
        self.assertTrue(done)
        self.assertEqual(told[-1], 1)
        self.assertGreater(len(ticks), 1)

    def test_errors_are_of_our_classes(self):
        alliance = alliance_of()
        alliance.metrics.add(id='wrong', estimator='mean', table='incomes', columns={'value': 'amuont'})
        with self.assertRaises(ra.UnknownNameError):
            asyncio.run(alliance.metrics['wrong'].measure_async(alliance))

    def test_a_task_that_is_cancelled_cancels(self):
        async def main():
            task = asyncio.create_task(ra.open_async(CASE))
            await asyncio.sleep(0)
            task.cancel()
            await task
        with self.assertRaises(asyncio.CancelledError):
            asyncio.run(main())

    def test_what_is_imported_is_added_in_our_thread(self):
        alliance = alliance_of(0)
        threads = set()
        alliance.households.connect('items-changed', lambda *_: threads.add(threading.get_ident()))
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / 'h.csv'
            path.write_text('id,n_persons\nh1,3\nh2,\n', encoding='utf-8')
            asyncio.run(alliance.import_csv_async('household', str(path), None))
        self.assertEqual(threads, {threading.get_ident()})
        self.assertEqual([household.n_persons for household in alliance.households], [3, None])

    def test_a_callback_is_called_as_ever(self):
        loop = GLib.MainLoop()
        given = []
        ra.Alliance.open_async(str(CASE), None, None, lambda source, result: (given.append(result), loop.quit()))
        loop.run()
        self.assertGreater(len(ra.Alliance.open_finish(given[0]).claims), 40)


LONG = '''
import os, signal, sys, threading
import ruralalliance as ra
alliance = ra.new('t', 'CNY')
rows = alliance.households.append()
for i in range(3000):
    rows.set_text(0, f'h{i}')
    rows.end_row()
rows.commit()
rows = alliance.incomes.append()
fields = alliance.incomes.fields
for i in range(3000):
    rows.set_reference(fields.index('household'), f'h{i}')
    rows.set_integer(fields.index('year'), 2014)
    rows.set_money(fields.index('amount'), i * 100)
    rows.end_row()
rows.commit()
metric = alliance.metrics.add(id='long', estimator='bootstrap', table='incomes', columns={'value': 'amount'},
                              options={'statistic': 'median', 'replicates': 10000000})
'''


class Interrupt(unittest.TestCase):
    def interrupted(self, work):
        child = in_child(LONG + work)
        self.assertEqual(child.stdout.readline(), 'now\n', child.poll() is not None and child.stderr.read())
        time.sleep(0.3)
        child.send_signal(signal.SIGINT)
        try:
            return child.communicate(timeout=60)
        finally:
            child.kill()

    def test_ctrl_c_while_c_is_at_work(self):
        said, trouble = self.interrupted('''
print('now', flush=True)
before = signal.set_wakeup_fd(-1)
try:
    metric.measure(alliance)
except KeyboardInterrupt:
    print('interrupted', signal.set_wakeup_fd(-1) == before, alliance.metrics['long'].id)
''')
        self.assertEqual((said, trouble), ('interrupted True long\n', ''))

    def test_in_a_child_process_too(self):
        said, trouble = self.interrupted('''
try:
    ra.open('nowhere.json')
except Exception:
    pass
if os.fork():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.wait()
    sys.exit()
threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
print('now', flush=True)
try:
    metric.measure(alliance)
except KeyboardInterrupt:
    print('interrupted', flush=True)
os._exit(0)
''')
        self.assertEqual(said, 'interrupted\n', trouble)


if __name__ == '__main__':
    tap.main()
