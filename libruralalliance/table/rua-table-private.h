/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-table.h"
#include "rua-date.h"
#include "rua-faults-private.h"

G_BEGIN_DECLS

/* What the generator writes for a built-in kind. Field 0 is always the text "id". */
typedef struct {
  const char *name;
  RuaFieldType type;
  const char *unit;
  const char *target;
  const char *tokens; /* separated by blanks */
  const char *doc;
  const char *since;
  RuaPrivacy privacy;
  gboolean required;
} RuaFieldInfo;

typedef struct {
  const char *name;
  const char *plural;
  const char *doc;
  const char *since;
  GType (*get_type) (void);
  const RuaFieldInfo *fields;
  guint n_fields;
} RuaKindInfo;

RuaSchema *rua_schema_new_from_info (const RuaKindInfo *const *kinds, guint n_kinds);
void rua_record_class_install (RuaRecordClass *klass, const RuaKindInfo *info);

/* ---- the engine's view: rows, not positions ----
 * A row keeps its number for as long as it lives; rows that were removed are not alive. Loops over
 * rows run over [0, rua_table_get_n_rows()) and ask rua_table_is_alive(); without removals that is
 * always TRUE (rua_table_is_dense()). */

#define RUA_CHUNK_BITS 16
#define RUA_CHUNK_ROWS (1u << RUA_CHUNK_BITS)
#define RUA_CHUNK_MASK (RUA_CHUNK_ROWS - 1)
#define RUA_NO_ROW G_MAXUINT32

guint32 rua_table_get_n_rows (RuaTable *self);
gboolean rua_table_is_dense (RuaTable *self);
gboolean rua_table_is_alive (RuaTable *self, guint32 row);
guint32 rua_table_find_row (RuaTable *self, const char *id, gssize length); /* or RUA_NO_ROW */
guint32 rua_table_row_at (RuaTable *self, guint position);
RuaRecord *rua_table_dup_record_at_row (RuaTable *self, guint32 row);
RuaColumn *rua_table_peek_column (RuaTable *self, guint field);
guint32 rua_record_get_row (RuaRecord *self); /* RUA_NO_ROW while detached */

/* Cells by row. Each answers FALSE (or NULL) where the cell is unknown. */
gboolean rua_column_is_known (RuaColumn *self, guint32 row);
gboolean rua_column_read_boolean (RuaColumn *self, guint32 row, gboolean *value);
gboolean rua_column_read_integer (RuaColumn *self, guint32 row, gint64 *value); /* and MONEY */
gboolean rua_column_read_number (RuaColumn *self, guint32 row, double *value);
gboolean rua_column_read_date (RuaColumn *self, guint32 row, RuaDatePacked *value);
/* The dictionary code of TEXT, TEXTS, TOKEN, TEXT_LIST, REFERENCE_LIST and JSON. */
gboolean rua_column_read_code (RuaColumn *self, guint32 row, guint32 *code);
const char *rua_column_read_text (RuaColumn *self, guint32 row, gsize *length);
/* The row in the target's table. @table is the target table ("*" references vary by cell). */
gboolean rua_column_read_reference (RuaColumn *self, guint32 row, RuaTable **table, guint32 *target);
/* Reference lists, of one kind or "*". */
guint rua_column_get_n_references (RuaColumn *self, guint32 row);
gboolean rua_column_read_reference_at (RuaColumn *self, guint32 row, guint index, RuaTable **table, guint32 *target);
/* The rows of a reference list of one kind; borrowed, valid until the column changes. */
const guint32 *rua_column_read_references (RuaColumn *self, guint32 row, guint *n, RuaTable **table);

guint32 rua_column_get_n_codes (RuaColumn *self);
const char *rua_column_code_text (RuaColumn *self, guint32 code, gsize *length);
gboolean rua_column_find_code (RuaColumn *self, const char *text, gssize length, guint32 *code);
RuaTable *rua_column_get_target (RuaColumn *self);

/* One chunk as it is: rows [chunk << 16, …). @known is a bit set, bit i of word i/64. A plain one holds gint64
 * (INTEGER, MONEY), double (NUMBER), guint8 (BOOLEAN), gint32 (DATE, packed), guint32 (codes; REFERENCE rows) or
 * guint64 (REFERENCE to "*": table's place << 32 | row). A packed one holds codes of @bits
 * each (rua-codes-private.h): the value is @base + code; of a NUMBER it is (double) (@base + code) / @divisor,
 * which is the number to the bit. No bits: there are no codes, each is 0. What the value of an
 * unknown cell is says nothing. */
typedef struct {
  gconstpointer values;
  const guint64 *known; /* NULL: every row is known */
  guint32 n_rows;       /* all rows of the table in this chunk */
  guint8 bits;
  gboolean packed;
  gboolean mapped; /* the values lie in pages of a file that are never written to */
  gint64 base;
  double divisor; /* a power of ten; 1 for what is no NUMBER */
  guint64 *most;  /* the chunk's own, for rua_slice_get_most(); NULL */
} RuaSlice;

/* The highest code of a packed slice of 2 to 32 bits, 0 of one without and 1 of one of a bit; what unknown cells hold among them. It is
 * looked for once a chunk. */
guint32 rua_slice_get_most (const RuaSlice *slice);

/* Valid until the column changes; in any thread on a snapshot, where it changes nothing. A chunk in
 * which nothing was ever written is packed, of width 0, with a bit set in which nothing is known. */
void rua_column_peek_slice (RuaColumn *self, guint chunk, RuaSlice *slice);
/* Cells [first, first + n) of a slice as plain values, whatever the form. */
void rua_slice_read_booleans (const RuaSlice *slice, guint first, guint n, guint8 *values);
void rua_slice_read_integers (const RuaSlice *slice, guint first, guint n, gint64 *values); /* 8 bytes: and MONEY, "*" references */
void rua_slice_read_numbers (const RuaSlice *slice, guint first, guint n, double *values);
void rua_slice_read_words (const RuaSlice *slice, guint first, guint n, guint32 *values); /* 4 bytes: dates, codes, rows */

/* Cells [first, first + n) of a packed slice, as one whose codes are whole numbers of the machine: the slice itself from @first
 * on, or, where they are narrower, copies in @block. */
#define RUA_BLOCK_ROWS 1024
typedef struct {
  RuaSlice slice;
  guint32 codes[RUA_BLOCK_ROWS];
} RuaSliceBlock;
const RuaSlice *rua_slice_get_block (const RuaSlice *slice, guint first, guint n, RuaSliceBlock *block);

/* Gives back the memory of those values that a file has as well; they can still be read, from there. Does
 * nothing for others. */
void rua_slices_give_back (const RuaSlice *slices, guint n);

/* 128 bits of what the column says, whatever its chunks look like, in what order its dictionary
 * learnt the texts, and which rows were removed: texts count by their bytes, references by the place
 * of their target among the records. Kept with the chunks until they are written to. In any thread on a
 * snapshot; computed in parallel. */
void rua_column_fingerprint (RuaColumn *self, guint64 print[2]);

/* Those of its blocks of 65,536 records, one each for every such block. */
void rua_column_print_blocks (RuaColumn *self, guint64 (*blocks)[2]);

/* A chunk of the values that column would have, packed where that makes it smaller: @values as in a
 * plain slice, @known NULL when all are. NULL where none is known. In any thread. */
typedef struct _RuaChunk RuaChunk;
RuaChunk *rua_chunk_new_packed (RuaColumn *column, gconstpointer values, const guint64 *known, guint32 n_rows);
RuaChunk *rua_chunk_take_packed (RuaColumn *column, gpointer values, const guint64 *known, guint32 n_rows);
void rua_chunk_unref (RuaChunk *self);
/* A chunk (given away; NULL: all unknown) is the cells of one field (after the last: of the extra
 * members) in the @n_rows rows that begin at
 * @at, counted from the appender's first row. Different fields may be filled in different threads.
 * Codes are of the column's dictionary, references rows of the target's table: that they are there is
 * the caller's to see to. Field 0's texts must be nobody else's. Where the appender's first row plus
 * @at begins a chunk of the table, as in an empty table, nothing is copied. */
gboolean rua_appender_take_chunk (RuaAppender *self, guint field, guint32 at, RuaChunk *chunk, guint32 n_rows, GError **error);
/* The next @n_rows rows are written. */
void rua_appender_end_rows (RuaAppender *self, guint32 n_rows);
guint32 rua_appender_intern (RuaAppender *self, guint field, const char *text, gsize length);

/* @n texts one behind the other. Text i begins at offset i and ends @gap bytes before offset i + 1;
 * those bytes are NUL, at least one. There are @n + 1 offsets, of 32 bits each where that makes up
 * their size, else of 64. Lists of references are aligned as their rows are. */
typedef struct _RuaTextRun RuaTextRun;
RuaTextRun *rua_text_run_new (GBytes *offsets, GBytes *texts, guint32 n, guint gap);
void rua_text_run_unref (RuaTextRun *self);
/* The ids that this appender takes are codes in the order of their rows: they are not looked at. Only
 * where those of the table have been so far. */
gboolean rua_appender_trust_ids (RuaAppender *self);
/* Whether a text comes twice: the first that came before, and where. */
gboolean rua_text_run_find_repeated (RuaTextRun *self, guint32 *first, guint32 *second);
/* A column that has no codes yet takes these, distinct, texts as its dictionary: the code of each is
 * its place. Nothing is made for a text until one is looked for. */
gboolean rua_appender_take_texts (RuaAppender *self, guint field, RuaTextRun *run);

/* Packs what is not yet packed; nothing that can be read changes. Written to, a chunk is unpacked. */
gboolean rua_table_pack (RuaTable *self, GCancellable *cancellable, GError **error);

/* ---- packed forms inside the dictionary ----
 * TEXTS: "lang\0text\0lang\0text\0" (language "" when none was told); TEXT_LIST: "a\0b\0". */
const char *rua_texts_lookup (const char *packed, gsize length, const char *language);
gboolean rua_texts_next (const char *packed, gsize length, gsize *offset, const char **language, const char **text);

/* ---- typed access by field index, for generated code ---- */
const char *rua_record_read_text (RuaRecord *self, guint field); /* TEXT, TOKEN, JSON */
const char *rua_record_read_texts (RuaRecord *self, guint field, const char *language);
gboolean rua_record_read_boolean (RuaRecord *self, guint field, gboolean *value);
gboolean rua_record_read_integer (RuaRecord *self, guint field, gint64 *value);
gboolean rua_record_read_number (RuaRecord *self, guint field, double *value);
char *rua_record_read_date (RuaRecord *self, guint field);
RuaRecord *rua_record_read_reference (RuaRecord *self, guint field);
char **rua_record_read_text_list (RuaRecord *self, guint field);
GListModel *rua_record_read_references (RuaRecord *self, guint field);

gboolean rua_record_write_text (RuaRecord *self, guint field, const char *text, GError **error);
gboolean rua_record_write_texts (RuaRecord *self, guint field, const char *language, const char *text, GError **error);
gboolean rua_record_write_boolean (RuaRecord *self, guint field, gboolean value, GError **error);
gboolean rua_record_write_integer (RuaRecord *self, guint field, gint64 value, GError **error);
gboolean rua_record_write_number (RuaRecord *self, guint field, double value, GError **error);
gboolean rua_record_write_date (RuaRecord *self, guint field, const char *iso, GError **error);
gboolean rua_record_write_reference (RuaRecord *self, guint field, RuaRecord *target, GError **error);
gboolean rua_record_write_text_list (RuaRecord *self, guint field, const char *const *texts, GError **error);
gboolean rua_record_write_references (RuaRecord *self, guint field, RuaRecord **targets, gsize n_targets, GError **error);

/* ---- for the appender's other callers (the document loader) ----
 * TEXTS, TEXT_LIST: packed as above; REFERENCE_LIST: ids packed like a TEXT_LIST; "*" references:
 * "kind/id". Unknown members: rua_appender_set_extra(), a compact JSON object. References may name
 * records that come later: rua_table_resolve() settles them, with a fault for each that cannot. */
gboolean rua_appender_set_packed (RuaAppender *self, guint field, const char *packed, gsize length, GError **error);
void rua_appender_set_extra (RuaAppender *self, const char *compact, gsize length);
/* Where the row being written stands in its file, so that faults found later can say so. */
void rua_appender_set_line (RuaAppender *self, guint64 line);
/* A fault of this cell was told already: commit_pending() does not call it missing as well. */
void rua_appender_excuse (RuaAppender *self, guint field);
/* The line of the row, of those that were told their line, that has this id; 0 when none has. */
guint64 rua_appender_find_line (RuaAppender *self, const char *id, gsize length);
/* What a commit would refuse; nothing is left to do then but to commit or roll back. */
void rua_appender_check (RuaAppender *self, RuaFaults *faults);
/* Like commit, but references stay pending and faults are collected instead of raised. */
gboolean rua_appender_commit_pending (RuaAppender *self, RuaFaults *faults);
gboolean rua_table_resolve (RuaTable *self, RuaFaults *faults);

/* ---- tables that know one another: the model's business ---- */
typedef struct _RuaTables RuaTables;

void rua_record_set_money_digits (RuaRecord *self, guint digits);

/* @owner is kept alive by every record that stands in one of the tables. */
typedef guint (*RuaMoneyDigits) (GObject *owner);

RuaTables *rua_tables_new (GObject *owner, RuaMoneyDigits money_digits);
void rua_tables_free (RuaTables *self);
/* Asked before a text of a record that stands in a table changes; NULL for a text to be forgotten.
 * FALSE and an error refuses. */
typedef gboolean (*RuaTextGuard) (GObject *owner, RuaTable *table, guint field, const char *text, GError **error);
/* Asked before rows that were appended are there: a fault for each that may not be. */
typedef void (*RuaRowsGuard) (GObject *owner, RuaTable *table, guint32 first, guint32 n, RuaFaults *faults);
void rua_tables_set_guards (RuaTables *self, RuaTextGuard guard, RuaRowsGuard rows_guard);
RuaTable *rua_tables_add (RuaTables *self, RuaKind *kind); /* borrowed */
RuaTable *rua_tables_find (RuaTables *self, const char *kind); /* singular or plural; or NULL */
guint rua_tables_get_n (RuaTables *self);
RuaTable *rua_tables_get_at (RuaTables *self, guint index);
guint rua_tables_get_money_digits (RuaTables *self);

/* Tables of @owner with the values of these as they are now; they refuse every change, and may be
 * read in another thread while these go on changing. @kinds are the copies of the originals'. */
RuaTables *rua_tables_snapshot (RuaTables *self, GObject *owner, RuaMoneyDigits money_digits, RuaSchema *kinds);
gboolean rua_tables_is_frozen (RuaTables *self);
/* For who makes a copy that is a snapshot's, or will be one. */
void rua_tables_freeze (RuaTables *self);
void rua_tables_thaw (RuaTables *self);

/* What a message may call a record: its id, or, where the records are of people, its place as "#12". */
char *rua_table_tell_row (RuaTable *self, guint32 row);
/* Whether a message may tell this value of the field: a reference is as private as what it refers to. */
gboolean rua_table_may_tell (RuaTable *self, RuaField *field, const char *value, gsize length);

guint rua_table_get_money_digits (RuaTable *self);
/* After its kind was given a field: the column for it. */
void rua_table_update_columns (RuaTable *self);
const char *rua_table_get_extra_at_row (RuaTable *self, guint32 row);
void rua_record_set_extra (RuaRecord *self, const char *compact);
/* Bytes of the table beyond its values' own. */
gsize rua_table_get_overhead (RuaTable *self);

G_END_DECLS
