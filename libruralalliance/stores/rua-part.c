/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-part-private.h"

#include <string.h>

#include "rua-json-private.h"
#include "rua-table-core-private.h"

/* A record is of the part when it was chosen, or when of all records that could have been chosen, and to which it leads
 * by references, the nearest was. It leads there through records of people and households, and through others that
 * refer to one thing each: who works in two villages does not make them one. With these go all that they refer to. */

#define FAR G_MAXUINT8
#define MOST_STEPS 32

enum {
  END_IN = 1,  /* leads no further to those that were chosen */
  END_OUT = 2, /* nor to those that were not */
  NEEDED = 4,
};

typedef struct {
  guint8 in;  /* steps to the nearest that was chosen */
  guint8 out; /* to the nearest that could have been */
  guint8 flags;
} Mark;

struct _RuaPart {
  RuaAlliance *alliance;
  RuaLedger *ledger;
  GPtrArray *choices; /* of RuaChoice */
  GArray *since;      /* of RuaExchangeRange, or NULL */
  Mark **marks;       /* by table, by row */
  guint n_tables;
  GHashTable *told; /* facts of records that are not in it, and have to be told */
};

/* ---- what is remembered ---- */

char *
rua_part_describe (RuaAlliance *alliance,
                   const char *const *only,
                   const char *since,
                   GError **error)
{
  g_autoptr (GString) out = g_string_new ("{\"only\":[");

  if (!only[0]) {
    g_set_error (
      error, RUA_ERROR, RUA_ERROR_MISSING,
      "nothing is chosen; write KIND, KIND=ID or KIND.FIELD=VALUE, as household.village=gaopo");
    return NULL;
  }
  for (guint i = 0; only[i]; i++) {
    RuaChoice *choice = rua_choice_new (alliance, only[i], error);
    gboolean is_there = choice && rua_choice_check_there (choice, only[i], error);

    g_clear_pointer (&choice, rua_choice_free);
    if (!is_there)
      return NULL;
    if (i)
      g_string_append_c (out, ',');
    rua_json_append_string (out, only[i], strlen (only[i]));
  }
  g_string_append_printf (out, "],\"since\":%s}", since);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static char **
parse (const char *description, char **since)
{
  g_autoptr (RuaJsonScanner) scanner
    = rua_json_scanner_new (description, strlen (description), NULL);
  g_autoptr (GStrvBuilder) only = g_strv_builder_new ();
  g_autoptr (GString) value = g_string_new (NULL);
  gsize length;

  if (rua_json_scanner_next (scanner, NULL) != RUA_JSON_TOKEN_OBJECT_BEGIN
      || rua_json_scanner_next (scanner, NULL) != RUA_JSON_TOKEN_NAME
      || strcmp (rua_json_scanner_get_text (scanner, &length), "only") != 0
      || rua_json_scanner_next (scanner, NULL) != RUA_JSON_TOKEN_ARRAY_BEGIN)
    return NULL;
  while (rua_json_scanner_next (scanner, NULL) == RUA_JSON_TOKEN_STRING)
    g_strv_builder_add (only, rua_json_scanner_get_text (scanner, &length));
  if (rua_json_scanner_get_token (scanner) != RUA_JSON_TOKEN_ARRAY_END
      || rua_json_scanner_next (scanner, NULL) != RUA_JSON_TOKEN_NAME
      || strcmp (rua_json_scanner_get_text (scanner, &length), "since") != 0
      || rua_json_scanner_next (scanner, NULL) != RUA_JSON_TOKEN_OBJECT_BEGIN
      || !rua_json_scanner_copy_value (scanner, value, NULL))
    return NULL;
  if (since)
    *since = g_strdup (value->str);
  return g_strv_builder_end (only);
}

char **
rua_part_list_choices (const char *description)
{
  return parse (description, NULL);
}

char *
rua_part_dup_since (const char *description)
{
  char *since = NULL;
  g_auto (GStrv) only = parse (description, &since);

  return only ? since : NULL;
}

/* ---- what leads where ---- */

static gboolean
is_reference (RuaColumn *column)
{
  return column->type == RUA_FIELD_TYPE_REFERENCE || column->type == RUA_FIELD_TYPE_REFERENCE_LIST;
}

static guint
count_targets (RuaColumn *column, guint32 row)
{
  return column->type == RUA_FIELD_TYPE_REFERENCE ? rua_column_is_known (column, row)
                                                  : rua_column_get_n_references (column, row);
}

static gboolean
read_target (RuaColumn *column, guint32 row, guint i, RuaTable **table, guint32 *target)
{
  return column->type == RUA_FIELD_TYPE_REFERENCE
           ? rua_column_read_reference (column, row, table, target)
           : rua_column_read_reference_at (column, row, i, table, target);
}

static gboolean
is_personal (RuaTable *table)
{
  return rua_kind_get_privacy (table->kind) != RUA_PRIVACY_PUBLIC;
}

static Mark *
mark_of (RuaPart *self, RuaTable *table, guint32 row)
{
  return &self->marks[rua_table_get_ordinal (table)][row];
}

static gboolean
is_of (const Mark *mark)
{
  return mark->in < mark->out;
}

static void
choose (RuaPart *self)
{
  for (guint c = 0; c < self->choices->len; c++) {
    RuaChoice *choice = self->choices->pdata[c];

    for (guint32 row = 0; row < choice->table->n_rows; row++) {
      Mark *mark = mark_of (self, choice->table, row);

      if (!rua_table_is_alive (choice->table, row))
        continue;
      if (choice->is_whole) {
        /* Of a kind that is given whole nothing draws others in: everybody refers to its records. */
        mark->flags |= mark->in == 0 ? 0 : END_IN;
        mark->in = 0;
      } else if (rua_choice_meets_row (choice, row)) {
        mark->in = 0;
        mark->flags &= (guint8)~END_IN;
      }
    }
  }
  for (guint c = 0; c < self->choices->len; c++) {
    RuaChoice *choice = self->choices->pdata[c];

    for (guint32 row = 0; row < choice->table->n_rows; row++)
      if (rua_table_is_alive (choice->table, row) && mark_of (self, choice->table, row)->in == FAR)
        mark_of (self, choice->table, row)->out = 0;
  }
}

/* Those that refer to one that is @steps away are one further. */
static gboolean
take_step (RuaPart *self, guint8 steps, RuaFieldType type, gboolean is_in)
{
  gboolean is_more = FALSE;
  const guint8 end = is_in ? END_IN : END_OUT;

  for (guint t = 0; t < self->n_tables; t++) {
    RuaTable *table = rua_alliance_get_table_at (self->alliance, t);

    for (guint c = 1; c < table->columns->len; c++) {
      RuaColumn *column = rua_table_column (table, c);

      for (guint32 row = 0; column->type == type && row < table->n_rows; row++) {
        Mark *mark = mark_of (self, table, row);
        guint8 *mine = is_in ? &mark->in : &mark->out;

        if (*mine != FAR || !rua_table_is_alive (table, row))
          continue;
        for (guint i = 0; *mine == FAR && i < count_targets (column, row); i++) {
          RuaTable *target;
          guint32 to;
          const Mark *other;

          if (!read_target (column, row, i, &target, &to))
            continue;
          other = mark_of (self, target, to);
          if ((is_in ? other->in : other->out) != steps || (other->flags & end))
            continue;
          *mine = (guint8)(steps + 1);
          if (type == RUA_FIELD_TYPE_REFERENCE_LIST
              || (is_personal (target) && !is_personal (table)))
            mark->flags |= end;
          is_more = TRUE;
        }
      }
    }
  }
  return is_more;
}

static void
spread (RuaPart *self, gboolean is_in)
{
  for (guint8 steps = 0; steps < MOST_STEPS; steps++) {
    gboolean is_more = take_step (self, steps, RUA_FIELD_TYPE_REFERENCE, is_in);

    is_more |= take_step (self, steps, RUA_FIELD_TYPE_REFERENCE_LIST, is_in);
    if (!is_more)
      return;
  }
}

typedef struct {
  RuaTable *table;
  guint32 row;
} Place;

static void
need (RuaPart *self, GArray *open, RuaTable *table, guint32 row)
{
  Mark *mark = mark_of (self, table, row);
  Place place = { table, row };

  if (mark->flags & NEEDED)
    return;
  mark->flags |= NEEDED;
  g_array_append_val (open, place);
}

/* With all that those in @open refer to. */
static void
close_over (RuaPart *self, GArray *open)
{
  while (open->len) {
    Place place = g_array_index (open, Place, open->len - 1);

    g_array_set_size (open, open->len - 1);
    for (guint c = 1; c < place.table->columns->len; c++) {
      RuaColumn *column = rua_table_column (place.table, c);

      for (guint i = 0; is_reference (column) && i < count_targets (column, place.row); i++) {
        RuaTable *target;
        guint32 to;

        if (read_target (column, place.row, i, &target, &to))
          need (self, open, target, to);
      }
    }
  }
}

/* ---- what has gone, or moves out ---- */

static gboolean
is_after (RuaPart *self, const RuaFactData *fact)
{
  return !self->since || fact->sequence > rua_exchange_through (self->since, fact->station);
}

static const char *
value_of_cell (RuaLog *log, guint cell, gsize *length)
{
  guint current = cell == RUA_NO_FACT ? RUA_NO_FACT : rua_log_get_current (log, cell);
  const char *before;
  RuaFactData fact;

  if (current != RUA_NO_FACT) {
    rua_log_get_fact (log, current, &fact);
    *length = (gsize)fact.value_length;
    return fact.value;
  }
  if (cell == RUA_NO_FACT || !rua_log_get_before (log, cell, &before) || !before)
    return NULL;
  *length = strlen (before);
  return before;
}

/* A record that was there, by what the log still says of it. */
typedef struct {
  guint32 fact; /* that removes it */
  RuaTable *table;
  const char *key;
  gboolean was_of;
} Gone;

typedef struct {
  RuaPart *part;
  GHashTable *keys; /* of the records that were of it: kind '\n' key */
  gboolean is_of;
} Leads;

static char *
join_key (RuaTable *table, const char *key, gsize length)
{
  return g_strdup_printf ("%s\n%.*s", rua_kind_get_name (table->kind), (int)length, key);
}

static gboolean
leads_to (gpointer data, RuaTable *table, const char *key, gsize length)
{
  Leads *leads = data;
  guint32 row
    = table ? rua_row_keys_find (leads->part->ledger->keys, table, key, length) : RUA_NO_ROW;
  g_autofree char *name = table && row == RUA_NO_ROW ? join_key (table, key, length) : NULL;

  leads->is_of = row != RUA_NO_ROW ? is_of (mark_of (leads->part, table, row))
                                   : name && g_hash_table_contains (leads->keys, name);
  return !leads->is_of;
}

static gboolean
was_of (RuaPart *self, const Gone *gone, GHashTable *keys)
{
  RuaLog *log = self->ledger->log;
  const char *kind = rua_kind_get_name (gone->table->kind);
  Leads leads = { self, keys, FALSE };
  gsize length;

  for (guint c = 0; c < self->choices->len; c++) {
    RuaChoice *choice = self->choices->pdata[c];
    const char *field
      = choice->is_whole
          ? NULL
          : rua_field_get_name (rua_kind_get_field (choice->table->kind, choice->fields[0])),
      *value;

    if (choice->table != gone->table)
      continue;
    if (choice->is_whole
        || (choice->fields[0] == 0
            && g_strcmp0 (rua_row_key_get_id (gone->key), choice->value) == 0))
      return TRUE;
    value = value_of_cell (log, rua_log_find_cell (log, kind, gone->key, field), &length);
    if (value && rua_choice_meets_value (choice, self->ledger, value, length))
      return TRUE;
  }
  for (guint c = 1; c < gone->table->columns->len; c++) {
    RuaColumn *column = rua_table_column (gone->table, c);
    const char *value;

    if (column->type != RUA_FIELD_TYPE_REFERENCE)
      continue;
    value = value_of_cell (
      log, rua_log_find_cell (log, kind, gone->key, rua_field_get_name (column->field)), &length);
    if (value)
      rua_cell_each_target (column, value, length, leads_to, &leads);
    if (leads.is_of)
      return TRUE;
  }
  return FALSE;
}

static void
tell_gone (RuaPart *self, GArray *gone)
{
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean is_more = TRUE;

  /* One that led to one that has gone as well. */
  while (is_more) {
    is_more = FALSE;
    for (guint i = 0; i < gone->len; i++) {
      Gone *one = &g_array_index (gone, Gone, i);

      if (one->was_of || !was_of (self, one, keys))
        continue;
      one->was_of = is_more = TRUE;
      g_hash_table_add (keys, join_key (one->table, one->key, strlen (one->key)));
      g_hash_table_add (self->told, GUINT_TO_POINTER (one->fact));
    }
  }
}

/* Whether the fact replaces a value by which its record was chosen. */
static gboolean
replaces_choice (RuaPart *self, RuaChoice *choice, guint fact)
{
  RuaLog *log = self->ledger->log;
  g_autofree RuaFactName *parents = NULL;
  const char *before;
  RuaFactData data;

  rua_log_get_fact (log, fact, &data);
  /* They are lent until the next fact is asked for. */
  parents = g_memdup2 (data.parents, data.n_parents * sizeof *parents);
  if (data.n_parents == 0)
    return rua_log_get_before (log, rua_log_get_fact_cell (log, fact), &before) && before
           && rua_choice_meets_value (choice, self->ledger, before, strlen (before));
  for (guint p = 0; p < data.n_parents; p++) {
    guint parent = rua_log_find_fact (log, parents[p].station, parents[p].sequence);
    RuaFactData replaced;

    if (parent == RUA_NO_FACT)
      continue;
    rua_log_get_fact (log, parent, &replaced);
    if (replaced.value
        && rua_choice_meets_value (choice, self->ledger, replaced.value,
                                   (gsize)replaced.value_length))
      return TRUE;
  }
  return FALSE;
}

typedef struct {
  RuaPart *part;
  GArray *open; /* or NULL: only asked whether it may be told */
  gboolean may_tell;
} MovedTo;

/* Where to it moves comes too, unless that is somebody's. */
static gboolean
see_where (gpointer data, RuaTable *table, const char *key, gsize length)
{
  MovedTo *to = data;
  guint32 row = table && !is_personal (table)
                  ? rua_row_keys_find (to->part->ledger->keys, table, key, length)
                  : RUA_NO_ROW;

  to->may_tell &= row != RUA_NO_ROW;
  if (to->open && row != RUA_NO_ROW)
    need (to->part, to->open, table, row);
  return to->may_tell;
}

static void
tell_moved (RuaPart *self, guint fact, const RuaFactData *data, GArray *open)
{
  for (guint c = 0; c < self->choices->len; c++) {
    RuaChoice *choice = self->choices->pdata[c];
    RuaColumn *column = choice->is_whole || choice->fields[0] == 0
                          ? NULL
                          : rua_table_column (choice->table, choice->fields[0]);
    MovedTo to = { self, NULL, TRUE };
    guint32 row;

    if (!column || strcmp (data->kind, rua_kind_get_name (choice->table->kind)) != 0
        || strcmp (data->field, rua_field_get_name (column->field)) != 0)
      continue;
    row = rua_row_keys_find (self->ledger->keys, choice->table, data->key, strlen (data->key));
    if (row == RUA_NO_ROW || (mark_of (self, choice->table, row)->flags & NEEDED)
        || !replaces_choice (self, choice, fact))
      continue;
    if (data->value && is_reference (column))
      rua_cell_each_target (column, data->value, (gsize)data->value_length, see_where, &to);
    if (!to.may_tell)
      continue;
    to.open = open;
    if (data->value && is_reference (column))
      rua_cell_each_target (column, data->value, (gsize)data->value_length, see_where, &to);
    g_hash_table_add (self->told, GUINT_TO_POINTER (fact));
    return;
  }
}

static void
tell_left (RuaPart *self, GArray *open)
{
  RuaLog *log = self->ledger->log;
  g_autoptr (GArray) gone = g_array_new (FALSE, FALSE, sizeof (Gone));

  for (guint i = 0; i < rua_log_get_n_facts (log); i++) {
    RuaFactData fact;

    rua_log_get_fact (log, i, &fact);
    if (!is_after (self, &fact))
      continue;
    if (*fact.field == '\0') {
      RuaTable *table = fact.value ? NULL : rua_alliance_get_table (self->alliance, fact.kind);
      Gone one = { i, table, fact.key, FALSE };

      if (table
          && rua_row_keys_find (self->ledger->keys, table, fact.key, strlen (fact.key))
               == RUA_NO_ROW)
        g_array_append_val (gone, one);
    } else
      tell_moved (self, i, &fact, open);
  }
  tell_gone (self, gone);
  close_over (self, open);
}

/* ---- the whole ---- */

/* What is so of the whole, and that somebody was erased, which keeps old files from bringing them back. */
static gboolean
is_everybodys (RuaTable *table)
{
  return rua_ledger_is_singleton (table) || strcmp (rua_kind_get_name (table->kind), RUA_ERASURE_KIND) == 0;
}

static void
work_out (RuaPart *self)
{
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (Place));

  choose (self);
  spread (self, TRUE);
  spread (self, FALSE);
  for (guint t = 0; t < self->n_tables; t++) {
    RuaTable *table = rua_alliance_get_table_at (self->alliance, t);

    for (guint32 row = 0; row < table->n_rows; row++)
      if (rua_table_is_alive (table, row)
          && (is_of (mark_of (self, table, row)) || is_everybodys (table)))
        need (self, open, table, row);
  }
  close_over (self, open);
  tell_left (self, open);
}

RuaPart *
rua_part_new (RuaAlliance *alliance, const char *description, GError **error)
{
  g_autofree char *since = NULL;
  g_auto (GStrv) only = parse (description, &since);
  g_autoptr (RuaPart) self = NULL;
  GStringChunk *texts;

  if (!only) {
    g_set_error (
      error, RUA_ERROR, RUA_ERROR_VALUE,
      "the file does not tell in a known way which part the station is given; choose it anew");
    return NULL;
  }
  self = g_new0 (RuaPart, 1);
  self->alliance = g_object_ref (alliance);
  self->ledger = rua_alliance_peek_ledger (alliance);
  self->choices = g_ptr_array_new_with_free_func ((GDestroyNotify)rua_choice_free);
  self->told = g_hash_table_new (g_direct_hash, g_direct_equal);
  for (guint i = 0; only[i]; i++) {
    RuaChoice *choice = rua_choice_new (alliance, only[i], error);

    if (!choice)
      return NULL;
    g_ptr_array_add (self->choices, choice);
  }
  texts = g_string_chunk_new (1024);
  self->since = rua_exchange_parse_vector (since, texts);
  self->n_tables = rua_alliance_get_n_tables (alliance);
  self->marks = g_new0 (Mark *, self->n_tables);
  for (guint t = 0; t < self->n_tables; t++) {
    guint32 n = rua_table_get_n_rows (rua_alliance_get_table_at (alliance, t));

    self->marks[t] = g_new (Mark, MAX (n, 1));
    for (guint32 row = 0; row < n; row++)
      self->marks[t][row] = (Mark){ FAR, FAR, 0 };
  }
  work_out (self);
  /* The names in it are those of the texts. */
  g_clear_pointer (&self->since, g_array_unref);
  g_string_chunk_free (texts);
  return g_steal_pointer (&self);
}

void
rua_part_free (RuaPart *self)
{
  for (guint t = 0; self->marks && t < self->n_tables; t++)
    g_free (self->marks[t]);
  g_free (self->marks);
  g_ptr_array_unref (self->choices);
  g_hash_table_unref (self->told);
  g_object_unref (self->alliance);
  g_free (self);
}

gboolean
rua_part_has_row (RuaPart *self, RuaTable *table, guint32 row)
{
  return mark_of (self, table, row)->flags & NEEDED;
}

gboolean
rua_part_has_fact (RuaPart *self, const RuaFactData *fact)
{
  RuaTable *table = rua_alliance_get_table (self->alliance, fact->kind);
  guint32 row = table ? rua_row_keys_find (self->ledger->keys, table, fact->key, strlen (fact->key))
                      : RUA_NO_ROW;

  if (row != RUA_NO_ROW && rua_part_has_row (self, table, row))
    return TRUE;
  /* That somebody was erased everybody has to hear, for they may have had them once; who it was is not told. */
  if (strcmp (fact->kind, RUA_ERASURE_KIND) == 0 || (fact->is_erased && rua_log_is_erased (self->ledger->log, fact->kind, fact->key)))
    return TRUE;
  return g_hash_table_size (self->told) > 0
         && g_hash_table_contains (
           self->told,
           GUINT_TO_POINTER (rua_log_find_fact (self->ledger->log, fact->station, fact->sequence)));
}

GArray *
rua_part_list_records (RuaPart *self, GStringChunk *texts)
{
  GArray *records = g_array_new (FALSE, FALSE, sizeof (RuaExchangeRecord));

  for (guint t = 0; t < self->n_tables; t++) {
    RuaTable *table = rua_alliance_get_table_at (self->alliance, t);

    for (guint32 row = 0; row < table->n_rows; row++) {
      g_autofree char *before = NULL;
      g_autofree char *key = NULL;
      RuaExchangeRecord record;

      /* The one record that says what is so of the whole came when the station was enrolled. */
      if (!rua_part_has_row (self, table, row) || rua_ledger_is_singleton (table)
          || rua_row_keys_get_place (self->ledger->keys, table, row) == RUA_NO_ROW)
        continue;
      key = g_strdup (rua_row_keys_name (self->ledger->keys, table, row));
      before = rua_ledger_dup_record_before (self->ledger, table, row, key, NULL, NULL);
      record.kind = rua_kind_get_name (table->kind);
      record.key = g_string_chunk_insert (texts, key);
      record.before = g_string_chunk_insert (texts, before);
      g_array_append_val (records, record);
    }
  }
  return records;
}
