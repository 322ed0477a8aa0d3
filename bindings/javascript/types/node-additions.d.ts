// SPDX-License-Identifier: LGPL-2.1-or-later
// What only the package for Node has, within the namespace: see complete-types.py.

type Cancellable = Gio.Cancellable;
const Cancellable: typeof Gio.Cancellable;

class GLibError extends globalThis.Error {
    readonly domain: string;
    readonly code: number;
    /** Whether it is of a domain (a class, an enumeration of Gio or GLib, or a name) and has a code. */
    matches(domain: unknown, code: number): boolean;
}

/** Something was cancelled, by a Gio.Cancellable or an AbortSignal. */
class CancelledError extends GLibError {}

class AllianceError extends GLibError {
    /** What is wrong with the document, all of it; the message tells the first. */
    readonly faults?: Fault[];
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
