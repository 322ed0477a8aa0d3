/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-log-core-private.h"

#include <string.h>

#include "rua-json-private.h"

/* What the facts say of each cell: its heads, and which of them is current. */

/* ---- records and cells ---- */

static gboolean
find_code (const RuaDictionary *dictionary, const char *text, guint32 *code)
{
  return rua_dictionary_find (dictionary, text, strlen (text), code);
}

guint32
rua_log_find_record (RuaLog *self, const char *kind, const char *key)
{
  guint32 kind_code, key_code;

  return find_code (&self->kinds, kind, &kind_code) && find_code (&self->keys, key, &key_code)
             ? rua_number_index_find (&self->record_keys, (guint64) kind_code << 32 | key_code)
             : RUA_NO_NUMBER;
}

guint32
rua_log_make_cell (RuaLog *self, const char *kind, const char *key, const char *field)
{
  guint32 kind_code = rua_dictionary_intern (&self->kinds, kind, strlen (kind));
  guint32 key_code = rua_dictionary_intern (&self->keys, key, strlen (key));
  guint32 field_code = rua_dictionary_intern (&self->fields, field, strlen (field));
  guint32 record = rua_number_index_intern (&self->record_keys, (guint64) kind_code << 32 | key_code);
  guint32 cell = rua_number_index_intern (&self->cell_keys, (guint64) record << 32 | field_code);
  RuaLogRecord fresh_record = { .cells = RUA_NO_NUMBER };
  RuaLogCell fresh = { RUA_NO_FACT, RUA_NO_FACT, RUA_NO_FACT, RUA_NO_NUMBER, 0 };

  if (record == self->records->len) {
    fresh_record.is_erased = rua_log_is_erased (self, kind, key);
    g_array_append_val (self->records, fresh_record);
  }
  if (cell == self->cells->len) {
    RuaLogRecord *whose = &g_array_index (self->records, RuaLogRecord, record);

    fresh.next_in_record = whose->cells;
    whose->cells = cell;
    g_array_append_val (self->cells, fresh);
  }
  return cell;
}

guint
rua_log_get_n_cells (RuaLog *self)
{
  return self->cells->len;
}

guint
rua_log_find_cell (RuaLog *self, const char *kind, const char *key, const char *field)
{
  guint32 record = rua_log_find_record (self, kind, key), code;

  return record != RUA_NO_NUMBER && find_code (&self->fields, field, &code)
             ? rua_number_index_find (&self->cell_keys, (guint64) record << 32 | code)
             : RUA_NO_FACT;
}

guint
rua_log_get_fact_cell (RuaLog *self, guint fact)
{
  return rua_log_fact (self, fact)->cell;
}

void
rua_log_get_cell (RuaLog *self, guint cell, const char **kind, const char **key, const char **field)
{
  guint64 of_cell = self->cell_keys.numbers[cell], of_record = self->record_keys.numbers[of_cell >> 32];

  if (kind)
    *kind = rua_log_text (&self->kinds, (guint32) (of_record >> 32));
  if (key)
    *key = rua_log_text (&self->keys, (guint32) of_record);
  if (field)
    *field = rua_log_text (&self->fields, (guint32) of_cell);
}

gboolean
rua_log_get_before (RuaLog *self, guint cell, const char **before)
{
  RuaLogCell *found = rua_log_cell (self, cell);

  if (before)
    *before = found->before > 1 ? rua_log_text (&self->values, found->before - 2) : NULL;
  return found->before != 0;
}

/* [place, {"field": value, …}]: the record's cells in the baseline, those too of which there is no fact. */
static void
spread_before (RuaLog *self, guint cell, const char *before)
{
  g_autoptr (RuaJsonScanner) scanner = rua_json_scanner_new (before, strlen (before), &RUA_LOG_JSON_LIMITS);
  const char *kind, *key;

  rua_log_get_cell (self, cell, &kind, &key, NULL);
  if (rua_json_scanner_next (scanner, NULL) != RUA_JSON_TOKEN_ARRAY_BEGIN
      || rua_json_scanner_next (scanner, NULL) != RUA_JSON_TOKEN_NUMBER
      || rua_json_scanner_next (scanner, NULL) != RUA_JSON_TOKEN_OBJECT_BEGIN)
    return;
  while (rua_json_scanner_next (scanner, NULL) == RUA_JSON_TOKEN_NAME) {
    g_autofree char *field = g_strdup (rua_json_scanner_get_text (scanner, NULL));
    g_autoptr (GString) value = g_string_new (NULL);
    guint other;

    rua_json_scanner_next (scanner, NULL);
    if (!rua_json_scanner_copy_value (scanner, value, NULL))
      return;
    other = rua_log_make_cell (self, kind, key, field);
    if (*field != '\0' && !rua_log_get_before (self, other, NULL))
      rua_log_set_before (self, other, value->str);
  }
}

void
rua_log_set_before (RuaLog *self, guint cell, const char *before)
{
  const char *field;

  rua_log_cell (self, cell)->before = before ? rua_dictionary_intern (&self->values, before, strlen (before)) + 2 : 1;
  rua_log_get_cell (self, cell, NULL, NULL, &field);
  if (before && *field == '\0')
    spread_before (self, cell, before);
}

gboolean
rua_log_insert_before (RuaLog *self, const char *kind, const char *key, const char *before)
{
  guint cell;

  if (rua_log_is_erased (self, kind, key))
    return FALSE;
  cell = rua_log_make_cell (self, kind, key, RUA_FACT_RECORD);
  if (rua_log_get_before (self, cell, NULL))
    return FALSE;
  rua_log_set_before (self, cell, before);
  /* It may refer to who was erased. */
  self->is_unsettled |= rua_log_has_erasures (self);
  return TRUE;
}

/* ---- order ---- */

gint
rua_log_compare (RuaLog *self, guint a, guint b)
{
  RuaLogFact *x = rua_log_fact (self, a), *y = rua_log_fact (self, b);
  guint64 name_x, name_y;

  if (x->clock != y->clock)
    return x->clock < y->clock ? -1 : 1;
  name_x = rua_log_name_key (self, x->name);
  name_y = rua_log_name_key (self, y->name);
  if (name_x >> RUA_SEQUENCE_BITS != name_y >> RUA_SEQUENCE_BITS)
    return strcmp (rua_log_text (&self->stations, (guint32) (name_x >> RUA_SEQUENCE_BITS)),
                   rua_log_text (&self->stations, (guint32) (name_y >> RUA_SEQUENCE_BITS)));
  return name_x < name_y ? -1 : name_x > name_y;
}

/* Which of two heads is shown. */
static gboolean
outranks (RuaLog *self, guint a, guint b)
{
  return self->last_wins ? a > b : rua_log_compare (self, a, b) > 0;
}

void
rua_log_set_last_wins (RuaLog *self, gboolean last_wins)
{
  self->last_wins = last_wins;
}

/* ---- heads ---- */

void
rua_log_settle_fact (RuaLog *self, guint32 index)
{
  RuaLogFact *fact = rua_log_fact (self, index);
  RuaLogCell *cell = rua_log_cell (self, fact->cell);
  guint32 link = g_array_index (self->names, RuaLogName, fact->name).first_link;

  fact->next_in_cell = cell->facts;
  cell->facts = index;
  /* Those who replace it may have come before it. A fact replaces none of another cell: a removal
   * names those of its record's cells only to say that it has seen them. */
  for (; link != RUA_NO_LINK && !fact->superseded; link = g_array_index (self->links, RuaLogLink, link).next)
    fact->superseded = rua_log_fact (self, g_array_index (self->links, RuaLogLink, link).child)->cell == fact->cell;
  for (guint p = 0; p < fact->n_parents; p++) {
    guint32 name = g_array_index (self->links, RuaLogLink, fact->first_link + p).name;
    guint32 parent = g_array_index (self->names, RuaLogName, name).fact;

    if (parent == RUA_NO_FACT || rua_log_fact (self, parent)->cell != fact->cell)
      continue;
    rua_log_fact (self, parent)->superseded = TRUE;
    if (parent == cell->current)
      cell->current = RUA_FACT_SOUGHT;
  }
  if (fact->superseded) {
    if (cell->current == RUA_NO_FACT)
      cell->current = RUA_FACT_SOUGHT;
    return;
  }
  fact->next_head = cell->heads;
  cell->heads = index;
  if (cell->current == RUA_NO_FACT)
    cell->current = index;
  else if (cell->current != RUA_FACT_SOUGHT && outranks (self, index, cell->current))
    cell->current = index;
}

/* Takes those out of the chain that have been superseded: each is looked at in vain only once. */
static guint32
clean_heads (RuaLog *self, RuaLogCell *cell)
{
  guint32 *at = &cell->heads;

  while (*at != RUA_NO_FACT) {
    RuaLogFact *fact = rua_log_fact (self, *at);

    if (fact->superseded)
      *at = fact->next_head;
    else
      at = &fact->next_head;
  }
  return cell->heads;
}

guint
rua_log_get_current (RuaLog *self, guint index)
{
  RuaLogCell *cell = rua_log_cell (self, index);

  if (cell->current == RUA_FACT_SOUGHT) {
    guint32 head = clean_heads (self, cell), best = RUA_NO_FACT;
    gboolean in_circle = head == RUA_NO_FACT;

    for (head = in_circle ? cell->facts : head; head != RUA_NO_FACT;
         head = in_circle ? rua_log_fact (self, head)->next_in_cell : rua_log_fact (self, head)->next_head)
      if (best == RUA_NO_FACT || outranks (self, head, best))
        best = head;
    /* What is said in a circle is sought again: the circle may be broken by who is no part of it. */
    if (in_circle)
      return best;
    cell->current = best;
  }
  return cell->current;
}

static gint
compare_facts (gconstpointer a, gconstpointer b, gpointer data)
{
  return rua_log_compare (data, *(const guint *) a, *(const guint *) b);
}

static gint
compare_backwards (gconstpointer a, gconstpointer b, gpointer data)
{
  return compare_facts (b, a, data);
}

GArray *
rua_log_list_cell_facts (RuaLog *self, guint index)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint fact = rua_log_cell (self, index)->facts; fact != RUA_NO_FACT; fact = rua_log_fact (self, fact)->next_in_cell)
    g_array_append_val (list, fact);
  g_array_sort_with_data (list, compare_facts, self);
  return list;
}

GArray *
rua_log_list_heads (RuaLog *self, guint index)
{
  RuaLogCell *cell = rua_log_cell (self, index);
  guint head = clean_heads (self, cell);
  GArray *list;

  list = head == RUA_NO_FACT ? rua_log_list_cell_facts (self, index) : g_array_new (FALSE, FALSE, sizeof (guint));
  for (; head != RUA_NO_FACT; head = rua_log_fact (self, head)->next_head)
    g_array_append_val (list, head);
  g_array_sort_with_data (list, compare_backwards, self);
  return list;
}

gboolean
rua_log_is_head (RuaLog *self, guint index)
{
  RuaLogFact *fact = rua_log_fact (self, index);

  return !fact->superseded || clean_heads (self, rua_log_cell (self, fact->cell)) == RUA_NO_FACT;
}
