// SPDX-License-Identifier: LGPL-2.1-or-later
// What only Node has: classes of errors, signals that abort, both kinds of modules, GLib's loop, and its own typelib.

import {execFileSync} from 'child_process';
import fs from 'fs';
import {createRequire} from 'module';
import os from 'os';
import path from 'path';
import ra from 'ruralalliance';

import {DOCUMENT, addCases, refusal} from './script-cases.js';
import * as tap from './tap.js';

const {deepEqual, equal, ok, throws} = tap;
const require = createRequire(import.meta.url);
const NOT_FOUND = ra.Gio.IOErrorEnum.NOT_FOUND;

addCases(ra);

async function inFolder(body) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rua-node-'));
    try {
        await body(path.join(folder, 'alliance.json'));
    } finally {
        fs.rmSync(folder, {recursive: true});
    }
}

async function failure(promise) {
    try {
        await promise;
    } catch (error) {
        return error;
    }
    throw new Error('the promise was kept');
}

tap.add('require() and import are one', () => {
    equal(require('ruralalliance'), ra);
});

tap.add('npm test runs the vectors', () => {
    const folder = path.dirname(fs.realpathSync(require.resolve('ruralalliance')));
    const said = execFileSync('npm', ['test'], {cwd: folder, encoding: 'utf8'});
    ok(/^ok \d+ - measurement.json: /m.test(said) && !/^not ok/m.test(said), said);
});

tap.add('names are those of gjs alone', () => {
    const alliance = ra.Alliance.from_json(DOCUMENT);
    refusal(ra, 'UNKNOWN_NAME', () => alliance.getTable);
    refusal(ra, 'UNKNOWN_NAME', () => alliance.households.at(0).getId);
    refusal(ra, 'UNKNOWN_NAME', () => alliance.households.at(0).nPersons);
    equal(ra.Alliance.newFromJson, undefined);
    const ofList = ['getItem', 'getItemType', 'getNItems', 'itemsChanged'];
    const camel = [];
    for (const name of Object.keys(ra).filter(word => ra[word].prototype && ra[word] !== ra.Cancellable)) {
        for (const holder of [ra[name], ra[name].prototype]) {
            camel.push(...Object.getOwnPropertyNames(holder).filter(word => /^[a-z]+[A-Z]/.test(word) && !['toString', 'toArray'].includes(word) &&
                !ofList.includes(word) && !(word in ra.Cancellable.prototype)).map(word => `${name}.${word}`));
        }
    }
    deepEqual(camel, []);
});

tap.add('errors are of classes', () => {
    const alliance = ra.Alliance.from_json(DOCUMENT);
    const error = refusal(ra, 'UNKNOWN_NAME', () => alliance.households.at(0).set_text('straum', 'hill'));
    ok(error instanceof ra.UnknownNameError && error instanceof ra.AllianceError && error instanceof ra.GLibError &&
        error instanceof Error);
    deepEqual([error.name, error.domain, error.code], ['UnknownNameError', 'rua-error-quark', ra.Error.UNKNOWN_NAME]);
    ok(error.stack.includes('test-node.js'));
    ok(refusal(ra, 'SYNTAX', () => ra.Alliance.from_json('{')) instanceof ra.InvalidSyntaxError);
    ok(refusal(ra, 'VALUE', () => (alliance.households.at(0).n_persons = 'four')) instanceof ra.InvalidValueError);
    ok(refusal(ra, 'DUPLICATE', () => alliance.households.add({id: 'h0'})) instanceof ra.DuplicateError);
    const codes = Object.keys(ra.Error).filter(name => /^[A-Z_]+$/.test(name));
    ok(codes.length >= 11);
    for (const code of codes) {
        const made = new ra.Error({code: ra.Error[code], message: code});
        equal(made.constructor === ra.AllianceError, code === 'FAILED', code);
    }
});

tap.add('errors of Gio keep their domain', async () => {
    for (const error of [await failure(ra.Alliance.open_async('/nowhere.json')),
        await failure((async () => ra.Alliance.open('/nowhere.json'))())]) {
        ok(error instanceof ra.GLibError && !(error instanceof ra.AllianceError));
        deepEqual([error.domain, error.code], ['g-io-error-quark', NOT_FOUND]);
        ok(error.matches(ra.Gio.IOErrorEnum, NOT_FOUND) && !error.matches(ra.Error, NOT_FOUND));
        ok(error.message.includes('/nowhere.json'));
    }
});

tap.add('a signal aborts', () => inFolder(async place => {
    ra.Alliance.from_json(DOCUMENT).save(place);
    const aborted = await failure(ra.Alliance.open_async(place, AbortSignal.abort()));
    ok(aborted instanceof ra.CancelledError);
    equal(aborted.name, 'AbortError');
    const controller = new AbortController();
    equal((await ra.Alliance.open_async(place, controller.signal)).incomes.length, 4);
    controller.abort();
    const cancellable = new ra.Cancellable();
    cancellable.cancel();
    ok(await failure(ra.Alliance.open_async(place, cancellable)) instanceof ra.CancelledError);
    const alliance = ra.Alliance.open(place);
    throws(() => alliance.metrics.get('mean').measure(alliance, AbortSignal.abort()), 'cancel');
}));

tap.add('saved, and opened with progress', () => inFolder(async place => {
    const alliance = ra.Alliance.from_json(DOCUMENT);
    await alliance.save_async(place, ra.SaveFlags.NONE);
    const progress = ra.Progress.new();
    const again = await ra.Alliance.open_async(place, null, progress);
    equal(progress.fraction, 1);
    equal(again.to_json(), alliance.to_json());
    ok((await failure(alliance.save_async(place, ra.SaveFlags.NONE))).matches(ra.Gio.IOErrorEnum, ra.Gio.IOErrorEnum.EXISTS));
    fs.writeFileSync(place, DOCUMENT.replace('"year":2017', '"year":"2O17"'));
    deepEqual(refusal(ra, 'VALUE', () => ra.Alliance.open(place)).faults.map(fault => fault.field), ['year']);
}));

tap.add('many at once, and Node goes on meanwhile', async () => {
    const alliance = ra.Alliance.from_json(DOCUMENT);
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const results = await Promise.all(Array.from({length: 20}, () => alliance.metrics.get('mean').measure_async(alliance)));
    await new Promise(resolve => setTimeout(resolve, 5));
    clearInterval(timer);
    ok(results.every(result => result.n_used === 3));
    ok(ticks > 0);
});

tap.add('a callback is called after what is at hand', async () => {
    const alliance = ra.Alliance.from_json(DOCUMENT);
    const metric = alliance.metrics.get('mean');
    let done = false;
    const result = await new Promise(resolve => {
        metric.measure_async(alliance, null, (_metric, answer) => {
            ok(done);
            resolve(metric.measure_finish(answer));
        });
        for (let i = 0; i < 5000; i++)
            metric.set_note('en', `a call of many: ${i}`);
        done = true;
    });
    equal(result.n_used, 3);
});

tap.add('a table holds its alliance', async () => {
    const {incomes} = ra.Alliance.from_json(DOCUMENT);
    for (let i = 0; i < 3; i++) {
        globalThis.gc?.();
        await new Promise(resolve => setTimeout(resolve, 0));
        while (ra.GLib.MainContext.default().iteration(false));
    }
    equal(incomes.length, 4);
    equal(incomes.alliance.incomes, incomes);
    equal(incomes.at(0).get_table(), incomes);
    deepEqual(incomes.alliance.tables.filter(table => table === incomes).length, 1);
    let heard = 0;
    const handler = incomes.connect('items-changed', () => heard++);
    incomes.remove(incomes.at(0));
    incomes.disconnect(handler);
    incomes.remove(incomes.at(0));
    equal(heard, 1);
    ok(incomes instanceof ra.Table);
});

tap.add('lists of texts go to C and come back', () => {
    const alliance = ra.Alliance.from_json(DOCUMENT);
    const metric = alliance.metrics.get('mean');
    for (const by of [[], ['year'], ['year', 'household.stratum'], ['', 'é', '平']]) {
        metric.set_text_list('by', by);
        deepEqual(metric.dup_text_list('by'), by);
    }
    throws(() => metric.set_text_list('by', 'year'), 'array of texts');
    throws(() => metric.set_text_list('by', [1]), 'array of texts');
    throws(() => metric.set_references('sources', [{}]), 'array of records');
});

tap.add('numbers of 64 bits', () => {
    const limits = ra.Limits.new();
    equal(typeof limits.get_bytes(), 'number');
    limits.set_bytes(2n ** 60n);
    equal(limits.get_bytes(), 2n ** 60n);
    limits.set_bytes(4096);
    equal(limits.get_bytes(), 4096);
});

tap.add('nothing is said on the side', () => {
    const program = `const ra = require('ruralalliance');
        const alliance = ra.Alliance.from_json(${JSON.stringify(DOCUMENT)});
        alliance.sources.add({id: 's', title: 'A source'});
        alliance.documents.at(0).sources = [alliance.sources.at(0)];
        console.log(alliance.documents.at(0).sources.length);`;
    const said = execFileSync(process.execPath, ['-e', program], {
        cwd: import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), encoding: 'utf8',
    });
    equal(said, '1\n');
});

process.exit(await tap.run());
