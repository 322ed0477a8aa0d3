#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The committed documents, measured: numbers that were worked out beside the library."""

import os
import pathlib
import unittest

import gi
gi.require_version('RuralAlliance', '1')
from gi.repository import RuralAlliance as ra  # noqa: E402

import tap  # noqa: E402

SOURCE = pathlib.Path(os.environ['RUA_SOURCE_ROOT'])

BEFORE = [1500, 2000, 2500, 1800, 2200, 3000, 1600, 2400, 1900, 2100, 2700, 1800]
AFTER = [3300, 4500, 3900, 3700, 4500, 4200, 3300, 4100, 3900, 3500, 4200, 3700]


def wilson(x, n, z=1.959963984540054):
    p, spread = x / n, z * (x / n * (1 - x / n) / n + z * z / (4 * n * n)) ** 0.5
    return [100 * (p + z * z / (2 * n) + sign * spread) / (1 + z * z / n) for sign in (-1, 1)]


class Measured(unittest.TestCase):
    def measure(self, path, metric):
        alliance = ra.Alliance.open(str(SOURCE / path), None)
        found = alliance.get_table('metrics').find(metric)
        return found.measure(alliance, None)

    def check(self, path, metric, value):
        known, estimate = self.measure(path, metric).get_estimate()
        self.assertTrue(known, metric)
        self.assertAlmostEqual(estimate, value, 9, metric)

    def test_case_study(self):
        for metric, value in (('income.ratio', 8478 / 3927), ('income.change', 4551),
                              ('positions.per_station', 2000 / 407), ('trainees.per_workshop', 1200 / 35),
                              ('cooperatives.count', 20), ('cooperatives.known', 1), ('findings.count', 5),
                              ('reach.provinces', 5), ('reach.provinces_applied', 5), ('team.members', 6),
                              ('partners.universities', 4), ('policy.lag', 0), ('policy.revisions', 1)):
            self.check('examples/rural-urban-alliance.json', metric, value)

    def test_what_the_case_study_has_no_records_of_is_unknown(self):
        for metric in ('income.share_doubled', 'income.sales_share', 'feast.dish_share', 'price.premium'):
            result = self.measure('examples/rural-urban-alliance.json', metric)
            self.assertFalse(result.get_estimate()[0], metric)
            self.assertTrue(result.get_reason(), metric)

    def test_beekeepers(self):
        doubled = sum(after >= 2 * before for before, after in zip(BEFORE, AFTER))
        for metric, value in (('families.count', 12), ('honey.mean_2018', sum(BEFORE) / 12),
                              ('honey.mean_2021', sum(AFTER) / 12), ('honey.share_doubled', 100 * doubled / 12),
                              ('assembly.rate', 100 * 10 / 11), ('group.share', 0.5), ('price.ratio', 1.5)):
            self.check('tests/data/beekeepers.json', metric, value)
        share = self.measure('tests/data/beekeepers.json', 'honey.share_doubled')
        for got, want in zip((share.get_low(), share.get_high()), wilson(doubled, 12)):
            self.assertTrue(got[0])
            self.assertAlmostEqual(got[1], want, 6)

    def test_fishers(self):
        for metric, value in (('crews.count', 39), ('crews.share', 0.61), ('income.ratio', 5 / 3),
                              ('radios.in_use', 27), ('radios.all', 30), ('losses.difference', 100 * (14 / 18 - 3 / 12))):
            self.check('tests/data/fishers.json', metric, value)


if __name__ == '__main__':
    tap.main()
