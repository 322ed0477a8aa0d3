// SPDX-License-Identifier: LGPL-2.1-or-later
// The vectors that every language runs, for gjs and for Node; see vectors/README.md.

import * as tap from './tap.js';

function build(RuralAlliance, vector) {
    if ('document' in vector) {
        const text = typeof vector.document === 'string' ? vector.document : JSON.stringify(vector.document);
        return RuralAlliance.Alliance.from_json(text, 'vector.json');
    }
    const alliance = new RuralAlliance.Alliance();
    for (const [kind, name, type, target] of vector.fields ?? []) {
        const field = RuralAlliance.Field.new(name, RuralAlliance.FieldType[type.toUpperCase().replace('-', '_')]);
        if (target)
            field.set_target(target);
        alliance.add_field(kind, field);
    }
    if (vector.currency)
        alliance.add(new RuralAlliance.Profile({title: 'Vector', currency: vector.currency}));
    for (const [kind, values] of vector.records ?? [])
        alliance.table(kind).add(values);
    return alliance;
}

function split(path) {
    const slash = path.indexOf('/');
    return [path.slice(0, slash), path.slice(slash + 1)];
}

function recordOf(alliance, path) {
    const [kind, key] = split(path);
    const table = alliance.table(kind);
    return key.startsWith('#') ? table.at(Number(key.slice(1)) - 1) : table.get(key);
}

// A field's value as the vectors write it.
function plain(RuralAlliance, record, name) {
    const value = record[name];
    const field = record.get_kind().find_field(name);
    const nameOf = target => (field.get_target() === '*' ? `${target.get_kind().get_name()}/` : '') + target.id;
    const {TEXTS, MONEY, REFERENCE, REFERENCE_LIST} = RuralAlliance.FieldType;
    if (value === null)
        return null;
    switch (field.get_field_type()) {
    case TEXTS:
        tap.equal(value, Object.values(record.texts(name))[0]);
        return record.texts(name);
    case MONEY:
        return value.toFixed(record.get_money_digits());
    case REFERENCE:
        return nameOf(value);
    case REFERENCE_LIST:
        return value.map(nameOf);
    default:
        return value;
    }
}

function checkResult(result, members) {
    for (const [name, expected] of Object.entries(members)) {
        if (name === 'unit')
            tap.equal(result.unit.to_string(), expected);
        else if (name === 'group')
            tap.deepEqual(Object.fromEntries(result.group_paths.map(path => [path, result.get_group_label(path)])), expected);
        else if (name === 'has_reason')
            tap.equal(result.reason !== null, expected);
        else
            close(result[name], expected, name);
    }
}

function checkTogether(RuralAlliance, alliance, metrics, expected) {
    const measurement = RuralAlliance.Measurement.new(alliance);
    for (const {metric, by = null, where = null} of metrics)
        measurement.add(alliance.metrics.get(metric), by, where);
    tap.equal(measurement.n_metrics, expected.length);
    const refusal = expected.find(groups => !Array.isArray(groups));
    if (refusal)
        refused(RuralAlliance, refusal, () => measurement.run());
    else
        measurement.run();
    expected.forEach((groups, place) => {
        if (!Array.isArray(groups)) {
            refused(RuralAlliance, groups, () => measurement.list_results(place));
            return;
        }
        const results = measurement.list_results(place);
        tap.equal(results.length, groups.length);
        results.forEach((result, i) => checkResult(result, groups[i]));
    });
}

function close(actual, expected, what) {
    if (typeof expected === 'number' && !Number.isInteger(expected))
        tap.ok(Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected)), `${what}: ${actual} for ${expected}`);
    else
        tap.equal(actual, expected, what);
}

function take(RuralAlliance, alliance, step) {
    if (step.get) {
        const value = plain(RuralAlliance, recordOf(alliance, step.get[0]), step.get[1]);
        if ('is' in step)
            tap.deepEqual(value, step.is);
    } else if (step.set) {
        recordOf(alliance, step.set[0])[step.set[1]] = step.to;
    } else if (step.add) {
        alliance.table(step.add).add(step.with);
    } else if (step.remove) {
        alliance.remove(recordOf(alliance, step.remove));
    } else if (step.count) {
        tap.equal(alliance.table(step.count).length, step.is);
    } else if (step.find) {
        tap.equal(alliance.find(...split(step.find)) !== null, step.is);
    } else if (step.measure) {
        const result = alliance.metrics.get(step.measure).measure(alliance, null);
        checkResult(result, step.is ?? {});
    } else if (step.together) {
        checkTogether(RuralAlliance, alliance, step.together, step.is);
    } else if (step.check) {
        const verdict = alliance.claims.get(step.check).check(alliance, null);
        tap.equal(RuralAlliance.VerdictType.to_string(verdict.verdict_type), step.is);
    } else {
        throw new Error(`no such step: ${JSON.stringify(step)}`);
    }
}

function refused(RuralAlliance, step, action) {
    let error = null;
    try {
        action();
    } catch (e) {
        error = e;
    }
    tap.ok(error, 'was not refused');
    tap.ok(error.matches?.(RuralAlliance.Error, RuralAlliance.Error[step.refused]), `not ${step.refused}: ${error} ${error.stack}`);
    for (const text of step.says ?? [])
        tap.ok(error.message.includes(text), `“${text}” is not in “${error.message}”`);
    for (const text of step.hides ?? [])
        tap.ok(!error.message.includes(text), `“${text}” is in “${error.message}”`);
}

function runCase(RuralAlliance, vector) {
    if (vector.refused) {
        refused(RuralAlliance, vector, () => build(RuralAlliance, vector));
        return;
    }
    const alliance = build(RuralAlliance, vector);
    tap.ok(vector.steps.length, 'no steps');
    for (const step of vector.steps) {
        try {
            if (step.refused)
                refused(RuralAlliance, step, () => take(RuralAlliance, alliance, step));
            else
                take(RuralAlliance, alliance, step);
        } catch (e) {
            throw new Error(`${JSON.stringify(step)}: ${e.message}\n${e.stack}`);
        }
    }
}

// Every case of the files, which are pairs of a name and a text.
export function addCases(RuralAlliance, files) {
    for (const [name, text] of files) {
        for (const vector of JSON.parse(text))
            tap.add(`${name}: ${vector.name}`, () => runCase(RuralAlliance, vector));
    }
}
