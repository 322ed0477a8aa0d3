/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Blocks of rows into the columns of an alliance: first the ids of every table, then all else, a column
 * a task, since columns share nothing. */
#include "rua-sqlite-private.h"

#include <string.h>

#include "rua-cell-json-private.h"
#include "rua-chunk-private.h"
#include "rua-parallel-private.h"
#include "rua-schema-private.h"
#include "rua-table-core-private.h"

/* Hides the wait for memory. */
#define TEXTS_AHEAD 8

typedef struct {
  guint table;
  guint column; /* of the file */
} Task;

typedef struct {
  RuaSqliteReading *reading;
  GArray *tasks;
} Work;

/* One column while it is filled. */
typedef struct {
  RuaSqliteReading *reading;
  RuaSqliteTable *table;
  RuaAppender *appender;
  guint field;
  RuaColumn *column;
  RuaFieldType type;
  GString *packed;
  GByteArray *list;
  /* The chunk that grows. */
  gpointer values;
  guint64 known[RUA_CHUNK_ROWS / 64];
  guint32 n;
  guint32 at;
} Filling;

static gboolean
refuse_text (Filling *f, const char *what, GError **error)
{
  RuaKind *kind = rua_table_get_kind (f->table->table);

  return rua_sqlite_damaged (f->reading->copy->name, error, "%s: %s: %s", rua_kind_get_name (kind),
                             f->field < rua_kind_get_n_fields (kind) ? rua_field_get_name (f->column->field) : "rua_extra", what);
}

static gboolean
find_reference (Filling *f, const char *id, gsize length, guint64 *word, GError **error)
{
  return rua_table_find_reference (f->table->table, f->column, id, length, word) || refuse_text (f, "a reference leads to no record", error);
}

static gboolean
intern_list (Filling *f, const char *text, gsize length, guint64 *word, GError **error)
{
  if (!rua_text_list_read_json (text, length, NULL, f->packed))
    return refuse_text (f, "what should be a list of ids is none", error);
  if (!rua_sqlite_is_canonical (RUA_FIELD_TYPE_TEXT_LIST, f->packed->str, f->packed->len, text, length))
    g_atomic_int_set (&f->reading->uncanonical, TRUE);
  g_byte_array_set_size (f->list, 0);
  /* A list of no records still has data to read. */
  g_byte_array_append (f->list, (const guint8 *) "", 1);
  g_byte_array_set_size (f->list, 0);
  for (gsize offset = 0; offset < f->packed->len; offset += strlen (f->packed->str + offset) + 1) {
    const char *id = f->packed->str + offset;
    guint64 found;
    guint32 narrow;

    if (!find_reference (f, id, strlen (id), &found, error))
      return FALSE;
    narrow = (guint32) found;
    g_byte_array_append (f->list, f->column->any ? (const guint8 *) &found : (const guint8 *) &narrow, f->column->any ? sizeof found : sizeof narrow);
  }
  *word = rua_appender_intern (f->appender, f->field, (const char *) f->list->data, f->list->len);
  return TRUE;
}

/* What a text of the file is in the column: a code or a row. */
static gboolean
translate (Filling *f, const char *text, gsize length, guint64 *word, GError **error)
{
  gboolean is_extra = f->field >= rua_kind_get_n_fields (rua_table_get_kind (f->table->table));

  if (memchr (text, '\0', length) != NULL || !g_utf8_validate (text, (gssize) length, NULL))
    return refuse_text (f, "a text is not UTF-8", error);
  switch (f->type) {
  case RUA_FIELD_TYPE_REFERENCE:
    return find_reference (f, text, length, word, error);
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    return intern_list (f, text, length, word, error);
  case RUA_FIELD_TYPE_TEXTS:
  case RUA_FIELD_TYPE_TEXT_LIST:
    if (f->type == RUA_FIELD_TYPE_TEXTS ? !rua_texts_read_json (text, length, NULL, f->packed) : !rua_text_list_read_json (text, length, NULL, f->packed))
      return refuse_text (f, f->type == RUA_FIELD_TYPE_TEXTS ? "what should be texts by language is none" : "what should be a list of texts is none", error);
    if (!rua_sqlite_is_canonical (f->type, f->packed->str, f->packed->len, text, length))
      g_atomic_int_set (&f->reading->uncanonical, TRUE);
    *word = rua_appender_intern (f->appender, f->field, f->packed->str, f->packed->len);
    return TRUE;
  case RUA_FIELD_TYPE_TOKEN:
    if (!rua_field_has_token (f->column->field, text, length))
      return refuse_text (f, "a word is none of the field's", error);
    break;
  case RUA_FIELD_TYPE_JSON:
    if (!rua_sqlite_is_json (text, length, is_extra))
      return refuse_text (f, "what should be JSON is none", error);
    break;
  case RUA_FIELD_TYPE_TEXT:
    if (f->field == 0 && length == 0)
      return refuse_text (f, "an id is empty", error);
    break;
  case RUA_FIELD_TYPE_BOOLEAN:
  case RUA_FIELD_TYPE_INTEGER:
  case RUA_FIELD_TYPE_NUMBER:
  case RUA_FIELD_TYPE_MONEY:
  case RUA_FIELD_TYPE_DATE:
    break;
  }
  *word = rua_appender_intern (f->appender, f->field, text, length);
  return TRUE;
}

static gboolean
flush (Filling *f, GError **error)
{
  RuaChunk *chunk;
  guint32 n = f->n, at = f->at;

  if (n == 0)
    return TRUE;
  chunk = rua_chunk_new_packed (f->column, f->values, f->known, n);
  f->at += n;
  f->n = 0;
  memset (f->known, 0, sizeof f->known);
  return rua_appender_take_chunk (f->appender, f->field, at, chunk, n, error);
}

static gboolean
holds_texts (RuaFieldType type)
{
  return rua_sqlite_type_of (type) == SQLITE_TEXT && type != RUA_FIELD_TYPE_DATE;
}

/* Where a text of the column is looked for, or NULL where it is looked for in several tables. */
static RuaDictionary *
dictionary_of (Filling *f)
{
  RuaTable *target;

  if (f->type != RUA_FIELD_TYPE_REFERENCE)
    return &f->column->dictionary;
  target = rua_column_get_target (f->column);
  return target != NULL ? &rua_table_column (target, 0)->dictionary : NULL;
}

static guint64 *
translate_all (Filling *f, RuaSqliteCells *cells, GError **error)
{
  guint32 n = rua_dictionary_get_n (&cells->texts);
  g_autofree guint64 *words = g_new (guint64, MAX (n, 1));
  const RuaDictionary *dictionary = dictionary_of (f);

  for (guint32 code = 0; code < n; code++) {
    gsize length;
    const char *text;

    if (dictionary != NULL && code + TEXTS_AHEAD < n) {
      text = rua_dictionary_get (&cells->texts, code + TEXTS_AHEAD, &length);
      rua_dictionary_prefetch (dictionary, text, length);
    }
    text = rua_dictionary_get (&cells->texts, code, &length);
    if (!translate (f, text, length, &words[code], error))
      return NULL;
  }
  return g_steal_pointer (&words);
}

static gboolean
add_block (Filling *f, RuaSqliteBlock *block, RuaSqliteCells *cells, GError **error)
{
  guint width = f->column->width;
  g_autofree guint64 *words = NULL;

  if (holds_texts (f->type) && (words = translate_all (f, cells, error)) == NULL)
    return FALSE;
  for (guint32 i = 0; i < block->n_rows; i++) {
    gboolean is_known = (cells->known[i >> 6] >> (i & 63) & 1) != 0;
    char *to = (char *) f->values + (gsize) f->n * width;

    if (!is_known)
      memset (to, 0, width);
    else if (words != NULL)
      rua_column_put_word (to, width, words[((guint32 *) cells->values)[i]]);
    else
      memcpy (to, (const char *) cells->values + (gsize) i * width, width);
    if (is_known)
      f->known[f->n >> 6] |= G_GUINT64_CONSTANT (1) << (f->n & 63);
    if (++f->n == RUA_CHUNK_ROWS && !flush (f, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
fill_column (guint index, gpointer data, GError **error)
{
  Work *work = data;
  RuaSqliteReading *reading = work->reading;
  const Task *task = &g_array_index (work->tasks, Task, index);
  RuaSqliteTable *table = &g_array_index (reading->tables, RuaSqliteTable, task->table);
  Filling *f = g_new0 (Filling, 1);
  gboolean done = TRUE;

  f->reading = reading;
  f->table = table;
  f->appender = reading->appenders->pdata[task->table];
  f->field = g_array_index (table->fields, guint, task->column);
  f->column = f->field < table->table->columns->len ? rua_table_column (table->table, f->field) : table->table->extra;
  f->type = f->column->type;
  f->packed = g_string_new (NULL);
  f->list = g_byte_array_new ();
  f->values = g_malloc ((gsize) MIN (table->n_rows, RUA_CHUNK_ROWS) * f->column->width);
  /* Every id is another. */
  if (f->field == 0)
    rua_dictionary_reserve (&f->column->dictionary, (guint32) table->n_rows);
  for (guint b = 0; done && b < table->n_blocks; b++) {
    RuaSqliteBlock *block = &g_array_index (reading->blocks, RuaSqliteBlock, table->first_block + b);
    RuaSqliteCells *cells = &block->cells[task->column];

    done = block->n_rows == 0 || add_block (f, block, cells, error);
    /* What is in the table need not be kept twice. */
    g_clear_pointer (&cells->values, g_free);
    rua_dictionary_clear (&cells->texts);
  }
  done = done && flush (f, error);
  g_free (f->values);
  g_string_free (f->packed, TRUE);
  g_byte_array_unref (f->list);
  g_free (f);
  return done;
}

static gboolean
fill (RuaSqliteReading *self, gboolean ids, GError **error)
{
  g_autoptr (GArray) tasks = g_array_new (FALSE, FALSE, sizeof (Task));
  Work work = { self, tasks };

  for (guint t = 0; t < self->tables->len; t++) {
    RuaSqliteTable *table = &g_array_index (self->tables, RuaSqliteTable, t);

    for (guint c = 0; table->n_rows > 0 && c < table->fields->len; c++) {
      Task task = { t, c };

      /* What the log calls rows is in no table. */
      if (g_array_index (table->fields, guint, c) > rua_kind_get_n_fields (rua_table_get_kind (table->table)))
        continue;
      if ((g_array_index (table->fields, guint, c) == 0) == ids)
        g_array_append_val (tasks, task);
    }
  }
  return rua_parallel_run (tasks->len, fill_column, &work, NULL, self->copy->cancellable, error);
}

gboolean
rua_sqlite_fill_tables (RuaSqliteReading *self, GError **error)
{
  g_autoptr (RuaFaults) faults = rua_faults_new (self->copy->name, RUA_FAULTS_DEFAULT_LIMIT);
  gboolean done;

  self->appenders = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint t = 0; t < self->tables->len; t++)
    g_ptr_array_add (self->appenders, rua_table_append (g_array_index (self->tables, RuaSqliteTable, t).table));
  done = fill (self, TRUE, error) && fill (self, FALSE, error);
  for (guint t = 0; done && t < self->tables->len; t++) {
    RuaSqliteTable *table = &g_array_index (self->tables, RuaSqliteTable, t);
    RuaAppender *appender = self->appenders->pdata[t];

    rua_appender_end_rows (appender, (guint32) table->n_rows);
    rua_appender_commit_pending (appender, faults);
  }
  g_clear_pointer (&self->appenders, g_ptr_array_unref);
  return done && (rua_faults_get_count (faults) == 0 || rua_faults_raise (faults, error));
}
