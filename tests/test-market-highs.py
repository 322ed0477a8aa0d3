#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Networks and whole markets as linear programs: HiGHS, inside SciPy, finds the same optimum."""

import json
import os
import pathlib
import random
import subprocess
import unittest

try:
    import numpy
    import scipy.optimize
    import scipy.sparse
except ImportError:
    numpy = None

import tap

PROGRAM = pathlib.Path(os.environ['RUA_BUILD_ROOT']) / 'tests' / 'print-markets'
MANY = 10 if os.environ.get('RUA_SLOW_MACHINE') else 150


def printed(networks, markets):
    seed = random.randrange(2**32)
    print(f'# seed {seed}', flush=True)
    done = subprocess.run([PROGRAM, str(seed), str(networks), str(markets)], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


@unittest.skipUnless(numpy, 'there is no SciPy')
class Highs(unittest.TestCase):
    def test_networks(self):
        n_feasible = 0
        for network in printed(MANY, 0):
            arcs = numpy.array(network['arcs'])
            n = len(arcs)
            places = numpy.arange(n)
            balance = (scipy.sparse.coo_matrix((numpy.ones(n), (arcs[:, 0], places)), (network['nodes'], n))
                       - scipy.sparse.coo_matrix((numpy.ones(n), (arcs[:, 1], places)), (network['nodes'], n)))
            found = scipy.optimize.linprog(network['cost'], A_eq=balance.tocsr(), b_eq=network['supply'], method='highs',
                                           bounds=numpy.column_stack([numpy.zeros(n), network['capacity']]))
            self.assertEqual(found.status == 0, network['feasible'])
            if network['feasible']:
                n_feasible += 1
                self.assertEqual(round(found.fun), network['total'])
        self.assertGreater(n_feasible, MANY / 2)

    def test_markets(self):
        n_traded = 0
        for market in printed(0, MANY * 2):
            pairs = market['pairs']
            if not pairs:
                self.assertEqual(market['welfare'], 0)
                continue
            bounds = ([(quantity, [l]) for l, quantity in enumerate(market['lots'])],
                      [(quantity, [o]) for o, quantity in enumerate(market['orders'])])
            bounds = (bounds[0] + market['supply_limits'], bounds[1] + market['demand_limits'])
            rows, room = [], []
            for side in (0, 1):
                for most, members in bounds[side]:
                    if most >= 0:
                        rows.append([1 if pair[side] in members else 0 for pair in pairs])
                        room.append(most)
            found = scipy.optimize.linprog([-pair[2] for pair in pairs], A_ub=scipy.sparse.csr_matrix(rows), b_ub=room,
                                           bounds=(0, None), method='highs')
            self.assertEqual(found.status, 0)
            self.assertEqual(round(-found.fun), market['welfare'])
            n_traded += market['welfare'] > 0
        self.assertGreater(n_traded, MANY / 2)


if __name__ == '__main__':
    tap.main()
