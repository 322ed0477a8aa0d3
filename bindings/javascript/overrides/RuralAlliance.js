// SPDX-License-Identifier: LGPL-2.1-or-later
// What introspection cannot say to JavaScript: gjs reads this file by itself, and the package for Node reads it through
// bindings/javascript/node/index.js.
//
// Records have their fields as properties, and only those: a name that is no field is refused when
// it is read and when it is set. null is unknown. Tables iterate. An amount of money is a Number of
// whole currency units. doc/javascript.md has the whole of it.

const {GLib, GObject} = imports.gi;

let RuralAlliance;
let lend = null;  // how Node has a table hold its alliance

function fail(code, message) {
    throw new RuralAlliance.Error({code: RuralAlliance.Error[code], message});
}

// How many letters have to be changed, added or left out.
function distance(a, b) {
    let row = Array.from({length: b.length + 1}, (_, i) => i);
    for (let i = 1; i <= a.length; i++) {
        const next = [i];
        for (let j = 1; j <= b.length; j++)
            next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
        row = next;
    }
    return row[b.length];
}

function unknownName(owner, what, name, names) {
    const [near] = names.map(known => [distance(name, known), known]).sort((a, b) => a[0] - b[0]);
    const mend = near && near[0] <= Math.max(2, name.length / 3) ? `; did you mean '${near[1]}'?` : '';
    fail('UNKNOWN_NAME', `${owner} has no ${what} '${name}'${mend}`);
}

// What promises, JSON.stringify() and consoles ask of any object.
const ASKED_OF_ANY = ['then', 'toJSON', 'inspect', 'nodeType', 'asymmetricMatch'];

// Names that no property of the class answers come to these two, by way of the prototypes.
function closeClass(klass, read, write) {
    const isInstance = object => !Object.prototype.hasOwnProperty.call(object, 'constructor');
    const above = Object.create(Object.getPrototypeOf(klass.prototype));
    Object.setPrototypeOf(klass.prototype, new Proxy(above, {
        get(target, name, receiver) {
            if (typeof name === 'symbol' || name in target || !isInstance(receiver) ||
                ASKED_OF_ANY.includes(name) || name.startsWith('_') || name.startsWith('$'))
                return Reflect.get(target, name, receiver);
            return read(receiver, name);
        },
        set(target, name, value, receiver) {
            if (typeof name === 'symbol' || name in target || !isInstance(receiver))
                return Reflect.set(target, name, value, receiver);
            write(receiver, name, value);
            return true;
        },
    }));
}

// The methods that gjs made can be replaced, but not defined anew.
function define(target, members) {
    const descriptors = Object.getOwnPropertyDescriptors(members);
    for (const name of Reflect.ownKeys(descriptors)) {
        if (Object.prototype.hasOwnProperty.call(target, name))
            target[name] = descriptors[name].value;
        else
            Object.defineProperty(target, name, {...descriptors[name], enumerable: false});
    }
}

// Copies, so changing them in place would be lost without a word.
function freeze(value) {
    if (value !== null && typeof value === 'object')
        Object.values(value).forEach(freeze);
    return Object.freeze(value);
}

const listOf = model => Array.from({length: model.get_n_items()}, (_, i) => model.get_item(i));

// A wrapper that was given a property of its own would live as long as the table does in C, which
// is as long as the alliance: a table that held its alliance there would never let it go.
const alliances = new WeakMap();

function held(table) {
    if (table && lend)
        return lend(table, table.get_owner());
    if (table && !alliances.has(table))
        alliances.set(table, table.get_owner());
    return table;
}

// Fields, by type. gjs makes 0 of 'four': what reaches C has the type that it had here.

function refuse(record, name, why) {
    fail('VALUE', `${record.to_string()}: ${name}: ${why}`);
}

// A double holds every amount below this apart from its neighbours.
const EXACT_AMOUNT = 1e15;

const MILLISECONDS_OF_DAY = 86400000;

const readers = {
    TEXT: (record, name) => record.get_text(name),
    TEXTS: (record, name) => record.get_texts(name, null),
    TOKEN: (record, name) => record.get_text(name),
    BOOLEAN: (record, name) => optional(record.get_boolean(name)),
    INTEGER: (record, name) => {
        const value = optional(record.get_integer(name));
        if (value !== null && !Number.isSafeInteger(value))
            refuse(record, name, 'the number is too large for a Number of JavaScript');
        return value;
    },
    NUMBER: (record, name) => optional(record.get_number(name)),
    MONEY: (record, name) => {
        const minor = optional(record.get_money(name));
        if (minor === null)
            return null;
        if (Math.abs(minor) >= EXACT_AMOUNT)
            refuse(record, name, 'the amount is too large for a Number of JavaScript');
        return minor / 10 ** record.get_money_digits();
    },
    DATE: (record, name) => record.dup_date(name),
    REFERENCE: (record, name) => record.dup_reference(name),
    TEXT_LIST: (record, name) => record.has(name) ? Object.freeze(record.dup_text_list(name)) : null,
    REFERENCE_LIST: (record, name) => {
        const model = record.list_references(name);
        return model && Object.freeze(listOf(model));
    },
    JSON: (record, name) => {
        const text = record.get_text(name);
        return text === null ? null : freeze(JSON.parse(text));
    },
};

function optional([known, value]) {
    return known ? value : null;
}

// A Date is a moment: only one that begins a day in UTC, as new Date('2014-09-15') makes it, is a date.
function dateOf(record, name, value) {
    if (Number.isNaN(value.getTime()) || value.getTime() % MILLISECONDS_OF_DAY !== 0)
        refuse(record, name, "this Date is no day; give a text like '2014-09-15', or new Date('2014-09-15')");
    return value.toISOString().slice(0, 10);
}

// What crosses to C ends at the first NUL, and half a character becomes another one.
function checkText(record, name, text) {
    if (typeof text !== 'string')
        refuse(record, name, 'this is not a text; give a text');
    if (/\0|\p{Surrogate}/u.test(text))
        refuse(record, name, 'a text cannot hold NUL or half of a surrogate pair; remove it');
    return text;
}

function checkList(record, name, value, what) {
    if (value === null || typeof value !== 'object' || !value[Symbol.iterator])
        refuse(record, name, `this is not a list; give an array of ${what}`);
    return [...value];
}

function boxed(type, value) {
    const gvalue = new GObject.Value();
    gvalue.init(type);
    if (type === GObject.TYPE_STRING)
        gvalue.set_string(value);
    else if (type === GObject.TYPE_DOUBLE)
        gvalue.set_double(value);
    else if (type === GObject.TYPE_BOOLEAN)
        gvalue.set_boolean(value);
    else
        gvalue.set_object(value);
    return gvalue;
}

function writeValue(record, name, value) {
    if (typeof value === 'bigint' && BigInt(Number(value)) === value && Number.isSafeInteger(Number(value)))
        value = Number(value);
    if (typeof value === 'string')
        record.set_value(name, boxed(GObject.TYPE_STRING, checkText(record, name, value)));
    else if (typeof value === 'number')
        record.set_value(name, boxed(GObject.TYPE_DOUBLE, value));
    else if (typeof value === 'boolean')
        record.set_value(name, boxed(GObject.TYPE_BOOLEAN, value));
    else if (value instanceof GObject.Object)
        record.set_value(name, boxed(GObject.TYPE_OBJECT, value));
    else if (typeof value === 'bigint')
        refuse(record, name, 'the number is too large to be passed exactly');
    else
        refuse(record, name, `this field cannot hold ${value === undefined ? 'undefined; null is unknown' : 'this'}`);
}

const writers = {
    TEXTS: (record, name, value) => {
        const texts = typeof value === 'string' ? {'': value} : value;
        if (texts === null || typeof texts !== 'object' || Array.isArray(texts))
            refuse(record, name, "this is not a text; give a text, or an object like {en: 'text'}");
        for (const text of [...Object.keys(texts), ...Object.values(texts)])
            checkText(record, name, text);
        record.replace_texts(name, Object.keys(texts), Object.values(texts));
    },
    MONEY: (record, name, value) => {
        if (!['number', 'bigint', 'string'].includes(typeof value))
            refuse(record, name, "this is not an amount of money; give a number like 39.27, or a text like '39.27'");
        // The shortest decimal that a number stands for is what was written.
        record.set_value(name, boxed(GObject.TYPE_STRING, checkText(record, name, String(value))));
    },
    DATE: (record, name, value) => {
        writeValue(record, name, value instanceof Date ? dateOf(record, name, value) : value);
    },
    TEXT_LIST: (record, name, value) => {
        const texts = checkList(record, name, value, 'texts');
        texts.forEach(text => checkText(record, name, text));
        record.set_text_list(name, texts);
    },
    REFERENCE_LIST: (record, name, value) => {
        const targets = checkList(record, name, value, 'records or of ids');
        if (targets.every(target => target instanceof RuralAlliance.Record)) {
            record.set_references(name, targets);
        } else if (targets.every(target => typeof target === 'string')) {
            targets.forEach(id => checkText(record, name, id));
            record.set_reference_ids(name, targets);
        } else {
            refuse(record, name, 'give records, or ids, but nothing else and not both');
        }
    },
    JSON: (record, name, value) => {
        const text = JSON.stringify(value, (key, member) => {
            if (typeof member === 'number' && !Number.isFinite(member) || typeof member === 'function')
                refuse(record, name, 'a function, or a number that is not finite, cannot be said in JSON');
            return member;
        });
        record.set_text(name, text ?? refuse(record, name, 'this cannot be said in JSON'));
    },
};

function write(record, name, type, value) {
    if (value === null)
        record.unset(name);
    else if (type === 'INTEGER' && Number.isSafeInteger(value))
        record.set_integer(name, value);  // as below, without a GValue on the way
    else if (type === 'NUMBER' && typeof value === 'number')
        record.set_number(name, value);
    else
        (value === undefined ? writeValue : writers[type] ?? writeValue)(record, name, value);
}

const typeNames = {};

function typeOf(field) {
    return typeNames[field.get_field_type()];
}

function fieldOf(record, name) {
    const kind = record.get_kind();
    return kind.find_field(name) ??
        unknownName(kind.get_name(), 'field', name, listOf(kind.list_fields()).map(field => field.get_name()));
}

function defineField(prototype, name, type) {
    const read = readers[type];
    Object.defineProperty(prototype, name, {
        get() {
            return read(this, name);
        },
        set(value) {
            write(this, name, type, value);
        },
        enumerable: true, configurable: true,
    });
    if (['BOOLEAN', 'INTEGER', 'NUMBER', 'MONEY'].includes(type)) {
        const setter = `set_${type.toLowerCase()}`;
        define(prototype, {
            [`set_${name}`](value) {
                return this[setter](name, value);
            },
        });
    }
}

// The library's own setters of numbers, which gjs would otherwise feed with 0 for any text.
function guard(prototype, name, test, words) {
    const set = prototype[name];
    define(prototype, {
        [name](field, value) {
            if (!test(value))
                fail('VALUE', `${field}: a ${typeof value} was given; give ${words}`);
            return set.call(this, field, value);
        },
    });
}

function guardNumbers(prototype) {
    guard(prototype, 'set_boolean', value => typeof value === 'boolean', 'true or false');
    guard(prototype, 'set_integer', Number.isSafeInteger, 'a whole number');
    guard(prototype, 'set_money', Number.isSafeInteger, 'whole minor units of the currency');
    guard(prototype, 'set_number', value => typeof value === 'number', 'a number');
}

// A text is given whole; its length is C's business.
function completeAppender(prototype) {
    guardNumbers(prototype);
    for (const name of ['set_text', 'set_date', 'set_reference']) {
        const set = prototype[name];
        define(prototype, {
            [name](field, text) {
                if (typeof text !== 'string' || /\0|\p{Surrogate}/u.test(text))
                    fail('VALUE', `${field}: this is not a text; give a text without NUL`);
                return set.call(this, field, text, -1);
            },
        });
    }
}

function completeRecord() {
    const {prototype} = RuralAlliance.Record;
    const init = GObject.Object.prototype._init;
    const unnamed = prototype.get_table;
    guardNumbers(prototype);
    define(prototype, {
        _init(fields = {}) {
            if (Object.getPrototypeOf(this) === prototype)
                throw new TypeError("a record is of a kind: use its class, or alliance.new_record('kind')");
            init?.call(this);  // gjs makes the object here; Node has made it
            assign(this, fields);
        },
        // The text in every language: {en: …, zh: …}.
        texts(name) {
            const languages = this.dup_languages(name);
            return Object.freeze(Object.fromEntries(languages.map(tag => [tag, this.get_texts(name, tag)])));
        },
        // The first day of a date as a Date, at midnight UTC; null where it is unknown.
        date(name) {
            const text = this.dup_date(name);
            return text === null ? null : new Date(text);
        },
        toString() {
            return this.to_string();
        },
        equals(other) {
            return other instanceof RuralAlliance.Record && this.equal(other);
        },
        get_table() {
            return held(unnamed.call(this));
        },
    });
    closeClass(RuralAlliance.Record,
        (record, name) => readers[typeOf(fieldOf(record, name))](record, name),
        (record, name, value) => write(record, name, typeOf(fieldOf(record, name)), value));
}

function assign(record, fields) {
    for (const [name, value] of Object.entries(fields))
        record[name] = value;
    return record;
}

function completeTable() {
    const {prototype} = RuralAlliance.Table;
    const {add, remove} = prototype;
    define(prototype, {
        get alliance() {
            return this.get_owner();
        },
        get kind() {
            return this.get_kind();
        },
        get length() {
            return this.get_n_records();
        },
        // Negative positions count from the end; undefined where there is none, as an array answers.
        at(position) {
            const index = Math.trunc(position) || 0;
            const from = index < 0 ? index + this.length : index;
            return from >= 0 && from < this.length ? this.dup_record(from) : undefined;
        },
        slice(...range) {
            return Array.from({length: this.length}, (_, i) => i).slice(...range).map(i => this.dup_record(i));
        },
        // The record, or null.
        get(id) {
            return this.find(id);
        },
        has(item) {
            return typeof item === 'string' ? this.find(item) !== null
                : item instanceof RuralAlliance.Record && Reflect.apply(RuralAlliance.Record.prototype.get_table, item, []) === this;
        },
        // Adds a record, or makes one of the given fields and adds it; answers the record.
        add(record) {
            if (!(record instanceof RuralAlliance.Record))
                record = this.alliance.new_record(this.kind.get_name(), record);
            add.call(this, record);
            return record;
        },
        remove(record) {
            const which = typeof record === 'string' ? this.find(record) : record;
            if (!which)
                fail('REFERENCE', `no ${this.kind.get_name()} has the id '${record}'`);
            return remove.call(this, which);
        },
        // The records for which a condition holds.
        where(condition) {
            return RuralAlliance.Selection.new(this, condition);
        },
        // A field of all records, in bulk.
        column(name) {
            const names = listOf(this.kind.list_fields()).map(field => field.get_name());
            if (!names.includes(name))
                unknownName(this.kind.get_name(), 'field', name, names);
            return this.dup_column(name);
        },
        toString() {
            return `${this.length} ${this.kind.get_plural()}`;
        },
        * [Symbol.iterator]() {
            for (let i = 0, record; (record = this.dup_record(i)); i++)
                yield record;
        },
    });
    closeClass(RuralAlliance.Table,
        (table, name) => /^\d+$/.test(name) ? table.at(Number(name)) : unknownName('a table', 'property', name, []),
        (_table, name) => unknownName('a table', 'property to set', name, []));
}

function completeSelection() {
    const {prototype} = RuralAlliance.Selection;
    const {get_table: tableOf} = prototype;
    define(prototype, {
        get_table() {
            return held(tableOf.call(this));
        },
        get length() {
            return this.get_n_records();
        },
        // The record at a position, from the end where that is negative; undefined where there is none.
        at(position) {
            const index = Math.trunc(position) || 0;
            const from = index < 0 ? index + this.length : index;
            return from >= 0 && from < this.length ? this.dup_record(from) : undefined;
        },
        toArray() {
            return Array.from({length: this.length}, (_, i) => this.dup_record(i));
        },
        // Whoever walks over them may remove them meanwhile.
        [Symbol.iterator]() {
            return this.toArray().values();
        },
        toString() {
            return `${this.length} of ${this.table}`;
        },
    });
}

const ARRAYS = {
    BOOLEAN: Uint8Array, INTEGER: BigInt64Array, MONEY: BigInt64Array, NUMBER: Float64Array, DATE: Int32Array,
};

function completeColumn() {
    define(RuralAlliance.Column.prototype, {
        get name() {
            return this.get_field().get_name();
        },
        get length() {
            return this.get_n_rows();
        },
        // A typed array of one's own, 0 where nothing is known: money in minor units, a date as the
        // days since 1970-01-01 of its first day, a reference as the place in its table, a text as
        // its place in dictionary.
        get values() {
            const bytes = this.dup_values();
            if (!bytes)
                fail('VALUE', `${this.name}: a list, or references to any kind; read the records`);
            return new (ARRAYS[typeOf(this.get_field())] ?? Uint32Array)(ownBytes(bytes).buffer);
        },
        // 1 where the value is known, else 0.
        get known() {
            return ownBytes(this.dup_presence());
        },
        get dictionary() {
            return this.dup_dictionary();
        },
        // The first days of a column of dates as Dates at midnight UTC, null where nothing is known.
        get dates() {
            if (typeOf(this.get_field()) !== 'DATE')
                fail('VALUE', `${this.name}: this is no column of dates; read its values`);
            const {known} = this;
            return Array.from(this.values, (day, row) => known[row] ? new Date(day * MILLISECONDS_OF_DAY) : null);
        },
    });
}

// What gjs shows of GBytes can be written to, into memory that others share: always a copy.
function ownBytes(bytes) {
    return new Uint8Array(bytes.get_size() ? bytes.toArray() : 0);
}

function completeResultTable() {
    define(RuralAlliance.ResultTable.prototype, {
        get length() {
            return this.get_n_rows();
        },
        // What the columns are called.
        get names() {
            return Array.from({length: this.get_n_columns()}, (_, i) => this.get_name(i));
        },
        // A column, by its name: a Float64Array of one's own, NaN where a figure is undefined or withheld.
        values(name) {
            const place = this.names.indexOf(name);
            if (place < 0)
                unknownName('the table', 'column', name, this.names);
            return new Float64Array(ownBytes(this.dup_values(place)).buffer);
        },
        // For each row the place of its label in get_labels(path), -1 where that is unknown: an Int32Array of one's own.
        codes(path) {
            const codes = this.dup_codes(path) ?? unknownName('the table', 'path', path, this.get_group_paths());
            return new Int32Array(ownBytes(codes).buffer);
        },
        toString() {
            return `${this.get_n_columns()} figures of ${this.length} groups`;
        },
    });
    // What was measured, side by side. A column is told by the metric's place, as add() answered it, for its estimate, or by
    // an array of the place and a ResultNumber or the name of a value; an object names the columns. Without any, they
    // are the estimates of all metrics.
    define(RuralAlliance.Measurement.prototype, {
        to_table(columns = null) {
            const table = RuralAlliance.ResultTable.new(this);
            const places = Array.from({length: this.get_n_metrics()}, (_, i) => i);
            const told = columns === null || Array.isArray(columns) ? (columns ?? places).map(column => [null, column])
                : Object.entries(columns);
            for (const [name, column] of told) {
                const [place, figure] = Array.isArray(column) ? column : [column, RuralAlliance.ResultNumber.ESTIMATE];
                if (!places.includes(place))
                    fail('VALUE', `there are ${places.length} metrics, and none at ${place}`);
                if (typeof figure === 'string')
                    table.add_named(place, figure, name);
                else
                    table.add(place, figure, name);
            }
            return table;
        },
    });
}

// What is wrong with what is kept at a place: all of it, in an array.
function faultsOf(place) {
    const store = RuralAlliance.Store.open(place, RuralAlliance.StoreFlags.READ_ONLY, null, null);
    try {
        return listOf(store.list_faults(null, null));
    } finally {
        store.close();
    }
}

// An error tells the first fault of a document; its faults are all of them, found when they are asked for.
function telling(find, body) {
    try {
        return body();
    } catch (error) {
        if (error.matches?.(RuralAlliance.Error, error.code))
            Object.defineProperty(error, 'faults', {get: find, configurable: true});
        throw error;
    }
}

function completeAlliance() {
    const {open} = RuralAlliance.Alliance;
    const {prototype} = RuralAlliance.Alliance;
    const {add, find, get_table, list_tables, new_record, to_json} = prototype;
    define(RuralAlliance.Alliance, {
        // An alliance from a document: a string, or UTF-8 bytes. Errors call the document name.
        from_json(text, name = null) {
            const bytes = new GLib.Bytes(typeof text === 'string' ? new TextEncoder().encode(text) : text);
            return telling(() => RuralAlliance.Alliance.validate_json(bytes, name),
                () => RuralAlliance.Alliance.new_from_json(bytes, name, null));
        },
        open(place, cancellable = null) {
            return telling(() => faultsOf(place), () => open.call(this, place, cancellable));
        },
    });
    const plurals = alliance => listOf(list_tables.call(alliance)).map(table => table.get_kind().get_plural());
    const tableOf = (alliance, kind) =>
        held(get_table.call(alliance, String(kind)) ?? unknownName('the alliance', 'kind', String(kind), plurals(alliance)));
    define(prototype, {
        toString() {
            return `an alliance of ${this.tables.reduce((sum, table) => sum + table.length, 0)} records`;
        },
        // The alliance as a document, a string.
        to_json(cancellable = null) {
            return new TextDecoder().decode(ownBytes(to_json.call(this, cancellable)));
        },
        get tables() {
            return listOf(list_tables.call(this)).map(held);
        },
        get_table(kind) {
            return held(get_table.call(this, kind));
        },
        // The table of a kind, by its name for one record or for many.
        table(kind) {
            return tableOf(this, kind);
        },
        // The record, or null; a kind that does not exist is an error.
        find(kind, id) {
            return find.call(this, tableOf(this, kind).get_kind().get_name(), id);
        },
        add(record) {
            add.call(this, record);
            return record;
        },
        // Measures a metric, of the alliance or ready-made, by its id: alliance.measure('income.mean', {year: 2014}). by are the
        // paths to group by in place of the metric's own, where is a further condition on rows; with min_count smaller groups
        // are withheld. Answers a result; an array of them, one a group, where there are groups.
        measure(metric, parameters = {}, {by = null, where = null, min_count: minCount = null} = {}) {
            if (typeof metric === 'string')
                metric = RuralAlliance.Catalogue.new(this).find_with(metric, JSON.stringify(parameters));
            else if (Object.keys(parameters).length)
                fail('VALUE', `a metric that was found takes no parameters: ${Object.keys(parameters).join(', ')}`);
            const groups = by ?? metric.by ?? [];
            const results = minCount === null ? metric.measure_by(this, groups, where)
                : metric.measure_public(this, groups, where, minCount);
            return groups.length ? results : results[0];
        },
        // The verdicts on all claims, in their order. A Checker tells more: its findings, and what is published.
        check() {
            const checker = RuralAlliance.Checker.new(this);
            checker.run();
            return checker.verdicts;
        },
        // A report, compiled: alliance.report('zh').to_html(), .to_markdown(), .to_json() and so on. For the public small groups are
        // withheld: those of fewer than min_count, or by each claim's own rule.
        report(language = null, {public: isPublic = false, min_count: minCount = 0, brief = false} = {}) {
            const report = RuralAlliance.Report.new(this);
            report.set_language(language);
            report.set_public(isPublic, minCount);
            report.set_brief(brief);
            report.compile(null);
            return report;
        },
        // What body edits is one change, undone as one; an exception takes it back whole. Answers what body does.
        change(title, body) {
            this.begin(title);
            let answer;
            try {
                answer = body(this);
            } catch (error) {
                this.rollback();
                throw error;
            }
            this.commit();
            return answer;
        },
        // What was said of a record since the log began: of a record, or of a kind and a key.
        history(record, key = null) {
            return listOf(typeof record === 'string' ? this.list_history(record, key) : this.list_record_history(record));
        },
        // A record of any kind, which is not added yet and knows the alliance's own fields.
        new_record(kind, fields = {}) {
            return assign(new_record.call(this, tableOf(this, kind).get_kind().get_name()), fields);
        },
    });
    // Other names are those of tables.
    giveProperties(prototype, ['profile', 'schema', 'location', 'changes', 'merge_conflicts', 'waiting', 'station', 'author']);
    closeClass(RuralAlliance.Alliance,
        (alliance, name) => {
            const table = get_table.call(alliance, name);
            if (table?.get_kind().get_plural() !== name)
                unknownName('the alliance', 'table', name, plurals(alliance));
            return held(table);
        },
        (_alliance, name) => unknownName('the alliance', 'property to set', name, []));
}

// Getters as properties, all of them or those told: result.estimate is what get_estimate() tells, null where that says
// that there is no value.
function giveProperties(prototype, names = null) {
    for (const method of Object.getOwnPropertyNames(prototype)) {
        const name = /^(?:get|dup|list|is)_(.+)$/.exec(method)?.[1];
        if (!name || name in prototype || !(names ?? [name]).includes(name) || typeof prototype[method] !== 'function' || prototype[method].length > 0)
            continue;
        Object.defineProperty(prototype, name, {
            get() {
                const value = this[method]();
                if (Array.isArray(value) && value.length === 2 && typeof value[0] === 'boolean')
                    return optional(value);
                return isPlainModel(value) ? listOf(value) : value;
            },
            enumerable: true, configurable: true,
        });
    }
}

// Arguments at the end that may be null can be left out; a list model becomes an array.
function soften(holder, name) {
    const call = holder[name];
    define(holder, {
        [name](...given) {
            const left = Math.max(0, call.length - given.length);
            const answer = call.apply(this, [...given, ...Array(left).fill(null)]);
            return isPlainModel(answer) ? listOf(answer) : answer;
        },
    });
}

function isPlainModel(value) {
    return value instanceof GObject.Object && ![RuralAlliance.Table, RuralAlliance.Selection].some(klass => value instanceof klass) && 'get_n_items' in value;
}

function refuseOtherNames(klass, name) {
    const names = () => Object.getOwnPropertyNames(klass.prototype);
    closeClass(klass,
        (_object, word) => unknownName(`RuralAlliance.${name}`, 'property', word, names()),
        (_object, word) => unknownName(`RuralAlliance.${name}`, 'property to set', word, []));
}

// Functions that end in _async give promises where they are called without a callback; what may be null at the end can
// be left out then, too.
function promisify(holder) {
    for (const name of Object.getOwnPropertyNames(holder).filter(member => member.endsWith('_async'))) {
        const begin = holder[name];
        const finish = name.replace(/_async$/, '_finish');
        define(holder, {
            [name](...given) {
                if (typeof given[begin.length - 1] === 'function')
                    return begin.apply(this, given);
                if (given.length >= begin.length)
                    fail('VALUE', `${name}: it takes ${begin.length - 1} arguments, and then a callback or nothing`);
                const left = Array(begin.length - 1 - given.length).fill(null);
                return new Promise((resolve, reject) => {
                    begin.call(this, ...given, ...left, (_source, result) => {
                        try {
                            resolve(this[finish](result));
                        } catch (error) {
                            reject(error);
                        }
                    });
                });
            },
        });
    }
}

function _init(lendTable = null) {
    RuralAlliance = this;
    lend = lendTable;

    for (const name of ['TEXT', 'TEXTS', 'TOKEN', 'BOOLEAN', 'INTEGER', 'NUMBER', 'MONEY', 'DATE',
        'REFERENCE', 'TEXT_LIST', 'REFERENCE_LIST', 'JSON'])
        typeNames[RuralAlliance.FieldType[name]] = name;

    completeRecord();
    completeTable();
    completeSelection();
    completeColumn();
    completeResultTable();
    completeAlliance();
    completeAppender(RuralAlliance.Appender.prototype);

    for (const kind of listOf(new RuralAlliance.Alliance().get_schema().list_kinds())) {
        const {prototype} = RuralAlliance[GObject.type_name(kind.get_record_type()).slice('Rua'.length)];
        for (const field of listOf(kind.list_fields()))
            defineField(prototype, field.get_name(), typeOf(field));
    }

    for (const [name, statics, methods] of [
        ['Alliance', ['validate_json'], ['save', 'validate']],
        ['Metric', [], ['measure', 'measure_groups', 'measure_by', 'measure_public']],
        ['Claim', [], ['check']],
        ['Checker', [], ['run']],
        ['Measurement', [], ['add', 'run', 'list_results']],
        ['ResultTable', [], ['add', 'add_named', 'write_csv']],
    ]) {
        const klass = RuralAlliance[name];
        statics.forEach(function_ => soften(klass, function_));
        methods.forEach(method => soften(klass.prototype, method));
    }

    refuseOtherNames(RuralAlliance.Column, 'Column');
    refuseOtherNames(RuralAlliance.Appender, 'Appender');
    const closed = [RuralAlliance.Alliance, RuralAlliance.Column, RuralAlliance.Table, RuralAlliance.Appender];
    for (const name of Object.getOwnPropertyNames(RuralAlliance).filter(word => /^[A-Z]/.test(word))) {
        const klass = RuralAlliance[name];
        if (typeof klass !== 'function' || !(klass.prototype instanceof GObject.Object))
            continue;
        promisify(klass);
        promisify(klass.prototype);
        if (!closed.includes(klass) && klass !== RuralAlliance.Record && !(klass.prototype instanceof RuralAlliance.Record)) {
            giveProperties(klass.prototype);
            refuseOtherNames(klass, name);
        }
    }
}
