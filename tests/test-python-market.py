#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A market as Python sees it."""

import asyncio
import json
import os
import pathlib
import unittest

import gi
gi.require_version('RuralAlliance', '1')
from gi.repository import Gio, GLib, RuralAlliance as ra  # noqa: E402

import tap  # noqa: E402

WEEK = pathlib.Path(os.environ['RUA_SOURCE_ROOT'], 'examples', 'market-week.json')


def items(model):
    return [model.get_item(i) for i in range(model.get_n_items())]


class Market(unittest.TestCase):

    def setUp(self):
        self.alliance = ra.Alliance.open(str(WEEK))
        self.cycle = self.alliance.find('order-cycle', 'week-48')
        self.market = ra.Market.new(self.alliance, self.cycle, None)

    def test_cleared_by_what_is_on_record(self):
        clearing = self.market.clear(None, None, None)
        self.assertEqual(clearing.get_policy().get_stage(1), ra.PolicyStage.PRIORITY)
        self.assertEqual(clearing.get_date(), '2026-11-27')
        self.assertEqual(len(clearing.list_checks()), 9)
        told = json.loads(clearing.to_json())
        self.assertEqual(len(told['allocations']), clearing.list_allocations().get_n_items())
        known, minor = clearing.get_sum(ra.ClearingSum.CONSUMERS)
        self.assertTrue(known)
        self.assertEqual(minor, round(100 * told['money']['consumers']))
        # Records like any other.
        allocation = clearing.list_allocations().get_item(0)
        self.assertEqual(allocation.order.id, told['allocations'][0]['order'])
        self.assertGreater(allocation.quantity, 0)

    def test_statements_add_up(self):
        clearing = self.market.clear(ra.Policy.new_equal_shares(), None, None)
        statements = items(clearing.list_statements())
        self.assertEqual(sum(statement.get_balance() for statement in statements), 0)
        coop = self.alliance.find('cooperative', 'coop-01')
        statement = clearing.find_statement(coop)
        self.assertEqual(statement.dup_receiver().id, 'coop-01')
        lines = items(statement.list_lines())
        self.assertEqual({line.get_line_type() for line in lines}, {ra.StatementLineType.SOLD})
        self.assertEqual(sum(line.get_amount() for line in lines), statement.get_balance())
        self.assertIn('<!DOCTYPE html>', statement.to_html('zh'))
        # A folder of pages as the command writes it.
        names = [each.dup_file_name() for each in statements]
        self.assertIn('cooperative-coop-01.html', names)
        self.assertEqual(len(set(names)), len(names))
        index = clearing.statements_to_html(None)
        self.assertIn('Co-operative 1', clearing.statements_to_text('en', 80, False))
        for name in names:
            self.assertIn(f'<a href="{name}">', index)

    def test_faults_are_errors(self):
        with self.assertRaises(ra.MissingError):
            ra.Market.new(self.alliance, None, None)
        with self.assertRaises(ra.UnknownNameError) as caught:
            ra.Policy.new_from_text('{"stages": ["gain"]}', -1, None)
        self.assertIn("did you mean 'gains'?", str(caught.exception))
        order = self.alliance.orders[0]
        order.quantity = -1
        with self.assertRaises(ra.InvalidValueError) as caught:
            self.market.clear(None, None, None)
        self.assertIn('quantity', str(caught.exception))
        self.assertNotIn(order.id, str(caught.exception))

    def test_in_a_thread(self):
        loop, got = GLib.MainLoop(), []

        def done(market, result):
            got.append(market.clear_finish(result))
            loop.quit()

        self.market.clear_async(ra.Policy.new_greatest_gains(), None, None, done)
        loop.run()
        self.assertEqual(got[0].get_price_of_fairness(), 0)
        cancelled = Gio.Cancellable()
        cancelled.cancel()
        with self.assertRaises(GLib.Error) as caught:
            self.market.clear(ra.Policy.new_greatest_gains(), None, cancelled)
        self.assertTrue(caught.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED))

    def test_awaited(self):
        async def clear():
            return await self.market.clear_async(ra.Policy.new_greatest_gains())

        self.assertEqual(asyncio.run(clear()).get_price_of_fairness(), 0)

    def test_written_back_and_undone(self):
        clearing = self.market.clear(None, None, None)
        n = clearing.list_allocations().get_n_items()
        clearing.apply()
        self.assertEqual((len(self.alliance.allocations), self.cycle.status), (n, 'cleared'))
        self.market.deliver_all()
        booked, n_sales = self.market.book_sales()
        self.assertEqual((booked, n_sales, len(self.alliance.sales)), (True, n, n))
        for _ in range(3):
            self.alliance.undo()
        self.assertEqual((len(self.alliance.allocations), len(self.alliance.sales), self.cycle.status), (0, 0, 'closed'))

    def test_who_leaves(self):
        clearing = self.market.clear(None, None, None)
        _, greatest = clearing.get_sum(ra.ClearingSum.GREATEST_GAINS)
        for worker in self.alliance.people:
            known, left = clearing.get_gains_without(worker, None)
            self.assertTrue(known)
            self.assertLess(left, greatest)


if __name__ == '__main__':
    tap.main()
