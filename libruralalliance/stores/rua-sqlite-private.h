/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sqlite3.h>

#include "rua-alliance-private.h"
#include "rua-log-private.h"
#include "rua-roster-private.h"
#include "rua-store-private.h"
#include "rua-table-core-private.h"

G_BEGIN_DECLS

/* The *.rua file: an SQLite database with a STRICT table a kind, rows numbered by rua_row in the order
 * of the records, and beside them the tables rua_*. The manual's page "sqlite" says what is in them. */

#define RUA_SQLITE_APPLICATION 0x72756131 /* "rua1" */
#define RUA_SQLITE_FORMAT 1               /* user_version */
#define RUA_SQLITE_FIRST_ROW 1

/* ---- what goes wrong in SQLite, as a GError that names the file ---- */
gboolean rua_sqlite_fail (sqlite3 *db, int code, const char *name, const char *doing, GCancellable *cancellable, GError **error);
gboolean rua_sqlite_damaged (const char *name, GError **error, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* Somebody else has saved it since. */
gboolean rua_sqlite_changed (const char *name, GError **error);
gboolean rua_sqlite_run (sqlite3 *db, const char *name, const char *sql, GError **error);

/* ---- the statements that make a file ---- */
typedef struct {
  gboolean is_index;
  char *name;  /* of the table or index */
  char *table; /* it belongs to */
  char *sql;   /* as SQLite keeps it */
} RuaSqliteStatement;

/* Everything in a file of this schema, tables before indexes, in the order in which they are made; of a
 * file by the library whose schema had this version, or by this one (NULL). */
GPtrArray *rua_sqlite_list_statements (RuaSchema *schema, const char *version);
/* Those of the tables that every file has, whatever its schema. */
GPtrArray *rua_sqlite_list_own_statements (void);
/* The version of the built-in schema: the latest since of any kind and field. */
char *rua_sqlite_schema_version (RuaSchema *schema);
/* The same, of one without any kinds and fields of one's own. */
const char *rua_sqlite_builtin_version (void);
int rua_sqlite_compare_versions (const char *a, const char *b);
gboolean rua_sqlite_has_kind (RuaKind *kind, const char *version);
gboolean rua_sqlite_has_field (RuaField *field, const char *version);
/* A schema that no file can hold: a kind or field of one's own with a name that is SQLite's or ours. */
gboolean rua_sqlite_check_schema (RuaSchema *schema, const char *name, GError **error);
void rua_sqlite_quote (GString *out, const char *name);

/* ---- cells ---- */
typedef struct {
  int type; /* SQLITE_INTEGER, SQLITE_FLOAT, SQLITE_TEXT, SQLITE_NULL */
  gint64 integer;
  double real;
  const char *text;
  gsize length;
} RuaSqliteCell;

/* Reads a column of a table as the file has it; in one thread. */
typedef struct {
  RuaColumn *column;
  RuaFieldType type;
  gboolean any;
  guint64 tag;
  GString *buffer;
  gboolean is_made; /* buffer is the text of @code */
  guint32 code;
} RuaSqliteSource;

void rua_sqlite_source_init (RuaSqliteSource *self, RuaColumn *column, const char *name);
void rua_sqlite_source_clear (RuaSqliteSource *self);
/* FALSE and NULL where nothing is known. The text is valid until the next call. */
gboolean rua_sqlite_source_read (RuaSqliteSource *self, guint32 row, RuaSqliteCell *cell);
/* The type that a column of the file has for a field's: SQLITE_INTEGER, SQLITE_FLOAT or SQLITE_TEXT. */
int rua_sqlite_type_of (RuaFieldType type);
gboolean rua_sqlite_is_json (const char *json, gsize length, gboolean object);
/* Whether we would write the packed texts or list, or the date, in just this way. */
gboolean rua_sqlite_is_canonical (RuaFieldType type, const char *packed, gsize packed_length, const char *json, gsize length);
gboolean rua_sqlite_is_date (const char *iso, gsize length, RuaDatePacked date);

/* ---- the content hash ---- */
typedef struct {
  guint64 word[2];
  guint64 n_rows;
} RuaSqliteSeal;

guint64 rua_sqlite_tag (const char *column);
/* A row's bytes: its number, and each cell that is known. */
void rua_sqlite_hash_begin (GByteArray *bytes, gint64 row);
void rua_sqlite_hash_cell (GByteArray *bytes, guint64 tag, const RuaSqliteCell *cell);
void rua_sqlite_seal_add (RuaSqliteSeal *self, const GByteArray *bytes);
void rua_sqlite_seal_remove (RuaSqliteSeal *self, const GByteArray *bytes);
void rua_sqlite_seal_merge (RuaSqliteSeal *self, const RuaSqliteSeal *other);
gboolean rua_sqlite_seal_equal (const RuaSqliteSeal *a, const RuaSqliteSeal *b);
#define RUA_SQLITE_HEX_LENGTH 32
void rua_sqlite_seal_to_hex (const RuaSqliteSeal *self, char hex[RUA_SQLITE_HEX_LENGTH + 1]);
gboolean rua_sqlite_seal_from_hex (RuaSqliteSeal *self, const char *hex, gsize length);

/* ---- a private copy of a file, which nobody changes while it is read ---- */
typedef struct _RuaSqliteOrigin RuaSqliteOrigin;

typedef struct {
  char *name; /* for messages */
  RuaSqliteOrigin *origin; /* of a file: which one it was; or NULL */
  gboolean has_journal;    /* beside the file there was one, whether it was heeded or not */
  guint8 *data;
  gsize size;
  GCancellable *cancellable;
  RuaLimitValues limits; /* settled */
  GAsyncQueue *idle; /* connections */
} RuaSqliteCopy;

RuaSqliteCopy *rua_sqlite_copy_new (GBytes *content, const char *name, const RuaLimitValues *limits, GCancellable *cancellable, GError **error);
/* What to make of a journal beside the file: an own one's last save may stand in it alone. */
typedef enum {
  RUA_SQLITE_JOURNAL_HEEDED,
  RUA_SQLITE_JOURNAL_IGNORED,
} RuaSqliteJournal;
RuaSqliteCopy *rua_sqlite_copy_new_file (const RuaStoreReading *reading, RuaSqliteJournal journal, GError **error);
/* A database with the commits of its journal. FALSE when nothing in the journal is valid. */
gboolean rua_sqlite_apply_journal (guint8 **data, gsize *size, const guint8 *journal, gsize length);
/* The place's own path, in its folder's own path: two names of one file are one. */
char *rua_sqlite_settle_path (const RuaLocation *place, GError **error);
void rua_sqlite_copy_free (RuaSqliteCopy *self);
/* A hardened connection, in any thread, given back when it is no longer used. */
sqlite3 *rua_sqlite_copy_borrow (RuaSqliteCopy *self, GError **error);
void rua_sqlite_copy_return (RuaSqliteCopy *self, sqlite3 *db);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaSqliteCopy, rua_sqlite_copy_free)

/* How much of an alliance's log is in the file. */
typedef struct {
  guint n_facts, n_changes;
  RuaSqliteSeal facts, changes;
} RuaSqliteLogState;

/* ---- rows as they come out of the file ---- */
typedef struct {
  RuaFieldType type;
  guint width;
  guint64 *known;
  gpointer values;      /* as in a plain chunk; texts and references: codes of @texts */
  RuaDictionary texts;
  guint32 recent;       /* the code read last */
} RuaSqliteCells;

typedef struct {
  guint table;      /* in the reading's tables */
  gint64 from, to;  /* rua_row, both within */
  guint32 n_rows, capacity;
  RuaSqliteCells *cells; /* a column of the file each */
  gint64 *rows;          /* rua_row; NULL when they follow one another from @first */
  gint64 first;
  RuaSqliteSeal seal;
} RuaSqliteBlock;

typedef struct {
  RuaTable *table;
  char *name;         /* plural */
  GArray *fields;     /* guint: the field of each column; the number of fields for rua_extra, one more for rua_key */
  char *select;
  guint64 *tags;
  RuaSqliteSeal seal; /* as the file tells it */
  guint first_block, n_blocks;
  guint64 n_rows;
} RuaSqliteTable;

typedef struct {
  RuaSqliteCopy *copy;
  RuaAlliance *alliance;
  char *version; /* of the schema that the file was written with */
  gboolean is_newer;
  GArray *tables; /* of RuaSqliteTable */
  GArray *blocks; /* of RuaSqliteBlock */
  GArray *tasks;  /* guint: the first block of each, and the number of blocks */
  GHashTable *seals; /* of RuaSqliteSeal by table */
  GPtrArray *appenders;
  RuaSqliteLogState log_state;
  gint uncanonical; /* atomic: some cell is written as we would not write it */
} RuaSqliteReading;

gboolean rua_sqlite_read_block (RuaSqliteReading *self, RuaSqliteBlock *block, GError **error);
void rua_sqlite_block_clear (gpointer block);
/* All blocks into the tables of the alliance. */
gboolean rua_sqlite_fill_tables (RuaSqliteReading *self, GError **error);

/* ---- the log ---- */

/* The facts and changes that are not yet in the file, which @state then says they are. */
gboolean rua_sqlite_log_append (sqlite3 *db, const char *name, RuaLog *log, RuaSqliteLogState *state, GCancellable *cancellable, GError **error);
/* A log of the same facts and changes. */
RuaLog *rua_sqlite_log_copy (RuaLog *log);
/* @log is NULL where the file keeps none (@lineage NULL). */
gboolean rua_sqlite_log_read (RuaSqliteReading *reading,
                              sqlite3 *db,
                              const char *lineage,
                              const char *station,
                              RuaSqliteLogState *state,
                              RuaLog **log,
                              GError **error);

/* ---- what is remembered of the file that an alliance stands in ---- */

/* The rows of a table as they are in the file. */
typedef struct {
  char *name;
  gint64 *numbers; /* rua_row by row, 0 for none; NULL: the row plus 1 */
  guint32 n_numbers;
  gint64 next; /* the number of the next row */
  GHashTable *keys; /* by row: its rua_key, where it is known; NULL for none */
  RuaSqliteSeal seal;
} RuaSqliteRows;

#define RUA_TYPE_SQLITE_ORIGIN (rua_sqlite_origin_get_type ())
G_DECLARE_FINAL_TYPE (RuaSqliteOrigin, rua_sqlite_origin, RUA, SQLITE_ORIGIN, GObject)

typedef struct {
  char *path;
  guint64 device, inode, size;
  gint64 changed; /* nanoseconds */
  RuaAlliance *base; /* a snapshot: what the file holds */
  GPtrArray *tables; /* of RuaSqliteRows, in the order of the alliance's tables */
  RuaSqliteSeal file_seal;
  RuaSqliteLogState log;
  char *lineage, *station; /* NULL: no log is kept, no station writes here */
  gboolean is_newer;      /* it was written by a newer library, and is only read */
  guint64 roster;          /* the version of the log's roster */
  guint n_rewritten;       /* how often its log had been rewritten */
  gboolean is_whole_only; /* it cannot be written to a part at a time */
} RuaSqliteFile;

struct _RuaSqliteOrigin {
  GObject parent_instance;

  GMutex mutex; /* held while the file is saved to */
  RuaSqliteFile file;
};

RuaSqliteOrigin *rua_sqlite_origin_new (const char *path);
const char *rua_sqlite_rows_get_key (const RuaSqliteRows *self, guint32 row);
void rua_sqlite_rows_set_key (RuaSqliteRows *self, guint32 row, const char *key);
RuaSqliteRows *rua_sqlite_origin_add (RuaSqliteOrigin *self, const char *name);
/* The file's state on the disk, as it is when nobody else has written to it. */
gboolean rua_sqlite_origin_note (RuaSqliteOrigin *self, int fd);
gboolean rua_sqlite_origin_matches (RuaSqliteOrigin *self, int fd);
void rua_sqlite_origin_set_log (RuaSqliteOrigin *self, const char *lineage, const char *station);
void rua_sqlite_origin_swap (RuaSqliteOrigin *self, RuaSqliteOrigin *other);
void rua_sqlite_origin_set_base (RuaSqliteOrigin *self, RuaAlliance *alliance);
static inline gint64
rua_sqlite_rows_get_number (const RuaSqliteRows *self, guint32 row)
{
  return self->numbers == NULL ? (gint64) row + RUA_SQLITE_FIRST_ROW : row < self->n_numbers ? self->numbers[row] : 0;
}

/* ---- rows that are written ---- */
GArray *rua_sqlite_list_sources (RuaTable *table, gboolean all); /* of RuaSqliteSource: known columns, or all */
/* The last column is rua_key. */
char *rua_sqlite_insert_sql (RuaTable *table, GArray *sources);
/* What stands in rua_key: how the log calls the row, where that does not follow from its number. */
char *rua_sqlite_dup_key (RuaAlliance *alliance, RuaTable *table, guint32 row, gint64 number);
void rua_sqlite_hash_key (GByteArray *bytes, const char *key);
int rua_sqlite_bind_key (sqlite3_stmt *statement, int at, const char *key);
int rua_sqlite_bind (sqlite3_stmt *statement, int at, const RuaSqliteCell *cell);
void rua_sqlite_hash_row (GByteArray *bytes, GArray *sources, guint32 row, gint64 number, const char *key);

/* ---- what is different ---- */
typedef struct {
  RuaTable *before, *now;
  guint64 *changed; /* a bit a row that was there before: it is different, or gone */
  guint64 *renamed; /* of those, the ones with another id and the ones gone; NULL for none */
  gboolean has_renamed; /* not all of those are gone */
  guint32 n_changed, n_added;
} RuaSqliteDiff;

/* A RuaSqliteDiff for each table, whose @rows are known; NULL when kinds, fields or members that we do not know are different. */
GArray *rua_sqlite_diff (RuaAlliance *before, RuaAlliance *now, GPtrArray *rows, guint64 *n_changes);
RuaColumn *rua_sqlite_column_at (RuaTable *table, guint field); /* after the last, of the extra members */

/* ---- the whole ---- */
RuaAlliance *rua_sqlite_read (RuaSqliteCopy *copy, RuaProgress *progress, GError **error);
RuaAlliance *rua_sqlite_open (const RuaStoreReading *reading, GError **error);
char *rua_sqlite_dup_mark (const RuaStoreReading *reading, GError **error);
GListModel *rua_sqlite_list_changes (const RuaStoreReading *reading, const char *mark, GError **error);
/* To an empty file that is there; what it then holds in @origin, but for the file's own state. */
gboolean rua_sqlite_write_file (RuaAlliance *alliance,
                                const char *path,
                                const RuaLocation *place,
                                RuaSqliteOrigin *origin,
                                GCancellable *cancellable,
                                GError **error);
/* How a part was saved, and whether it can be. */
typedef enum {
  RUA_SQLITE_UPDATE_FAILED,
  RUA_SQLITE_UPDATE_DONE,
  RUA_SQLITE_UPDATE_NOT, /* it has to be written whole: nothing was changed, and there is no error */
} RuaSqliteUpdate;
RuaSqliteUpdate rua_sqlite_update_file (RuaAlliance *alliance,
                                        RuaSqliteOrigin *origin,
                                        const char *name,
                                        GCancellable *cancellable,
                                        GError **error);
/* To the place, whatever is there. */
gboolean rua_sqlite_save (RuaAlliance *alliance, const RuaStoreWriting *writing, GError **error);

G_END_DECLS
