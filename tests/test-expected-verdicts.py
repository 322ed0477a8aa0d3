#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The invented documents of tests/data, checked: each claim has the verdict that is written beside it."""

import json
import os
import pathlib
import unittest

import gi
gi.require_version('RuralAlliance', '1')
from gi.repository import RuralAlliance as ra  # noqa: E402

import tap  # noqa: E402

DATA = pathlib.Path(os.environ['RUA_SOURCE_ROOT']) / 'tests/data'


def verdicts_of(name):
    checker = ra.Checker.new(ra.Alliance.open(str(DATA / name), None))
    checker.run(None)
    verdicts = checker.list_verdicts()
    items = [verdicts.get_item(i) for i in range(verdicts.get_n_items())]
    return {verdict.get_claim().get_id(): verdict for verdict in items}


def type_of(verdict):
    return verdict.get_verdict_type().value_nick.replace('-', '_')


def reading_of(verdict, part):
    readings = verdict.list_readings()
    items = [readings.get_item(i) for i in range(readings.get_n_items())]
    return next(reading for reading in items if part in reading.get_name())


class ExpectedVerdicts(unittest.TestCase):
    def test_each_claim(self):
        for path in sorted(DATA.glob('*.verdicts.json')):
            expected = json.loads(path.read_text(encoding='utf-8'))
            verdicts = verdicts_of(expected['alliance'])
            for claim, entry in expected['claims'].items():
                with self.subTest(document=expected['alliance'], claim=claim):
                    self.assertEqual(type_of(verdicts[claim]), entry['verdict'],
                                     '; '.join(verdicts[claim].get_reasons()))

    def test_values(self):
        bees, fishers = verdicts_of('beekeepers.json'), verdicts_of('fishers.json')
        for verdict, value in ((bees['income-half'], 3900 / 2125), (bees['twelve-families'], 12),
                               (bees['group-third'], 700 / 1400), (fishers['forty-crews'], 39),
                               (fishers['sixty-one-percent'], 0.61)):
            known, number = verdict.get_value()
            self.assertTrue(known)
            self.assertAlmostEqual(number, value, 12)

    def test_prices_turn_it(self):
        verdict = verdicts_of('fishers.json')['income-half']
        for part, price_ratio in (('prices of 2017', 1.08 * 1.08 * 1.10), ('prices of 2016', 1.10 * 1.08 * 1.08 * 1.10)):
            reading = reading_of(verdict, part)
            self.assertEqual(type_of(reading), 'contradicted')
            self.assertTrue(reading.is_flipped())
            self.assertAlmostEqual(reading.get_value()[1], 15000 / 9000 / price_ratio, 9)

    def test_grades(self):
        bees = verdicts_of('beekeepers.json')
        self.assertEqual(bees['twelve-families'].get_grade(), ra.Grade.RECORDS)
        self.assertEqual(bees['group-forty'].get_grade(), ra.Grade.INDEPENDENT_FIGURE)
        self.assertEqual(bees['income-half'].get_grade(), ra.Grade.OWN_FIGURE)


if __name__ == '__main__':
    tap.main()
