/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-scan-private.h"
#include "rua-block-private.h"
#include "rua-wide-private.h"

#include <math.h>
#include <string.h>

/* What one metric takes of a batch. Its vectors stay as they are, and the places that count are listed; only
 * where those are few are they brought together. */

/* Of so many rows, one at most counts: vectors are brought together. */
#define FEW 4

RuaScanScratch *
rua_scan_scratch_new (const RuaScan *scan)
{
  RuaScanScratch *self = g_new (RuaScanScratch, 1);
  guint n_roles = 1;

  for (guint i = 0; i < scan->parts->len; i++)
    n_roles = MAX (n_roles, ((RuaScanPart *) g_ptr_array_index (scan->parts, i))->n_roles);
  self->room = scan->base->room;
  self->vectors = g_new (double, (gsize) n_roles * self->room);
  self->factors = g_new (double, (gsize) RUA_MAX_FACTORS * self->room);
  return self;
}

void
rua_scan_scratch_free (RuaScanScratch *self)
{
  if (self == NULL)
    return;
  g_free (self->vectors);
  g_free (self->factors);
  g_free (self);
}

/* ---- values that must be refused ---- */

static void
mark_bad (RuaScanPart *part, const guint32 *cells, guint i)
{
  static GMutex lock;

  g_mutex_lock (&lock);
  if (part->bad_cells == NULL)
    part->bad_cells = g_malloc0 (part->keying->n_cells);
  part->bad_cells[cells[i]] = 1;
  part->bad = TRUE;
  g_mutex_unlock (&lock);
}

RUA_WIDE static guint
count_bad (const double *numbers, guint n, gboolean flag)
{
  guint n_bad = 0;

  if (flag)
    for (guint i = 0; i < n; i++)
      n_bad += (numbers[i] == numbers[i]) & (numbers[i] != 0) & (numbers[i] != 1);
  else
    for (guint i = 0; i < n; i++)
      n_bad += numbers[i] < 0;
  return n_bad;
}

/* Whether the role may have values that must be refused. */
static gboolean
must_check (const RuaScan *scan, const RuaScanRole *role)
{
  if (role->node == NULL)
    return FALSE;
  if (role->spec->type == RUA_ROLE_FLAG)
    return role->node->kind != RUA_NODE_TRUTH;
  return (role->spec->type == RUA_ROLE_WEIGHT || role->spec->flags & RUA_ROLE_NOT_BELOW_0)
    && (role->factor < 0 || !scan->base->not_negative[role->node->slot]);
}

/* Flags that are neither 0 nor 1, weights and the like below 0. */
static void
check_values (RuaScanView *view, RuaScanPart *part, const double *const *values, RuaScanRows *chosen)
{
  for (guint r = 0; r < part->n_roles; r++) {
    const double *numbers = values[r];
    gboolean flag = part->roles[r].spec->type == RUA_ROLE_FLAG;
    const guint32 *places, *cells;

    if (!must_check (view->scan, &part->roles[r]) || count_bad (numbers, view->run->n, flag) == 0)
      continue;
    places = rua_scan_view_places (view, chosen);
    cells = rua_scan_view_cells (view, part);
    for (guint k = 0; k < chosen->n; k++) {
      guint i = places != NULL ? places[k] : k;

      if (flag ? numbers[i] == numbers[i] && numbers[i] != 0 && numbers[i] != 1 : numbers[i] < 0)
        mark_bad (part, cells, i);
    }
  }
}

/* ---- values that are unknown ---- */

static void
count_missing (RuaScanPart *part, guint place, const guint32 *cells, const guint64 *bits, guint column)
{
  gsize width = part->n_roles + 1;
  guint32 *counts;

  if (part->place_missing[place] == NULL)
    part->place_missing[place] = rua_block_new0 (part->keying->n_cells * width * sizeof (guint32));
  counts = part->place_missing[place] + column;
  for (guint w = 0; w < RUA_BATCH_WORDS; w++)
    for (guint64 left = bits[w]; left != 0; left &= left - 1)
      counts[cells[(w << 6) + (guint) __builtin_ctzll (left)] * width]++;
}

/* The rows of those @chosen that lack nothing required; @counts: what others lack is counted. */
static RuaScanRows *
leave_out (RuaScanView *view, RuaScanPart *part, guint place, gboolean counts, const RuaScanTaken *taken,
           RuaScanRows *chosen)
{
  guint64 used[RUA_BATCH_WORDS], lacking[RUA_BATCH_WORDS];
  gboolean all = TRUE;

  memcpy (used, chosen->bits, sizeof used);
  for (guint r = 0; r < part->n_roles; r++) {
    const RuaScanRole *role = &part->roles[r];
    const guint64 *unknown = rua_scan_view_unknown (view, role, taken->values[r]);
    guint64 any = 0;

    if (unknown == NULL)
      continue;
    for (guint w = 0; w < RUA_BATCH_WORDS; w++) {
      lacking[w] = chosen->bits[w] & unknown[w];
      any |= lacking[w];
      used[w] &= role->needed ? ~unknown[w] : G_MAXUINT64;
    }
    if (any == 0)
      continue;
    all = all && !role->needed;
    if (counts)
      count_missing (part, place, taken->cells, lacking, r + 1);
  }
  if (all)
    return chosen;
  for (guint w = 0; w < RUA_BATCH_WORDS; w++)
    lacking[w] = chosen->bits[w] & ~used[w];
  if (counts)
    count_missing (part, place, taken->cells, lacking, 0);
  return rua_scan_view_rows (view, used);
}

/* ---- all of it ---- */

RUA_WIDE static void
scale (const double *from, double factor, guint n, double *to)
{
  for (guint i = 0; i < n; i++)
    to[i] = from[i] * factor;
}

static void
bring_together (RuaScanView *view, const RuaScanPart *part, RuaScanScratch *scratch, RuaScanTaken *taken)
{
  const guint32 *places = taken->places, *cells = taken->cells;
  guint32 first = view->run->first;
  guint n = taken->n_places;

  for (guint k = 0; k < n; k++) {
    scratch->cells[k] = cells[places[k]];
    scratch->rows[k] = first + places[k];
  }
  for (guint r = 0; r < part->n_roles; r++) {
    const double *from = taken->values[r];
    double *to = scratch->vectors + (gsize) r * scratch->room;

    if (from == NULL)
      continue;
    /* In place where it was scaled: places only grow. */
    for (guint k = 0; k < n; k++)
      to[k] = from[places[k]];
    taken->values[r] = to;
  }
  taken->n = n;
  taken->cells = scratch->cells;
  taken->rows = scratch->rows;
  taken->places = NULL;
}

/* Whether the joint part has added up all rows of the batch, and there is nothing more to be told of them: neither a
 * value to refuse nor a condition that may be open. */
static gboolean
is_done (const RuaScanView *view, const RuaScanPart *part)
{
  if (view->n_joined[part->joint->joint_place] < view->run->n
      || (part->where != NULL && !view->scan->base->known[part->where->slot]))
    return FALSE;
  for (guint r = 0; r < part->n_roles; r++)
    if (must_check (view->scan, &part->roles[r]))
      return FALSE;
  return TRUE;
}

/* Those that the joint part has not added up. */
static RuaScanRows *
find_left (RuaScanView *view, const RuaScanPart *part, RuaScanRows *chosen)
{
  const guint64 *joined = view->joined[part->joint->joint_place];
  guint64 bits[RUA_BATCH_WORDS];

  for (guint w = 0; w < RUA_BATCH_WORDS; w++)
    bits[w] = chosen->bits[w] & ~joined[w];
  return rua_scan_view_rows (view, bits);
}

gboolean
rua_scan_take (RuaScanView *view, RuaScanPart *part, guint place, gboolean adds, RuaScanScratch *scratch,
               RuaScanTaken *taken, GError **error)
{
  guint n = view->run->n;
  RuaScanRows *chosen, *left, *used;

  if (adds && part->joint != NULL && is_done (view, part))
    return FALSE;
  chosen = left = rua_scan_view_chosen (view, part);
  if (part->made != NULL) {
    view->n_joined[part->joint_place] = 0;
    memset (view->joined[part->joint_place], 0, sizeof *view->joined);
  }
  if (chosen->n == 0)
    return FALSE;
  if (adds && part->joint != NULL)
    left = find_left (view, part, chosen);
  for (guint r = 0; r < part->n_roles; r++) {
    RuaScanRole *role = &part->roles[r];

    taken->values[r] = role->node == NULL || (left->n == 0 && !must_check (view->scan, role)) ? NULL
                       : !adds && role->record != NULL
                         ? rua_scan_role_tell_unknown (role, view, scratch->vectors + (gsize) r * scratch->room)
                       : part->form == RUA_SUMS_ROUNDED && !role->packed
                         ? rua_program_run_node (view->run, role->node)
                         : rua_program_run_whole (view->run, role->node);
    if (role->factor != 1 && taken->values[r] != NULL) {
      double *scaled = scratch->vectors + (gsize) r * scratch->room;
      double factor = part->form == RUA_SUMS_ROUNDED
        ? role->factor : rint (role->factor * rua_scaled_of (role->factor).divisor);

      scale (taken->values[r], factor, n, scaled);
      taken->values[r] = scaled;
    }
  }
  if (view->run->lacks_year)
    for (guint i = 0; i < part->n_deflated; i++)
      if (!rua_program_run_check_years (view->run, part->deflated[i],
                                        rua_scan_view_places (view, chosen), chosen->n, error))
        return FALSE;
  if (adds)
    check_values (view, part, taken->values, chosen);
  if (left->n == 0)
    return FALSE;
  taken->cells = rua_scan_view_cells (view, part);
  used = leave_out (view, part, place, adds && part->made == NULL, taken, left);
  if (part->made != NULL) {
    view->n_joined[part->joint_place] = used->n;
    memcpy (view->joined[part->joint_place], used->bits, sizeof *view->joined);
  }
  if (used->n == 0)
    return FALSE;
  taken->n = n;
  taken->places = rua_scan_view_places (view, used);
  taken->n_places = used->n;
  taken->rows = NULL;
  taken->bits = used->bits;
  if (adds && used->n * FEW <= n)
    bring_together (view, part, scratch, taken);
  return TRUE;
}
