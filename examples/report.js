// SPDX-License-Identifier: LGPL-2.1-or-later
// Checks every claim of an alliance and writes the report, one page of HTML.
//
//     gjs -m report.js [FILE [PAGE]]

import GLib from 'gi://GLib';
import RuralAlliance from 'gi://RuralAlliance?version=1';
import System from 'system';

const {Alliance, Report, VerdictType} = RuralAlliance;
const [place = 'examples/rural-urban-alliance.json', page = 'report.html'] = System.programArgs;

const report = Report.new(await Alliance.open_async(place));
report.compile(null);
GLib.file_set_contents(page, report.to_html());

const {checker} = report;
const supported = checker.get_n_verdicts(VerdictType.SUPPORTED);
print(`${checker.verdicts.length} claims, ${supported} of them supported, ${checker.findings.length} findings`);
