// SPDX-License-Identifier: LGPL-2.1-or-later
// What RuralAlliance.js adds, within the namespace: see complete-types.py.

/** Fields, by the names of a kind of one's own. */
type AnyFields = { [field: string]: unknown };

interface Record {
    /** The text in every language. */
    texts(field: string): { readonly [language: string]: string };
    /** The first day of a date, at midnight UTC. */
    date(field: string): Date | null;
    equals(other: unknown): boolean;
    get_table(): Table | null;
    readonly id: string | null;
}

interface Table<A extends GObject.Object = Record> extends Iterable<A> {
    readonly alliance: Alliance;
    readonly kind: Kind;
    readonly length: number;
    at(position: number): A | undefined;
    slice(start?: number, end?: number): A[];
    get(id: string): A | null;
    find(id: string): A | null;
    dup_record(position: number): A | null;
    has(item: string | Record): boolean;
    /** Adds a record, or makes one of the given fields and adds it. */
    add(record: A | AnyFields): A;
    remove(record: A | string): boolean;
    /** The records for which a condition holds. */
    where(condition: string): Selection<A>;
    /** A field of all records. */
    column(field: string): Column;
    append(): Appender;
    get_owner(): Alliance | null;
}

/** The records of a table for which a condition held. */
interface Selection<A extends GObject.Object = Record> extends Iterable<A> {
    readonly table: Table<A>;
    readonly condition: string;
    /** How many could not be told: something in the condition was unknown for them. */
    readonly n_unknown: number;
    readonly length: number;
    at(position: number): A | undefined;
    toArray(): A[];
    find(id: string): A | null;
    dup_record(position: number): A | null;
    get_table(): Table<A>;
    /** Those of them for which another condition holds as well. */
    where(condition: string): Selection<A>;
}

interface Column {
    readonly name: string;
    readonly length: number;
    readonly values: BigInt64Array | Float64Array | Uint8Array | Int32Array | Uint32Array;
    /** 1 where the value is known, else 0. */
    readonly known: Uint8Array;
    readonly dictionary: string[];
    readonly dates: (Date | null)[];
}

interface MeasureOptions {
    by?: string[] | null;
    where?: string | null;
    min_count?: number | null;
}

interface Alliance {
    readonly profile: Profile | null;
    readonly schema: Schema;
    readonly location: string | null;
    readonly tables: Table[];
    readonly station: string | null;
    readonly author: string | null;
    readonly changes: Change[];
    readonly merge_conflicts: MergeConflict[];
    readonly waiting: GObject.Object[];
    table<K extends keyof Kinds>(kind: K): Table<Kinds[K]>;
    table(kind: string): Table;
    get_table(kind: string): Table | null;
    find<K extends keyof Kinds>(kind: K, id: string): Kinds[K] | null;
    find(kind: string, id: string): Record | null;
    add<T extends Record>(record: T): T;
    new_record<K extends keyof Kinds>(kind: K, fields?: AnyFields): Kinds[K];
    new_record(kind: string, fields?: AnyFields): Record;
    to_json(cancellable?: Gio.Cancellable | null): string;
    measure(metric: string | Metric, parameters?: { [name: string]: unknown }, options?: MeasureOptions & { by?: never[] | null }): Result;
    measure(metric: string | Metric, parameters?: { [name: string]: unknown }, options?: MeasureOptions): Result | Result[];
    check(): Verdict[];
    report(language?: string | null, options?: { public?: boolean; min_count?: number; brief?: boolean }): Report;
    change<T>(title: string | null, body: (alliance: this) => T): T;
    history(record: Record | string, key?: string | null): Fact[];
}

namespace Alliance {
    function open(place: string, cancellable?: Gio.Cancellable | null): Alliance;
    function open_async(place: string, cancellable?: Gio.Cancellable | null, progress?: Progress | null):
        globalThis.Promise<Alliance>;
    function open_async(place: string, cancellable: Gio.Cancellable | null, progress: Progress | null,
        callback: Gio.AsyncReadyCallback<Alliance>): void;
    function from_json(text: string | Uint8Array, name?: string | null): Alliance;
    function validate_json(json: GLib.Bytes | Uint8Array, name?: string | null, cancellable?: Gio.Cancellable | null): Fault[];
}

/** A column of a table of results: the estimate of the metric at a place, another number of it, or a named value. */
type ResultColumn = number | readonly [place: number, figure: ResultNumber | string];

interface Measurement {
    list_results(index: number): Result[];
    /** What was measured, side by side: the columns told, or the estimates of all metrics. */
    to_table(columns?: readonly ResultColumn[] | { readonly [name: string]: ResultColumn } | null): ResultTable;
}

interface ResultTable {
    readonly length: number;
    readonly names: string[];
    /** A column, by its name; NaN where a figure is undefined or withheld. */
    values(name: string): Float64Array;
    /** For each row the place of its label in get_labels(path), -1 where that is unknown. */
    codes(path: string): Int32Array;
}

interface Error {
    /** What is wrong with the document, all of it; the message tells the first. */
    readonly faults?: Fault[];
}
