# SPDX-License-Identifier: LGPL-2.1-or-later
"""From CSV files to a chart with intervals. The panel is synthetic: nobody earned these incomes.

Usage: income-chart.py [FOLDER OF THE CSV FILES [WHERE THE PICTURE GOES]]
"""

import pathlib
import sys

import ruralalliance as ra

folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)
alliance = ra.new('Incomes of a synthetic panel', 'CNY')
alliance.households.from_csv(folder / 'synthetic-households.csv')
alliance.incomes.from_csv(folder / 'synthetic-incomes.csv')
income = alliance.metrics.add(id='income', estimator='ratio_of_totals', table='incomes', unit='CNY/person/year',
                              columns={'numerator': 'amount', 'denominator': 'household.n_persons'},
                              by=['year', 'household.stratum'])
results = income.measure_groups(alliance)
for result in results:
    print(f'{result.get_group_label("year")}, {result.get_group_label("household.stratum")}: '
          f'{result.estimate:.0f} ({result.low:.0f} to {result.high:.0f}) {result.unit}, '
          f'{result.n_used} households, {result.n_missing} unknown')
results.plot().figure.savefig(sys.argv[2] if len(sys.argv) > 2 else 'incomes.png')
