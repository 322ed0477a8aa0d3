/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-merge-private.h"

/* What came of a merge. */

struct _RuaDisagreement {
  GObject parent_instance;

  char *place;
  char *kind;
  char *key;
  char *field;
  char *base;
  char *mine;
  char *theirs;
  char *shown;
};

G_DEFINE_FINAL_TYPE (RuaDisagreement, rua_disagreement, G_TYPE_OBJECT)

/**
 * RuaDisagreement:
 *
 * What two copies of an alliance say differently, where both were changed since they were one. Only merging over a
 * common base finds such: between copies that keep a log it is a conflict of facts, which the alliance holds.
 *
 * Since: 1.0
 */

static void
rua_disagreement_finalize (GObject *object)
{
  RuaDisagreement *self = RUA_DISAGREEMENT (object);

  g_free (self->place);
  g_free (self->kind);
  g_free (self->key);
  g_free (self->field);
  g_free (self->base);
  g_free (self->mine);
  g_free (self->theirs);
  g_free (self->shown);

  G_OBJECT_CLASS (rua_disagreement_parent_class)->finalize (object);
}

static void
rua_disagreement_class_init (RuaDisagreementClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rua_disagreement_finalize;
}

static void
rua_disagreement_init (RuaDisagreement *self)
{
}

/**
 * rua_disagreement_get_place:
 * @self: a disagreement
 *
 * Gets the place whose copy says otherwise, as it was told.
 *
 * Returns: a place
 *
 * Since: 1.0
 */
const char *
rua_disagreement_get_place (RuaDisagreement *self)
{
  g_return_val_if_fail (RUA_IS_DISAGREEMENT (self), NULL);
  return self->place;
}

/**
 * rua_disagreement_get_kind:
 * @self: a disagreement
 *
 * Gets the kind of the record.
 *
 * Returns: the name of a kind
 *
 * Since: 1.0
 */
const char *
rua_disagreement_get_kind (RuaDisagreement *self)
{
  g_return_val_if_fail (RUA_IS_DISAGREEMENT (self), NULL);
  return self->kind;
}

/**
 * rua_disagreement_get_key:
 * @self: a disagreement
 *
 * Gets the id of the record.
 *
 * Returns: (nullable): an id, or %NULL for the one record that says what is so of the whole alliance
 *
 * Since: 1.0
 */
const char *
rua_disagreement_get_key (RuaDisagreement *self)
{
  g_return_val_if_fail (RUA_IS_DISAGREEMENT (self), NULL);
  return self->key;
}

/**
 * rua_disagreement_get_field:
 * @self: a disagreement
 *
 * Gets the field, of which both sides say something else.
 *
 * Returns: (nullable): the name of a field, `*` for the members that no field holds, or %NULL when
 *   one side removed the record and the other edited it or refers to it
 *
 * Since: 1.0
 */
const char *
rua_disagreement_get_field (RuaDisagreement *self)
{
  g_return_val_if_fail (RUA_IS_DISAGREEMENT (self), NULL);
  return self->field;
}

/**
 * rua_disagreement_get_base:
 * @self: a disagreement
 *
 * Gets what the base says.
 *
 * Returns: (nullable): the value as JSON, or %NULL when it is unknown there
 *
 * Since: 1.0
 */
const char *
rua_disagreement_get_base (RuaDisagreement *self)
{
  g_return_val_if_fail (RUA_IS_DISAGREEMENT (self), NULL);
  return self->base;
}

/**
 * rua_disagreement_get_mine:
 * @self: a disagreement
 *
 * Gets what the alliance that was merged into says.
 *
 * Returns: (nullable): the value as JSON, or %NULL when it is unknown there, or the record is not
 *   there
 *
 * Since: 1.0
 */
const char *
rua_disagreement_get_mine (RuaDisagreement *self)
{
  g_return_val_if_fail (RUA_IS_DISAGREEMENT (self), NULL);
  return self->mine;
}

/**
 * rua_disagreement_get_theirs:
 * @self: a disagreement
 *
 * Gets what the other copy says.
 *
 * Returns: (nullable): the value as JSON, or %NULL when it is unknown there, or the record is not
 *   there
 *
 * Since: 1.0
 */
const char *
rua_disagreement_get_theirs (RuaDisagreement *self)
{
  g_return_val_if_fail (RUA_IS_DISAGREEMENT (self), NULL);
  return self->theirs;
}

/**
 * rua_disagreement_to_string:
 * @self: a disagreement
 *
 * Tells in one line which record and field it is (of people, its place among the records here, as `household #12`), and not what either side says, since that may be personal.
 *
 * Returns: (transfer full): the line, without a line end
 *
 * Since: 1.0
 */
char *
rua_disagreement_to_string (RuaDisagreement *self)
{
  g_autofree char *record = NULL;

  g_return_val_if_fail (RUA_IS_DISAGREEMENT (self), NULL);
  record = self->shown ? g_strdup_printf ("%s%s%s", self->kind, *self->shown ? " " : "", self->shown)
           : self->key ? g_strdup_printf ("%s '%s'", self->kind, self->key)
                       : g_strdup (self->kind);
  if (self->field)
    return g_strdup_printf ("%s: %s: changed here, and otherwise in %s", record, self->field, self->place);
  if (self->mine)
    return g_strdup_printf ("%s: in use here, and removed in %s", record, self->place);
  return g_strdup_printf ("%s: removed here, and in use in %s", record, self->place);
}

/* ---- the whole ---- */

struct _RuaMerge {
  GObject parent_instance;

  gboolean is_done;
  guint n_new;
  guint n_known;
  guint n_conflicts;
  GListStore *disagreements;
  GPtrArray *remarks;
};

G_DEFINE_FINAL_TYPE (RuaMerge, rua_merge, G_TYPE_OBJECT)

/**
 * RuaMerge:
 *
 * What came of merging other copies into an alliance.
 *
 * Since: 1.0
 */

static void
rua_merge_finalize (GObject *object)
{
  RuaMerge *self = RUA_MERGE (object);

  g_object_unref (self->disagreements);
  g_ptr_array_unref (self->remarks);

  G_OBJECT_CLASS (rua_merge_parent_class)->finalize (object);
}

static void
rua_merge_class_init (RuaMergeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rua_merge_finalize;
}

static void
rua_merge_init (RuaMerge *self)
{
  self->disagreements = g_list_store_new (RUA_TYPE_DISAGREEMENT);
  self->remarks = g_ptr_array_new_with_free_func (g_free);
}

RuaMerge *
rua_merge_new (void)
{
  return g_object_new (RUA_TYPE_MERGE, NULL);
}

void
rua_merge_add (RuaMerge *self, const RuaDisagreementInfo *info)
{
  g_autoptr (RuaDisagreement) disagreement = g_object_new (RUA_TYPE_DISAGREEMENT, NULL);

  disagreement->place = g_strdup (info->place);
  disagreement->kind = g_strdup (info->kind);
  disagreement->key = g_strdup (info->key);
  disagreement->field = g_strdup (info->field);
  disagreement->base = g_strdup (info->base);
  disagreement->mine = g_strdup (info->mine);
  disagreement->theirs = g_strdup (info->theirs);
  disagreement->shown = g_strdup (info->shown);
  g_list_store_append (self->disagreements, disagreement);
}

void
rua_merge_remark (RuaMerge *self, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (self->remarks, g_strdup_vprintf (format, args));
  va_end (args);
}

void
rua_merge_count (RuaMerge *self, guint n_new, guint n_known)
{
  self->n_new += n_new;
  self->n_known += n_known;
}

void
rua_merge_set_done (RuaMerge *self, gboolean is_done)
{
  self->is_done = is_done;
}

void
rua_merge_set_n_conflicts (RuaMerge *self, guint n_conflicts)
{
  self->n_conflicts = n_conflicts;
}

guint
rua_merge_get_n_disagreements (RuaMerge *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->disagreements));
}

/**
 * rua_merge_is_done:
 * @self: a merge
 *
 * Tells whether the alliance was changed. Over a base nothing is where there is any disagreement; facts are always
 * taken in, since an alliance that keeps a log can hold a conflict.
 *
 * Returns: %TRUE when all of it was merged, %FALSE when the alliance is as it was
 *
 * Since: 1.0
 */
gboolean
rua_merge_is_done (RuaMerge *self)
{
  g_return_val_if_fail (RUA_IS_MERGE (self), FALSE);
  return self->is_done;
}

/**
 * rua_merge_get_n_new:
 * @self: a merge
 *
 * Gets how many facts came that were not here, or over a base how many cells and records are different now.
 *
 * Returns: a number
 *
 * Since: 1.0
 */
guint
rua_merge_get_n_new (RuaMerge *self)
{
  g_return_val_if_fail (RUA_IS_MERGE (self), 0);
  return self->n_new;
}

/**
 * rua_merge_get_n_known:
 * @self: a merge
 *
 * Gets how many facts came that were here already, or over a base how many cells and records both sides had changed
 * in the same way.
 *
 * Returns: a number
 *
 * Since: 1.0
 */
guint
rua_merge_get_n_known (RuaMerge *self)
{
  g_return_val_if_fail (RUA_IS_MERGE (self), 0);
  return self->n_known;
}

/**
 * rua_merge_get_n_conflicts:
 * @self: a merge
 *
 * Gets of how many cells of the whole alliance stations now say different things, none having seen the others'. Both
 * sides are kept. The merge's remarks name the facts of the first hundred.
 *
 * Returns: a number; 0 over a base, where there are disagreements instead
 *
 * Since: 1.0
 */
guint
rua_merge_get_n_conflicts (RuaMerge *self)
{
  g_return_val_if_fail (RUA_IS_MERGE (self), 0);
  return self->n_conflicts;
}

/**
 * rua_merge_list_disagreements:
 * @self: a merge
 *
 * Lists what copies say differently, when they were merged over a base.
 *
 * Returns: (transfer full): a list of [class@RuralAlliance.Disagreement]
 *
 * Since: 1.0
 */
GListModel *
rua_merge_list_disagreements (RuaMerge *self)
{
  g_return_val_if_fail (RUA_IS_MERGE (self), NULL);
  return g_object_ref (G_LIST_MODEL (self->disagreements));
}

/**
 * rua_merge_list_remarks:
 * @self: a merge
 *
 * Lists what else should be known: clocks that are wrong, facts that wait, records without an id that could only be
 * merged whole.
 *
 * Returns: (transfer full) (array zero-terminated=1): sentences
 *
 * Since: 1.0
 */
char **
rua_merge_list_remarks (RuaMerge *self)
{
  g_autoptr (GStrvBuilder) builder = NULL;

  g_return_val_if_fail (RUA_IS_MERGE (self), NULL);
  builder = g_strv_builder_new ();
  for (guint i = 0; i < self->remarks->len; i++)
    g_strv_builder_add (builder, g_ptr_array_index (self->remarks, i));
  return g_strv_builder_end (builder);
}
