/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-ledger-private.h"

#include <string.h>

/* A change undone by facts that say again what was before, where nobody has said otherwise since. */

typedef struct {
  guint32 cell;
  guint32 fact; /* the last of the change; then the current one, which says the same */
  guint32 first;
} Undone;

/* Whose fact it is and when, for whoever may not undo. */
static void
refuse_since (RuaLedger *self, guint fact, GError **error)
{
  RuaFactData data;
  g_autofree char *time = NULL, *record = NULL;

  record = rua_ledger_tell_record (self, rua_log_get_cell_record (self->log, rua_log_get_fact_cell (self->log, fact)));
  rua_log_get_fact (self->log, fact, &data);
  time = rua_clock_to_iso (data.clock);
  g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED,
               "%s%s%s: changed since by %s%s%s%s at %s; undo is of one's own last word: edit it instead",
               record, *data.field ? ": " : "", data.field, data.author ? data.author : "station ",
               data.author ? " (" : "", data.station, data.author ? ")" : "", time);
}

static gboolean
is_own (RuaLog *log, guint fact)
{
  RuaFactData data;

  rua_log_get_fact (log, fact, &data);
  return strcmp (data.station, rua_log_get_station (log)) == 0;
}

/* The fact that one replaces, of the same cell; or RUA_NO_FACT. */
static guint
replaced_by (RuaLog *log, guint fact)
{
  RuaLogFact *found = rua_log_fact (log, fact);

  for (guint p = 0; p < found->n_parents; p++) {
    guint32 name = g_array_index (log->links, RuaLogLink, found->first_link + p).name;
    guint32 parent = g_array_index (log->names, RuaLogName, name).fact;

    if (parent != RUA_NO_FACT && rua_log_fact (log, parent)->cell == found->cell)
      return parent;
  }
  return RUA_NO_FACT;
}

/* The change that one of "undo of a.12" undid, or of "redo of a.17" made again: its first fact's sequence; 0 for
 * any other origin. */
static gint64
undone_by (const RuaChangeData *change)
{
  const char *dot;

  if (!change->origin || (!g_str_has_prefix (change->origin, "undo of ") && !g_str_has_prefix (change->origin, "redo of ")))
    return 0;
  dot = strrchr (change->origin, '.');
  return dot ? g_ascii_strtoll (dot + 1, NULL, 10) : 0;
}

/* The first fact of a change in a cell, or RUA_NO_FACT. */
static guint
first_in_cell (RuaLog *log, guint32 cell, const RuaChangeData *change)
{
  guint found = RUA_NO_FACT;
  gint64 least = G_MAXINT64;

  for (guint fact = rua_log_cell (log, cell)->facts; fact != RUA_NO_FACT; fact = rua_log_fact (log, fact)->next_in_cell) {
    RuaFactData data;

    rua_log_get_fact (log, fact, &data);
    if (strcmp (data.station, change->station) != 0 || data.sequence < change->first_sequence
        || data.sequence >= change->first_sequence + change->n_facts || data.sequence > least)
      continue;
    least = data.sequence;
    found = fact;
  }
  return found;
}

/* What one that undoes says again is not its own word, but that of the fact which the undone change replaced.
 * RUA_NO_FACT: the baseline's. */
static guint
said_first (RuaLog *log, guint fact)
{
  while (fact != RUA_NO_FACT && is_own (log, fact)) {
    RuaFactData data;
    RuaChangeData change;
    guint index, first;

    rua_log_get_fact (log, fact, &data);
    index = rua_log_find_change (log, data.station, data.sequence);
    if (index == RUA_NO_FACT)
      break;
    rua_log_get_change (log, index, &change);
    if (undone_by (&change) == 0)
      break;
    index = rua_log_find_change (log, data.station, undone_by (&change));
    if (index == RUA_NO_FACT)
      break;
    rua_log_get_change (log, index, &change);
    first = first_in_cell (log, rua_log_fact (log, fact)->cell, &change);
    /* Only an earlier change can have been undone: this comes to an end. */
    if (first == RUA_NO_FACT || first >= fact)
      break;
    fact = replaced_by (log, first);
  }
  return fact;
}

/* What the cell said before: of the fact that @fact replaced first, or of the baseline. */
static const char *
prior_value (RuaLog *log, guint32 fact, gboolean is_record)
{
  guint parent = replaced_by (log, fact);
  const char *before = NULL;

  if (parent != RUA_NO_FACT)
    return rua_log_optional (&log->values, rua_log_fact (log, parent)->value);
  if (rua_log_get_before (log, rua_log_fact (log, fact)->cell, &before) && is_record)
    return RUA_FACT_THERE;
  return before;
}

static GArray *
list_undone (RuaLedger *self, const RuaChangeData *change)
{
  RuaLog *log = self->log;
  GArray *list = g_array_new (FALSE, FALSE, sizeof (Undone));
  g_autoptr (GHashTable) places = g_hash_table_new (g_direct_hash, g_direct_equal);

  for (gint64 i = 0; i < change->n_facts; i++) {
    guint fact = rua_log_find_fact (log, change->station, change->first_sequence + i);
    Undone undone;
    gpointer place;

    if (fact == RUA_NO_FACT)
      continue;
    undone = (Undone){ rua_log_fact (log, fact)->cell, fact, fact };
    place = g_hash_table_lookup (places, GUINT_TO_POINTER (undone.cell));
    /* A record that went and came again in one change has two. */
    if (place) {
      g_array_index (list, Undone, GPOINTER_TO_UINT (place) - 1).fact = fact;
      continue;
    }
    g_array_append_val (list, undone);
    g_hash_table_insert (places, GUINT_TO_POINTER (undone.cell), GUINT_TO_POINTER (list->len));
  }
  return list;
}

static gboolean
is_record_cell (RuaLog *log, guint32 cell)
{
  return *rua_log_text (&log->fields, (guint32) log->cell_keys.numbers[cell]) == '\0';
}

static gboolean
check_undone (RuaLedger *self, GArray *list, GError **error)
{
  RuaLog *log = self->log;

  for (guint i = 0; i < list->len; i++) {
    Undone *undone = &g_array_index (list, Undone, i);
    guint current = rua_log_get_current (log, undone->cell);
    guint32 record = rua_log_get_cell_record (log, undone->cell);

    /* Later changes of this station were undone before this one. */
    if (said_first (log, current) != said_first (log, undone->fact)) {
      refuse_since (self, current, error);
      return FALSE;
    }
    undone->fact = current;
    if (!is_record_cell (log, undone->cell) || prior_value (log, undone->first, TRUE))
      continue;
    /* The record will go, and what others have said of it since would go with it. */
    for (guint32 cell = g_array_index (log->records, RuaLogRecord, record).cells; cell != RUA_NO_NUMBER;
         cell = rua_log_cell (log, cell)->next_in_record) {
      current = rua_log_cell (log, cell)->facts == RUA_NO_FACT ? RUA_NO_FACT : said_first (log, rua_log_get_current (log, cell));
      if (current != RUA_NO_FACT && !is_own (log, current) && rua_log_compare (log, current, undone->first) > 0) {
        refuse_since (self, current, error);
        return FALSE;
      }
    }
  }
  return TRUE;
}

static gboolean
put_fact (RuaLedger *self, RuaFactData *fact, GArray *parents, GError **error)
{
  RuaLog *log = self->log;
  g_autoptr (GArray) names = g_array_new (FALSE, FALSE, sizeof (RuaFactName));

  for (guint p = 0; p < parents->len; p++) {
    guint64 name = rua_log_name_key (log, rua_log_fact (log, g_array_index (parents, guint, p))->name);
    RuaFactName parent = {
      rua_log_text (&log->stations, (guint32) (name >> RUA_SEQUENCE_BITS)), (gint64) (name & RUA_SEQUENCE_MAX),
    };

    g_array_append_val (names, parent);
  }
  fact->parents = (const RuaFactName *) (gpointer) names->data;
  fact->n_parents = names->len;
  return rua_log_insert (log, fact, error) != RUA_LOG_ERROR;
}

static gboolean
put_undone (RuaLedger *self, const Undone *undone, const RuaChangeData *written, gint64 sequence, GError **error)
{
  RuaLog *log = self->log;
  gboolean is_record = is_record_cell (log, undone->cell);
  RuaFactData fact = {
    .station = written->station, .sequence = sequence, .clock = written->clock, .author = written->author, .value_length = -1,
  };
  g_autoptr (GArray) parents = g_array_new (FALSE, FALSE, sizeof (guint));

  rua_log_get_cell (log, undone->cell, &fact.kind, &fact.key, &fact.field);
  fact.value = prior_value (log, undone->first, is_record);
  g_array_append_val (parents, undone->fact);
  if (is_record && !fact.value)
    rua_ledger_add_record_heads (self, rua_log_get_cell_record (log, undone->cell), parents);
  return put_fact (self, &fact, parents, error);
}

gboolean
rua_ledger_undo (RuaLedger *self, gint64 first, const RuaChangeData *how, GArray *made, GError **error)
{
  RuaLog *log = self->log;
  const char *station = rua_log_get_station (log);
  guint index = rua_log_find_change (log, station, first), n_facts = rua_log_get_n_facts (log);
  RuaChangeData change, written = *how;
  g_autoptr (GArray) list = NULL;

  g_assert (index != RUA_NO_FACT);
  rua_log_get_change (log, index, &change);
  list = list_undone (self, &change);
  if (!check_undone (self, list, error))
    return FALSE;
  written.station = station;
  written.clock = rua_log_get_next_clock (log);
  written.first_sequence = rua_log_get_next_sequence (log, station);
  written.n_facts = 0;
  written.title = change.title;
  /* Who removes a record has seen what its cells say by then. */
  for (guint is_record = 0; is_record < 2; is_record++)
    for (guint i = 0; i < list->len; i++) {
      Undone *undone = &g_array_index (list, Undone, i);

      if (is_record_cell (log, undone->cell) != (gboolean) is_record)
        continue;
      if (!put_undone (self, undone, &written, written.first_sequence + written.n_facts, error))
        return FALSE;
      written.n_facts++;
    }
  rua_log_insert_change (log, &written, NULL);
  g_array_append_val (made, written.first_sequence);
  rua_ledger_apply (self, n_facts, NULL, 0);
  return TRUE;
}

gboolean
rua_ledger_settle (RuaLedger *self, const char *kind, const char *key, const char *field, const char *value, const RuaChangeData *how, GArray *made, GError **error)
{
  RuaLog *log = self->log;
  guint cell = rua_log_find_cell (log, kind, key, field), n_facts = rua_log_get_n_facts (log);
  RuaChangeData written = *how;
  RuaFactData fact = { .kind = kind, .key = key, .field = field, .value = value, .value_length = -1, .author = how->author };
  g_autoptr (GArray) parents = NULL;

  written.station = fact.station = rua_log_get_station (log);
  written.clock = fact.clock = rua_log_get_next_clock (log);
  written.first_sequence = fact.sequence = rua_log_get_next_sequence (log, fact.station);
  written.n_facts = 1;
  parents = rua_log_list_heads (log, cell);
  if (*field == '\0' && !value)
    rua_ledger_add_record_heads (self, rua_log_get_cell_record (log, cell), parents);
  if (!put_fact (self, &fact, parents, error))
    return FALSE;
  rua_log_insert_change (log, &written, NULL);
  g_array_append_val (made, written.first_sequence);
  rua_ledger_apply (self, n_facts, NULL, 0);
  return TRUE;
}

static gboolean
has_erased (RuaLog *log, const RuaChangeData *change)
{
  for (gint64 i = 0; i < change->n_facts; i++) {
    guint fact = rua_log_find_fact (log, change->station, change->first_sequence + i);

    if (fact != RUA_NO_FACT && rua_log_fact (log, fact)->is_erased)
      return TRUE;
  }
  return g_strcmp0 (change->origin, RUA_ERASURE_ORIGIN) == 0;
}

static gboolean
is_last (GArray *list, gint64 first)
{
  return list->len && g_array_index (list, gint64, list->len - 1) == first;
}

/* Which changes of this station can be undone, and which of those that undid can be made again. */
void
rua_ledger_list_undoable (RuaLedger *self, GArray *undo, GArray *redo)
{
  RuaLog *log = self->log;
  const char *station = rua_log_get_station (log);
  gint64 sequence, end = station ? rua_log_get_next_sequence (log, station) : 0;

  g_array_set_size (undo, 0);
  g_array_set_size (redo, 0);
  for (sequence = 1; sequence < end;) {
    guint index = rua_log_find_change (log, station, sequence);
    RuaChangeData change;

    if (index == RUA_NO_FACT) {
      sequence++;
      continue;
    }
    rua_log_get_change (log, index, &change);
    if (has_erased (log, &change)) {
      /* What it said is no more: neither it, nor what undid it, can be taken back. */
      if (change.origin && g_str_has_prefix (change.origin, "undo of ") && is_last (undo, undone_by (&change)))
        g_array_set_size (undo, undo->len - 1);
      if (change.origin && g_str_has_prefix (change.origin, "redo of ") && is_last (redo, undone_by (&change)))
        g_array_set_size (redo, redo->len - 1);
    } else if (change.origin && g_str_has_prefix (change.origin, "undo of ")) {
      if (is_last (undo, undone_by (&change))) {
        g_array_set_size (undo, undo->len - 1);
        g_array_append_val (redo, change.first_sequence);
      }
    } else {
      if (!change.origin || !g_str_has_prefix (change.origin, "redo of "))
        g_array_set_size (redo, 0);
      else if (is_last (redo, undone_by (&change)))
        g_array_set_size (redo, redo->len - 1);
      g_array_append_val (undo, change.first_sequence);
    }
    sequence = change.first_sequence + change.n_facts;
  }
}
