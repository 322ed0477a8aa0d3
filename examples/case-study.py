#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Opens the case study, lists its co-operatives, measures a metric and checks its claims."""

import sys

import gi
gi.require_version('RuralAlliance', '1')
from gi.repository import RuralAlliance as ra

place = sys.argv[1] if len(sys.argv) > 1 else 'examples/rural-urban-alliance.json'
alliance = ra.Alliance.open(place)

print(alliance.profile.title)
for cooperative in alliance.cooperatives:
    print(f'- {cooperative.name}: {cooperative.n_members or "members unknown"}')

metric = alliance.metrics['income.ratio']
result = metric.measure(alliance)
print(f'\n{metric.title}: {result.estimate:.3f}')
for figure in result.inputs:
    print(f'- {figure.metric}: {figure.estimate:.0f} {figure.unit}')

checker = ra.Checker.new(alliance)
checker.run()
print(f'\n{len(checker.verdicts)} claims, {len(checker.findings)} findings')
for verdict_type in (ra.VerdictType.SUPPORTED, ra.VerdictType.CONTRADICTED, ra.VerdictType.INCONCLUSIVE,
                     ra.VerdictType.NOT_ENTAILED, ra.VerdictType.UNSUPPORTED, ra.VerdictType.STALE,
                     ra.VerdictType.DISPUTED):
    print(f'- {ra.VerdictType.to_string(verdict_type)}: {checker.get_n_verdicts(verdict_type)}')

verdict = checker.find_verdict('income-doubled-summary')
print(f'\n“{verdict.claim.quote}”')
print(f'{ra.VerdictType.to_string(verdict.verdict_type)}, {verdict.value:.3f} against {verdict.threshold:.0f}')
for reading in verdict.readings:
    print(f'- {reading.name}: {ra.VerdictType.to_string(reading.verdict_type)}')
