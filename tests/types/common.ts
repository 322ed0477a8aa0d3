// SPDX-License-Identifier: LGPL-2.1-or-later
// What the types say and refuse, in gjs and in Node alike; ra is given by the file that is put before this one.

const alliance = ra.Alliance.from_json('{}');

// Records: fields with their types, unknown as null, references as records.
const [household] = alliance.households;
const stratum: string | null = household.stratum;
const persons: number | null = household.n_persons;
household.n_persons = 4n;
household.n_persons = null;
// @ts-expect-error a text is no number
household.n_persons = 'four';
// @ts-expect-error no such field
household.n_person = 4;
// @ts-expect-error it may be unknown
const sure: number = household.n_persons;
alliance.incomes.add({household: 'h1', year: 2014, amount: '3927.50', collected_on: new Date('2014-01-02')});
const made = new ra.Income({household, year: 2014});
// @ts-expect-error no such field
new ra.Income({yaer: 2014});
const near: ra.Household | null = made.household;
const when: Date | null = made.date('collected_on');
const languages: {readonly [language: string]: string} = household.texts('name');

// Tables and what they hold.
const amounts: (number | null)[] = [...alliance.incomes].map(income => income.amount);
const some: ra.Household[] = alliance.households.where("stratum = 'hill'").where('n_persons > 2').toArray();
const one: ra.Cooperative | null = alliance.find('cooperative', 'pingzhai');
const other: ra.PracticeModel = alliance.new_record('practice-model', {id: 'm'});
const any: ra.Record | null = alliance.find(`${'own'}-kind`, 'x');
const column: Uint8Array = alliance.incomes.column('amount').known;
// @ts-expect-error no such table
alliance.coperatives;

// Measuring: getters as properties, lists as arrays, arguments that may be left out.
const metric = alliance.metrics.get('mean')!;
const result = metric.measure(alliance);
const estimate: number | null = result!.estimate;
const verdicts: (string | null)[] = alliance.check().map(verdict => verdict.claim.id);
const page: string | null = alliance.report('zh', {public: true}).to_html();
// @ts-expect-error no such option
alliance.report(null, {publik: true});
const inputs: (string | null)[] = result!.inputs.map(input => input.reason);
// @ts-expect-error no such property
result!.estimat;
const groups: number[] = metric.measure_groups(alliance).map(group => group.n_used);
const promised: Promise<ra.Result | null> = metric.measure_async(alliance);
const opened: Promise<ra.Alliance> = ra.Alliance.open_async('place');
const verdict = alliance.claims.get('claim')!.check(alliance)!;
const word: string = ra.VerdictType.to_string(verdict.verdict_type);
const readings: (string | null)[] = verdict.readings.map(reading => reading.name);
const measurement = ra.Measurement.new(alliance);
measurement.add(metric, ['year']);
measurement.run();
const results: ra.Result[] = measurement.list_results(0);
const figures: ra.ResultTable = measurement.to_table([0, [0, 'sd'], [0, ra.ResultNumber.LOW]]);
figures.add(0, ra.ResultNumber.N_USED);
const figuresOfMean: Float64Array = figures.values('mean');
const labelOfYear: string | undefined = figures.get_labels('year')?.[figures.codes('year')[0]];
const figureNames: string[] = measurement.to_table({mean: 0}).names;

export {amounts, any, column, estimate, figureNames, figuresOfMean, groups, inputs, labelOfYear, languages, near, one, opened, other,
    persons, promised, readings, results, some, stratum, sure, when, word};
