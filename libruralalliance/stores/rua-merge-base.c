/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-merge-private.h"

#include <string.h>

#include "rua-alliance-private.h"
#include "rua-cell-json-private.h"
#include "rua-edits-private.h"
#include "rua-edits.h"
#include "rua-alliance-erasing.h"
#include "rua-journal-private.h"
#include "rua-merge-plan-private.h"

/* Two copies that were one, merged over what they were: record by record, field by field. What only one of them changed
 * is so; what both changed in the same way, too; anything else is a disagreement, and then nothing is changed. */

#define ROWS_BETWEEN_LOOKS 4096

void
rua_merge_plan_init (RuaMergePlan *self, RuaMerge *merge, RuaAlliance *mine, RuaAlliance *base, RuaAlliance *theirs, const char *place)
{
  memset (self, 0, sizeof *self);
  self->merge = merge;
  self->mine = mine;
  self->base = base;
  self->theirs = theirs;
  self->place = place;
  self->adds = g_array_new (FALSE, FALSE, sizeof (RuaMergeAdd));
  self->sets = g_array_new (FALSE, FALSE, sizeof (RuaMergeSet));
  self->removes = g_array_new (FALSE, FALSE, sizeof (RuaMergeRemove));
}

void
rua_merge_plan_clear (RuaMergePlan *self)
{
  for (guint i = 0; i < self->adds->len; i++)
    g_clear_object (&g_array_index (self->adds, RuaMergeAdd, i).record);
  g_array_unref (self->adds);
  g_array_unref (self->sets);
  g_array_unref (self->removes);
}

/* ---- cells ---- */

/* One kind on the three sides; a table may be missing on that of the base and theirs. */
typedef struct {
  RuaMergePlan *plan;
  RuaTable *mine, *base, *theirs;
  const char *kind;
  guint n_fields; /* of mine */
} Kind;

/* The cell as JSON, or NULL where it is not known. @field is of mine: those of the others are found by its name. */
static char *
dup_cell (RuaTable *table, guint32 row, RuaTable *mine, guint field)
{
  RuaKind *kind = rua_table_get_kind (table);
  RuaField *own = NULL;
  GString *json;
  guint64 word;

  if (field == rua_kind_get_n_fields (rua_table_get_kind (mine)))
    return g_strdup (rua_table_get_extra_at_row (table, row));
  own = rua_kind_find_field (kind, rua_field_get_name (rua_kind_get_field (rua_table_get_kind (mine), field)));
  if (!own || !rua_table_read_cell (table, row, rua_field_get_index (own), &word))
    return NULL;
  json = g_string_new (NULL);
  rua_cell_append (json, rua_table_peek_column (table, rua_field_get_index (own)), word, rua_table_get_money_digits (table), NULL);
  return g_string_free (json, FALSE);
}

static const char *
name_field (Kind *self, guint field)
{
  return field < self->n_fields ? rua_field_get_name (rua_kind_get_field (rua_table_get_kind (self->mine), field)) : "*";
}

static gboolean
lacks_field (RuaTable *table, RuaTable *mine, guint field)
{
  RuaKind *kind = rua_table_get_kind (mine);

  return field < rua_kind_get_n_fields (kind)
         && !rua_kind_find_field (rua_table_get_kind (table), rua_field_get_name (rua_kind_get_field (kind, field)));
}

static gboolean
is_same_row (Kind *self, RuaTable *a, guint32 row_a, RuaTable *b, guint32 row_b)
{
  for (guint field = 1; field <= self->n_fields; field++) {
    g_autofree char *x = NULL;
    g_autofree char *y = NULL;

    if (lacks_field (a, self->mine, field) || lacks_field (b, self->mine, field))
      continue;
    x = dup_cell (a, row_a, self->mine, field);
    y = dup_cell (b, row_b, self->mine, field);
    if (g_strcmp0 (x, y) != 0)
      return FALSE;
  }
  return TRUE;
}

static void
disagree (Kind *self, const char *key, const char *field, const char *base, const char *mine, const char *theirs)
{
  guint32 row = key ? rua_table_find_row (self->mine, key, -1) : RUA_NO_ROW;
  g_autofree char *shown = rua_kind_get_privacy (rua_table_get_kind (self->mine)) == RUA_PRIVACY_PUBLIC ? NULL
                           : row != RUA_NO_ROW ? rua_table_tell_row (self->mine, row) : g_strdup ("");
  const RuaDisagreementInfo info = { self->plan->place, self->kind, key, field, base, mine, theirs, shown };

  rua_merge_add (self->plan->merge, &info);
}

/* A record that is on both sides; @base may be RUA_NO_ROW. */
static void
compare_fields (Kind *self, const char *key, guint32 mine_row, guint32 base_row, guint32 theirs_row)
{
  for (guint field = 1; field <= self->n_fields; field++) {
    g_autofree char *mine = NULL;
    g_autofree char *base = NULL;
    g_autofree char *theirs = NULL;

    if (lacks_field (self->theirs, self->mine, field))
      continue;
    theirs = dup_cell (self->theirs, theirs_row, self->mine, field);
    base = base_row != RUA_NO_ROW ? dup_cell (self->base, base_row, self->mine, field) : NULL;
    if (g_strcmp0 (theirs, base) == 0)
      continue;
    mine = dup_cell (self->mine, mine_row, self->mine, field);
    if (g_strcmp0 (mine, theirs) == 0)
      rua_merge_count (self->plan->merge, 0, 1);
    else if (g_strcmp0 (mine, base) == 0) {
      const RuaMergeSet set = { self->mine, mine_row, field, self->theirs, theirs_row };

      g_array_append_val (self->plan->sets, set);
    } else
      disagree (self, key, name_field (self, field), base, mine, theirs);
  }
}

static const char *
id_of (RuaTable *table, guint32 row)
{
  return rua_column_read_text (rua_table_peek_column (table, 0), row, NULL);
}

static guint32
find_row (RuaTable *table, const char *id)
{
  return table ? rua_table_find_row (table, id, -1) : RUA_NO_ROW;
}

static void
add (Kind *self, guint32 row)
{
  const RuaMergeAdd one = { self->mine, self->theirs, row, NULL };

  g_array_append_val (self->plan->adds, one);
}

static void
remove_row (Kind *self, guint32 row)
{
  const RuaMergeRemove one = { self->mine, row };

  g_array_append_val (self->plan->removes, one);
}

/* A record of somebody who was erased here, or that is about them: it does not come back. */
static gboolean
was_erased (Kind *self, guint32 row)
{
  RuaAlliance *alliance = self->plan->mine;
  RuaKind *kind = rua_table_get_kind (self->theirs);
  const char *id = id_of (self->theirs, row);

  if (rua_table_get_n_records (rua_alliance_get_erasures (alliance)) == 0)
    return FALSE;
  if (id && rua_alliance_was_erased (alliance, self->kind, id))
    return TRUE;
  for (guint field = 1; field < rua_kind_get_n_fields (kind); field++) {
    RuaField *of = rua_kind_get_field (kind, field);
    RuaTable *target;
    guint32 other;

    if (rua_field_get_field_type (of) == RUA_FIELD_TYPE_REFERENCE
        && (rua_field_get_required (of) || rua_kind_get_privacy (kind) != RUA_PRIVACY_PUBLIC)
        && rua_column_read_reference (rua_table_peek_column (self->theirs, field), row, &target, &other)
        && id_of (target, other) && rua_alliance_was_erased (alliance, rua_kind_get_name (rua_table_get_kind (target)), id_of (target, other)))
      return TRUE;
  }
  return FALSE;
}

static void
compare_theirs (Kind *self, guint32 row)
{
  const char *id = id_of (self->theirs, row);
  guint32 mine = find_row (self->mine, id), base = find_row (self->base, id);

  if (mine == RUA_NO_ROW && was_erased (self, row))
    rua_merge_remark (self->plan->merge, "%s: a record of somebody who was erased here stays away", self->kind);
  else if (mine != RUA_NO_ROW)
    compare_fields (self, id, mine, base, row);
  else if (base == RUA_NO_ROW)
    add (self, row);
  else if (!is_same_row (self, self->theirs, row, self->base, base))
    disagree (self, id, NULL, "true", NULL, "true");
}

static void
compare_base (Kind *self, guint32 row)
{
  const char *id = id_of (self->base, row);
  guint32 mine = find_row (self->mine, id);

  if (find_row (self->theirs, id) != RUA_NO_ROW)
    return;
  if (mine == RUA_NO_ROW)
    rua_merge_count (self->plan->merge, 0, 1);
  else if (is_same_row (self, self->mine, mine, self->base, row))
    remove_row (self, mine);
  else
    disagree (self, id, NULL, "true", "true", NULL);
}

/* ---- records without an id ---- */

/* The rows of each content, in their order. */
static GHashTable *
list_contents (Kind *self, RuaTable *table)
{
  GHashTable *contents = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);

  for (guint32 row = 0; table && row < rua_table_get_n_rows (table); row++) {
    GString *content;
    GArray *rows;

    if (!rua_table_is_alive (table, row) || id_of (table, row))
      continue;
    content = g_string_new (NULL);
    for (guint field = 1; field <= self->n_fields; field++) {
      g_autofree char *cell = dup_cell (table, row, self->mine, field);

      if (cell)
        g_string_append_printf (content, "%u:%s\n", field, cell);
    }
    rows = g_hash_table_lookup (contents, content->str);
    if (!rows) {
      rows = g_array_new (FALSE, FALSE, sizeof (guint32));
      g_hash_table_insert (contents, g_strdup (content->str), rows);
    }
    g_array_append_val (rows, row);
    g_string_free (content, TRUE);
  }
  return contents;
}

static guint
count_rows (GHashTable *contents, const char *content)
{
  const GArray *rows = g_hash_table_lookup (contents, content);

  return rows ? rows->len : 0;
}

static gint
compare_rows (gconstpointer a, gconstpointer b)
{
  guint32 x = *(const guint32 *) a, y = *(const guint32 *) b;

  return x < y ? -1 : x > y;
}

/* In the order of the rows, since that of hash tables is none. */
static void
settle (Kind *self, GArray *rows, void (*what) (Kind *, guint32))
{
  g_array_sort (rows, compare_rows);
  for (guint i = 0; i < rows->len; i++)
    what (self, g_array_index (rows, guint32, i));
}

/* Nobody can tell which such record became which: each content is there as often as both sides want it. */
static void
compare_nameless (Kind *self)
{
  g_autoptr (GHashTable) mine = list_contents (self, self->mine);
  g_autoptr (GHashTable) base = list_contents (self, self->base);
  g_autoptr (GHashTable) theirs = list_contents (self, self->theirs);
  g_autoptr (GArray) adds = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) removes = g_array_new (FALSE, FALSE, sizeof (guint32));
  GHashTable *const sides[] = { theirs, base };
  gboolean mine_changed = FALSE;
  GHashTableIter iter;
  gpointer content, rows;

  for (guint side = 0; side < G_N_ELEMENTS (sides); side++) {
    g_hash_table_iter_init (&iter, sides[side]);
    while (g_hash_table_iter_next (&iter, &content, &rows)) {
      guint n_mine = count_rows (mine, content), n_base = count_rows (base, content), n_theirs = count_rows (theirs, content);
      guint wanted = n_theirs == n_base ? n_mine : n_mine == n_base || n_mine == n_theirs ? n_theirs : n_mine + n_theirs > n_base ? n_mine + n_theirs - n_base : 0;

      /* What both have was looked at as theirs. */
      if (side == 1 && n_theirs > 0)
        continue;
      mine_changed |= n_mine != n_base;
      if (n_mine == n_theirs && n_theirs != n_base)
        rua_merge_count (self->plan->merge, 0, n_theirs > n_base ? n_theirs - n_base : n_base - n_theirs);
      for (guint i = n_mine; i < wanted; i++)
        g_array_append_val (adds, g_array_index ((GArray *) rows, guint32, i - n_mine));
      for (guint i = wanted; i < n_mine; i++)
        g_array_append_val (removes, g_array_index ((GArray *) g_hash_table_lookup (mine, content), guint32, i));
    }
  }
  if (mine_changed && (adds->len || removes->len))
    rua_merge_remark (self->plan->merge, "%s: both changed records that have no id: they are merged whole, and one that both edited is there twice",
                      self->kind);
  for (guint i = adds->len; i > 0; i--)
    if (was_erased (self, g_array_index (adds, guint32, i - 1))) {
      rua_merge_remark (self->plan->merge, "%s: a record of somebody who was erased here stays away", self->kind);
      g_array_remove_index (adds, i - 1);
    }
  settle (self, adds, add);
  settle (self, removes, remove_row);
}

/* ---- kinds ---- */

static guint32
only_row (RuaTable *table)
{
  return table && rua_table_get_n_records (table) ? rua_table_row_at (table, 0) : RUA_NO_ROW;
}

static gboolean
compare_kind (Kind *self, GCancellable *cancellable, GError **error)
{
  if (rua_kind_get_record_type (rua_table_get_kind (self->mine)) == RUA_TYPE_PROFILE) {
    guint32 mine = only_row (self->mine), base = only_row (self->base), theirs = only_row (self->theirs);

    if (theirs != RUA_NO_ROW && mine != RUA_NO_ROW)
      compare_fields (self, NULL, mine, base, theirs);
    else if (theirs != RUA_NO_ROW && base == RUA_NO_ROW)
      add (self, theirs);
    return TRUE;
  }
  for (guint side = 0; side < 2; side++) {
    RuaTable *table = side ? self->base : self->theirs;

    for (guint32 row = 0; table && row < rua_table_get_n_rows (table); row++) {
      if (row % ROWS_BETWEEN_LOOKS == 0 && g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (!rua_table_is_alive (table, row) || !id_of (table, row))
        continue;
      if (side)
        compare_base (self, row);
      else
        compare_theirs (self, row);
    }
  }
  compare_nameless (self);
  return TRUE;
}

gboolean
rua_merge_plan_make (RuaMergePlan *self, GCancellable *cancellable, GError **error)
{
  const char *mine_extra = rua_alliance_get_extra (self->mine), *base_extra = rua_alliance_get_extra (self->base),
             *theirs_extra = rua_alliance_get_extra (self->theirs);

  for (guint t = 0; t < rua_alliance_get_n_tables (self->mine); t++) {
    Kind kind = { self, rua_alliance_get_table_at (self->mine, t) };

    kind.kind = rua_kind_get_name (rua_table_get_kind (kind.mine));
    kind.n_fields = rua_kind_get_n_fields (rua_table_get_kind (kind.mine));
    kind.base = rua_alliance_get_table (self->base, kind.kind);
    kind.theirs = rua_alliance_get_table (self->theirs, kind.kind);
    /* A kind of one's own that they do not have: nothing was said of its records. */
    if (kind.theirs && !compare_kind (&kind, cancellable, error))
      return FALSE;
  }
  if (g_strcmp0 (theirs_extra, base_extra) != 0 && g_strcmp0 (mine_extra, theirs_extra) != 0) {
    if (g_strcmp0 (mine_extra, base_extra) == 0)
      self->sets_extra = TRUE;
    else {
      const RuaDisagreementInfo info = { self->place, "alliance", NULL, "*", base_extra, mine_extra, theirs_extra };

      rua_merge_add (self->merge, &info);
    }
  }
  return TRUE;
}

/* ---- kinds and fields of one's own ---- */

/* One of theirs that is not here, and was not when they were one. */
static gboolean
adopt_field (RuaAlliance *mine, const char *kind, RuaField *field, GError **error)
{
  g_autoptr (RuaField) own = rua_field_new (rua_field_get_name (field), rua_field_get_field_type (field));

  rua_field_set_unit (own, rua_field_get_unit (field));
  rua_field_set_doc (own, rua_field_get_doc (field));
  rua_field_set_target (own, rua_field_get_target (field));
  rua_field_set_tokens (own, rua_field_get_tokens (field));
  rua_field_set_privacy (own, rua_field_get_privacy (field));
  /* Required of the records to come: those that are here do not have it. */
  return rua_alliance_add_field (mine, kind, own, error);
}

static gboolean
adopt_kind (RuaAlliance *mine, RuaKind *kind, GError **error)
{
  g_autoptr (RuaKind) own = rua_kind_new (rua_kind_get_name (kind), rua_kind_get_plural (kind));

  rua_kind_set_doc (own, rua_kind_get_doc (kind));
  rua_kind_set_privacy (own, rua_kind_get_privacy (kind));
  if (!rua_alliance_add_kind (mine, own, error))
    return FALSE;
  for (guint f = 1; f < rua_kind_get_n_fields (kind); f++)
    if (!adopt_field (mine, rua_kind_get_name (kind), rua_kind_get_field (kind, f), error))
      return FALSE;
  return TRUE;
}

gboolean
rua_merge_adopt_schema (RuaAlliance *mine, RuaAlliance *theirs, GError **error)
{
  g_autoptr (GListModel) kinds = rua_schema_list_kinds (rua_alliance_get_schema (theirs));
  guint n = g_list_model_get_n_items (kinds);

  for (guint k = 0; k < n; k++) {
    g_autoptr (RuaKind) kind = g_list_model_get_item (kinds, k);
    RuaKind *own = rua_schema_find_kind (rua_alliance_get_schema (mine), rua_kind_get_name (kind));

    if (!own && !adopt_kind (mine, kind, error))
      return FALSE;
    for (guint f = 1; own && f < rua_kind_get_n_fields (kind); f++) {
      RuaField *field = rua_kind_get_field (kind, f), *same = rua_kind_find_field (own, rua_field_get_name (field));

      if (!same && !adopt_field (mine, rua_kind_get_name (kind), field, error))
        return FALSE;
      if (same && rua_field_get_field_type (same) != rua_field_get_field_type (field)) {
        g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE, "%s: %s: the field is of one type here and of another there; rename one of the two",
                     rua_kind_get_name (kind), rua_field_get_name (field));
        return FALSE;
      }
    }
  }
  return TRUE;
}

static void
adopt_fields (RuaMerge *merge, RuaAlliance *mine, RuaKind *own, RuaKind *kind)
{
  for (guint f = 1; f < rua_kind_get_n_fields (kind); f++) {
    RuaField *field = rua_kind_get_field (kind, f), *same = rua_kind_find_field (own, rua_field_get_name (field));
    g_autoptr (GError) error = NULL;

    if (same && rua_field_get_field_type (same) != rua_field_get_field_type (field))
      rua_merge_remark (merge, "%s: the field '%s' is of one type here and of another there: what does not fit waits; agree on a name for one of the two",
                        rua_kind_get_name (kind), rua_field_get_name (field));
    else if (!same && !adopt_field (mine, rua_kind_get_name (kind), field, &error))
      rua_merge_remark (merge, "%s; facts of it wait", error->message);
  }
}

void
rua_merge_adopt_all (RuaMerge *merge, RuaAlliance *mine, RuaAlliance *theirs)
{
  g_autoptr (GListModel) kinds = rua_schema_list_kinds (rua_alliance_get_schema (theirs));
  guint n = g_list_model_get_n_items (kinds);

  /* All kinds first: fields refer to them. */
  for (guint k = 0; k < n; k++) {
    g_autoptr (RuaKind) kind = g_list_model_get_item (kinds, k);
    g_autoptr (RuaKind) own = rua_kind_new (rua_kind_get_name (kind), rua_kind_get_plural (kind));
    g_autoptr (GError) error = NULL;

    if (rua_schema_find_kind (rua_alliance_get_schema (mine), rua_kind_get_name (kind)))
      continue;
    rua_kind_set_doc (own, rua_kind_get_doc (kind));
    rua_kind_set_privacy (own, rua_kind_get_privacy (kind));
    if (!rua_alliance_add_kind (mine, own, &error))
      rua_merge_remark (merge, "%s; facts of it wait", error->message);
  }
  for (guint k = 0; k < n; k++) {
    g_autoptr (RuaKind) kind = g_list_model_get_item (kinds, k);
    RuaKind *own = rua_schema_find_kind (rua_alliance_get_schema (mine), rua_kind_get_name (kind));

    if (own)
      adopt_fields (merge, mine, own, kind);
  }
}

/**
 * rua_alliance_merge_base:
 * @self: the alliance to merge into
 * @base: what both were before they were changed
 * @theirs: the other copy
 * @place: where the other copy is from, as it is called in messages and in the history
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Merges another copy of an alliance over what both were once, record by record and field by field. What only the
 * other copy changed is taken over; what both changed in the same way stays; what they changed differently is a
 * [class@RuralAlliance.Disagreement], and where there is any, nothing is changed.
 *
 * Records are the same that have the same id. One without an id cannot be told from another with the same values: such
 * are merged whole. Kinds and fields of one's own that only the other copy has are taken over, even where records are
 * not. What is changed is one change, which can be undone.
 *
 * Copies that keep a log need no base: their facts are merged one by one, and conflicts are held.
 *
 * Returns: (transfer full): what came of it, or %NULL and an error: of the domain `RUA_ERROR` where a kind or field is
 *   of another type in the other copy, or a change has begun; `G_IO_ERROR_CANCELLED`; the alliance is then as it was
 *
 * Since: 1.0
 */
RuaMerge *
rua_alliance_merge_base (RuaAlliance *self, RuaAlliance *base, RuaAlliance *theirs, const char *place, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaMerge) merge = NULL;
  g_autofree char *name = NULL;
  g_autofree char *origin = NULL;
  g_autofree char *old_extra = NULL;
  RuaMergePlan plan;
  gboolean good;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);
  g_return_val_if_fail (RUA_IS_ALLIANCE (base), NULL);
  g_return_val_if_fail (RUA_IS_ALLIANCE (theirs), NULL);
  g_return_val_if_fail (place != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  /* The folder of a file says more than others need to know. */
  name = g_path_get_basename (place);
  origin = g_strdup_printf ("merge %s", name);
  if (!rua_alliance_begin_from (self, origin, origin, error))
    return NULL;
  merge = rua_merge_new ();
  old_extra = g_strdup (rua_alliance_get_extra (self));
  rua_merge_plan_init (&plan, merge, self, base, theirs, place);
  good = rua_merge_adopt_schema (self, theirs, error) && rua_merge_plan_make (&plan, cancellable, error)
         && (rua_merge_get_n_disagreements (merge) > 0 || rua_merge_plan_carry_out (&plan, cancellable, error));
  if (good && rua_merge_get_n_disagreements (merge) == 0) {
    if (plan.sets_extra)
      rua_alliance_set_extra (self, rua_alliance_get_extra (theirs));
    good = rua_alliance_commit (self, error);
    rua_merge_set_done (merge, good);
  }
  if (!rua_merge_is_done (merge) && rua_alliance_is_in_change (self)) {
    if (!good)
      g_prefix_error (error, "%s: ", place);
    rua_alliance_rollback (self, NULL);
    if (g_strcmp0 (old_extra, rua_alliance_get_extra (self)) != 0)
      rua_alliance_set_extra (self, old_extra);
  }
  rua_merge_plan_clear (&plan);
  return good ? g_steal_pointer (&merge) : NULL;
}
