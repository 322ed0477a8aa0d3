// SPDX-License-Identifier: LGPL-2.1-or-later
// What each call leaves in memory when it is over, in gjs and in Node: measured as the growth of the resident set over many
// calls. A leak shows in every round of them, the heap's own growth in some, of which it gives back
// much in another: the second smallest counts, or the mean where that is less.

import {DOCUMENT} from './script-cases.js';
import * as tap from './tap.js';

const ROUNDS = 6;

// On a busy machine the heap and the threads' own arenas grow late, in many rounds of one trial by chance: what a call
// leaves shows in every trial.
const ATTEMPTS = 5;

// Bytes a call. A leaked text of a few letters is 32, a leaked list or object 150 and more; the allocator's own ups and
// downs are a few pages a round.
// Typed arrays come and go with the heap of the engine, in pieces of many kilobytes: theirs is larger.
const BUDGET = 24;
const PAGES = 2 * 4096;

function cases(ra) {
    const alliance = ra.Alliance.from_json(DOCUMENT);
    const [household] = alliance.households;
    const [income] = alliance.incomes;
    const metric = alliance.metrics.get('mean');
    const claim = alliance.claims.get('more');
    const document = alliance.documents.at(0);
    alliance.sources.add({id: 's', title: 'A source'});
    return [
        ['a text', 2000, () => household.stratum],
        ['a text in a language', 2000, () => document.title],
        ['texts', 2000, () => document.texts('title')],
        ['a date', 2000, () => income.collected_on],
        ['an amount of money', 2000, () => income.amount],
        ['setting a number', 2000, () => (household.n_persons = 4)],
        ['setting a text', 2000, () => (household.stratum = 'hill')],
        ['setting money', 2000, () => (income.amount = 100)],
        ['setting texts', 2000, () => (document.title = {en: 'A report', zh: '报告'})],
        ['setting a list of texts', 2000, () => metric.set_text_list('by', [])],
        ['a list of texts', 2000, () => metric.dup_text_list('by')],
        ['setting references', 2000, () => (document.sources = ['s'])],
        ['references', 2000, () => document.sources],
        ['a record', 2000, () => alliance.find('household', 'h0')],
        ['a table of records', 800, () => [...alliance.incomes].length],
        ['a column', 800, () => alliance.incomes.column('amount').values, 256],
        ['a condition', 800, () => alliance.incomes.where('amount < 300').length],
        ['a refusal', 800, () => {
            try {
                household.set_text('straum', 'hill');
                return false;
            } catch (error) {
                return error.message;
            }
        }],
        ['a measurement', 500, () => metric.measure(alliance).estimate],
        ['a measurement that is waited for', 300, () => metric.measure_async(alliance, null), 512],
        ['a check', 200, () => claim.check(alliance).verdict_type],
        ['a document', 100, () => ra.Alliance.from_json(DOCUMENT).incomes.length, 4096],
    ];
}

// The growth in bytes a call, over ROUNDS rounds after one that is not counted, and what to read about it.
async function growthOf(resident, settle, count, call) {
    const growths = [];
    for (let round = 0; round <= ROUNDS; round++) {
        const before = resident();
        for (let i = 0; i < count; i++)
            await call();
        await settle();
        if (round > 0)
            growths.push((resident() - before) / count);
    }
    growths.sort((a, b) => a - b);
    const mean = growths.reduce((sum, one) => sum + one) / ROUNDS;
    const growth = Math.min(growths[1], mean);
    return [growth, `${growth.toFixed(1)} bytes a call, of ${count} calls (${growths.map(Math.round).join(' ')})`];
}

// The least growth of as many trials as it takes to be at most the limit, of ATTEMPTS at most.
async function leastGrowth(resident, settle, count, call, limit) {
    let least = Infinity;
    for (let attempt = 0; attempt < ATTEMPTS && least > limit; attempt++) {
        const [growth, told] = await growthOf(resident, settle, count, call);
        tap.note(told);
        least = Math.min(least, growth);
    }
    return least;
}

// resident() is the size of the resident set in bytes; settle() has everything freed that can be.
export function addCases(ra, resident, settle) {
    for (const [name, count, call, budget = BUDGET] of cases(ra)) {
        const limit = budget + PAGES / count;
        tap.add(`${name} leaves at most ${budget} bytes`, async () => {
            const growth = await leastGrowth(resident, settle, count, call, limit);
            tap.ok(growth <= limit, `${growth} bytes are left by a call`);
        });
    }
    tap.add('what is kept is noticed', async () => {
        const kept = [];
        const growth = await leastGrowth(resident, settle, 2000, () => kept.push(new Uint8Array(64)), BUDGET);
        tap.ok(growth > BUDGET, `${growth} bytes are told of ${kept.length} arrays of 64 that are kept`);
    });
}
