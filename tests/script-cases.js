// SPDX-License-Identifier: LGPL-2.1-or-later
// What JavaScript has beside the functions of C, tried in gjs and in Node alike.

import * as tap from './tap.js';

const {deepEqual, equal, ok, throws} = tap;

export const DOCUMENT = JSON.stringify({
    format: 'rural-alliance', version: 1,
    alliance: {title: {en: 'A panel', zh: '小组'}, currency: 'CNY'},
    households: [{id: 'h0', stratum: 'hill'}, {id: 'h1', stratum: 'valley'}, {id: 'h2'}],
    incomes: [
        {household: 'h0', year: 2014, amount: 100, collected_on: '2015-01-02'},
        {household: 'h1', year: 2014, amount: 200.5, collected_on: '2015-02'},
        {household: 'h2', year: 2014},
        {household: 'h0', year: 2017, amount: 400},
    ],
    documents: [{id: 'report', title: 'A report'}],
    metrics: [{id: 'mean', estimator: 'mean', table: 'incomes', unit: 'CNY/household/year', columns: {value: 'amount'}}],
    claims: [{id: 'more', quote: 'more', predicate: 'mean > 100', document: 'report'}],
});

// What an action is refused with.
export function refusal(ra, code, action) {
    let error = null;
    try {
        action();
    } catch (e) {
        error = e;
    }
    ok(error, `nothing was thrown by ${action}`);
    ok(error.matches?.(ra.Error, ra.Error[code]), `${action}: not ${code}: ${error}\n${error.stack}`);
    return error;
}

async function refusalOf(ra, code, promise) {
    let failed = () => {};
    try {
        await promise;
    } catch (error) {
        failed = () => {
            throw error;
        };
    }
    return refusal(ra, code, failed);
}

function addSelections(ra) {
    tap.add('the records for which a condition holds', () => {
        const {incomes} = ra.Alliance.from_json(DOCUMENT);
        const some = incomes.where('amount < 300');
        equal(some.length, 2);
        equal(some.n_unknown, 1);
        deepEqual([...some].map(income => income.amount), [100, 200.5]);
        equal(some.at(-1), incomes.at(1));
        equal(some.at(2), undefined);
        deepEqual([...some.where("household.stratum = 'hill'")].map(income => income.amount), [100]);
        equal(String(some), '2 of 4 incomes');
    });

    tap.add('a selection follows what is removed', () => {
        const {incomes} = ra.Alliance.from_json(DOCUMENT);
        const some = incomes.where('year = 2014 or year = 2017');
        equal(some.length, 4);
        incomes.remove(incomes.at(1));
        deepEqual([...some].map(income => income.amount), [100, null, 400]);
        for (const income of some)
            incomes.remove(income);
        equal(some.length, 0);
        equal(incomes.length, 0);
        incomes.add({household: 'h0', year: 2014, amount: 1});
        equal(some.length, 0);
    });

    tap.add('what is no condition', () => {
        const {incomes} = ra.Alliance.from_json(DOCUMENT);
        refusal(ra, 'VALUE', () => incomes.where('amount'));
        ok(refusal(ra, 'UNKNOWN_NAME', () => incomes.where('amuont > 1')).message.includes('amount'));
        refusal(ra, 'SYNTAX', () => incomes.where('amount >'));
    });
}

function addDates(ra) {
    tap.add('dates as Dates', () => {
        const {incomes} = ra.Alliance.from_json(DOCUMENT);
        equal(incomes.at(0).date('collected_on').getTime(), Date.UTC(2015, 0, 2));
        equal(incomes.at(1).date('collected_on').getTime(), Date.UTC(2015, 1, 1));
        equal(incomes.at(2).date('collected_on'), null);
        const income = incomes.at(2);
        income.collected_on = new Date('2016-02-29');
        equal(income.collected_on, '2016-02-29');
        for (const date of [new Date(NaN), new Date('2016-02-29T08:00:00Z')])
            ok(refusal(ra, 'VALUE', () => (income.collected_on = date)).message.includes('2014-09-15'));
        equal(income.collected_on, '2016-02-29');
        income.collected_on = null;
        equal(income.date('collected_on'), null);
    });

    tap.add('a column of dates', () => {
        const {incomes} = ra.Alliance.from_json(DOCUMENT);
        deepEqual(incomes.column('collected_on').dates.map(date => date && date.toISOString().slice(0, 10)),
            ['2015-01-02', '2015-02-01', null, null]);
        refusal(ra, 'VALUE', () => incomes.column('year').dates);
    });
}

function addColumns(ra) {
    tap.add('columns are typed arrays of their own', () => {
        const {incomes} = ra.Alliance.from_json(DOCUMENT);
        const amounts = incomes.column('amount');
        ok(amounts.values instanceof BigInt64Array && amounts.known instanceof Uint8Array);
        deepEqual([...amounts.values].map(String), ['10000', '20050', '0', '40000']);
        deepEqual([...amounts.known], [1, 1, 0, 1]);
        const {values} = amounts;
        values[0] = 7n;
        equal(amounts.values[0], 10000n);
        equal(incomes.at(0).amount, 100);
        deepEqual([...incomes.column('year').values].map(Number), [2014, 2014, 2014, 2017]);
    });

    tap.add('long columns come whole', () => {
        const alliance = ra.Alliance.from_json(DOCUMENT);
        const appender = alliance.households.append();
        const names = alliance.households.kind.fields.map(field => field.name);
        const [id, weight] = ['id', 'weight'].map(name => names.indexOf(name));
        for (let i = 0; i < 3000; i++) {
            appender.set_text(id, `g${i}`);
            appender.set_number(weight, i / 8);
            appender.end_row();
        }
        appender.commit();
        const {values, known} = alliance.households.column('weight');
        ok(values instanceof Float64Array);
        equal(values.length, 3003);
        deepEqual([...values.slice(3, 3003)], Array.from({length: 3000}, (_, i) => i / 8));
        equal(known.reduce((sum, one) => sum + one, 0), 3000);
    });
}

function addPromises(ra) {
    tap.add('promises, with what may be null left out', async () => {
        const alliance = ra.Alliance.from_json(DOCUMENT);
        const metric = alliance.metrics.get('mean');
        const [one, two] = await Promise.all([metric.measure_async(alliance), metric.measure_async(alliance, null)]);
        equal(one.estimate, metric.measure(alliance).estimate);
        equal(two.n_used, 3);
        const measurement = ra.Measurement.new(alliance);
        measurement.add(metric, ['year']);
        ok(await measurement.run_async());
        deepEqual(measurement.list_results(0).map(result => result.n_used), [2, 1]);
        const checker = ra.Checker.new(alliance);
        ok(await checker.run_async());
        equal(checker.verdicts.length, 1);
    });

    tap.add('promises that are not kept', async () => {
        const alliance = ra.Alliance.from_json(DOCUMENT);
        alliance.metrics.get('mean').where = 'yaer = 2014';
        const error = await refusalOf(ra, 'UNKNOWN_NAME', alliance.metrics.get('mean').measure_async(alliance));
        ok(error.message.includes('year'));
        refusal(ra, 'VALUE', () => alliance.metrics.get('mean').measure_async(alliance, null, null, null));
    });
}

function addResultTables(ra) {
    tap.add('figures side by side', () => {
        const alliance = ra.Alliance.from_json(DOCUMENT);
        const measurement = ra.Measurement.new(alliance);
        const metric = alliance.metrics.get('mean');
        const all = measurement.add(metric, ['year']);
        const late = measurement.add(metric, ['year'], 'year > 2014');
        const whole = measurement.add(metric, []);
        ok(measurement.run());
        const results = measurement.list_results(all);
        const table = measurement.to_table({mean: all, late, sd: [all, 'sd'], n: [all, ra.ResultNumber.N_USED]});
        deepEqual([table.length, table.n_columns, ...table.names], [2, 4, 'mean', 'late', 'sd', 'n']);
        deepEqual(table.group_paths, ['year']);
        deepEqual(table.get_labels('year'), ['2014', '2017']);
        equal(table.get_label(1, 'year'), '2017');
        const values = table.values('mean');
        ok(values instanceof Float64Array);
        deepEqual([...values], results.map(result => result.estimate));
        deepEqual([...table.values('n')], [2, 1]);
        ok(Number.isNaN(table.values('late')[0]) && Number.isNaN(table.values('sd')[1]));
        equal(table.values('late')[1], results[1].estimate);
        equal(table.values('sd')[0], results[0].get_named('sd')[1]);
        values[0] = 4;
        equal(table.values('mean')[0], results[0].estimate);
        const codes = table.codes('year');
        ok(codes instanceof Int32Array);
        deepEqual([...codes], [0, 1]);
        equal(table.to_csv().split('\n')[0], 'year,mean,late,sd,n');
        equal(`${table}`, '4 figures of 2 groups');

        ok(table.add(all, ra.ResultNumber.LOW));
        ok(table.add_named(all, 'mean'));
        deepEqual(table.names.slice(4), ['mean.low', 'mean.mean']);
        deepEqual(measurement.to_table([whole]).names, ['mean']);
        ok(refusal(ra, 'UNKNOWN_NAME', () => table.values('maen')).message.includes("'mean'"));
        refusal(ra, 'UNKNOWN_NAME', () => table.codes('yaer'));
        refusal(ra, 'UNKNOWN_NAME', () => table.naems);
        refusal(ra, 'UNKNOWN_NAME', () => table.add_named(all, 'maen'));
        refusal(ra, 'VALUE', () => table.add(whole, ra.ResultNumber.ESTIMATE, 'whole'));
        refusal(ra, 'VALUE', () => measurement.to_table([3]));
        refusal(ra, 'DUPLICATE', () => measurement.to_table());
    });
}

function addReadyMade(ra) {
    tap.add('a metric by its id, with parameters', () => {
        const alliance = ra.Alliance.from_json(DOCUMENT);
        const whole = alliance.measure('mean');
        equal(whole.n_used, 3);
        deepEqual(alliance.measure('mean', {}, {by: ['year']}).map(result => result.n_used), [2, 1]);
        equal(alliance.measure(alliance.metrics.get('mean'), {}, {where: 'year = 2017'}).estimate, 400);
        deepEqual(alliance.measure('mean', {}, {by: ['year'], min_count: 9}).map(result => result.withheld), [true, true]);
        const ready = alliance.measure('data.coverage', {year: 2014});
        ok(ready.n_eligible > 0 && ready.estimate !== null);
        refusal(ra, 'VALUE', () => alliance.measure(alliance.metrics.get('mean'), {year: 2014}));
        throws(() => alliance.measure('income.maen'), 'income.mean');
        throws(() => alliance.measure('income.men', {year: 2014}), "did you mean 'income.mean'");
    });
}

function addFaults(ra) {
    tap.add('an error knows all faults of its document', () => {
        const faulty = DOCUMENT.replace('"year":2017', '"year":"2O17"').replace('"household":"h2"', '"household":"h9"');
        const error = refusal(ra, 'REFERENCE', () => ra.Alliance.from_json(faulty, 'faulty.json'));
        ok(error.message.startsWith('faulty.json:'));
        equal(error.faults.length, 2);
        deepEqual(error.faults.map(fault => fault.field).sort(), ['household', 'year']);
        ok(error.faults.every(fault => fault.file === 'faulty.json' && fault.line > 0 && fault.mend));
        equal(refusal(ra, 'UNKNOWN_NAME', () => ra.Alliance.from_json(DOCUMENT).incoms).faults, undefined);
    });
}

function addReports(ra) {
    tap.add('all claims are checked, and told, in one call', () => {
        const alliance = ra.Alliance.from_json(DOCUMENT);
        alliance.claims.add({id: 'told', assertion: 'amount', metrics: ['mean']});
        alliance.claims.add({id: 'mere', assertion: 'event'});
        const checker = ra.Checker.new(alliance);
        checker.run(null);
        const told = verdicts => verdicts.map(verdict => [verdict.claim.id, verdict.verdict_type]);
        deepEqual(told(alliance.check()), told(checker.verdicts));
        deepEqual(alliance.check().map(verdict => verdict.claim.id), ['more', 'told', 'mere']);
        deepEqual(ra.Alliance.from_json('{"format": "rural-alliance", "version": 1}').check(), []);
        const report = ra.Report.new(alliance);
        report.compile(null);
        equal(alliance.report().to_html(), report.to_html());
        ok(alliance.report('zh').to_html().includes('lang="zh'));
        report.set_public(true, 7);
        report.set_brief(true);
        report.compile(null);
        equal(alliance.report(null, {public: true, min_count: 7, brief: true}).to_markdown(), report.to_markdown());
    });
}

function addRefusals(ra) {
    tap.add('what is not there is refused', () => {
        const alliance = ra.Alliance.from_json(DOCUMENT);
        const household = alliance.households.at(0);
        ok(refusal(ra, 'UNKNOWN_NAME', () => household.straum).message.includes("did you mean 'stratum'?"));
        refusal(ra, 'UNKNOWN_NAME', () => (household.straum = 'hill'));
        refusal(ra, 'UNKNOWN_NAME', () => new ra.Household({idd: 'h'}));
        refusal(ra, 'UNKNOWN_NAME', () => alliance.metrics.get('mean').measure(alliance).estimat);
        throws(() => new ra.Record(), 'a record is of a kind');
    });

    tap.add('unknown is null, and never zero', () => {
        const alliance = ra.Alliance.from_json(DOCUMENT);
        const income = alliance.incomes.at(2);
        equal(income.amount, null);
        income.amount = 0;
        equal(income.amount, 0);
        income.amount = null;
        equal(income.amount, null);
        const metric = alliance.metrics.get('mean');
        metric.where = 'year = 1900';
        const result = metric.measure(alliance);
        deepEqual([result.estimate, result.low, result.n_used], [null, null, 0]);
        ok(result.reason);
    });
}

export function addCases(ra) {
    addSelections(ra);
    addDates(ra);
    addColumns(ra);
    addPromises(ra);
    addReadyMade(ra);
    addResultTables(ra);
    addFaults(ra);
    addReports(ra);
    addRefusals(ra);
}
