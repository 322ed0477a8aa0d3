/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-plan-again-private.h"

/* Groups whose rows are read again as they stand: for the words of what is wrong with one, and for those of which sums
 * have too few digits. */

/* What a role has in one group. */
typedef struct {
  GArray *numbers;    /* of double; NULL: a category */
  GArray *codes;      /* of gint32: places in labels; NULL: numbers */
  GHashTable *places; /* by the coder's code, from 1 */
  GPtrArray *labels;
} Gathered;

typedef struct {
  RuaPlanned *reading;
  Gathered *roles; /* by group, then by role */
  gsize *n_rows;   /* by group */
  guint32 *batch;  /* codes of a batch, RUA_BATCH a role */
  guint64 stamp;
} Gathering;

static gint32
place_of_label (Gathering *self, const RuaCoder *coder, Gathered *role, guint32 code)
{
  gpointer place;

  if (code >= coder->n_codes)
    return -1;
  place = g_hash_table_lookup (role->places, GUINT_TO_POINTER (code));
  if (place == NULL) {
    g_ptr_array_add (role->labels, rua_coder_dup_label (coder, self->reading->scan->reader, code));
    place = GUINT_TO_POINTER (role->labels->len);
    g_hash_table_insert (role->places, GUINT_TO_POINTER (code), place);
  }
  return GPOINTER_TO_INT (place) - 1;
}

static void
gather_row (gpointer data, guint group, RuaProgramRun *run, guint32 row, guint at)
{
  Gathering *self = data;
  const RuaScanPart *part = self->reading->part;

  for (guint r = 0; r < part->n_roles; r++) {
    const RuaScanRole *role = &part->roles[r];
    Gathered *gathered = &self->roles[(gsize) group * part->n_roles + r];
    guint32 *codes = self->batch + (gsize) r * RUA_BATCH;

    if (role->node != NULL) {
      double value = ((const double *) rua_program_run_node (run, role->node))[at] * role->factor;

      g_array_append_val (gathered->numbers, value);
    } else {
      gint32 place;

      if (self->stamp != run->stamp)
        rua_coder_read (role->coder, run, codes);
      place = place_of_label (self, role->coder, gathered, codes[at]);
      g_array_append_val (gathered->codes, place);
    }
  }
  self->stamp = run->stamp;
  self->n_rows[group]++;
}

static void
gathering_init (Gathering *self, RuaPlanned *reading, guint n_groups)
{
  guint n = reading->part->n_roles;

  *self = (Gathering){ .reading = reading, .roles = g_new0 (Gathered, (gsize) n_groups * n + 1),
                       .n_rows = g_new0 (gsize, n_groups), .batch = g_new (guint32, (gsize) (n + 1) * RUA_BATCH) };
  for (gsize i = 0; i < (gsize) n_groups * n; i++) {
    Gathered *role = &self->roles[i];

    if (reading->part->roles[i % n].node != NULL) {
      role->numbers = g_array_new (FALSE, FALSE, sizeof (double));
      continue;
    }
    role->codes = g_array_new (FALSE, FALSE, sizeof (gint32));
    role->places = g_hash_table_new (NULL, NULL);
    role->labels = g_ptr_array_new_with_free_func (g_free);
  }
}

static void
gathering_clear (Gathering *self, guint n_groups)
{
  for (gsize i = 0; i < (gsize) n_groups * self->reading->part->n_roles; i++) {
    g_clear_pointer (&self->roles[i].numbers, g_array_unref);
    g_clear_pointer (&self->roles[i].codes, g_array_unref);
    g_clear_pointer (&self->roles[i].places, g_hash_table_unref);
    g_clear_pointer (&self->roles[i].labels, g_ptr_array_unref);
  }
  g_free (self->roles);
  g_free (self->n_rows);
  g_free (self->batch);
}

static RuaFigures *
run_group (const Gathering *self, guint group, GCancellable *cancellable, GError **error)
{
  RuaPlanned *reading = self->reading;
  guint n = reading->part->n_roles;
  g_autofree RuaInputColumn *columns = g_memdup2 (reading->columns, MAX (n, 1) * sizeof *columns);
  RuaInput data = { .n_rows = self->n_rows[group], .columns = columns, .n_columns = n,
                    .name = reading->definition.table };

  for (guint r = 0; r < n; r++) {
    Gathered *role = &self->roles[(gsize) group * n + r];

    if (role->numbers != NULL) {
      columns[r].values = (const double *) (gpointer) role->numbers->data;
      continue;
    }
    columns[r].n_labels = role->labels->len;
    g_ptr_array_add (role->labels, NULL);
    columns[r].labels = (const char *const *) role->labels->pdata;
    columns[r].codes = (const gint32 *) (gpointer) role->codes->data;
  }
  return rua_estimation_run (reading->estimation, &data, reading->nodes, cancellable, error);
}

gboolean
rua_planned_read_again (RuaPlanned *self, RuaScanGroup *const *groups, guint n_groups, RuaFigures **figures,
                        GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) problem = NULL;
  Gathering gathering;
  gboolean done;

  gathering_init (&gathering, self, n_groups);
  done = rua_scan_visit_groups (self->scan, self->part, groups, n_groups, gather_row, &gathering, cancellable, error);
  for (guint g = 0; g < n_groups && done; g++) {
    figures[g] = run_group (&gathering, g, cancellable, &problem);
    done = figures[g] != NULL;
  }
  if (problem != NULL)
    rua_planned_tell_refusal (self, problem, error);
  gathering_clear (&gathering, n_groups);
  return done;
}

void
rua_planned_tell_refusal (RuaPlanned *self, const GError *problem, GError **error)
{
  if (problem->domain == RUA_ERROR)
    rua_definition_refuse (self->definition.id, error, problem->code, "%s", problem->message);
  else
    g_propagate_error (error, g_error_copy (problem));
}
