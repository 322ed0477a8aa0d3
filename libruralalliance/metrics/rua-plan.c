/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-plan-again-private.h"
#include "rua-scratch-private.h"

#include <math.h>
#include <string.h>

struct _RuaPlan {
  GPtrArray *readings; /* of RuaPlanned */
  GPtrArray *scans;    /* of RuaScan */
  GPtrArray *pairings; /* of RuaPairing */
  RuaPlanBegin begin;
  RuaPlanTake take;
  RuaProgress *progress;
  guint n_steps;
  guint n_done;
};

static void
reading_free (RuaPlanned *self)
{
  g_clear_pointer (&self->rows, rua_rows_free);
  g_clear_pointer (&self->estimation, rua_estimation_free);
  g_clear_pointer (&self->used, g_array_unref);
  g_clear_error (&self->error);
  g_free (self->columns);
  g_free (self);
}

RuaPlan *
rua_plan_new (void)
{
  RuaPlan *self = g_new0 (RuaPlan, 1);

  self->readings = g_ptr_array_new_with_free_func ((GDestroyNotify) reading_free);
  self->scans = g_ptr_array_new_with_free_func ((GDestroyNotify) rua_scan_free);
  self->pairings = g_ptr_array_new_with_free_func ((GDestroyNotify) rua_pairing_free);
  return self;
}

void
rua_plan_free (RuaPlan *self)
{
  if (self == NULL)
    return;
  /* Scans read the pairs' values, and programs the readings' price ratios. */
  g_ptr_array_unref (self->scans);
  g_ptr_array_unref (self->pairings);
  g_ptr_array_unref (self->readings);
  g_free (self);
}

/* ---- what a metric asks of a scan ---- */

typedef struct {
  RuaPlanned *reading;
  const RuaRowsColumn *column;
} PickOwner;

static RuaNode *
resolve_pick (RuaSheet *sheet, guint pick, gpointer data)
{
  const PickOwner *owner = data;

  return rua_pairs_add_pick (owner->reading->pairs, sheet,
                             g_ptr_array_index (owner->column->program->picks, pick),
                             owner->reading->used);
}

static RuaNode *
add_node (RuaPlanned *self, const RuaRowsColumn *column)
{
  PickOwner owner = { self, column };

  return rua_sheet_add (self->scan->sheet, column->program->root,
                        self->pairs != NULL ? resolve_pick : NULL, &owner);
}

static gboolean
is_cell_role (const RuaReduction *reduction, const char *role)
{
  return reduction != NULL && reduction->cells != NULL
    && g_strv_contains (reduction->cells, role);
}

static void
add_roles (RuaPlanned *self)
{
  RuaScanPart *part = self->part;
  GPtrArray *columns = self->rows->columns;
  gboolean has_domain = FALSE;

  part->n_roles = columns->len;
  part->roles = g_new0 (RuaScanRole, MAX (columns->len, 1));
  part->deflated = g_new0 (RuaNode *, MAX (columns->len, 1));
  for (const RuaRoleSpec *spec = self->estimator->roles; spec->name != NULL; spec++)
    part->n_factor_inputs++;
  for (guint i = 0; i < columns->len; i++)
    has_domain |= strcmp (((RuaRowsColumn *) g_ptr_array_index (columns, i))->role, "domain") == 0;
  for (guint i = 0; i < columns->len; i++) {
    const RuaRowsColumn *column = g_ptr_array_index (columns, i);
    RuaScanRole *role = &part->roles[i];
    RuaNode *node = add_node (self, column);

    role->spec = column->spec;
    role->index = (guint) (column->spec - self->estimator->roles);
    role->needed = rua_role_spec_is_needed (column->spec, has_domain);
    role->factor = strcmp (column->role, "before") == 0 ? self->assumption.growth : 1;
    if (column->type != RUA_ROLE_CATEGORY)
      role->node = rua_sheet_add_number (self->scan->sheet, node);
    if (column->type == RUA_ROLE_CATEGORY || is_cell_role (part->reduction, column->role))
      role->coded = node;
    if (self->rows->deflation != NULL)
      part->deflated[part->n_deflated++] = node;
  }
  for (guint k = 0; part->reduction != NULL && part->reduction->cells != NULL
                    && part->reduction->cells[k] != NULL; k++)
    for (guint i = 0; i < columns->len; i++)
      if (strcmp (((RuaRowsColumn *) g_ptr_array_index (columns, i))->role,
                  part->reduction->cells[k]) == 0)
        part->cell_roles[part->n_cell_roles++] = i;
}

/* Every cell role has its column, and none has two. */
static gboolean
fits (const RuaReduction *reduction, GPtrArray *columns, guint n_by)
{
  guint n_cells = 0;

  for (; reduction->cells != NULL && reduction->cells[n_cells] != NULL; n_cells++) {
    guint n = 0;

    for (guint i = 0; i < columns->len; i++)
      n += strcmp (((RuaRowsColumn *) g_ptr_array_index (columns, i))->role,
                   reduction->cells[n_cells]) == 0;
    if (n != 1)
      return FALSE;
  }
  for (guint i = 0; i < columns->len; i++) {
    const RuaRowsColumn *column = g_ptr_array_index (columns, i);

    for (guint k = i + 1; k < columns->len; k++)
      if (((RuaRowsColumn *) g_ptr_array_index (columns, k))->spec == column->spec)
        return FALSE;
  }
  return n_cells + n_by <= RUA_MAX_CODERS;
}

static RuaScan *
find_scan (RuaPlan *self, RuaTable *table)
{
  RuaScan *scan;

  for (guint i = 0; i < self->scans->len; i++) {
    scan = g_ptr_array_index (self->scans, i);
    if (scan->table == table && scan->present == NULL && scan->owner == NULL)
      return scan;
  }
  scan = rua_scan_new (table, rua_table_get_n_rows (table), NULL);
  g_ptr_array_add (self->scans, scan);
  return scan;
}

static RuaScan *
find_pairs_scan (RuaPlan *self, RuaPlanned *reading)
{
  RuaPairing *pairing = NULL;
  RuaScan *scan;

  for (guint i = 0; i < self->pairings->len && pairing == NULL; i++) {
    pairing = g_ptr_array_index (self->pairings, i);
    if (pairing->table != reading->rows->table)
      pairing = NULL;
  }
  if (pairing == NULL) {
    pairing = rua_pairing_new (reading->rows->table);
    g_ptr_array_add (self->pairings, pairing);
  }
  reading->pairs = rua_pairing_add (pairing, reading->rows);
  if (reading->pairs->scan == NULL) {
    RuaTable *owners = reading->pairs->owners;

    scan = rua_scan_new (owners != NULL ? owners : reading->rows->table, 0, NULL);
    scan->owner = reading->pairs;
    reading->pairs->scan = scan;
    g_ptr_array_add (self->scans, scan);
  }
  return reading->pairs->scan;
}

RuaPlanned *
rua_plan_add (RuaPlan *self, const RuaDefinition *definition, const RuaAssumption *assumption,
              RuaEstimation *estimation, RuaRows *rows)
{
  RuaPlanned *reading = g_new0 (RuaPlanned, 1);
  RuaScanPart *part;
  const RuaReduction *reduction;

  g_ptr_array_add (self->readings, reading);
  reading->definition = *definition;
  reading->assumption = *assumption;
  reading->estimation = estimation;
  reading->estimator = rua_estimation_get_estimator (estimation);
  reading->rows = rows;
  reading->used = g_array_new (FALSE, FALSE, sizeof (guint));
  reading->columns = g_new0 (RuaInputColumn, MAX (rows->columns->len, 1));
  for (guint i = 0; i < rows->columns->len; i++) {
    const RuaRowsColumn *column = g_ptr_array_index (rows->columns, i);

    reading->columns[i].role = column->role;
    reading->columns[i].name = column->text;
    reading->columns[i].withheld = column->withheld;
  }
  if (rows->by->len > RUA_MAX_CODERS || rows->columns->len > 31) {
    rua_definition_refuse (definition->id, &reading->error, RUA_ERROR_LIMIT,
                           "at most %d paths and 31 columns can be read", RUA_MAX_CODERS);
    return reading;
  }
  reading->scan = rows->paired ? find_pairs_scan (self, reading) : find_scan (self, rows->table);
  reading->part = part = rua_scan_add_part (reading->scan);
  reduction = rua_estimation_reduce (estimation, reading->columns, rows->columns->len,
                                     part->constants);
  if (reduction != NULL && fits (reduction, rows->columns, rows->by->len))
    part->reduction = reduction;
  part->takes_packed = reading->estimator->takes_packed;
  part->any_order = reading->estimator->any_order;
  if (rows->where != NULL && !rows->paired)
    part->where = rua_sheet_add (reading->scan->sheet, rows->where->root, NULL, NULL);
  part->n_by = rows->by->len;
  part->by = g_new0 (RuaNode *, part->n_by + 1);
  for (guint i = 0; i < part->n_by; i++)
    part->by[i] = add_node (reading, g_ptr_array_index (rows->by, i));
  add_roles (reading);
  return reading;
}

/* ---- groups to figures ---- */

static RuaFigures *
run_whole_group (RuaPlanned *self, RuaScanGroup *group, GCancellable *cancellable, GError **error)
{
  RuaFigures *figures = NULL;

  rua_planned_read_again (self, &group, 1, &figures, cancellable, error);
  return figures;
}

typedef struct {
  RuaPlan *plan;
  RuaPlanned *reading;
  RuaFigures **held; /* by group: figures that its rows would tell more precisely */
  GCancellable *cancellable;
  gint failed; /* atomic: the first group that is known to have failed; G_MAXINT: none */
  GError *error; /* of that; under the lock */
} Estimating;

/* Of columns that were laid out. */
static RuaFigures *
estimate_columns (const Estimating *self, const RuaScanGroup *group, const RuaInputCounts *counts, GError **error)
{
  const RuaPlanned *reading = self->reading;
  const RuaScanPart *part = reading->part;
  RuaInputColumn columns[32];
  RuaInput input = { .n_rows = group->n_used, .columns = columns, .n_columns = part->n_roles,
                     .name = reading->definition.table, .counts = counts };
  double *room[32] = { NULL };
  RuaFigures *figures;

  memcpy (columns, reading->columns, part->n_roles * sizeof *columns);
  for (guint r = 0; r < part->n_roles; r++) {
    const RuaScanRole *role = &part->roles[r];

    if (rua_scan_role_stays_packed (part, role)) {
      columns[r].packed = (RuaPacked){ (const guint32 *) role->vector + group->begin, role->offset, role->divisor };
    } else if (role->node != NULL) {
      if (role->packed || role->record != NULL)
        columns[r].values = room[r] = rua_scratch_take (group->n_used * sizeof (double));
      if (role->record == NULL)
        columns[r].values = rua_scan_role_read (role, group->begin, group->n_used, room[r]);
    } else {
      columns[r].codes = (const gint32 *) role->vector + group->begin;
      columns[r].find_label = rua_scan_role_find_label;
      columns[r].source = (gpointer) role;
      columns[r].n_labels = role->coder->n_codes;
    }
  }
  rua_scan_record_read (part->roles, part->n_roles, group->begin, group->n_used, room);
  figures = rua_estimation_run (reading->estimation, &input, reading->nodes, self->cancellable, error);
  for (guint r = 0; r < part->n_roles; r++)
    rua_scratch_give (room[r]);
  return figures;
}

static gboolean
estimate_group (guint task, gpointer data, GError **error)
{
  Estimating *self = data;
  RuaPlanned *reading = self->reading;
  RuaScanPart *part = reading->part;
  RuaScanGroup *group = g_ptr_array_index (part->groups, task);
  RuaInputCounts counts = { group->n_total, group->missing };
  g_autoptr (GError) problem = NULL;
  RuaFigures *figures;

  if (part->reduction != NULL) {
    gboolean needs_columns = FALSE;
    RuaCellSums sums;

    rua_scan_get_cell_sums (part, group, &sums);
    figures = rua_estimation_finish (reading->estimation, reading->columns, part->n_roles, &sums,
                                     &counts, group->n_used, &needs_columns, self->cancellable,
                                     &problem);
    if (figures != NULL && needs_columns) {
      self->held[task] = figures;
      return TRUE;
    }
  } else {
    figures = estimate_columns (self, group, &counts, &problem);
  }
  if (figures == NULL) {
    if (problem->domain != RUA_ERROR) {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
    /* Said again of the rows as they stand, numbered with those that were left out. */
    figures = run_whole_group (reading, group, self->cancellable, error);
    if (figures == NULL)
      return FALSE;
  }
  return self->plan->take (reading, task, figures, error);
}

/* Groups that are held, from @from on, as many as are read again at a time. Returns where the next ones begin. */
static guint
find_held (Estimating *self, guint from, GPtrArray *held, GArray *places)
{
  GPtrArray *groups = self->reading->part->groups;
  guint64 n_rows = 0;

  for (; from < groups->len; from++) {
    RuaScanGroup *group = g_ptr_array_index (groups, from);

    if (self->held[from] == NULL)
      continue;
    if (held->len > 0 && n_rows + group->n_total > rua_scan_limits.again_rows)
      break;
    n_rows += group->n_total;
    g_clear_pointer (&self->held[from], rua_figures_free);
    g_ptr_array_add (held, group);
    g_array_append_val (places, from);
  }
  return from;
}

/* Where nearly all of a group's sums cancels, its rows are read again. In order of the groups, so
 * that an error is that of the first of them. */
static gboolean
settle_held (Estimating *self, GError **error)
{
  RuaPlanned *reading = self->reading;
  guint n_groups = reading->part->groups->len;
  gboolean done = TRUE;

  for (guint next = 0; next < n_groups && done;) {
    g_autoptr (GPtrArray) held = g_ptr_array_new ();
    g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (guint));
    g_autofree RuaFigures **figures = NULL;

    next = find_held (self, next, held, places);
    if (held->len == 0)
      break;
    figures = g_new0 (RuaFigures *, held->len);
    done = rua_planned_read_again (reading, (RuaScanGroup *const *) held->pdata, held->len, figures, self->cancellable,
                                   error);
    for (guint i = 0; i < held->len; i++) {
      RuaFigures *own = g_steal_pointer (&figures[i]);

      if (done)
        done = self->plan->take (reading, g_array_index (places, guint, i), own, error);
      else
        rua_figures_free (own);
    }
  }
  return done;
}

static gboolean
find_bad_group (RuaPlanned *self, GCancellable *cancellable, GError **error)
{
  RuaScanPart *part = self->part;

  for (guint g = 0; g < part->groups->len; g++) {
    RuaScanGroup *group = g_ptr_array_index (part->groups, g);
    RuaFigures *figures;

    if (!group->bad)
      continue;
    figures = run_whole_group (self, group, cancellable, error);
    if (figures == NULL)
      return FALSE;
    rua_figures_free (figures);
  }
  return TRUE;
}

static void
step (RuaPlan *self)
{
  self->n_done++;
  if (self->progress != NULL)
    rua_progress_tell (self->progress, (double) self->n_done / self->n_steps);
}

static gboolean
is_cancelled (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* What one metric's groups are worth is no matter of another's: all groups of a scan are one list of tasks. */
typedef struct {
  Estimating *of;
  guint group;
  guint32 size;
} Task;

typedef struct {
  GArray *tasks; /* of Task */
  GMutex lock;
} Estimations;

/* The largest first, so that none of them is left for the end; then in order. */
static int
compare_tasks (gconstpointer a, gconstpointer b)
{
  const Task *s = a, *t = b;

  if (s->size != t->size)
    return s->size > t->size ? -1 : 1;
  if (s->of != t->of)
    return s->of < t->of ? -1 : 1;
  return s->group < t->group ? -1 : s->group > t->group;
}

/* An error is its metric's alone, which then has that of its first group, whichever came first. */
static void
fail_group (Estimations *self, Estimating *of, guint group, GError *error)
{
  g_mutex_lock (&self->lock);
  if ((gint) group < of->failed) {
    g_clear_error (&of->error);
    of->error = error;
    g_atomic_int_set (&of->failed, (gint) group);
  } else {
    g_error_free (error);
  }
  g_mutex_unlock (&self->lock);
}

static gboolean
estimate_task (guint number, gpointer data, GError **error)
{
  Estimations *self = data;
  const Task *task = &g_array_index (self->tasks, Task, number);
  GError *problem = NULL;

  if ((gint) task->group > g_atomic_int_get (&task->of->failed)
      || estimate_group (task->group, task->of, &problem))
    return TRUE;
  if (is_cancelled (problem)) {
    g_propagate_error (error, problem);
    return FALSE;
  }
  fail_group (self, task->of, task->group, problem);
  return TRUE;
}

static void
begin_reading (Estimating *self)
{
  self->plan->begin (self->reading);
  self->held = g_new0 (RuaFigures *, self->reading->part->groups->len + 1);
}

static void
end_reading (Estimating *self, gboolean done)
{
  RuaPlanned *reading = self->reading;

  if (self->error != NULL)
    reading->error = g_steal_pointer (&self->error);
  else if (done)
    settle_held (self, &reading->error);
  for (guint g = 0; g < reading->part->groups->len; g++)
    rua_figures_free (self->held[g]);
  g_free (self->held);
  rua_scan_close_part (reading->part);
  step (self->plan);
}

/* @readings are of one scan, and have their sums, or their columns laid out. */
static gboolean
estimate_readings (RuaPlan *self, GPtrArray *readings, GCancellable *cancellable, GError **error)
{
  g_autofree Estimating *all = g_new0 (Estimating, MAX (readings->len, 1));
  g_autoptr (GArray) tasks = g_array_new (FALSE, FALSE, sizeof (Task));
  Estimations estimations = { .tasks = tasks };
  gboolean done;

  for (guint i = 0; i < readings->len; i++) {
    RuaPlanned *reading = g_ptr_array_index (readings, i);

    all[i] = (Estimating){ self, reading, NULL, cancellable, G_MAXINT, NULL };
    begin_reading (&all[i]);
    for (guint g = 0; g < reading->part->groups->len; g++) {
      const RuaScanGroup *group = g_ptr_array_index (reading->part->groups, g);
      Task task = { &all[i], g, reading->part->reduction != NULL ? group->n : (guint32) group->n_used };

      g_array_append_val (tasks, task);
    }
  }
  g_array_sort (tasks, compare_tasks);
  g_mutex_init (&estimations.lock);
  done = rua_parallel_run (tasks->len, estimate_task, &estimations, NULL, cancellable, error);
  g_mutex_clear (&estimations.lock);
  for (guint i = 0; i < readings->len; i++) {
    RuaPlanned *reading = all[i].reading;

    end_reading (&all[i], done);
    if (done && is_cancelled (reading->error)) {
      g_propagate_error (error, g_steal_pointer (&reading->error));
      done = FALSE;
    }
  }
  return done;
}

/* Values that must be refused are, before anything is worked out. FALSE: it is done with. */
static gboolean
check_reading (RuaPlan *self, RuaPlanned *reading, GCancellable *cancellable)
{
  RuaScanPart *part = reading->part;

  if (part->error != NULL)
    rua_planned_tell_refusal (reading, part->error, &reading->error);
  else if (part->bad)
    find_bad_group (reading, cancellable, &reading->error);
  if (reading->error == NULL)
    return TRUE;
  rua_scan_close_part (part);
  step (self);
  return FALSE;
}

/* Those that follow from sums, then, as many at a time as are laid out in one pass, those that need their columns. */
static gboolean
estimate_scan (RuaPlan *self, RuaScan *scan, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) reduced = g_ptr_array_new (), laid = g_ptr_array_new ();

  for (guint i = 0; i < self->readings->len; i++) {
    RuaPlanned *reading = g_ptr_array_index (self->readings, i);

    if (reading->scan != scan || reading->error != NULL)
      continue;
    if (check_reading (self, reading, cancellable)) {
      g_ptr_array_add (reading->part->reduction != NULL ? reduced : laid, reading);
    } else if (is_cancelled (reading->error)) {
      g_propagate_error (error, g_steal_pointer (&reading->error));
      return FALSE;
    }
  }
  if (!estimate_readings (self, reduced, cancellable, error))
    return FALSE;
  while (laid->len > 0) {
    g_autoptr (GPtrArray) ready = g_ptr_array_new ();

    if (!rua_scan_lay_out (scan, ((RuaPlanned *) g_ptr_array_index (laid, 0))->part, cancellable, error))
      return FALSE;
    for (guint i = 0; i < laid->len; i++)
      if (((RuaPlanned *) g_ptr_array_index (laid, i))->part->laid)
        g_ptr_array_add (ready, g_ptr_array_index (laid, i));
    for (guint i = 0; i < ready->len; i++)
      g_ptr_array_remove (laid, g_ptr_array_index (ready, i));
    if (!estimate_readings (self, ready, cancellable, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
run_scan (RuaPlan *self, RuaScan *scan, GCancellable *cancellable, GError **error)
{
  scan->progress = self->progress;
  scan->progress_from = (double) self->n_done / self->n_steps;
  scan->progress_to = (double) (self->n_done + 1) / self->n_steps;
  if (!rua_scan_open (scan, cancellable, error) || !rua_scan_run (scan, cancellable, error))
    return FALSE;
  step (self);
  return estimate_scan (self, scan, cancellable, error);
}

static gboolean
collect_pairs (RuaPlan *self, RuaPairing *pairing, GCancellable *cancellable, GError **error)
{
  if (!rua_pairing_collect (pairing, cancellable, error))
    return FALSE;
  for (guint i = 0; i < pairing->pairings->len; i++) {
    RuaPairs *pairs = g_ptr_array_index (pairing->pairings, i);
    RuaScan *scan = pairs->scan;

    scan->n_rows = pairs->n_pairs;
    scan->present = pairs->present;
    scan->externals = pairs->externals;
    scan->external_wholes = rua_pairs_dup_wholes (pairs);
    scan->pool = pairing->base->pool;
  }
  for (guint i = 0; i < self->readings->len; i++) {
    RuaPlanned *reading = g_ptr_array_index (self->readings, i);

    if (reading->pairs == NULL || reading->pairs->pairing != pairing || reading->error != NULL)
      continue;
    if (!rua_pairs_check (reading->pairs, reading->used, reading->rows->pair_by,
                          reading->definition.id, cancellable, &reading->error)
        && is_cancelled (reading->error)) {
      g_propagate_error (error, g_steal_pointer (&reading->error));
      return FALSE;
    }
  }
  step (self);
  return TRUE;
}

/* Pairs are measured as soon as they are collected, so that others take the memory of their values. */
static gboolean
run_pairing (RuaPlan *self, RuaPairing *pairing, GCancellable *cancellable, GError **error)
{
  if (!collect_pairs (self, pairing, cancellable, error))
    return FALSE;
  for (guint i = 0; i < self->scans->len; i++) {
    RuaScan *scan = g_ptr_array_index (self->scans, i);
    const RuaPairs *pairs = scan->owner;

    if (pairs != NULL && pairs->pairing == pairing && !run_scan (self, scan, cancellable, error))
      return FALSE;
  }
  rua_pairing_drop_values (pairing);
  return TRUE;
}

gboolean
rua_plan_run (RuaPlan *self, RuaPlanBegin begin, RuaPlanTake take, RuaProgress *progress,
              GCancellable *cancellable, GError **error)
{
  self->begin = begin;
  self->take = take;
  self->progress = progress;
  self->n_steps = MAX (1, self->scans->len + self->pairings->len + self->readings->len);
  for (guint i = 0; i < self->pairings->len; i++)
    if (!run_pairing (self, g_ptr_array_index (self->pairings, i), cancellable, error))
      return FALSE;
  for (guint i = 0; i < self->scans->len; i++) {
    RuaScan *scan = g_ptr_array_index (self->scans, i);

    if (scan->owner == NULL && !run_scan (self, scan, cancellable, error))
      return FALSE;
  }
  return TRUE;
}
