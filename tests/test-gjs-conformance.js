// SPDX-License-Identifier: LGPL-2.1-or-later
// The cases of conformance/, through the JavaScript binding; see conformance/README.md.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import RuralAlliance from 'gi://RuralAlliance?version=1';
import System from 'system';

import * as tap from './tap.js';

const set = Gio.File.new_for_path(GLib.getenv('G_TEST_SRCDIR')).get_child('conformance');

function read(file) {
    const [, bytes] = file.load_contents(null);
    return new TextDecoder().decode(bytes);
}

function check(folder, entry) {
    const text = read(folder.resolve_relative_path(entry.file));
    const wanted = JSON.parse(text);
    const [reply, refused] = RuralAlliance.estimate_request(text, folder.get_child('data').get_path(), null);
    const answer = JSON.parse(reply);

    tap.equal(answer.status, wanted.expected_status, entry.name);
    tap.equal(refused, wanted.expected_status === 'refused', entry.name);
    if (refused) {
        tap.ok(!('values' in answer) && answer.message.length > 20, `${entry.name}: ${reply}`);
        return;
    }
    const {abs, rel} = wanted.tolerance;
    for (const [key, want] of Object.entries(wanted.expected)) {
        const got = answer.values[key];
        tap.ok(got !== undefined, `${entry.name}: ${key} is not given`);
        if (want === null || got === null)
            tap.equal(got, want, `${entry.name}: ${key}`);
        else
            tap.ok(Math.abs(got - want) <= abs + rel * Math.abs(want), `${entry.name}: ${key} is ${got} instead of ${want}`);
    }
}

for (const folder of [set, set.get_child('derived')]) {
    const cases = JSON.parse(read(folder.get_child('index.json'))).cases;

    tap.add(`${folder.get_basename()}: ${cases.length} cases`, () => {
        tap.ok(cases.length >= 200, 'cases are missing');
        for (const entry of cases)
            check(folder, entry);
    });
}

System.exit(await tap.run());
