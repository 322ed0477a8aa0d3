// SPDX-License-Identifier: LGPL-2.1-or-later
// The library through node-gtk, with the names and the manners that gjs gives it: get_estimate(), whole numbers as
// Numbers, errors thrown with domain and code, texts freed. classes.json, made by describe.py, says what each function
// takes and gives.
'use strict';

const gi = require('node-gtk');

const {makeLendable, unwrap} = require('./lending.js');
const {called, count} = require('./waiting.js');
const {toError} = require('./errors.js');
const told = require('./classes.json');

gi.prependSearchPath(__dirname);
for (const folder of require('./folders.js'))
    gi.prependLibraryPath(folder);

const GLib = gi.require('GLib', '2.0');
const GObject = gi.require('GObject', '2.0');
const Gio = gi.require('Gio', '2.0');
const raw = gi.require('RuralAlliance', '1');

if (typeof raw.Record !== 'function')
    throw new Error('libruralalliance-1.so.0 cannot be loaded: install it, or name its folder in LD_LIBRARY_PATH');

// As node-gtk names what introspection calls get_n_used.
const camel = name => name.replace(/_+([a-z0-9])/g, (_, letter) => letter.toUpperCase())
    .replace(/([0-9])([a-z])/g, (_, digit, letter) => digit + letter.toUpperCase());

// Texts go through C as pointers, since node-gtk would not free them.

function readText(pointer) {
    if (pointer === 0n)
        return null;
    const text = raw.nodeText(pointer, pointer, 0n);
    raw.nodeFree(pointer);
    return text;
}

function readTexts(pointer) {
    if (pointer === 0n)
        return null;
    const texts = raw.nodeTexts(pointer, pointer, 0n);
    raw.nodeFreeTexts(pointer);
    return texts;
}

function makeTexts(texts) {
    if (texts === null || texts === undefined)
        return 0n;
    if (typeof texts === 'string' || typeof texts[Symbol.iterator] !== 'function')
        throw new TypeError('an array of texts is needed');
    const all = [...texts];
    if (!all.every(text => typeof text === 'string'))
        throw new TypeError('an array of texts is needed');
    const builder = raw.nodeBuilderNew();
    all.forEach(text => raw.nodeBuilderAdd(builder, text));
    const pointer = raw.nodeBuilderEnd(builder);
    raw.nodeBuilderUnref(builder);
    return pointer;
}

// A whole number of 64 bits: a Number where that holds it, else a BigInt.
function readWide(value) {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
}

// The classes of most lists are not described: their objects get what a list answers to by way of their prototypes.
function readModel(model) {
    const prototype = model && Object.getPrototypeOf(model);
    if (prototype && !('get_n_items' in prototype)) {
        const {getNItems, getItem} = prototype;
        for (const [name, value] of Object.entries({get_n_items: getNItems, get_item: getItem}))
            Object.defineProperty(prototype, name, {value, configurable: true, writable: true});
    }
    return model;
}

const READERS = {text: readText, texts: readTexts, wide: readWide, model: readModel};

// A GValue, made where g_free() can free it.
function makeValue({type, value}) {
    const gvalue = raw.nodeValueNew(24n);
    gvalue.init(type);
    const set = {string: 'setString', number: 'setDouble', boolean: 'setBoolean', object: 'setObject'}[typeof value];
    gvalue[set](value);
    return gvalue;
}

// A cancellable that a signal cancels, and what is to be called when that is not needed any more.
function cancellableOf(signal) {
    const cancellable = new Gio.Cancellable();
    const cancel = () => cancellable.cancel();
    if (signal.aborted)
        cancel();
    signal.addEventListener('abort', cancel);
    return [cancellable, () => signal.removeEventListener('abort', cancel)];
}

// The arguments for C, and what to do after the call and when all is over.
function prepare(takes, given) {
    const after = [];
    let over = null;
    const args = takes.map((kind, i) => {
        const value = given[i] === undefined ? null : given[i];
        if (kind === 'texts') {
            const pointer = makeTexts(value);
            after.push(() => raw.nodeFreeTexts(pointer));
            return pointer;
        }
        if (kind === 'lent')
            return unwrap(value);
        if (kind === 'flags')
            return value ?? 0;
        if (kind === 'objects' && (!Array.isArray(value) || !value.every(one => one instanceof GObject.Object)))
            throw new TypeError('an array of records is needed');
        if (kind === 'value') {
            const gvalue = makeValue(value);
            after.push(() => gvalue.unset());
            return gvalue;
        }
        if (kind === 'cancellable' && value instanceof AbortSignal) {
            const [cancellable, forget] = cancellableOf(value);
            over = forget;
            return cancellable;
        }
        return value;
    });
    return {args, after, over};
}

// What a call gave, as gjs would tell it: an error is thrown.
function readAnswer(answer, readers, throws) {
    const values = readers.length + (throws ? 1 : 0) === 1 ? [answer] : answer;
    if (throws && values[readers.length] !== null)
        throw toError(values[readers.length]);
    const read = readers.map((reader, i) => reader ? reader(values[i]) : values[i]);
    return read.length > 1 ? read : read[0];
}

// A function of C that is called as in gjs.
function adapt(call, {in: takes, out: gives, throws}) {
    const readers = gives.map(kind => READERS[kind]);
    const asks = takes.some(kind => kind !== '');
    const isPlain = !asks && !throws && !readers.some(Boolean);
    const adapted = isPlain ? call : takes.includes('callback')
        ? function (...given) {
            const {args, after, over} = prepare(takes, given);
            const answered = args.at(-1);
            try {
                called(back => call.apply(this, [...args.slice(0, -1), back]), answered, over);
            } finally {
                after.forEach(step => step());
            }
        }
        : asks
            ? function (...given) {
                const {args, after, over} = prepare(takes, given);
                count();
                try {
                    return readAnswer(call.apply(this, args), readers, throws);
                } finally {
                    after.forEach(step => step());
                    over?.();
                }
            }
            : function (...given) {
                count();
                return readAnswer(call.apply(this, given), readers, throws);
            };
    return Object.defineProperty(adapted, 'length', {value: takes.length});
}

// node-gtk makes properties that know no unknown value, and names of its own, which throw no errors: neither is left.
function clear(holder, keep) {
    for (const name of Object.getOwnPropertyNames(holder)) {
        const {configurable, get} = Object.getOwnPropertyDescriptor(holder, name);
        if (configurable && (get || /[a-z][A-Z]/.test(name)) && !keep.includes(name))
            delete holder[name];
    }
}

function give(holder, functions) {
    const calls = Object.entries(functions).map(([name, signature]) => {
        const call = holder[camel(name)];
        if (typeof call !== 'function')
            throw new Error(`${name} is missing: the description does not belong to this library`);
        return [name, adapt(call, signature)];
    });
    return () => {
        for (const [name, value] of calls)
            Object.defineProperty(holder, name, {value, configurable: true, writable: true, enumerable: false});
    };
}

// new ra.Cooperative({…}): made by C, then given its fields.
function constructible(name, klass, isAbstract) {
    return new Proxy(klass, {
        construct(target, given) {
            if (isAbstract)
                throw new TypeError(`${name} is made by other classes`);
            const object = Reflect.construct(target, []);
            object._init?.(...given);
            return object;
        },
    });
}

function makeNamespace(AllianceError) {
    const namespace = {};
    for (const [name, {methods, functions, abstract}] of Object.entries(told.classes)) {
        const klass = raw[name];
        if (typeof klass !== 'function' || Object.keys(methods).length + Object.keys(functions).length === 0)
            continue;
        const define = [give(klass.prototype, methods), give(klass, functions)];
        clear(klass.prototype, ['getNItems', 'getItem', 'getItemType', 'itemsChanged']);
        clear(klass, []);
        define.forEach(step => step());
        if (name === 'Table')
            makeLendable(klass.prototype);
        namespace[name] = klass.prototype instanceof GObject.Object ? constructible(name, klass, abstract) : klass;
    }
    for (const [name, {functions, domain}] of Object.entries(told.enums)) {
        const members = raw[name];
        const define = give(members, functions);
        define();
        const target = domain ? AllianceError : {};
        for (const member of Object.keys(members))
            Object.defineProperty(target, member, {value: members[member], enumerable: true});
        for (const word of Object.keys(functions))
            Object.defineProperty(target, word, {value: members[word], configurable: true});
        namespace[name] = target;
    }
    for (const [name, signature] of Object.entries(told.functions))
        namespace[name] = adapt(raw[camel(name)], signature);
    return namespace;
}

// What the classes of RuralAlliance.js ask of gjs.

// Bytes come as text, in pieces that a string can hold: node-gtk would make a Number of each.
const PIECE = 3 * 2 ** 24;

Object.defineProperties(GLib.Bytes.prototype, {
    get_size: {
        value() {
            return Number(this.getSize());
        },
    },
    toArray: {
        value() {
            const [data, size] = raw.nodeBytesData(this);
            const bytes = new Uint8Array(Number(size));
            for (let from = 0; from < bytes.length; from += PIECE) {
                const count = Math.min(PIECE, bytes.length - from);
                bytes.set(Buffer.from(readText(raw.nodeBase64(data + BigInt(from), BigInt(count))), 'base64'), from);
            }
            return bytes;
        },
    },
});

class Value {
    init(type) {
        this.type = type;
    }
}
for (const name of ['set_string', 'set_double', 'set_boolean', 'set_object']) {
    Value.prototype[name] = function (value) {
        this.value = value;
    };
}

const gjs = {
    gi: {
        Gio,
        GLib,
        GObject: {
            Object: GObject.Object,
            Value,
            TYPE_STRING: GObject.TYPE_STRING,
            TYPE_DOUBLE: GObject.TYPE_DOUBLE,
            TYPE_BOOLEAN: GObject.TYPE_BOOLEAN,
            TYPE_OBJECT: GObject.TYPE_OBJECT,
            type_name: type => GObject.typeName(type),
        },
    },
};

module.exports = {Gio, GLib, gjs, makeNamespace};
