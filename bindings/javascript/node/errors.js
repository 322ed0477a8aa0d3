// SPDX-License-Identifier: LGPL-2.1-or-later
// Errors as classes: one for each code of the library's domain.
'use strict';

const gi = require('node-gtk');

const GLib = gi.require('GLib', '2.0');
const Gio = gi.require('Gio', '2.0');

const DOMAINS = new Map([
    [Gio.IOErrorEnum, 'g-io-error-quark'],
    [GLib.FileError, 'g-file-error-quark'],
]);

class GLibError extends Error {
    constructor({domain, code, message}) {
        super(message);
        Object.defineProperty(this, 'domain', {value: domain, enumerable: true});
        Object.defineProperty(this, 'code', {value: code, enumerable: true});
    }

    get name() {
        return this.constructor.name;
    }

    // Whether it is of a domain (a class, an enumeration of Gio or GLib, or a name) and has a code.
    matches(domain, code) {
        const name = domain?.domain ?? DOMAINS.get(domain) ?? domain;
        return this.domain === name && this.code === code;
    }
}

// Something was cancelled, by a Gio.Cancellable or an AbortSignal.
class CancelledError extends GLibError {
    get name() {
        return 'AbortError';
    }
}

class AllianceError extends GLibError {
    static domain = 'rua-error-quark';

    constructor(given) {
        super({domain: AllianceError.domain, ...given});
        if (new.target === AllianceError && codes.has(this.code))
            Object.setPrototypeOf(this, codes.get(this.code).prototype);
    }
}

class InvalidSyntaxError extends AllianceError {}
class InvalidValueError extends AllianceError {}
class MissingError extends AllianceError {}
class DuplicateError extends AllianceError {}
class BrokenReferenceError extends AllianceError {}
class UnknownNameError extends AllianceError {}
class UnitError extends AllianceError {}
class LimitError extends AllianceError {}
class FormatVersionError extends AllianceError {}
class CycleError extends AllianceError {}

const classes = {
    SYNTAX: InvalidSyntaxError,
    VALUE: InvalidValueError,
    MISSING: MissingError,
    DUPLICATE: DuplicateError,
    REFERENCE: BrokenReferenceError,
    UNKNOWN_NAME: UnknownNameError,
    UNIT: UnitError,
    LIMIT: LimitError,
    VERSION: FormatVersionError,
    CYCLE: CycleError,
};
const codes = new Map();

// Once the codes of AllianceError are known.
function learnCodes() {
    for (const [word, klass] of Object.entries(classes))
        codes.set(AllianceError[word], klass);
}

// The error for a GError.
function toError(gerror) {
    const given = {domain: GLib.quarkToString(gerror.domain), code: gerror.code, message: gerror.message};
    if (given.domain === AllianceError.domain)
        return new AllianceError(given);
    if (given.domain === 'g-io-error-quark' && given.code === Gio.IOErrorEnum.CANCELLED)
        return new CancelledError(given);
    return new GLibError(given);
}

module.exports = {
    AllianceError, CancelledError, GLibError, learnCodes, toError,
    classes: Object.fromEntries(Object.values(classes).map(klass => [klass.name, klass])),
};
