// SPDX-License-Identifier: LGPL-2.1-or-later
// Places, results and what takes long, as JavaScript sees them.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import RuralAlliance from 'gi://RuralAlliance?version=1';
import System from 'system';

import * as tap from './tap.js';

const {deepEqual, equal, ok} = tap;
const {Alliance, SaveFlags} = RuralAlliance;

function allianceOf() {
    const alliance = new Alliance();
    alliance.add(new RuralAlliance.Profile({title: 'Vector', currency: 'CNY'}));
    for (let i = 0; i < 4; i++) {
        alliance.households.add({id: `h${i}`});
        alliance.incomes.add({household: `h${i}`, year: 2014 + i % 2, amount: i === 3 ? null : 100 * (i + 1)});
    }
    const mean = {estimator: 'mean', table: 'incomes', unit: 'CNY/household/year', columns: {value: 'amount'}};
    alliance.metrics.add({...mean, id: 'mean', title: 'Mean income'});
    alliance.metrics.add({...mean, id: 'none', where: 'year = 1900'});
    alliance.metrics.add({id: 'twice', formula: 'mean * 2'});
    alliance.metrics.add({...mean, id: 'wrong', columns: {value: 'amuont'}});
    return alliance;
}

async function fails(promise, domain, code) {
    let error = null;
    try {
        await promise;
    } catch (e) {
        error = e;
    }
    ok(error, 'nothing was thrown');
    ok(error.matches?.(domain, code), `${error}`);
    return error;
}

function inFolder(body) {
    return async () => {
        const folder = GLib.dir_make_tmp('rua-XXXXXX');
        const place = GLib.build_filenamev([folder, 'alliance.json']);
        try {
            await body(place);
        } finally {
            GLib.unlink(place);
            GLib.rmdir(folder);
        }
    };
}

tap.add('results', () => {
    const alliance = allianceOf();
    const result = alliance.metrics.get('mean').measure(alliance);
    equal(result.estimate, 200);
    deepEqual([result.n_eligible, result.n_used, result.n_missing], [4, 3, 1]);
    equal(result.unit.to_string(), 'CNY/household/year');
    equal(result.reason, null);
    ok(result.low < 200 && result.high > 200);
    ok(Array.isArray(result.missing_reasons) && Array.isArray(result.sources));
});

tap.add('other names are refused', () => {
    const alliance = allianceOf();
    const result = alliance.metrics.get('mean').measure(alliance);
    const refuses = body => {
        let error = null;
        try {
            body();
        } catch (e) {
            error = e;
        }
        ok(error?.matches?.(RuralAlliance.Error, RuralAlliance.Error.UNKNOWN_NAME), `${body}: ${error}`);
        return error.message;
    };
    ok(refuses(() => result.estimat).includes("'estimate'"));
    refuses(() => (result.something = 4));
    refuses(() => alliance.schema.kinds[0].somethng);
    refuses(() => alliance.incomes.column('year').vales);
    equal(result.then, undefined);
});

tap.add('undefined is null, and not zero', () => {
    const alliance = allianceOf();
    const result = alliance.metrics.get('none').measure(alliance);
    deepEqual([result.estimate, result.low, result.high], [null, null, null]);
    ok(result.reason);
});

tap.add('formulas and groups', () => {
    const alliance = allianceOf();
    const twice = alliance.metrics.get('twice').measure(alliance);
    deepEqual([twice.estimate, ...twice.inputs.map(figure => figure.metric)], [400, 'mean']);
    const metric = alliance.metrics.get('mean');
    metric.by = ['year'];
    deepEqual(metric.measure_groups(alliance).map(group => [group.get_group_label('year'), group.estimate]),
        [['2014', 200], ['2015', 200]]);
});

tap.add('a faulty expression', async () => {
    const alliance = allianceOf();
    const metric = alliance.metrics.get('wrong');
    const error = await fails((async () => metric.measure(alliance))(), RuralAlliance.Error, RuralAlliance.Error.UNKNOWN_NAME);
    ok(error.message.includes('amuont'));
    await fails(metric.measure_async(alliance, null), RuralAlliance.Error, RuralAlliance.Error.UNKNOWN_NAME);
});

tap.add('save and open', inFolder(async place => {
    const alliance = allianceOf();
    alliance.save(place);
    equal(Alliance.open(place).to_json(), alliance.to_json());
    equal(Alliance.open(place).location, GLib.filename_to_uri(place, null));
    await fails((async () => alliance.save(place))(), Gio.IOErrorEnum, Gio.IOErrorEnum.EXISTS);
    ok(alliance.save(place, SaveFlags.REPLACE));
}));

tap.add('promises', inFolder(async place => {
    const alliance = allianceOf();
    await alliance.save_async(place, SaveFlags.NONE, null);
    const again = await Alliance.open_async(place, null, null);
    equal(again.to_json(), alliance.to_json());
    const result = await again.metrics.get('mean').measure_async(again, null);
    equal(result.estimate, 200);
}));

tap.add('promises that are not kept', inFolder(async place => {
    await fails(Alliance.open_async(place, null, null), Gio.IOErrorEnum, Gio.IOErrorEnum.NOT_FOUND);
    GLib.file_set_contents(place, '{');
    await fails(Alliance.open_async(place, null, null), RuralAlliance.Error, RuralAlliance.Error.SYNTAX);
    const cancellable = new Gio.Cancellable();
    cancellable.cancel();
    await fails(Alliance.open_async(place, cancellable, null), Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED);
}));

tap.add('verdicts', async () => {
    const alliance = allianceOf();
    alliance.documents.add({id: 'report', title: 'A report'});
    for (const [id, predicate] of [['more', 'mean > 100'], ['most', 'mean > 100000'], ['none', null]])
        alliance.claims.add({id, quote: id, predicate, document: 'report'});
    const verdict = alliance.claims.get('more').check(alliance);
    deepEqual([verdict.value, verdict.threshold, verdict.margin], [200, 100, 100]);
    equal(verdict.claim, alliance.claims.get('more'));
    equal(verdict.grade, RuralAlliance.Grade.RECORDS);
    ok(Array.isArray(verdict.readings) && verdict.reasons.every(reason => typeof reason === 'string'));
    const none = alliance.claims.get('none').check(alliance);
    deepEqual([none.value, none.threshold, none.margin, none.low], [null, null, null, null]);
    const checker = RuralAlliance.Checker.new(alliance);
    deepEqual(checker.verdicts, []);
    ok(await checker.run_async(null, null));
    deepEqual(checker.verdicts.map(each => each.claim.id), ['more', 'most', 'none']);
    equal(checker.find_verdict('most').verdict_type, RuralAlliance.VerdictType.CONTRADICTED);
    equal(checker.find_verdict('nobody'), null);
    ok(checker.findings.every(finding => finding.rule && finding.message));
});

tap.add('faults', () => {
    ok(Array.isArray(allianceOf().validate()));
    const faults = Alliance.validate_json(new GLib.Bytes(new TextEncoder().encode('{')), 'x.json');
    ok(faults.length > 0 && faults.every(fault => fault instanceof RuralAlliance.Fault), 'faults');
    ok(faults[0].message && faults[0].line === 1, 'fault');
});

System.exit(await tap.run());
