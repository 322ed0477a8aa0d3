/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The log in a file: a row a fact and a row a change, in the order in which they came, so that a save
 * appends. Rows are hashed as those of other tables are. */
#include "rua-sqlite-private.h"

#include <string.h>

#include "rua-fact-private.h"

static const char *const fact_columns[] = {
  "station", "sequence", "clock", "kind", "key", "field", "value", "author", "parents", "before", "has_before", "erased",
};
static const char *const change_columns[] = { "station", "first_sequence", "n_facts", "clock", "author", "title", "origin", "erased" };

#define N_FACT G_N_ELEMENTS (fact_columns)
#define N_CHANGE G_N_ELEMENTS (change_columns)
#define MOST_COLUMNS N_FACT

/* ---- writing ---- */

typedef struct {
  sqlite3 *db;
  const char *name;
  GCancellable *cancellable;
  sqlite3_stmt *statement;
  guint n;
  guint64 tags[MOST_COLUMNS];
  GByteArray *bytes;
  GString *parents;
} Putting;

static gboolean
fail (Putting *self, int code, GError **error)
{
  return rua_sqlite_fail (self->db, code, self->name, "writing its log", self->cancellable, error);
}

static gboolean
begin (Putting *self, const char *table, const char *const *columns, guint n, GError **error)
{
  g_autoptr (GString) sql = g_string_new ("INSERT INTO ");
  int code;

  rua_sqlite_quote (sql, table);
  g_string_append (sql, " (\"rua_row\"");
  self->n = n;
  for (guint i = 0; i < n; i++) {
    self->tags[i] = rua_sqlite_tag (columns[i]);
    g_string_append (sql, ", ");
    rua_sqlite_quote (sql, columns[i]);
  }
  g_string_append (sql, ") VALUES (?");
  for (guint i = 0; i < n; i++)
    g_string_append (sql, ", ?");
  g_string_append (sql, ")");
  code = sqlite3_prepare_v2 (self->db, sql->str, -1, &self->statement, NULL);
  return code == SQLITE_OK || fail (self, code, error);
}

static gboolean
put (Putting *self, gint64 number, const RuaSqliteCell *cells, RuaSqliteSeal *seal, GError **error)
{
  int code = sqlite3_bind_int64 (self->statement, 1, number);

  rua_sqlite_hash_begin (self->bytes, number);
  for (guint i = 0; code == SQLITE_OK && i < self->n; i++) {
    rua_sqlite_hash_cell (self->bytes, self->tags[i], &cells[i]);
    code = rua_sqlite_bind (self->statement, (int) i + 2, &cells[i]);
  }
  if (code == SQLITE_OK)
    code = sqlite3_step (self->statement);
  sqlite3_reset (self->statement);
  if (code != SQLITE_DONE)
    return fail (self, code, error);
  rua_sqlite_seal_add (seal, self->bytes);
  return TRUE;
}

static RuaSqliteCell
text_cell (const char *text, gssize length)
{
  RuaSqliteCell cell = { .type = SQLITE_NULL };

  if (text == NULL)
    return cell;
  cell.type = SQLITE_TEXT;
  cell.text = text;
  cell.length = length < 0 ? strlen (text) : (gsize) length;
  return cell;
}

static RuaSqliteCell
integer_cell (gint64 integer)
{
  return (RuaSqliteCell){ .type = SQLITE_INTEGER, .integer = integer };
}

static RuaSqliteCell
parents_cell (GString *out, const RuaFactData *fact)
{
  g_string_truncate (out, 0);
  for (guint i = 0; i < fact->n_parents; i++)
    g_string_append_printf (out, "%c\"%s.%" G_GINT64_FORMAT "\"", i == 0 ? '[' : ',', fact->parents[i].station, fact->parents[i].sequence);
  if (fact->n_parents > 0)
    g_string_append_c (out, ']');
  return text_cell (fact->n_parents > 0 ? out->str : NULL, (gssize) out->len);
}

static gboolean
put_facts (Putting *self, RuaLog *log, RuaSqliteLogState *state, GError **error)
{
  for (guint n = rua_log_get_n_facts (log); state->n_facts < n; state->n_facts++) {
    RuaFactData fact;

    if ((state->n_facts & 0xfff) == 0 && g_cancellable_set_error_if_cancelled (self->cancellable, error))
      return FALSE;
    rua_log_get_fact (log, state->n_facts, &fact);
    {
      const RuaSqliteCell cells[N_FACT] = {
        text_cell (fact.station, -1),
        integer_cell (fact.sequence),
        integer_cell (fact.clock),
        text_cell (fact.kind, -1),
        text_cell (fact.key, -1),
        text_cell (fact.field, -1),
        text_cell (fact.value, fact.value_length),
        text_cell (fact.author, -1),
        parents_cell (self->parents, &fact),
        text_cell (fact.has_before ? fact.before : NULL, -1),
        integer_cell (fact.has_before),
        integer_cell (fact.is_erased),
      };

      if (!put (self, (gint64) state->n_facts + RUA_SQLITE_FIRST_ROW, cells, &state->facts, error))
        return FALSE;
    }
  }
  return TRUE;
}

static gboolean
put_changes (Putting *self, RuaLog *log, RuaSqliteLogState *state, GError **error)
{
  for (guint n = rua_log_get_n_changes (log); state->n_changes < n; state->n_changes++) {
    RuaChangeData change;

    rua_log_get_change (log, state->n_changes, &change);
    {
      const RuaSqliteCell cells[N_CHANGE] = {
        text_cell (change.station, -1), integer_cell (change.first_sequence), integer_cell (change.n_facts), integer_cell (change.clock),
        text_cell (change.author, -1),  text_cell (change.title, -1),         text_cell (change.origin, -1),
        integer_cell (change.is_erased),
      };

      if (!put (self, (gint64) state->n_changes + RUA_SQLITE_FIRST_ROW, cells, &state->changes, error))
        return FALSE;
    }
  }
  return TRUE;
}

gboolean
rua_sqlite_log_append (sqlite3 *db, const char *name, RuaLog *log, RuaSqliteLogState *state, GCancellable *cancellable, GError **error)
{
  Putting self = { .db = db, .name = name, .cancellable = cancellable };
  gboolean done;

  if (log == NULL)
    return TRUE;
  self.bytes = g_byte_array_new ();
  self.parents = g_string_new (NULL);
  done = begin (&self, "rua_facts", fact_columns, N_FACT, error) && put_facts (&self, log, state, error);
  sqlite3_finalize (self.statement);
  self.statement = NULL;
  done = done && begin (&self, "rua_changes", change_columns, N_CHANGE, error) && put_changes (&self, log, state, error);
  sqlite3_finalize (self.statement);
  g_byte_array_unref (self.bytes);
  g_string_free (self.parents, TRUE);
  return done;
}

RuaLog *
rua_sqlite_log_copy (RuaLog *log)
{
  RuaLog *copy = rua_log_new (rua_log_get_lineage (log), rua_log_get_station (log), NULL);
  g_autofree char *stations = rua_roster_to_json (rua_log_get_roster (log));

  if (stations != NULL) {
    rua_roster_read_json (rua_log_get_roster (copy), stations, strlen (stations));
    rua_key_forget (stations, strlen (stations));
  }
  rua_log_take_erasures (copy, log);
  for (guint i = 0; i < rua_log_get_n_facts (log); i++) {
    RuaFactData fact;

    rua_log_get_fact (log, i, &fact);
    rua_log_insert (copy, &fact, NULL);
  }
  for (guint i = 0; i < rua_log_get_n_changes (log); i++) {
    RuaChangeData change;

    rua_log_get_change (log, i, &change);
    rua_log_insert_change (copy, &change, NULL);
  }
  return copy;
}

/* ---- reading ---- */

typedef struct {
  RuaSqliteReading *reading;
  sqlite3 *db;
  RuaLog *log;
  GArray *parents; /* of RuaFactName */
  GPtrArray *texts;
} Getting;

static gboolean
refuse (Getting *self, gint64 row, const char *table, const char *why, GError **error)
{
  return rua_sqlite_damaged (self->reading->copy->name, error, "%s: row %" G_GINT64_FORMAT " %s", table, row, why);
}

/* ["a.12","b.7"], as it is written. */
static gboolean
read_parents (Getting *self, const char *text)
{
  const char *at = text;

  g_array_set_size (self->parents, 0);
  g_ptr_array_set_size (self->texts, 0);
  if (text == NULL)
    return TRUE;
  do {
    const char *from = at + 2, *to, *dot;
    RuaFactName name;
    char *end;

    if ((*at != '[' && *at != ',') || (*at == '[') != (at == text) || at[1] != '"' || (to = strchr (from, '"')) == NULL)
      return FALSE;
    for (dot = to; dot > from && *dot != '.'; dot--)
      ;
    if (dot == from)
      return FALSE;
    name.sequence = g_ascii_strtoll (dot + 1, &end, 10);
    if (end != to || name.sequence < 1)
      return FALSE;
    g_ptr_array_add (self->texts, g_strndup (from, (gsize) (dot - from)));
    name.station = self->texts->pdata[self->texts->len - 1];
    g_array_append_val (self->parents, name);
    at = to + 1;
  } while (*at == ',');
  return at[0] == ']' && at[1] == '\0';
}

static gboolean
take_fact (Getting *self, gint64 row, const RuaSqliteCell *cells, GError **error)
{
  g_autoptr (GError) local = NULL;
  RuaFactData fact = { 0 };
  RuaLogInsert how;

  if (!read_parents (self, cells[8].text))
    return refuse (self, row, "rua_facts", "names its parents in no way that is known", error);
  fact.station = cells[0].text;
  fact.sequence = cells[1].integer;
  fact.clock = cells[2].integer;
  fact.kind = cells[3].text;
  fact.key = cells[4].text;
  fact.field = cells[5].text;
  fact.value = cells[6].text;
  fact.value_length = cells[6].text != NULL ? (gssize) cells[6].length : 0;
  fact.author = cells[7].text;
  fact.parents = (const RuaFactName *) (gpointer) self->parents->data;
  fact.n_parents = self->parents->len;
  fact.before = cells[9].text;
  fact.has_before = cells[10].integer != 0;
  fact.is_erased = cells[11].integer != 0;
  how = rua_log_insert (self->log, &fact, &local);
  return how == RUA_LOG_NEW || refuse (self, row, "rua_facts", how == RUA_LOG_KNOWN ? "is there twice" : "is no fact", error);
}

static gboolean
take_change (Getting *self, gint64 row, const RuaSqliteCell *cells, GError **error)
{
  g_autoptr (GError) local = NULL;
  const RuaChangeData change = {
    .station = cells[0].text,
    .first_sequence = cells[1].integer,
    .n_facts = cells[2].integer,
    .clock = cells[3].integer,
    .author = cells[4].text,
    .title = cells[5].text,
    .origin = cells[6].text,
    .is_erased = cells[7].integer != 0,
  };

  return rua_log_insert_change (self->log, &change, &local) == RUA_LOG_NEW || refuse (self, row, "rua_changes", "is no change", error);
}

typedef gboolean (*Taker) (Getting *self, gint64 row, const RuaSqliteCell *cells, GError **error);

/* NULL, a text or a whole number; texts are UTF-8 and end in NUL. */
static gboolean
read_cell (sqlite3_stmt *statement, int column, gsize most, RuaSqliteCell *cell)
{
  memset (cell, 0, sizeof *cell);
  cell->type = sqlite3_column_type (statement, column);
  if (cell->type == SQLITE_INTEGER)
    cell->integer = sqlite3_column_int64 (statement, column);
  if (cell->type == SQLITE_TEXT) {
    cell->text = (const char *) sqlite3_column_text (statement, column);
    cell->length = (gsize) sqlite3_column_bytes (statement, column);
    return cell->text != NULL && cell->length <= most && strlen (cell->text) == cell->length && g_utf8_validate (cell->text, (gssize) cell->length, NULL);
  }
  return cell->type == SQLITE_INTEGER || cell->type == SQLITE_NULL;
}

static gboolean
read_table (Getting *self, const char *table, const char *const *columns, guint n, Taker take, RuaSqliteSeal *seal, GError **error)
{
  g_autoptr (GString) sql = g_string_new ("SELECT \"rua_row\"");
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  RuaSqliteCopy *copy = self->reading->copy;
  guint64 tags[MOST_COLUMNS];
  sqlite3_stmt *statement = NULL;
  gint64 expected = RUA_SQLITE_FIRST_ROW;
  gboolean done = TRUE;
  int code;

  for (guint i = 0; i < n; i++) {
    tags[i] = rua_sqlite_tag (columns[i]);
    g_string_append (sql, ", ");
    rua_sqlite_quote (sql, columns[i]);
  }
  g_string_append_printf (sql, " FROM \"%s\" ORDER BY \"rua_row\"", table);
  code = sqlite3_prepare_v2 (self->db, sql->str, -1, &statement, NULL);
  while (done && code == SQLITE_OK && (code = sqlite3_step (statement)) == SQLITE_ROW) {
    RuaSqliteCell cells[MOST_COLUMNS];
    gint64 row = sqlite3_column_int64 (statement, 0);

    code = SQLITE_OK;
    done = row == expected++ || refuse (self, row, table, "is not the next", error);
    rua_sqlite_hash_begin (bytes, row);
    for (guint i = 0; done && i < n; i++) {
      done = read_cell (statement, (int) i + 1, copy->limits.cell, &cells[i]) || refuse (self, row, table, "cannot be read", error);
      if (done)
        rua_sqlite_hash_cell (bytes, tags[i], &cells[i]);
    }
    done = done && take (self, row, cells, error);
    rua_sqlite_seal_add (seal, bytes);
  }
  sqlite3_finalize (statement);
  if (done && code != SQLITE_DONE)
    done = rua_sqlite_fail (self->db, code, copy->name, "reading its log", copy->cancellable, error);
  return done;
}

static gboolean
ignore_row (Getting *self, gint64 row, const RuaSqliteCell *cells, GError **error)
{
  return refuse (self, row, "its log", "is there, though no log is kept in it", error);
}

gboolean
rua_sqlite_log_read (RuaSqliteReading *reading, sqlite3 *db, const char *lineage, const char *station, RuaSqliteLogState *state, RuaLog **log, GError **error)
{
  Getting self = { .reading = reading, .db = db };
  g_autoptr (GError) local = NULL;
  g_autoptr (RuaLog) own = NULL;
  gboolean done;

  if (lineage != NULL) {
    own = rua_log_new (lineage, station, &local);
    if (own == NULL)
      return rua_sqlite_damaged (reading->copy->name, error, "rua_file tells no lineage, or no station");
  }
  self.log = own;
  self.parents = g_array_new (FALSE, FALSE, sizeof (RuaFactName));
  self.texts = g_ptr_array_new_with_free_func (g_free);
  done = read_table (&self, "rua_facts", fact_columns, N_FACT, own != NULL ? take_fact : ignore_row, &state->facts, error)
         && read_table (&self, "rua_changes", change_columns, N_CHANGE, own != NULL ? take_change : ignore_row, &state->changes, error);
  state->n_facts = (guint) state->facts.n_rows;
  state->n_changes = (guint) state->changes.n_rows;
  g_array_unref (self.parents);
  g_ptr_array_unref (self.texts);
  if (done && own != NULL)
    rua_log_settle (own);
  if (done)
    *log = g_steal_pointer (&own);
  return done;
}

/* ---- what was added ---- */

#define NO_LOG "none" /* the mark of a file that keeps none yet */

/* LINEAGE:N of a file that keeps a log, whose first N facts somebody has seen. */
char *
rua_sqlite_dup_mark (const RuaStoreReading *reading, GError **error)
{
  g_autoptr (RuaAlliance) alliance = rua_sqlite_open (reading, error);
  RuaLog *log = alliance != NULL ? rua_alliance_peek_log (alliance) : NULL;

  if (alliance == NULL)
    return NULL;
  return log != NULL ? g_strdup_printf ("%s:%u", rua_log_get_lineage (log), rua_log_get_n_facts (log)) : g_strdup (NO_LOG);
}

static gboolean
find_mark (RuaLog *log, const char *mark, const char *name, guint *first, GError **error)
{
  const char *lineage = rua_log_get_lineage (log);
  gsize length = strlen (lineage);
  guint64 n;

  *first = 0;
  if (mark == NULL || g_str_equal (mark, NO_LOG))
    return TRUE;
  if (g_str_has_prefix (mark, lineage) && mark[length] == ':'
      && g_ascii_string_to_unsigned (mark + length + 1, 10, 0, rua_log_get_n_facts (log), &n, NULL)) {
    *first = (guint) n;
    return TRUE;
  }
  g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE, "%s: the mark '%s' is of another log, or of a later state of this one; ask without a mark", name, mark);
  return FALSE;
}

GListModel *
rua_sqlite_list_changes (const RuaStoreReading *reading, const char *mark, GError **error)
{
  g_autoptr (RuaAlliance) alliance = rua_sqlite_open (reading, error);
  RuaLog *log = alliance != NULL ? rua_alliance_peek_log (alliance) : NULL;
  g_autoptr (GListStore) facts = NULL;
  guint first;

  if (alliance == NULL)
    return NULL;
  facts = g_list_store_new (RUA_TYPE_FACT);
  if (log == NULL && (mark == NULL || g_str_equal (mark, NO_LOG)))
    return G_LIST_MODEL (g_steal_pointer (&facts));
  if (log == NULL) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE, "%s: keeps no log that the mark could be of; ask without a mark", reading->place->name);
    return NULL;
  }
  if (!find_mark (log, mark, reading->place->name, &first, error))
    return NULL;
  for (guint i = first; i < rua_log_get_n_facts (log); i++) {
    g_autoptr (RuaFact) fact = rua_fact_new (log, i);

    g_list_store_append (facts, fact);
  }
  return G_LIST_MODEL (g_steal_pointer (&facts));
}
