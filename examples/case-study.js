// SPDX-License-Identifier: LGPL-2.1-or-later
// Opens the case study, lists its co-operatives, measures a metric and checks its claims.
//
//     gjs -m case-study.js [FILE]

import RuralAlliance from 'gi://RuralAlliance?version=1';
import System from 'system';

const {Alliance, Checker, VerdictType} = RuralAlliance;
const place = System.programArgs[0] ?? 'examples/rural-urban-alliance.json';
const alliance = Alliance.open(place);

print(alliance.profile.title);
for (const cooperative of alliance.cooperatives)
    print(`- ${cooperative.name}: ${cooperative.n_members ?? 'members unknown'}`);

const metric = alliance.metrics.get('income.ratio');
const result = metric.measure(alliance);
print(`\n${metric.title}: ${result.estimate.toFixed(3)}`);
for (const figure of result.inputs)
    print(`- ${figure.metric}: ${figure.estimate.toFixed(0)} ${figure.unit.to_string()}`);

const checker = Checker.new(alliance);
checker.run();
print(`\n${checker.verdicts.length} claims, ${checker.findings.length} findings`);
for (const word of ['SUPPORTED', 'CONTRADICTED', 'INCONCLUSIVE', 'NOT_ENTAILED', 'UNSUPPORTED', 'STALE', 'DISPUTED'])
    print(`- ${VerdictType.to_string(VerdictType[word])}: ${checker.get_n_verdicts(VerdictType[word])}`);

const verdict = checker.find_verdict('income-doubled-summary');
print(`\n“${verdict.claim.quote}”`);
print(`${VerdictType.to_string(verdict.verdict_type)}, ${verdict.value.toFixed(3)} against ${verdict.threshold.toFixed(0)}`);
for (const reading of verdict.readings)
    print(`- ${reading.name}: ${VerdictType.to_string(reading.verdict_type)}`);
