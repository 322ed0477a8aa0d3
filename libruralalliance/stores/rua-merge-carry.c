/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-merge-plan-private.h"

#include "rua-alliance-private.h"
#include "rua-record-private.h"

/* A plan carried out: records made of theirs, cells set, records removed. */

/* A reference, as it is called in any alliance. Both are NULL where the target has no id. */
static RuaRecord *
find_target (RuaMergePlan *self, RuaTable *table, guint32 row, const char **kind, const char **id)
{
  *kind = rua_kind_get_name (rua_table_get_kind (table));
  *id = rua_column_read_text (rua_table_peek_column (table, 0), row, NULL);
  return *id ? rua_alliance_find (self->mine, *kind, *id) : NULL;
}

typedef enum {
  COPY_DONE,
  COPY_NO_TARGET, /* and nothing was changed */
  COPY_FAILED,
} Copy;

typedef struct {
  RuaMergePlan *plan;
  gboolean tells; /* a target that is not there is a disagreement */
} Copying;

/* Of people a message says no more than the kind. */
static const char *
shown_of (RuaMergePlan *plan, const char *kind)
{
  RuaTable *table = rua_alliance_get_table (plan->mine, kind);

  return table && rua_kind_get_privacy (rua_table_get_kind (table)) != RUA_PRIVACY_PUBLIC ? "" : NULL;
}

static void
tell_no_target (Copying *self, const char *kind, const char *id)
{
  const RuaDisagreementInfo info = { self->plan->place, kind, id, NULL, "true", NULL, "true", shown_of (self->plan, kind) };

  if (self->tells)
    rua_merge_add (self->plan->merge, &info);
}

static Copy
copy_reference (Copying *self, RuaRecord *to, guint field, RuaColumn *from, guint32 row, GError **error)
{
  RuaTable *table;
  guint32 target;
  const char *kind, *id;
  g_autoptr (RuaRecord) record = NULL;

  if (!rua_column_read_reference (from, row, &table, &target))
    return rua_record_write_unknown (to, field, error) ? COPY_DONE : COPY_FAILED;
  record = find_target (self->plan, table, target, &kind, &id);
  if (!record) {
    tell_no_target (self, kind, id);
    return COPY_NO_TARGET;
  }
  return rua_record_write_reference (to, field, record, error) ? COPY_DONE : COPY_FAILED;
}

static Copy
copy_references (Copying *self, RuaRecord *to, guint field, RuaColumn *from, guint32 row, GError **error)
{
  guint n = rua_column_get_n_references (from, row);
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++) {
    RuaTable *table;
    guint32 target;
    const char *kind, *id;
    RuaRecord *record;

    if (!rua_column_read_reference_at (from, row, i, &table, &target))
      continue;
    record = find_target (self->plan, table, target, &kind, &id);
    if (!record) {
      tell_no_target (self, kind, id);
      return COPY_NO_TARGET;
    }
    g_ptr_array_add (records, record);
  }
  return rua_record_write_references (to, field, (RuaRecord **) records->pdata, records->len, error) ? COPY_DONE : COPY_FAILED;
}

static Copy
copy_cell (Copying *self, RuaRecord *to, guint field, RuaTable *theirs, guint32 row, GError **error)
{
  RuaField *mine = rua_kind_get_field (rua_record_get_kind (to), field);
  const char *name = rua_field_get_name (mine);
  RuaField *own = rua_kind_find_field (rua_table_get_kind (theirs), name);
  RuaColumn *from = own ? rua_table_peek_column (theirs, rua_field_get_index (own)) : NULL;
  gboolean flag, done = FALSE;
  gint64 integer;
  double number;
  gsize length;
  const char *text;
  RuaDatePacked date;

  if (!from || !rua_column_is_known (from, row))
    return rua_record_unset (to, name, error) ? COPY_DONE : COPY_FAILED;
  switch (rua_field_get_field_type (mine)) {
  case RUA_FIELD_TYPE_BOOLEAN:
    done = rua_column_read_boolean (from, row, &flag) && rua_record_write_boolean (to, field, flag, error);
    break;
  case RUA_FIELD_TYPE_INTEGER:
    done = rua_column_read_integer (from, row, &integer) && rua_record_write_integer (to, field, integer, error);
    break;
  case RUA_FIELD_TYPE_MONEY:
    done = rua_column_read_integer (from, row, &integer) && rua_record_set_money (to, name, integer, error);
    break;
  case RUA_FIELD_TYPE_NUMBER:
    done = rua_column_read_number (from, row, &number) && rua_record_write_number (to, field, number, error);
    break;
  case RUA_FIELD_TYPE_DATE:
    if (rua_column_read_date (from, row, &date)) {
      g_autofree char *iso = rua_date_format (rua_date_packed_day (date), rua_date_packed_precision (date));

      done = rua_record_write_date (to, field, iso, error);
    }
    break;
  case RUA_FIELD_TYPE_REFERENCE:
    return copy_reference (self, to, field, from, row, error);
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    return copy_references (self, to, field, from, row, error);
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_TOKEN:
  case RUA_FIELD_TYPE_JSON:
    text = rua_column_read_text (from, row, &length);
    done = rua_record_write_text (to, field, text, error);
    break;
  case RUA_FIELD_TYPE_TEXTS:
  case RUA_FIELD_TYPE_TEXT_LIST:
    text = rua_column_read_text (from, row, &length);
    done = rua_record_write_packed (to, field, text, length, error);
    break;
  }
  return done ? COPY_DONE : COPY_FAILED;
}

static Copy
make_record (Copying *self, RuaMergeAdd *add, gboolean is_partial, GError **error)
{
  RuaKind *kind = rua_table_get_kind (add->mine);
  g_autoptr (RuaRecord) record = rua_alliance_new_record (self->plan->mine, rua_kind_get_name (kind));
  const char *extra = rua_table_get_extra_at_row (add->theirs, add->row);

  for (guint field = 0; field < rua_kind_get_n_fields (kind); field++) {
    Copy copy = copy_cell (self, record, field, add->theirs, add->row, error);

    if (copy == COPY_FAILED || (copy == COPY_NO_TARGET && (!is_partial || rua_field_get_required (rua_kind_get_field (kind, field)))))
      return copy;
  }
  if (extra)
    rua_record_set_extra (record, extra);
  if (!rua_alliance_add (self->plan->mine, record, error))
    return COPY_FAILED;
  add->record = g_steal_pointer (&record);
  return COPY_DONE;
}

/* The references that were left out follow when all are there. */
static void
set_references_later (RuaMergePlan *self, const RuaMergeAdd *add)
{
  RuaKind *kind = rua_table_get_kind (add->mine);

  for (guint field = 1; field < rua_kind_get_n_fields (kind); field++) {
    const RuaMergeSet set = { add->mine, rua_record_get_row (add->record), field, add->theirs, add->row };
    RuaFieldType type = rua_field_get_field_type (rua_kind_get_field (kind, field));

    if (type == RUA_FIELD_TYPE_REFERENCE || type == RUA_FIELD_TYPE_REFERENCE_LIST)
      g_array_append_val (self->sets, set);
  }
}

/* Records of theirs that can be made now; @is_partial: without references that may be left out. */
static gboolean
make_round (Copying *self, gboolean is_partial, guint *n_made, guint *n_left, GCancellable *cancellable, GError **error)
{
  GArray *adds = self->plan->adds;

  *n_made = *n_left = 0;
  for (guint i = 0; i < adds->len; i++) {
    RuaMergeAdd *add = &g_array_index (adds, RuaMergeAdd, i);

    if (add->record)
      continue;
    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    switch (make_record (self, add, is_partial, error)) {
    case COPY_FAILED:
      return FALSE;
    case COPY_NO_TARGET:
      (*n_left)++;
      break;
    case COPY_DONE:
      (*n_made)++;
      if (is_partial)
        set_references_later (self->plan, add);
      break;
    }
  }
  return TRUE;
}

/* Each when those it refers to are there; where they refer to one another in a circle, in part first. */
static gboolean
make_records (RuaMergePlan *self, GCancellable *cancellable, GError **error)
{
  Copying copying = { self, FALSE };
  guint n_made = 0, n_left = 0;

  do {
    if (!make_round (&copying, FALSE, &n_made, &n_left, cancellable, error))
      return FALSE;
    if (n_left > 0 && n_made == 0 && !make_round (&copying, TRUE, &n_made, &n_left, cancellable, error))
      return FALSE;
  } while (n_left > 0 && n_made > 0);
  /* What those need was removed here. */
  copying.tells = TRUE;
  return n_left == 0 || make_round (&copying, FALSE, &n_made, &n_left, cancellable, error);
}

static gboolean
set_cells (RuaMergePlan *self, GCancellable *cancellable, GError **error)
{
  Copying copying = { self, TRUE };

  for (guint i = 0; i < self->sets->len; i++) {
    const RuaMergeSet *set = &g_array_index (self->sets, RuaMergeSet, i);
    g_autoptr (RuaRecord) record = rua_table_dup_record_at_row (set->mine, set->row);

    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    if (set->field == rua_kind_get_n_fields (rua_table_get_kind (set->mine)))
      rua_record_set_extra (record, rua_table_get_extra_at_row (set->theirs, set->theirs_row));
    else if (copy_cell (&copying, record, set->field, set->theirs, set->theirs_row, error) == COPY_FAILED)
      return FALSE;
  }
  return TRUE;
}

/* Those who refer to one another, in the order that this allows. */
static gboolean
remove_records (RuaMergePlan *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) left = g_ptr_array_new_with_free_func (g_object_unref);
  guint before;

  for (guint i = 0; i < self->removes->len; i++) {
    const RuaMergeRemove *one = &g_array_index (self->removes, RuaMergeRemove, i);

    g_ptr_array_add (left, rua_table_dup_record_at_row (one->mine, one->row));
  }
  do {
    before = left->len;
    for (guint i = left->len; i > 0; i--) {
      g_autoptr (GError) local = NULL;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (rua_alliance_remove (self->mine, left->pdata[i - 1], &local))
        g_ptr_array_remove_index (left, i - 1);
      else if (!g_error_matches (local, RUA_ERROR, RUA_ERROR_REFERENCE)) {
        g_propagate_error (error, g_steal_pointer (&local));
        return FALSE;
      }
    }
  } while (left->len > 0 && left->len < before);
  for (guint i = 0; i < left->len; i++) {
    RuaRecord *record = left->pdata[i];
    const RuaDisagreementInfo info = {
      self->place, rua_kind_get_name (rua_record_get_kind (record)), rua_record_get_id (record), NULL, "true", "true", NULL,
      shown_of (self, rua_kind_get_name (rua_record_get_kind (record))),
    };

    rua_merge_add (self->merge, &info);
  }
  return TRUE;
}

gboolean
rua_merge_plan_carry_out (RuaMergePlan *self, GCancellable *cancellable, GError **error)
{
  guint n = self->adds->len + self->sets->len + self->removes->len + (self->sets_extra ? 1 : 0);

  if (!make_records (self, cancellable, error) || !set_cells (self, cancellable, error) || !remove_records (self, cancellable, error))
    return FALSE;
  rua_merge_count (self->merge, n, 0);
  return TRUE;
}
