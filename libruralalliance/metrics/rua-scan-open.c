/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-block-private.h"
#include "rua-scan-private.h"

#include <math.h>
#include <string.h>

/* Making a pass, laying open what it reads, and giving it up. */

/* Rows in which the pilot of a column is looked for. */
#define PILOT_ROWS (1u << 16)

/* ---- making ---- */

RuaScan *
rua_scan_new (RuaTable *table, guint32 n_rows, const guint8 *present)
{
  RuaScan *self = g_new0 (RuaScan, 1);

  self->table = g_object_ref (table);
  self->sheet = rua_sheet_new (table);
  self->n_rows = n_rows;
  self->present = present;
  self->parts = g_ptr_array_new ();
  self->coders = g_ptr_array_new_with_free_func ((GDestroyNotify) rua_coder_free);
  self->keyings = g_ptr_array_new_with_free_func ((GDestroyNotify) rua_keying_free);
  self->selections = g_array_new (FALSE, FALSE, sizeof (RuaNode *));
  return self;
}

void
rua_scan_drop_buckets (RuaScanPart *part)
{
  RuaScanBucket *buckets = part->buckets;

  for (guint i = 0; buckets != NULL && i < RUA_LANES * part->n_ranges; i++)
    g_free (buckets[i].entries);
  g_clear_pointer (&part->buckets, g_free);
}

void
rua_scan_drop_lanes (RuaScanPart *part)
{
  for (guint l = 0; l < RUA_LANES; l++) {
    g_clear_pointer (&part->lane_counts[l], rua_block_free);
    g_clear_pointer (&part->place_missing[l], rua_block_free);
    g_clear_pointer (&part->place_spilled[l], g_array_unref);
    if (part->lane_states[l] != part->states)
      rua_block_free (part->lane_states[l]);
    part->lane_states[l] = NULL;
  }
}

/* Sums are given up by the last of those that share them. */
static gboolean
is_shared (const RuaScanPart *self)
{
  const GPtrArray *parts = self->scan->parts;

  for (guint i = 0; self->states != NULL && i < parts->len; i++) {
    const RuaScanPart *other = g_ptr_array_index (parts, i);

    if (other != self && other->states == self->states)
      return TRUE;
  }
  return FALSE;
}

void
rua_scan_close_part (RuaScanPart *self)
{
  rua_scan_drop_columns (self);
  rua_scan_drop_buckets (self);
  rua_scan_drop_lanes (self);
  if (is_shared (self)) {
    self->states = self->bad_cells = NULL;
    self->missing = NULL;
  }
  g_clear_pointer (&self->states, rua_block_free);
  g_clear_pointer (&self->counts, rua_block_free);
  g_clear_pointer (&self->missing, rua_block_free);
  g_clear_pointer (&self->order, rua_block_free);
  g_clear_pointer (&self->bad_cells, g_free);
}

static void
part_free (RuaScanPart *self)
{
  rua_scan_close_part (self);
  g_clear_pointer (&self->groups, g_ptr_array_unref);
  g_clear_pointer (&self->labels, g_ptr_array_unref);
  g_clear_error (&self->error);
  for (guint lane = 0; lane < RUA_LANES; lane++)
    g_clear_error (&self->lane_errors[lane]);
  g_free (self->by);
  g_free (self->roles);
  g_free (self->deflated);
  g_free (self->pilots);
  g_free (self->role_divisors);
  g_free (self->made);
  g_free (self->kept.fold);
  g_free (self);
}

void
rua_scan_free (RuaScan *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->parts->len; i++)
    rua_scan_close_part (g_ptr_array_index (self->parts, i));
  rua_scan_drop_kept (self);
  for (guint i = 0; i < self->parts->len; i++)
    part_free (g_ptr_array_index (self->parts, i));
  g_ptr_array_unref (self->parts);
  g_ptr_array_unref (self->keyings);
  g_ptr_array_unref (self->coders);
  g_array_unref (self->selections);
  g_free (self->n_open);
  g_free (self->external_wholes);
  rua_program_run_free (self->reader);
  g_clear_pointer (&self->base, rua_program_base_unref);
  rua_sheet_free (self->sheet);
  g_object_unref (self->table);
  g_free (self);
}

RuaScanPart *
rua_scan_add_part (RuaScan *self)
{
  RuaScanPart *part = g_new0 (RuaScanPart, 1);

  part->scan = self;
  g_ptr_array_add (self->parts, part);
  return part;
}

/* ---- laying open ---- */

RuaCoder *
rua_scan_find_coder (RuaScan *self, RuaNode *node, GCancellable *cancellable, GError **error)
{
  RuaCoder *coder;

  for (guint i = 0; i < self->coders->len; i++) {
    coder = g_ptr_array_index (self->coders, i);
    if (coder->node == node)
      return coder;
  }
  coder = rua_coder_new (node, self->base, self->externals, self->n_rows, cancellable, error);
  if (coder != NULL)
    g_ptr_array_add (self->coders, coder);
  return coder;
}

gboolean
rua_scan_find_keying (RuaScan *self, RuaScanPart *part, RuaCoder **coders, guint n, GCancellable *cancellable,
                      GError **error)
{
  RuaKeying *keying;

  for (guint i = 0; i < self->keyings->len; i++) {
    keying = g_ptr_array_index (self->keyings, i);
    if (keying->n == n && (n == 0 || memcmp (keying->coders, coders, n * sizeof *coders) == 0)) {
      part->keying = keying;
      part->keying_place = i;
      return TRUE;
    }
  }
  keying = rua_keying_new (coders, n, self->base, self->externals, self->n_rows, cancellable, error);
  if (keying == NULL)
    return FALSE;
  part->keying = keying;
  part->keying_place = self->keyings->len;
  g_ptr_array_add (self->keyings, keying);
  return TRUE;
}

static gboolean
open_keying (RuaScan *self, RuaScanPart *part, GCancellable *cancellable, GError **error)
{
  RuaCoder *coders[RUA_MAX_CODERS];
  guint n = 0;

  for (guint i = 0; i < part->n_by; i++)
    if ((coders[n++] = rua_scan_find_coder (self, part->by[i], cancellable, error)) == NULL)
      return FALSE;
  for (guint r = 0; r < part->n_roles; r++) {
    RuaScanRole *role = &part->roles[r];

    if (role->coded != NULL
        && (role->coder = rua_scan_find_coder (self, role->coded, cancellable, error)) == NULL)
      return FALSE;
  }
  for (guint i = 0; i < part->n_cell_roles; i++)
    coders[n++] = part->roles[part->cell_roles[i]].coder;
  return rua_scan_find_keying (self, part, coders, n, cancellable, error);
}

guint
rua_scan_find_selection (RuaScan *self, RuaNode *where)
{
  guint place = 0;

  while (place < self->selections->len && g_array_index (self->selections, RuaNode *, place) != where)
    place++;
  if (place == self->selections->len)
    g_array_append_val (self->selections, where);
  return place;
}

static void
find_pilots (RuaScan *self, RuaScanPart *part)
{
  g_autoptr (RuaProgramRun) run = rua_program_run_new_on (self->base);
  guint32 n_rows = MIN (self->n_rows, PILOT_ROWS);

  run->externals = self->externals;
  part->pilots = g_new0 (double, part->n_factor_inputs + 1);
  for (guint r = 0; r < part->n_roles; r++) {
    RuaScanRole *role = &part->roles[r];
    gboolean found = role->node == NULL || part->reduction == NULL;

    for (guint32 first = 0; first < n_rows && !found; first += RUA_BATCH) {
      guint n = MIN (RUA_BATCH, n_rows - first);
      const double *values;

      rua_program_run_begin (run, first, n);
      values = rua_program_run_node (run, role->node);
      for (guint i = 0; i < n && !found; i++)
        if (!isnan (values[i])) {
          part->pilots[role->index] = values[i] * role->factor;
          found = TRUE;
        }
    }
  }
}

/* Whether the part's sums are of whole numbers; pilots then are as well. */
static void
find_form (RuaScan *self, RuaScanPart *part)
{
  g_autofree RuaScaled *wholes = g_new (RuaScaled, part->n_factor_inputs + 1);
  gboolean whole = TRUE;

  part->role_divisors = g_new (double, part->n_factor_inputs + 1);
  for (guint i = 0; i <= part->n_factor_inputs; i++)
    wholes[i] = (RuaScaled){ 1, 1 };
  for (guint r = 0; r < part->n_roles; r++) {
    const RuaScanRole *role = &part->roles[r];
    RuaScaled *own = &wholes[role->index];

    if (role->node == NULL)
      continue;
    *own = self->base->wholes[role->node->slot];
    if (role->factor != 1)
      *own = rua_scaled_multiply (*own, rua_scaled_of (role->factor));
    /* A flag is 0 or 1, and else must be refused. */
    whole = whole && own->divisor != 0 && (role->spec->type != RUA_ROLE_FLAG || own->divisor == 1);
  }
  if (!whole || part->reduction == NULL)
    return;
  part->form = rua_reduction_find_form (part->reduction, wholes, part->constants, self->n_rows,
                                        part->divisors);
  if (part->form == RUA_SUMS_PLAIN)
    part->count_bits = rua_reduction_find_count_bits (part->reduction, wholes, part->constants);
  for (guint i = 0; i < part->n_factor_inputs && part->form != RUA_SUMS_ROUNDED; i++) {
    part->role_divisors[i] = wholes[i].divisor;
    part->pilots[i] = rint (part->pilots[i] * wholes[i].divisor);
  }
}

/* Numbers that a column, or another table, has as whole ones over a power of ten are laid out as these: half the
 * memory. */
static void
find_packed (RuaScan *self, RuaScanPart *part)
{
  for (guint r = 0; r < part->n_roles && part->reduction == NULL; r++) {
    RuaScanRole *role = &part->roles[r];

    if (role->node != NULL && role->factor == 1 && role->spec->type != RUA_ROLE_FLAG)
      role->packed = rua_program_base_find_packing (self->base, role->node, &role->offset, &role->divisor);
  }
}

static gboolean
is_same_role (const RuaScanRole *a, const RuaScanRole *b)
{
  return a->index == b->index && a->spec->type == b->spec->type && a->spec->flags == b->spec->flags
    && a->needed == b->needed && a->node == b->node && a->coder == b->coder && a->factor == b->factor;
}

/* Whether the same records add the same, be it to other cells. What their groups are, and what is made
 * of the sums, may differ. */
static gboolean
adds_the_same (const RuaScanPart *self, const RuaScanPart *other)
{
  const RuaReduction *a = self->reduction, *b = other->reduction;

  if (a == NULL || b == NULL || self->selection != other->selection
      || self->n_roles != other->n_roles || self->n_deflated != other->n_deflated
      || self->n_factor_inputs != other->n_factor_inputs
      || self->form != other->form)
    return FALSE;
  if (a != b
      && (a->n_factors != b->n_factors || a->n_terms != b->n_terms || a->extremes != b->extremes
          || a->any_order != b->any_order
          || a->factors != b->factors || a->wholes != b->wholes || memcmp (a->terms, b->terms, a->n_terms * sizeof (RuaTerm))))
    return FALSE;
  for (guint r = 0; r < self->n_roles; r++)
    if (!is_same_role (&self->roles[r], &other->roles[r]))
      return FALSE;
  for (guint i = 0; i < self->n_deflated; i++)
    if (self->deflated[i] != other->deflated[i])
      return FALSE;
  return memcmp (self->constants, other->constants, sizeof self->constants) == 0;
}

/* Whether the columns of one are those of the other, but for the order of records. */
static gboolean
lays_the_same (const RuaScanPart *self, const RuaScanPart *other)
{
  if (self->reduction != NULL || other->reduction != NULL || self->selection != other->selection
      || self->n_roles != other->n_roles || self->n_deflated != other->n_deflated)
    return FALSE;
  for (guint r = 0; r < self->n_roles; r++)
    if (self->roles[r].spec->type != RUA_ROLE_NUMBER || !is_same_role (&self->roles[r], &other->roles[r]))
      return FALSE;
  return TRUE;
}

/* More cells than this share of the rows are not worth the sums that they save. */
#define FEWER 4

/* Columns can be laid out in the order of one coarser part, and what is coarser is not laid out itself. */
static gboolean
may_follow (const RuaScanPart *part, const RuaScanPart *other)
{
  return part->reduction != NULL ? other->leader == NULL && adds_the_same (other, part)
                                 : other->coarser == NULL && other->finer == NULL && lays_the_same (other, part);
}

/* What no order of records changes follows from finer cells: of the fewest that will do. */
static void
find_finer (RuaScan *self, RuaScanPart *part)
{
  if (part->reduction != NULL ? part->form == RUA_SUMS_ROUNDED || part->leader != NULL
                              : !part->any_order || part->coarser != NULL)
    return;
  for (guint i = 0; i < self->parts->len; i++) {
    RuaScanPart *other = g_ptr_array_index (self->parts, i);
    guint64 n_cells = other->keying->n_cells;

    if (n_cells <= self->n_rows / FEWER && n_cells > part->keying->n_cells
        && (part->finer == NULL || n_cells < part->finer->keying->n_cells)
        && may_follow (part, other) && rua_keying_divides (other->keying, part->keying))
      part->finer = other;
  }
  if (part->finer != NULL && part->reduction == NULL)
    part->finer->coarser = part;
}

static gboolean
is_followed (const RuaScan *self, const RuaScanPart *part)
{
  for (guint i = 0; i < self->parts->len; i++)
    if (((const RuaScanPart *) g_ptr_array_index (self->parts, i))->finer == part)
      return TRUE;
  return FALSE;
}

/* Sums that do not stay in the cache are words, half as long, where they can be. */
static void
find_words (const RuaScan *self, RuaScanPart *part)
{
  gsize stride = part->reduction != NULL ? rua_reduction_get_stride (part->reduction, part->form) : 0;

  if (part->count_bits > 0 && rua_scan_part_reads (part) && part->joint == NULL
      && part->keying->n_cells * stride > rua_scan_limits.words_bytes && !is_followed (self, part))
    part->form = RUA_SUMS_WORDS;
  else
    part->count_bits = 0;
}

static void
mark_read (const RuaNode *node, guint8 *read)
{
  if (node == NULL || read[node->slot])
    return;
  read[node->slot] = TRUE;
  for (guint i = 0; i < node->n_parts; i++)
    mark_read (node->parts[i], read);
}

/* Codes that follow from another's are not read by row, nor what they are codes of. */
static gboolean
join_lookups (RuaScan *self, GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *read = g_new0 (guint8, self->base->program->nodes->len + 1);

  for (guint i = 0; i < self->parts->len; i++) {
    const RuaScanPart *part = g_ptr_array_index (self->parts, i);
    const RuaKeying *keying = part->keying;

    mark_read (part->where, read);
    for (guint k = 0; keying->listed == NULL && k < keying->n; k++)
      if (keying->strides[k] != 0)
        mark_read (keying->coders[k]->node, read);
    for (guint r = 0; r < part->n_roles; r++) {
      mark_read (part->roles[r].node, read);
      mark_read (part->roles[r].coded, read);
    }
  }
  return rua_program_base_join (self->base, read, cancellable, error);
}

gboolean
rua_scan_open (RuaScan *self, GCancellable *cancellable, GError **error)
{
  self->base = rua_program_base_new (self->sheet->program, self->pool, cancellable, error);
  if (self->base == NULL)
    return FALSE;
  self->base->room = rua_batch_room (self->n_rows);
  rua_program_base_find_wholes (self->base, self->external_wholes);
  rua_program_base_find_known (self->base);
  for (guint i = 0; i < self->parts->len; i++) {
    RuaScanPart *part = g_ptr_array_index (self->parts, i);

    part->selection = rua_scan_find_selection (self, part->where);
    if (!open_keying (self, part, cancellable, error))
      return FALSE;
    find_pilots (self, part);
    find_form (self, part);
    find_packed (self, part);
    for (guint before = 0; before < i && part->leader == NULL; before++) {
      RuaScanPart *other = g_ptr_array_index (self->parts, before);

      if (other->leader == NULL && rua_keying_is_same (other->keying, part->keying) && adds_the_same (other, part))
        part->leader = other;
    }
  }
  for (guint i = 0; i < self->parts->len; i++)
    find_finer (self, g_ptr_array_index (self->parts, i));
  if (!rua_scan_find_joints (self, cancellable, error) || !join_lookups (self, cancellable, error))
    return FALSE;
  for (guint i = 0; i < self->parts->len; i++)
    find_words (self, g_ptr_array_index (self->parts, i));
  for (guint i = 0; i < self->parts->len; i++)
    rua_scan_find_record (self, g_ptr_array_index (self->parts, i));
  rua_scan_find_kept (self);
  self->n_open = g_new0 (guint64, self->selections->len + 1);
  self->reader = rua_program_run_new_on (self->base);
  self->reader->externals = self->externals;
  return TRUE;
}
