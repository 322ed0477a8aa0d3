/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-merge-conflict.h"

#include <string.h>

#include "rua-edits-private.h"
#include "rua-fact-private.h"
#include "rua-ledger-private.h"

/**
 * RuaMergeConflict:
 *
 * What several stations said of a record without having seen one another, and nobody has settled yet. The
 * alliance shows one side, the same at every station; the others are kept.
 *
 * Since: 1.0
 */
struct _RuaMergeConflict {
  GObject parent_instance;

  RuaMergeConflictType type;
  char *kind;
  char *key;
  char *field;
  char *told; /* the record, in messages */
  GListStore *sides;
};

G_DEFINE_FINAL_TYPE (RuaMergeConflict, rua_merge_conflict, G_TYPE_OBJECT)

static const char *const type_names[] = { "value", "made-twice", "removed-and-edited", "referred-to" };

GType
rua_merge_conflict_type_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    { RUA_MERGE_CONFLICT_TYPE_VALUE, "RUA_MERGE_CONFLICT_TYPE_VALUE", "value" },
    { RUA_MERGE_CONFLICT_TYPE_MADE_TWICE, "RUA_MERGE_CONFLICT_TYPE_MADE_TWICE", "made-twice" },
    { RUA_MERGE_CONFLICT_TYPE_REMOVED_AND_EDITED, "RUA_MERGE_CONFLICT_TYPE_REMOVED_AND_EDITED", "removed-and-edited" },
    { RUA_MERGE_CONFLICT_TYPE_REFERRED_TO, "RUA_MERGE_CONFLICT_TYPE_REFERRED_TO", "referred-to" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("RuaMergeConflictType", values));
  return type;
}

/**
 * rua_merge_conflict_type_to_string:
 * @type: a type of conflict
 *
 * Gets the word for a type of conflict.
 *
 * Returns: (transfer none): such as `removed-and-edited`
 *
 * Since: 1.0
 */
const char *
rua_merge_conflict_type_to_string (RuaMergeConflictType type)
{
  g_return_val_if_fail ((guint) type < G_N_ELEMENTS (type_names), NULL);
  return type_names[type];
}

static void
rua_merge_conflict_finalize (GObject *object)
{
  RuaMergeConflict *self = RUA_MERGE_CONFLICT (object);

  g_free (self->kind);
  g_free (self->key);
  g_free (self->field);
  g_free (self->told);
  g_object_unref (self->sides);
  G_OBJECT_CLASS (rua_merge_conflict_parent_class)->finalize (object);
}

static void
rua_merge_conflict_class_init (RuaMergeConflictClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rua_merge_conflict_finalize;
}

static void
rua_merge_conflict_init (RuaMergeConflict *self)
{
  self->sides = g_list_store_new (RUA_TYPE_FACT);
}

/**
 * rua_merge_conflict_get_conflict_type:
 * @self: a conflict
 *
 * Gets how the sides do not go together.
 *
 * Returns: the type
 *
 * Since: 1.0
 */
RuaMergeConflictType
rua_merge_conflict_get_conflict_type (RuaMergeConflict *self)
{
  g_return_val_if_fail (RUA_IS_MERGE_CONFLICT (self), RUA_MERGE_CONFLICT_TYPE_VALUE);
  return self->type;
}

/**
 * rua_merge_conflict_get_kind:
 * @self: a conflict
 *
 * Gets the kind of the record that it is about.
 *
 * Returns: (transfer none): the kind's name, for one record
 *
 * Since: 1.0
 */
const char *
rua_merge_conflict_get_kind (RuaMergeConflict *self)
{
  g_return_val_if_fail (RUA_IS_MERGE_CONFLICT (self), NULL);
  return self->kind;
}

/**
 * rua_merge_conflict_get_key:
 * @self: a conflict
 *
 * Gets the record that it is about.
 *
 * Returns: (transfer none): the record's key, as [method@RuralAlliance.Fact.get_key] tells it
 *
 * Since: 1.0
 */
const char *
rua_merge_conflict_get_key (RuaMergeConflict *self)
{
  g_return_val_if_fail (RUA_IS_MERGE_CONFLICT (self), NULL);
  return self->key;
}

/**
 * rua_merge_conflict_get_field:
 * @self: a conflict
 *
 * Gets the field that it is about.
 *
 * Returns: (transfer none): the field's name; the empty string for the record itself, `*` for the members that no field
 *   holds
 *
 * Since: 1.0
 */
const char *
rua_merge_conflict_get_field (RuaMergeConflict *self)
{
  g_return_val_if_fail (RUA_IS_MERGE_CONFLICT (self), NULL);
  return self->field;
}

/**
 * rua_merge_conflict_list_sides:
 * @self: a conflict
 *
 * Lists the facts that do not go together, the one that is shown first. Of a record that was removed and edited, the
 * removal is the first; of one that is referred to, it is the only one.
 *
 * Returns: (transfer full): a list of [class@RuralAlliance.Fact]
 *
 * Since: 1.0
 */
GListModel *
rua_merge_conflict_list_sides (RuaMergeConflict *self)
{
  g_return_val_if_fail (RUA_IS_MERGE_CONFLICT (self), NULL);
  return g_object_ref (G_LIST_MODEL (self->sides));
}

/**
 * rua_merge_conflict_get_current:
 * @self: a conflict
 *
 * Gets the side that the alliance shows.
 *
 * Returns: (transfer none) (nullable): a fact, or %NULL where it shows none: a record that was removed is shown
 *   because it is referred to
 *
 * Since: 1.0
 */
RuaFact *
rua_merge_conflict_get_current (RuaMergeConflict *self)
{
  RuaFact *current;

  g_return_val_if_fail (RUA_IS_MERGE_CONFLICT (self), NULL);

  if (self->type == RUA_MERGE_CONFLICT_TYPE_REFERRED_TO)
    return NULL;
  /* The conflict keeps it. */
  current = g_list_model_get_item (G_LIST_MODEL (self->sides), 0);
  g_object_unref (current);
  return current;
}

/**
 * rua_merge_conflict_to_string:
 * @self: a conflict
 *
 * Tells what the conflict is about and between whom, without the values.
 *
 * Returns: (transfer full): such as `household #3: weight: value (gaopo.12, bala.7)`
 *
 * Since: 1.0
 */
char *
rua_merge_conflict_to_string (RuaMergeConflict *self)
{
  GString *text;

  g_return_val_if_fail (RUA_IS_MERGE_CONFLICT (self), NULL);

  text = g_string_new (NULL);
  g_string_append_printf (text, "%s%s%s: %s (", self->told, *self->field ? ": " : "", self->field, type_names[self->type]);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->sides)); i++) {
    g_autoptr (RuaFact) side = g_list_model_get_item (G_LIST_MODEL (self->sides), i);

    g_string_append_printf (text, "%s%s.%" G_GINT64_FORMAT, i ? ", " : "", rua_fact_get_station (side), rua_fact_get_sequence (side));
  }
  g_string_append_c (text, ')');
  return g_string_free (text, FALSE);
}

/* ---- finding them ---- */

static RuaMergeConflict *
new_conflict (RuaLedger *ledger, guint cell, RuaMergeConflictType type)
{
  RuaLog *log = ledger->log;
  RuaMergeConflict *self = g_object_new (RUA_TYPE_MERGE_CONFLICT, NULL);
  const char *kind, *key, *field;

  rua_log_get_cell (log, cell, &kind, &key, &field);
  self->type = type;
  self->kind = g_strdup (kind);
  self->key = g_strdup (key);
  self->field = g_strdup (field);
  self->told = rua_ledger_tell_record (ledger, rua_log_get_cell_record (log, cell));
  return self;
}

static void
add_side (RuaMergeConflict *self, RuaLog *log, guint fact)
{
  g_autoptr (RuaFact) side = rua_fact_new (log, fact);

  g_list_store_append (self->sides, side);
}

static gboolean
says_there (RuaLog *log, guint fact)
{
  return rua_log_fact (log, fact)->value != 0;
}

/* The field "" has heads that say different things, or that say it was made more than once. */
static RuaMergeConflict *
look_at_record (RuaLedger *ledger, guint cell, GArray *heads)
{
  RuaLog *log = ledger->log;
  guint n_there = 0;
  RuaMergeConflict *conflict;

  for (guint i = 0; i < heads->len; i++)
    n_there += says_there (log, g_array_index (heads, guint, i));
  if (n_there == 0 || heads->len < 2)
    return NULL;
  conflict = new_conflict (ledger, cell, n_there < heads->len ? RUA_MERGE_CONFLICT_TYPE_REMOVED_AND_EDITED : RUA_MERGE_CONFLICT_TYPE_MADE_TWICE);
  for (guint i = 0; i < heads->len; i++)
    add_side (conflict, log, g_array_index (heads, guint, i));
  return conflict;
}

/* Heads that differ from the current one; those that say the same agree. */
static RuaMergeConflict *
look_at_value (RuaLedger *ledger, guint cell)
{
  RuaLog *log = ledger->log;
  g_autoptr (GArray) heads = rua_log_list_heads (log, cell);
  guint32 shown = rua_log_fact (log, g_array_index (heads, guint, 0))->value;
  RuaMergeConflict *conflict = NULL;

  for (guint i = 1; i < heads->len; i++) {
    if (rua_log_fact (log, g_array_index (heads, guint, i))->value == shown)
      continue;
    if (!conflict) {
      conflict = new_conflict (ledger, cell, RUA_MERGE_CONFLICT_TYPE_VALUE);
      add_side (conflict, log, g_array_index (heads, guint, 0));
    }
    add_side (conflict, log, g_array_index (heads, guint, i));
  }
  return conflict;
}

static gboolean
names_fact (RuaLog *log, guint fact, guint parent)
{
  RuaLogFact *child = rua_log_fact (log, fact);

  for (guint p = 0; p < child->n_parents; p++)
    if (g_array_index (log->links, RuaLogLink, child->first_link + p).name == rua_log_fact (log, parent)->name)
      return TRUE;
  return FALSE;
}

/* An edit of a removed record that nobody who removed it had seen. */
static RuaMergeConflict *
look_at_unseen (RuaLedger *ledger, guint cell, GArray *removals)
{
  RuaLog *log = ledger->log;
  g_autoptr (GArray) heads = rua_log_list_heads (log, cell);
  RuaMergeConflict *conflict = NULL;

  for (guint i = 0; i < heads->len; i++) {
    guint head = g_array_index (heads, guint, i);
    gboolean is_seen = FALSE;

    for (guint r = 0; r < removals->len && !is_seen; r++)
      is_seen = !says_there (log, g_array_index (removals, guint, r)) && names_fact (log, g_array_index (removals, guint, r), head);
    if (is_seen)
      continue;
    if (!conflict) {
      conflict = new_conflict (ledger, cell, RUA_MERGE_CONFLICT_TYPE_REMOVED_AND_EDITED);
      add_side (conflict, log, g_array_index (removals, guint, 0));
    }
    add_side (conflict, log, head);
  }
  return conflict;
}

static void
take_conflict (GPtrArray *list, RuaMergeConflict *conflict)
{
  if (conflict)
    g_ptr_array_add (list, conflict);
}

static void
look_at (RuaLedger *ledger, guint32 record, GPtrArray *list)
{
  RuaLog *log = ledger->log;
  guint32 first = g_array_index (log->records, RuaLogRecord, record).cells, own = RUA_NO_NUMBER;
  g_autoptr (GArray) heads = NULL;
  gboolean is_kept = g_hash_table_contains (ledger->kept, GUINT_TO_POINTER (record)), is_removed;

  for (guint32 cell = first; cell != RUA_NO_NUMBER; cell = rua_log_cell (log, cell)->next_in_record)
    if (*rua_log_text (&log->fields, (guint32) log->cell_keys.numbers[cell]) == '\0')
      own = cell;
  heads = own != RUA_NO_NUMBER ? rua_log_list_heads (log, own) : g_array_new (FALSE, FALSE, sizeof (guint));
  is_removed = heads->len && !says_there (log, g_array_index (heads, guint, 0));
  if (own != RUA_NO_NUMBER)
    take_conflict (list, look_at_record (ledger, own, heads));
  if (is_kept) {
    RuaMergeConflict *conflict = new_conflict (ledger, own, RUA_MERGE_CONFLICT_TYPE_REFERRED_TO);

    for (guint i = 0; i < heads->len; i++)
      if (!says_there (log, g_array_index (heads, guint, i)))
        add_side (conflict, log, g_array_index (heads, guint, i));
    g_ptr_array_add (list, conflict);
  }
  for (guint32 cell = first; cell != RUA_NO_NUMBER; cell = rua_log_cell (log, cell)->next_in_record) {
    if (cell == own || rua_log_cell (log, cell)->facts == RUA_NO_FACT)
      continue;
    if (is_removed)
      take_conflict (list, look_at_unseen (ledger, cell, heads));
    if (!is_removed || is_kept)
      take_conflict (list, look_at_value (ledger, cell));
  }
}

static gint
compare_conflicts (gconstpointer a, gconstpointer b)
{
  RuaMergeConflict *x = *(RuaMergeConflict *const *) a, *y = *(RuaMergeConflict *const *) b;
  gint order = strcmp (x->kind, y->kind);

  if (!order)
    order = strcmp (x->key, y->key);
  if (!order)
    order = strcmp (x->field, y->field);
  return order ? order : (gint) x->type - (gint) y->type;
}

/* Whether a record may be in conflict at all: some cell has several heads, or it was removed. */
static gboolean
is_suspect (RuaLog *log, guint32 cell)
{
  RuaLogCell *found = rua_log_cell (log, cell);

  if (found->facts == RUA_NO_FACT)
    return FALSE;
  if (*rua_log_text (&log->fields, (guint32) log->cell_keys.numbers[cell]) == '\0' && !says_there (log, rua_log_get_current (log, cell)))
    return TRUE;
  return found->heads == RUA_NO_FACT || rua_log_fact (log, found->heads)->next_head != RUA_NO_FACT;
}

/**
 * rua_alliance_list_merge_conflicts:
 * @self: an alliance
 *
 * Lists what several stations said that does not go together and that nobody has settled, as it is now: the same at
 * every station that has the same facts.
 *
 * Returns: (transfer full): a list of [class@RuralAlliance.MergeConflict], by kind, key and field; empty when no log
 *   is kept
 *
 * Since: 1.0
 */
GListModel *
rua_alliance_list_merge_conflicts (RuaAlliance *self)
{
  RuaLedger *ledger;
  RuaLog *log;
  GListStore *list;
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GHashTable) suspects = NULL;
  GHashTableIter iter;
  gpointer record;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);

  list = g_list_store_new (RUA_TYPE_MERGE_CONFLICT);
  ledger = rua_alliance_peek_ledger (self);
  if (!ledger)
    return G_LIST_MODEL (list);
  if (ledger->needs_all)
    rua_ledger_apply_all (ledger);
  log = ledger->log;
  suspects = g_hash_table_new (g_direct_hash, g_direct_equal);
  /* Of who was erased there is nothing to choose. */
  for (guint32 cell = 0; cell < log->cells->len; cell++)
    if (is_suspect (log, cell) && !rua_log_record_is_erased (log, rua_log_get_cell_record (log, cell)))
      g_hash_table_add (suspects, GUINT_TO_POINTER (rua_log_get_cell_record (log, cell)));
  found = g_ptr_array_new_with_free_func (g_object_unref);
  g_hash_table_iter_init (&iter, suspects);
  while (g_hash_table_iter_next (&iter, &record, NULL))
    look_at (ledger, GPOINTER_TO_UINT (record), found);
  g_ptr_array_sort (found, compare_conflicts);
  g_list_store_splice (list, 0, 0, found->pdata, found->len);
  return G_LIST_MODEL (list);
}

/* ---- settling them ---- */

static gboolean
is_same (RuaMergeConflict *a, RuaMergeConflict *b)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (a->sides));

  if (compare_conflicts (&a, &b) != 0 || n != g_list_model_get_n_items (G_LIST_MODEL (b->sides)))
    return FALSE;
  for (guint i = 0; i < n; i++) {
    g_autoptr (RuaFact) x = g_list_model_get_item (G_LIST_MODEL (a->sides), i);
    g_autoptr (RuaFact) y = g_list_model_get_item (G_LIST_MODEL (b->sides), i);

    if (rua_fact_get_sequence (x) != rua_fact_get_sequence (y) || strcmp (rua_fact_get_station (x), rua_fact_get_station (y)) != 0)
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_open (RuaLedger *ledger, RuaMergeConflict *conflict, GError **error)
{
  g_autoptr (GPtrArray) open = g_ptr_array_new_with_free_func (g_object_unref);
  guint32 record = rua_log_find_record (ledger->log, conflict->kind, conflict->key);

  if (record != RUA_NO_NUMBER)
    look_at (ledger, record, open);
  for (guint i = 0; i < open->len; i++)
    if (is_same (open->pdata[i], conflict))
      return TRUE;
  g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED,
               "%s%s%s: the conflict was settled, or more was said, since it was listed; list the conflicts again",
               conflict->told, *conflict->field ? ": " : "", conflict->field);
  return FALSE;
}

static gboolean
is_side (RuaMergeConflict *self, RuaFact *side)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->sides)); i++) {
    g_autoptr (RuaFact) own = g_list_model_get_item (G_LIST_MODEL (self->sides), i);

    if (rua_fact_get_sequence (own) == rua_fact_get_sequence (side) && strcmp (rua_fact_get_station (own), rua_fact_get_station (side)) == 0)
      return TRUE;
  }
  return FALSE;
}

/* The fact that settles it: of which cell, saying what. */
static gboolean
decide (RuaMergeConflict *conflict, RuaFact *side, const char **field, const char **value, GError **error)
{
  *field = conflict->field;
  *value = side ? rua_fact_get_value (side) : NULL;
  switch (conflict->type) {
  case RUA_MERGE_CONFLICT_TYPE_REFERRED_TO:
    *value = RUA_FACT_THERE;
    if (!side)
      return TRUE;
    g_set_error (error, RUA_ERROR, RUA_ERROR_REFERENCE,
                 "%s: it cannot be removed while a record refers to it; change or remove that, or keep this one by choosing no side",
                 conflict->told);
    return FALSE;
  case RUA_MERGE_CONFLICT_TYPE_REMOVED_AND_EDITED:
    /* The record goes, or it stays with what was edited. */
    *field = RUA_FACT_RECORD;
    *value = side && *rua_fact_get_field (side) == '\0' ? rua_fact_get_value (side) : RUA_FACT_THERE;
    break;
  case RUA_MERGE_CONFLICT_TYPE_VALUE:
  case RUA_MERGE_CONFLICT_TYPE_MADE_TWICE:
    break;
  }
  if (side)
    return TRUE;
  g_set_error (error, RUA_ERROR, RUA_ERROR_MISSING, "%s: no side was chosen; choose one of the conflict's", conflict->told);
  return FALSE;
}

/**
 * rua_alliance_choose:
 * @self: an alliance
 * @conflict: (transfer none): one of its open conflicts
 * @side: (transfer none) (nullable): one of the conflict's sides; %NULL to keep a record that was removed and is
 *   referred to
 * @note: (nullable): why, for whoever reads the history
 * @error: where to put an error
 *
 * Settles a conflict: says again what one side says, knowing all of them. It is a change like any other: it can be
 * undone, and goes to the other stations.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR` when the conflict is not open any more or the
 *   side is not one of it, while a change is being made, or when no log is kept
 *
 * Since: 1.0
 */
gboolean
rua_alliance_choose (RuaAlliance *self, RuaMergeConflict *conflict, RuaFact *side, const char *note, GError **error)
{
  RuaLedger *ledger;
  const char *field, *value;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), FALSE);
  g_return_val_if_fail (RUA_IS_MERGE_CONFLICT (conflict), FALSE);
  g_return_val_if_fail (!side || RUA_IS_FACT (side), FALSE);

  ledger = rua_alliance_peek_ledger (self);
  if (!ledger || rua_alliance_is_snapshot (self)) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED, "this alliance keeps no log; conflicts are settled where one is kept");
    return FALSE;
  }
  if (rua_alliance_is_in_change (self) || rua_alliance_is_appending (self)) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED, "a change is being made; commit it or roll it back first");
    return FALSE;
  }
  if (!check_open (ledger, conflict, error))
    return FALSE;
  if (side && !is_side (conflict, side)) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE, "%s: this fact is no side of the conflict; choose one of its sides",
                 conflict->told);
    return FALSE;
  }
  if (!decide (conflict, side, &field, &value, error))
    return FALSE;
  return rua_edits_settle (rua_alliance_peek_edits (self), conflict->kind, conflict->key, field, value, note, error);
}
