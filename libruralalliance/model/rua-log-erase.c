/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-log-core-private.h"

#include <string.h>

#include "rua-erased-ids-private.h"
#include "rua-json-private.h"

/* What is erased, and what is left of it. Each of these is a function of the set of facts and of which records were
 * erased, and says the same when it is asked of what it has made: so it does not matter who erases first, nor in which
 * order facts and erasures come. */

void
rua_log_erasure_init (RuaLog *self)
{
  self->erased = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->adopted = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, g_free);
}

void
rua_log_erasure_clear (RuaLog *self)
{
  g_hash_table_unref (self->erased);
  g_hash_table_unref (self->adopted);
}

static gboolean
stands_for_erased (const char *key)
{
  return g_str_has_prefix (key, RUA_ERASED_KEY);
}

/* An id is in it, and not just a place or the name of a fact. */
static gboolean
has_id (const char *key)
{
  return *key != '~' || key[1] == '~';
}

char *
rua_log_digest (RuaLog *self, const char *kind, const char *key)
{
  return rua_erased_digest (self->lineage, kind, key);
}

/* The first digits of its digest, where it was erased; or NULL. */
static char *
find_digits (RuaLog *self, const char *kind, const char *key)
{
  g_autofree char *digest = NULL;

  if (g_hash_table_size (self->erased) == 0)
    return NULL;
  digest = rua_log_digest (self, kind, key);
  digest[RUA_ERASED_DIGITS] = '\0';
  return g_hash_table_contains (self->erased, digest) ? g_steal_pointer (&digest) : NULL;
}

gboolean
rua_log_is_erased (RuaLog *self, const char *kind, const char *key)
{
  g_autofree char *digits = stands_for_erased (key) ? NULL : find_digits (self, kind, key);

  return stands_for_erased (key) || digits;
}

char *
rua_log_dup_erased_key (RuaLog *self, const char *kind, const char *key)
{
  g_autofree char *digest = NULL;

  if (stands_for_erased (key) || !has_id (key))
    return g_strdup (key);
  digest = rua_log_digest (self, kind, key);
  return g_strdup_printf (RUA_ERASED_KEY "%.*s", RUA_ERASED_DIGITS, digest);
}

gboolean
rua_log_has_erasures (RuaLog *self)
{
  return g_hash_table_size (self->erased) > 0;
}

guint
rua_log_get_n_rewritten (RuaLog *self)
{
  return self->n_rewritten;
}

void
rua_log_take_erasures (RuaLog *self, RuaLog *from)
{
  GHashTableIter iter;
  gpointer digits;

  g_hash_table_iter_init (&iter, from->erased);
  while (g_hash_table_iter_next (&iter, &digits, NULL))
    g_hash_table_add (self->erased, g_strdup (digits));
  self->is_unsettled = from->is_unsettled;
  self->n_rewritten = from->n_rewritten;
}

/* ---- as facts come ---- */

static void
add_digits (RuaLog *self, const char *digits)
{
  if (g_hash_table_add (self->erased, g_strndup (digits, RUA_ERASED_DIGITS)))
    self->is_unsettled = TRUE;
}

void
rua_log_learn_erasure (RuaLog *self, const RuaFactData *data)
{
  gsize length = data->value && data->value_length < 0 ? strlen (data->value) : (gsize) data->value_length;

  if (stands_for_erased (data->key))
    add_digits (self, data->key + strlen (RUA_ERASED_KEY));
  /* What was once said of this is not unsaid by another value, or by the removal of the record that says it. */
  if (data->value && length == 66 && strcmp (data->kind, RUA_ERASURE_KIND) == 0 && strcmp (data->field, RUA_ERASURE_DIGEST) == 0
      && strspn (data->value + 1, "0123456789abcdef") == 64)
    add_digits (self, data->value + 1);
}

void
rua_log_settle_erased (RuaLog *self, RuaFactData *data, char **key)
{
  guint32 record;
  g_autofree char *digits = NULL;

  if (!stands_for_erased (data->key)) {
    if (!rua_log_has_erasures (self))
      return;
    record = rua_log_find_record (self, data->kind, data->key);
    /* Of one that is here it is known; or will be, when what has come is looked through. */
    if (record != RUA_NO_NUMBER ? !rua_log_record_is_erased (self, record) : !(digits = find_digits (self, data->kind, data->key)))
      return;
    if (digits && has_id (data->key))
      data->key = *key = g_strconcat (RUA_ERASED_KEY, digits, NULL);
  }
  data->value = NULL;
  data->value_length = 0;
  data->is_erased = TRUE;
  data->has_before &= *data->field == '\0';
}

/* One is what stands for the other. */
static gboolean
same_key (RuaLog *self, const char *kind, const char *a, const char *b)
{
  const char *standing = stands_for_erased (a) ? a : b, *other = standing == a ? b : a;
  g_autofree char *digest = NULL;

  if (strcmp (a, b) == 0)
    return TRUE;
  if (!stands_for_erased (standing) || !has_id (other))
    return FALSE;
  digest = rua_log_digest (self, kind, other);
  return strncmp (digest, standing + strlen (RUA_ERASED_KEY), RUA_ERASED_DIGITS) == 0;
}

gboolean
rua_log_same_erased (RuaLog *self, const RuaFactData *known, const RuaFactData *data)
{
  return same_key (self, known->kind, known->key, data->key);
}

/* Of two lists the elements that are in both. */
static char *
common (const char *a, gsize length_a, const char *b, gsize length_b)
{
  g_autoptr (GHashTable) other = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GString) out = g_string_new ("[");
  const struct {
    const char *json;
    gsize length;
  } lists[] = { { b, length_b }, { a, length_a } };

  for (guint i = 0; i < 2; i++) {
    g_autoptr (RuaJsonScanner) scanner = rua_json_scanner_new (lists[i].json, lists[i].length, &RUA_LOG_JSON_LIMITS);

    if (rua_json_scanner_next (scanner, NULL) != RUA_JSON_TOKEN_ARRAY_BEGIN)
      return NULL;
    while (rua_json_scanner_next (scanner, NULL) == RUA_JSON_TOKEN_STRING) {
      gsize length;
      const char *text = rua_json_scanner_get_text (scanner, &length);

      if (i == 0)
        g_hash_table_add (other, g_strdup (text));
      else if (g_hash_table_contains (other, text)) {
        if (out->len > 1)
          g_string_append_c (out, ',');
        rua_json_append_string (out, text, length);
      }
    }
  }
  g_string_append_c (out, ']');
  return g_string_free (g_steal_pointer (&out), FALSE);
}

void
rua_log_adopt_erased (RuaLog *self, guint32 index, const RuaFactData *data)
{
  RuaLogFact *fact = rua_log_fact (self, index);
  gsize length = 0, told = data->value && data->value_length < 0 ? strlen (data->value) : (gsize) data->value_length;
  const char *value = fact->value ? rua_dictionary_get (&self->values, fact->value - 1, &length) : NULL;
  g_autofree char *left = NULL;

  rua_log_learn_erasure (self, data);
  if (value && data->value)
    left = fact->is_erased ? common (value, length, data->value, told) : g_strndup (data->value, told);
  if (fact->is_erased && g_strcmp0 (left, value) == 0)
    return;
  g_hash_table_insert (self->adopted, GUINT_TO_POINTER (index), g_steal_pointer (&left));
  self->is_unsettled = TRUE;
}

/* ---- changes ---- */

void
rua_log_erase_change (RuaLog *self, RuaLogChange *change)
{
  const char *origin = rua_log_optional (&self->authors, change->origin);
  const char *blank = origin ? strchr (origin, ' ') : NULL;

  if (change->is_erased)
    return;
  change->is_erased = TRUE;
  change->title = 0;
  /* "import incomes.csv", "merge lina.json": whoever wrote the file gave it its name. "undo of a.12" names a change. */
  if (blank && !g_str_has_prefix (origin, "undo of ") && !g_str_has_prefix (origin, "redo of "))
    change->origin = rua_dictionary_intern (&self->authors, origin, (gsize) (blank - origin)) + 1;
  self->n_rewritten++;
}

void
rua_log_settle_changes (RuaLog *self, guint first)
{
  for (guint i = first; i < self->facts->len; i++) {
    guint64 name = rua_log_name_key (self, rua_log_fact (self, i)->name);
    guint change;

    if (!rua_log_fact (self, i)->is_erased)
      continue;
    change = rua_log_find_change (self, rua_log_text (&self->stations, (guint32) (name >> RUA_SEQUENCE_BITS)), (gint64) (name & RUA_SEQUENCE_MAX));
    if (change != RUA_NO_FACT)
      rua_log_erase_change (self, &g_array_index (self->changes, RuaLogChange, change));
  }
}

/* ---- rewriting ---- */

typedef struct {
  RuaLog *from;
  RuaLog *to;
  RuaLogMap map;
  gpointer data;
} Rewriting;

/* [place, {"field": value, …}] with what is left of each value. */
static char *
map_record_before (Rewriting *self, const char *kind, const char *before)
{
  g_autoptr (RuaJsonScanner) scanner = rua_json_scanner_new (before, strlen (before), &RUA_LOG_JSON_LIMITS);
  g_autoptr (GString) out = g_string_new ("[");
  gboolean is_first = TRUE;
  gsize length;

  if (rua_json_scanner_next (scanner, NULL) != RUA_JSON_TOKEN_ARRAY_BEGIN || rua_json_scanner_next (scanner, NULL) != RUA_JSON_TOKEN_NUMBER)
    return NULL;
  g_string_append (out, rua_json_scanner_get_text (scanner, &length));
  g_string_append (out, ",{");
  if (rua_json_scanner_next (scanner, NULL) != RUA_JSON_TOKEN_OBJECT_BEGIN)
    return NULL;
  while (rua_json_scanner_next (scanner, NULL) == RUA_JSON_TOKEN_NAME) {
    g_autofree char *field = g_strdup (rua_json_scanner_get_text (scanner, &length)), *mapped = NULL;
    g_autoptr (GString) value = g_string_new (NULL);
    const char *left = NULL;

    rua_json_scanner_next (scanner, NULL);
    if (!rua_json_scanner_copy_value (scanner, value, NULL))
      return NULL;
    left = self->map (self->data, kind, field, value->str, value->len, &mapped) ? mapped : value->str;
    if (!left)
      continue;
    if (!is_first)
      g_string_append_c (out, ',');
    is_first = FALSE;
    rua_json_append_string (out, field, strlen (field));
    g_string_append_c (out, ':');
    g_string_append (out, left);
  }
  g_string_append (out, "}]");
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
copy_before (Rewriting *self, guint cell)
{
  const char *kind, *key, *field, *before;
  g_autofree char *digits = NULL, *standing = NULL, *mapped = NULL;
  gboolean is_erased, has_before = rua_log_get_before (self->from, cell, &before);
  guint other;

  rua_log_get_cell (self->from, cell, &kind, &key, &field);
  digits = stands_for_erased (key) ? NULL : find_digits (self->to, kind, key);
  is_erased = digits || stands_for_erased (key);
  if (digits && has_id (key))
    key = standing = g_strconcat (RUA_ERASED_KEY, digits, NULL);
  other = rua_log_make_cell (self->to, kind, key, field);
  if (!has_before || (is_erased && *field != '\0') || (is_erased && !before))
    return;
  /* Where it stood is nobody's secret, and keeps the places of the others. */
  if (is_erased)
    before = mapped = g_strdup_printf ("[%" G_GUINT64_FORMAT ",{}]", g_ascii_strtoull (before + 1, NULL, 10));
  else if (before && *field == '\0')
    before = mapped = map_record_before (self, kind, before);
  else if (before && self->map (self->data, kind, field, before, strlen (before), &mapped))
    before = mapped;
  if (!rua_log_get_before (self->to, other, NULL))
    rua_log_set_before (self->to, other, before);
}

static void
copy_fact (Rewriting *self, guint fact)
{
  RuaFactData data;
  gpointer adopted;
  g_autofree char *mapped = NULL;

  rua_log_get_fact (self->from, fact, &data);
  data.has_before = FALSE;
  if (g_hash_table_lookup_extended (self->from->adopted, GUINT_TO_POINTER (fact), NULL, &adopted)) {
    data.value = adopted;
    data.value_length = -1;
    data.is_erased = TRUE;
  }
  if (data.value && *data.field
      && self->map (self->data, data.kind, data.field, data.value, data.value_length < 0 ? strlen (data.value) : (gsize) data.value_length, &mapped)) {
    data.value = mapped;
    data.value_length = -1;
    data.is_erased = TRUE;
  }
  rua_log_insert (self->to, &data, NULL);
}

void
rua_log_rewrite (RuaLog *self, RuaLogMap map, gpointer data)
{
  RuaLog *fresh = rua_log_new (self->lineage, self->station, NULL), old;
  Rewriting rewriting = { self, fresh, map, data };

  rua_log_take_erasures (fresh, self);
  for (guint cell = 0; cell < rua_log_get_n_cells (self); cell++)
    copy_before (&rewriting, cell);
  for (guint fact = 0; fact < rua_log_get_n_facts (self); fact++)
    copy_fact (&rewriting, fact);
  for (guint change = 0; change < rua_log_get_n_changes (self); change++) {
    RuaChangeData told;

    rua_log_get_change (self, change, &told);
    rua_log_insert_change (fresh, &told, NULL);
  }
  rua_log_settle_changes (fresh, 0);
  fresh->takes_gaps = self->takes_gaps;
  fresh->last_wins = self->last_wins;
  fresh->latest = self->latest;
  fresh->wall = self->wall;
  fresh->wall_data = self->wall_data;
  fresh->n_rewritten = self->n_rewritten + 1;
  fresh->is_unsettled = FALSE;
  old = *self;
  *self = *fresh;
  *fresh = old;
  /* Whoever holds the roster holds the same one. */
  fresh->roster = self->roster;
  self->roster = old.roster;
  rua_log_free (fresh);
}

void
rua_log_settle (RuaLog *self)
{
  /* Facts of a record may have come before it was known to be erased. */
  for (guint32 i = 0; rua_log_has_erasures (self) && i < self->facts->len; i++) {
    RuaLogFact *fact = rua_log_fact (self, i);
    RuaLogRecord *record = &g_array_index (self->records, RuaLogRecord, rua_log_get_cell_record (self, fact->cell));
    const char *kind, *key;

    if (!fact->is_erased || record->is_erased)
      continue;
    rua_log_get_cell (self, fact->cell, &kind, &key, NULL);
    record->is_erased = rua_log_is_erased (self, kind, key);
  }
  self->is_unsettled = FALSE;
}

/* ---- who erased ---- */

guint
rua_log_find_erasure (RuaLog *self, const char *kind, const char *key)
{
  g_autofree char *digest = stands_for_erased (key) ? g_strdup (key + strlen (RUA_ERASED_KEY)) : rua_log_digest (self, kind, key);
  guint found = RUA_NO_FACT;
  guint32 code;

  digest[RUA_ERASED_DIGITS] = '\0';
  if (!g_hash_table_contains (self->erased, digest) || !rua_dictionary_find (&self->fields, RUA_ERASURE_DIGEST, strlen (RUA_ERASURE_DIGEST), &code))
    return RUA_NO_FACT;
  for (guint i = 0; i < self->facts->len; i++) {
    RuaLogFact *fact = rua_log_fact (self, i);
    const char *of_kind, *value;

    if ((guint32) self->cell_keys.numbers[fact->cell] != code || !fact->value)
      continue;
    rua_log_get_cell (self, fact->cell, &of_kind, NULL, NULL);
    value = rua_log_text (&self->values, fact->value - 1);
    if (strcmp (of_kind, RUA_ERASURE_KIND) == 0 && strncmp (value + 1, digest, RUA_ERASED_DIGITS) == 0
        && (found == RUA_NO_FACT || rua_log_compare (self, i, found) < 0))
      found = i;
  }
  return found;
}
