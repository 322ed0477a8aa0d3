// SPDX-License-Identifier: LGPL-2.1-or-later
// Tests of one file, as TAP, for gjs and for Node: add() names them, await run() runs them.

const cases = [];
const write = typeof globalThis.print === 'function' ? globalThis.print : console.log;

export class Skip extends Error {}

export function add(name, body) {
    cases.push([name, body]);
}

export function equal(actual, expected, what = '') {
    if (!Object.is(actual, expected))
        throw new Error(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
}

export function deepEqual(actual, expected, what = '') {
    equal(JSON.stringify(actual), JSON.stringify(expected), what);
}

export function ok(value, what = 'a true value was expected') {
    if (!value)
        throw new Error(what);
}

// Something to read beside the outcome.
export function note(text) {
    write(`# ${text}`);
}

// The body has to throw an error whose message holds the text.
export function throws(body, text) {
    let error = null;
    try {
        body();
    } catch (e) {
        error = e;
    }
    ok(error, `nothing was thrown; an error with “${text}” was expected`);
    ok(String(error.message).includes(text), `“${text}” is not in “${error.message}”`);
}

// Answers 0 when every test passed, else 1: the status to leave with.
export async function run() {
    let failed = cases.length === 0 ? 1 : 0;
    for (const [index, [name, body]] of cases.entries()) {
        try {
            await body();
            write(`ok ${index + 1} - ${name}`);
        } catch (e) {
            if (e instanceof Skip) {
                write(`ok ${index + 1} - ${name} # SKIP ${e.message}`);
                continue;
            }
            failed = 1;
            write(`not ok ${index + 1} - ${name}`);
            for (const line of `${e}\n${e.stack ?? ''}`.trimEnd().split('\n'))
                write(`# ${line}`);
        }
    }
    write(`1..${cases.length}`);
    return failed;
}
