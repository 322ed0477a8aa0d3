/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance-private.h"
#include "rua-faults-private.h"
#include "rua-table-private.h"

G_BEGIN_DECLS

/* The structs of the Arrow C Data Interface and C Stream Interface, which are an ABI, as their
 * specification has them (arrow.apache.org/docs/format/CDataInterface.html). */

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  const char *format;
  const char *name;
  const char *metadata;
  gint64 flags;
  gint64 n_children;
  struct ArrowSchema **children;
  struct ArrowSchema *dictionary;
  void (*release) (struct ArrowSchema *);
  void *private_data;
};

struct ArrowArray {
  gint64 length;
  gint64 null_count;
  gint64 offset;
  gint64 n_buffers;
  gint64 n_children;
  const void **buffers;
  struct ArrowArray **children;
  struct ArrowArray *dictionary;
  void (*release) (struct ArrowArray *);
  void *private_data;
};

#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
  int (*get_schema) (struct ArrowArrayStream *, struct ArrowSchema *out);
  int (*get_next) (struct ArrowArrayStream *, struct ArrowArray *out);
  const char *(*get_last_error) (struct ArrowArrayStream *);
  void (*release) (struct ArrowArrayStream *);
  void *private_data;
};

#endif

/* ---- out ---- */

/* How a column lies in Arrow. */
typedef enum {
  RUA_ARROW_INTEGERS,   /* int64 */
  RUA_ARROW_NUMBERS,    /* float64 */
  RUA_ARROW_AMOUNTS,    /* decimal128 of the currency's decimals */
  RUA_ARROW_BOOLEANS,   /* bits */
  RUA_ARROW_DAYS,       /* date32: every date is a day */
  RUA_ARROW_TEXTS,      /* large utf8, cell by cell: ids, dates of several precisions, any references */
  RUA_ARROW_CODES,      /* int32 codes into a dictionary of large utf8 */
  RUA_ARROW_LISTS,      /* large list of large utf8 */
} RuaArrowLayout;

/* Texts one after another, as Arrow has them. */
typedef struct {
  GBytes *known; /* bits; NULL: all */
  GBytes *offsets;
  GBytes *bytes;
  gint64 n;
  gint64 n_unknown;
} RuaArrowTexts;

/* A column of a snapshot on its way out. */
typedef struct {
  RuaColumn *column;
  RuaField *field;
  RuaArrowLayout layout;
  guint digits;
  gboolean has_dictionary;
  RuaArrowTexts dictionary;
} RuaArrowColumn;

/* The columns of a table, or one, of an alliance that does not change any more. */
typedef struct {
  gatomicrefcount refs;
  RuaAlliance *snapshot;
  RuaTable *table;
  char *currency;
  GArray *columns; /* of RuaArrowColumn */
  gboolean single; /* a column alone, else a struct of columns */
} RuaArrowSource;

/* @field NULL: all. NULL and an error for a table of no alliance. */
RuaArrowSource *rua_arrow_source_new (RuaTable *table, const char *field, GError **error);
RuaArrowSource *rua_arrow_source_ref (RuaArrowSource *self);
void rua_arrow_source_unref (RuaArrowSource *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaArrowSource, rua_arrow_source_unref)

guint rua_arrow_source_get_n_chunks (RuaArrowSource *self);
void rua_arrow_source_put_schema (RuaArrowSource *self, struct ArrowSchema *out);
/* The rows of some chunks, without those that were removed. */
void rua_arrow_source_put_array (RuaArrowSource *self, guint first, guint n_chunks, struct ArrowArray *out);

/* The text of a cell, as it is written in Arrow; NULL where it is unknown. */
char *rua_arrow_cell_text (const RuaArrowColumn *self, guint32 row);
/* The entries of a list, or NULL. */
char **rua_arrow_cell_texts (const RuaArrowColumn *self, guint32 row);

/* ---- in ---- */

typedef enum {
  RUA_ARROW_KIND_OTHER,
  RUA_ARROW_KIND_NULL,
  RUA_ARROW_KIND_BOOLEAN,
  RUA_ARROW_KIND_INTEGER,
  RUA_ARROW_KIND_NUMBER,
  RUA_ARROW_KIND_TEXT,
  RUA_ARROW_KIND_DAYS, /* date32, date64, timestamps without a time zone */
  RUA_ARROW_KIND_DECIMAL,
  RUA_ARROW_KIND_LIST,
} RuaArrowKind;

/* One array that somebody gave, read cell by cell. Nothing of it is trusted but the lengths of
 * buffers, which the interface does not tell. */
typedef struct _RuaArrowView RuaArrowView;

struct _RuaArrowView {
  RuaArrowKind kind;
  guint width;       /* bytes of a value, or of an offset */
  gboolean is_signed;
  int scale;         /* DECIMAL */
  gint64 per_day;    /* DAYS: what a day is in the unit */
  gboolean coded;    /* values are codes of dictionary */
  const struct ArrowArray *array;
  gint64 first; /* where the rows begin: offsets of this and of the whole */
  RuaArrowView *dictionary;
  RuaArrowView *entries;
};

/* What a schema says of the type: OTHER where it is none that is read, and then @problem. */
RuaArrowView *rua_arrow_view_new (const struct ArrowSchema *schema, char **problem);
void rua_arrow_view_free (RuaArrowView *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaArrowView, rua_arrow_view_free)
/* @n rows from @offset on of an array of this type. FALSE and what is wrong with it. */
gboolean rua_arrow_view_open (RuaArrowView *self, const struct ArrowArray *array, gint64 offset, gint64 n, char **problem);

gboolean rua_arrow_view_is_known (const RuaArrowView *self, gint64 row);
/* FALSE where the cell cannot be read: an index beyond the dictionary, offsets that go back, a text
 * that is not UTF-8. */
gboolean rua_arrow_view_read_boolean (const RuaArrowView *self, gint64 row, gboolean *value);
gboolean rua_arrow_view_read_integer (const RuaArrowView *self, gint64 row, gint64 *value);
gboolean rua_arrow_view_read_number (const RuaArrowView *self, gint64 row, double *value);
gboolean rua_arrow_view_read_text (const RuaArrowView *self, gint64 row, const char **text, gsize *length);
/* @exact FALSE: there is a time of day besides. */
gboolean rua_arrow_view_read_day (const RuaArrowView *self, gint64 row, gint64 *day, gboolean *exact);
/* In units of 10^-digits; FALSE where that does not hold it exactly. */
gboolean rua_arrow_view_read_decimal (const RuaArrowView *self, gint64 row, guint digits, gint64 *value);
/* Where the entries of a list lie among the entries. */
gboolean rua_arrow_view_read_list (const RuaArrowView *self, gint64 row, gint64 *first, gint64 *n);
/* The row of the dictionary that a coded cell means. */
gboolean rua_arrow_view_read_code (const RuaArrowView *self, gint64 row, gint64 *code);

G_END_DECLS
