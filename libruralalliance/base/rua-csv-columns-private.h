/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-csv-private.h"

G_BEGIN_DECLS

/* Columns of a CSV text as typed values, 65,536 records at a time, each lot by a thread of its own. */

#define RUA_CSV_SPAN_ROWS 65536u

typedef enum {
  RUA_CSV_INTEGER,
  RUA_CSV_NUMBER,
  RUA_CSV_MONEY, /* in minor units */
  RUA_CSV_DATE,  /* RuaDatePacked */
  RUA_CSV_BOOLEAN,
  RUA_CSV_TEXT,
  RUA_CSV_KEY, /* a whole number that names a record */
} RuaCsvType;

typedef enum {
  RUA_CSV_DATE_ISO, /* of any precision */
  RUA_CSV_DATE_DAYS, /* since 1970-01-01 */
  RUA_CSV_DATE_SERIAL_1900, /* as spreadsheets count, in either of their two ways */
  RUA_CSV_DATE_SERIAL_1904,
  RUA_CSV_DATE_FORM,
} RuaCsvDate;

/* What a column of the text is to become. All members but the type and the column may be left out. */
typedef struct {
  RuaCsvType type;
  guint column;
  guint digits; /* MONEY: of the currency */
  char decimal; /* '\0': a point */
  gunichar grouping; /* between the thousands; 0: none */
  gboolean trim;
  gboolean keep_formulas; /* TEXT: the apostrophe before a formula is not taken away */
  RuaCsvDate date;
  const char *date_form; /* such as %d/%m/%Y */
  /* Words for an unknown value, in quotes or not. Nothing at all is unknown as well, but for "" in
   * quotes where a TEXT is read: that is an empty text. */
  const char *const *missing;
  /* BOOLEAN; both NULL: 1/0, true/false, yes/no, in any case of letters */
  const char *const *yes;
  const char *const *no;
} RuaCsvField;

typedef enum {
  RUA_CSV_GOOD,
  RUA_CSV_MISSING,
  RUA_CSV_NO_INTEGER,
  RUA_CSV_NO_NUMBER,
  RUA_CSV_TOO_GREAT,
  RUA_CSV_MORE_DECIMALS,
  RUA_CSV_NO_DATE,
  RUA_CSV_NO_DAY,
  RUA_CSV_NO_BOOLEAN,
  RUA_CSV_NO_KEY,
  RUA_CSV_WIDTH, /* of a record: more or fewer cells than the header */
  RUA_CSV_REASONS, /* a caller's own reasons begin here */
} RuaCsvReason;

typedef union {
  gint64 integer;
  double number;
  gint32 date;
  guint8 boolean;
} RuaCsvValue;

/* One cell's text, quotes undone. */
RuaCsvReason rua_csv_take (const RuaCsvField *field, const char *text, gsize length, GString *scratch, RuaCsvValue *value);
gboolean rua_csv_is_missing_word (const RuaCsvField *field, const char *text, gsize length);
gboolean rua_csv_parse_key (const char *text, gsize length, gint64 *value);
gboolean rua_csv_day_to_packed (gint64 day, gint32 *packed);
gboolean rua_csv_date_form_is_good (const char *form);
extern const double rua_csv_powers[23];

/* Distinct texts numbered in the order in which they came. A text that stands in the file as it is
 * stays there. */
typedef struct {
  const char *text;
  guint32 length;
  guint32 hash;
} RuaCsvWord;

typedef struct {
  RuaCsvWord *words;
  guint32 n_words;
  guint32 allocated;
  guint32 *slots; /* code + 1 */
  guint32 mask;
  guint64 seed;
  GPtrArray *blocks; /* copies of texts that had to be decoded */
  char *room;
  gsize room_left;
} RuaCsvWords;

RuaCsvWords *rua_csv_words_new (void);
void rua_csv_words_free (RuaCsvWords *self);
/* @copy: the text does not stay where it is. */
guint32 rua_csv_words_intern (RuaCsvWords *self, const char *text, gsize length, gboolean copy);
gboolean rua_csv_words_find (const RuaCsvWords *self, const char *text, gsize length, guint32 *code);
/* A text of other words, which outlive these. */
guint32 rua_csv_words_take (RuaCsvWords *self, const RuaCsvWord *word);
/* No more texts will come. */
void rua_csv_words_seal (RuaCsvWords *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaCsvWords, rua_csv_words_free)

/* One field's values in a span of records. */
typedef struct {
  union {
    gpointer any;
    gint64 *integers; /* INTEGER, MONEY, KEY */
    double *numbers;
    gint32 *dates;
    guint8 *booleans;
    guint16 *codes; /* TEXT: into words */
  };
  guint64 *known; /* bit i of word i / 64 */
  guint32 n_known;
  guint32 n_bad; /* told and refused */
  RuaCsvWords *words; /* TEXT; may be taken, leaving NULL */
} RuaCsvVector;

typedef struct {
  guint32 row; /* of the file */
  guint32 field; /* among those that are read; G_MAXUINT32: the record */
  guint32 reason;
  guint32 n_cells; /* WIDTH */
} RuaCsvBad;

/* Faults of cells: the first by place are kept, all are counted. */
typedef struct {
  GArray *bad; /* of RuaCsvBad */
  guint limit;
  guint64 count;
  GMutex mutex;
} RuaCsvBads;

void rua_csv_bads_init (RuaCsvBads *self, guint limit);
void rua_csv_bads_clear (RuaCsvBads *self);
/* In any thread. */
void rua_csv_bads_add (RuaCsvBads *self, const RuaCsvBad *bad, guint n_kept, guint64 count);
/* In the order of the file, no more than the limit. */
void rua_csv_bads_sort (RuaCsvBads *self);

/* Records [@first, @first + @n_rows) of the file; in any thread, the spans in any order. The vectors
 * are filled anew for the next span. */
typedef gboolean (*RuaCsvSpanFunc) (guint span, guint32 first, guint32 n_rows, RuaCsvVector *vectors, gpointer data, GError **error);

/* Reads all records. The first span has RUA_CSV_SPAN_ROWS - @offset of them, the others
 * RUA_CSV_SPAN_ROWS. FALSE and an error where the text is no CSV; what is wrong with single cells is
 * added to @bads, and they are unknown. */
gboolean rua_csv_read (RuaCsv *self,
                       const RuaCsvField *fields,
                       guint n_fields,
                       guint32 offset,
                       RuaCsvSpanFunc func,
                       gpointer data,
                       RuaCsvBads *bads,
                       RuaProgress *progress,
                       GCancellable *cancellable,
                       GError **error);
guint rua_csv_get_n_spans (RuaCsv *self, guint32 offset);

/* Walks forward through the places of bad cells. */
typedef struct {
  gsize offset;
  gsize line_start;
  guint64 line;
} RuaCsvCursor;

/* A cell, decoded into @text, and where it is; of no earlier record than the last one asked for.
 * @column G_MAXUINT32: the record. */
void rua_csv_tell_cell (RuaCsv *self, RuaCsvCursor *cursor, guint32 row, guint column, GString *text, guint64 *line, guint64 *character);

/* ---- types by looking ---- */

/* The type that all cells of a column have: the first of INTEGER, NUMBER, DATE, BOOLEAN that takes every
 * known one, else TEXT. @fields tell decimal mark and missing words; their types are set. */
gboolean rua_csv_infer (RuaCsv *self, RuaCsvField *fields, guint n_fields, RuaProgress *progress, GCancellable *cancellable, GError **error);
/* As a field's type is called in a document. */
const char *rua_csv_type_words (RuaCsvType type);

G_END_DECLS
