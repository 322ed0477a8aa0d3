/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-parallel-private.h"
#include "rua-program-private.h"
#include "rua-wide-private.h"

#include <math.h>
#include <string.h>

/* Which nodes give whole numbers over a power of ten, and their vectors as whole numbers: straight from
 * packed columns, without the division, and through sums, differences, products and choices. */

/* Decimals that are looked for. */
#define MOST_DIVISOR 1e6

RuaScaled
rua_scaled_of (double number)
{
  for (double divisor = 1; divisor <= MOST_DIVISOR; divisor *= 10)
    if (number != number || (fabs (number * divisor) < RUA_SCALED_MOST / 4
                             && rint (number * divisor) / divisor == number))
      return (RuaScaled){ divisor, number != number ? 0 : fabs (rint (number * divisor)) };
  return (RuaScaled){ 0, 0 };
}

/* ---- columns ---- */

static RuaScaled
whole_of_integers (const gint64 *values, guint n, double divisor)
{
  gint64 least = 0, most = 0;

  for (guint i = 0; i < n; i++) {
    least = MIN (least, values[i]);
    most = MAX (most, values[i]);
  }
  return rua_scaled_checked (divisor, MAX ((double) most, -(double) least));
}

/* Of numbers as they were written, not yet packed. Unknown cells may hold anything, be it from outside. */
RUA_WIDE static guint
count_others (const double *values, guint n, double divisor, double *bound)
{
  guint n_others = 0;
  double most = 0;

  for (guint i = 0; i < n; i++) {
    double scaled = rint (values[i] * divisor), size = fabs (scaled);

    n_others += !(scaled / divisor == values[i]);
    most = size > most ? size : most;
  }
  *bound = most;
  return n_others;
}

static RuaScaled
whole_of_numbers (const double *values, guint n)
{
  RuaScaled found = { 1, 0 };

  /* The first values tell the divisor; all of them must then agree. */
  for (guint i = 0; i < MIN (n, 64) && found.divisor != 0; i++)
    found = rua_scaled_join (found, rua_scaled_of (values[i]), FALSE);
  if (found.divisor == 0 || count_others (values, n, found.divisor, &found.bound) > 0)
    return (RuaScaled){ 0, 0 };
  return rua_scaled_checked (found.divisor, found.bound);
}

static RuaScaled
whole_of_slice (const RuaSlice *slice, RuaFieldType type, double money_scale)
{
  double divisor = type == RUA_FIELD_TYPE_MONEY    ? money_scale
                   : type == RUA_FIELD_TYPE_NUMBER ? slice->divisor
                                                   : 1;
  double base = (double) slice->base, most;

  if (!slice->packed)
    return type == RUA_FIELD_TYPE_NUMBER ? whole_of_numbers (slice->values, slice->n_rows)
                                         : whole_of_integers (slice->values, slice->n_rows, divisor);
  if (slice->bits > 32)
    return (RuaScaled){ 0, 0 };
  most = rua_slice_get_most (slice);
  return rua_scaled_checked (divisor, MAX (fabs (base), fabs (base + most)));
}

static RuaScaled
whole_of_column (const RuaNode *node, const RuaNodeBase *base, double money_scale)
{
  RuaScaled found = { 1, 0 };

  if (node->field_type != RUA_FIELD_TYPE_NUMBER && node->field_type != RUA_FIELD_TYPE_INTEGER
      && node->field_type != RUA_FIELD_TYPE_MONEY)
    return (RuaScaled){ 0, 0 };
  if (node->field_type == RUA_FIELD_TYPE_MONEY)
    found.divisor = money_scale;
  for (guint c = 0; c < base->n_chunks && found.divisor != 0; c++)
    if (base->chunks[c].n_rows > 0)
      found = rua_scaled_join (
        found, whole_of_slice (&base->chunks[c], node->field_type, money_scale), FALSE);
  return found;
}

/* The highest codes of all columns, which is all of them read once: by several threads. What is found stays with the
 * chunks. */
typedef struct {
  const RuaSlice **slices;
  guint n;
} Searching;

/* Fewer are found by one thread before another has begun. */
#define LEAST_SEARCHED 16

static gboolean
search_slice (guint task, gpointer data, GError **error)
{
  rua_slice_get_most (((Searching *) data)->slices[task]);
  return TRUE;
}

static void
search_columns (RuaProgramBase *self)
{
  g_autoptr (GPtrArray) slices = g_ptr_array_new ();
  Searching searching;

  for (guint i = 0; i < self->program->nodes->len; i++) {
    const RuaNode *node = g_ptr_array_index (self->program->nodes, i);
    const RuaNodeBase *base = &self->nodes[node->slot];

    if ((node->kind != RUA_NODE_COLUMN && node->kind != RUA_NODE_GATHER)
        || (node->type != RUA_VALUE_NUMBER && node->type != RUA_VALUE_DATE))
      continue;
    for (guint c = 0; c < base->n_chunks; c++)
      if (base->chunks[c].most != NULL && base->chunks[c].bits > 0 && base->chunks[c].bits <= 32)
        g_ptr_array_add (slices, &base->chunks[c]);
  }
  searching = (Searching){ (const RuaSlice **) slices->pdata, slices->len };
  if (slices->len >= LEAST_SEARCHED)
    rua_parallel_run (slices->len, search_slice, &searching, NULL, NULL, NULL);
}

/* ---- nodes ---- */

static RuaScaled
whole_of_flat (const RuaFlat *flat)
{
  if (flat->type != RUA_VALUE_NUMBER || !flat->coded)
    return (RuaScaled){ 0, 0 };
  return rua_scaled_checked (flat->divisor, rint (MAX (fabs (flat->least), fabs (flat->greatest)) * flat->divisor));
}

static RuaScaled
whole_of_choices (const RuaNode *node, const RuaScaled *wholes)
{
  RuaScaled found = { 1, 0 };

  for (guint k = 0; k < node->n_parts; k++)
    if (node->kind == RUA_NODE_COALESCE || k % 2 == 0)
      found = rua_scaled_join (found, wholes[node->parts[k]->slot], FALSE);
  return found;
}

static RuaScaled
whole_of_arithmetic (const RuaNode *node, const RuaScaled *wholes)
{
  RuaScaled a = wholes[node->parts[0]->slot], b = wholes[node->parts[1]->slot];

  switch (node->operator) {
  case RUA_OPERATOR_ADD:
  case RUA_OPERATOR_SUBTRACT:
    return rua_scaled_join (a, b, TRUE);
  case RUA_OPERATOR_MULTIPLY:
    return rua_scaled_multiply (a, b);
  default:
    return (RuaScaled){ 0, 0 };
  }
}

static RuaScaled
whole_of_rounded (RuaScaled from)
{
  return from.divisor == 0 ? from : rua_scaled_checked (1, ceil (from.bound / from.divisor));
}

static RuaScaled
whole_of_node (const RuaProgramBase *self, const RuaNode *node, const RuaScaled *externals)
{
  const RuaNodeBase *base = &self->nodes[node->slot];
  const RuaScaled none = { 0, 0 };

  if (node->type != RUA_VALUE_NUMBER)
    return none;
  switch (node->kind) {
  case RUA_NODE_CONSTANT:
    return rua_scaled_of (node->option ? NAN : node->number);
  case RUA_NODE_COLUMN:
  case RUA_NODE_GATHER:
    return whole_of_column (node, base, self->money_scale);
  case RUA_NODE_LOOKUP:
    return whole_of_flat (base->flat);
  case RUA_NODE_EXTERNAL:
    return externals != NULL ? externals[node->option] : none;
  case RUA_NODE_NEGATE:
    return self->wholes[node->parts[0]->slot];
  case RUA_NODE_SCALE:
    return rua_scaled_multiply (self->wholes[node->parts[0]->slot], rua_scaled_of (node->number));
  case RUA_NODE_ARITHMETIC:
    return whole_of_arithmetic (node, self->wholes);
  case RUA_NODE_COALESCE:
  case RUA_NODE_CASE:
    return whole_of_choices (node, self->wholes);
  case RUA_NODE_MATHS:
    return node->option == RUA_MATHS_ROUND || node->option == RUA_MATHS_FLOOR
               || node->option == RUA_MATHS_CEILING
             ? whole_of_rounded (self->wholes[node->parts[0]->slot])
             : none;
  case RUA_NODE_TRUTH:
    return (RuaScaled){ 1, 1 };
  case RUA_NODE_DATE_PART:
  case RUA_NODE_AGE:
    return (RuaScaled){ 1, 1e5 };
  case RUA_NODE_COUNT:
    return (RuaScaled){ 1, G_MAXUINT32 };
  default:
    return none;
  }
}

/* Whether whole numbers over a power of ten give the node's numbers again: as a column has them, or the exact product
 * of two such, rounded once. */
static gboolean
is_decimal (const RuaNode *node)
{
  if (node->kind == RUA_NODE_ARITHMETIC && node->operator == RUA_OPERATOR_MULTIPLY)
    return is_decimal (node->parts[0]) && is_decimal (node->parts[1]);
  return node->kind == RUA_NODE_COLUMN || node->kind == RUA_NODE_LOOKUP;
}

gboolean
rua_program_base_find_packing (const RuaProgramBase *self, const RuaNode *node, double *offset, double *divisor)
{
  RuaScaled whole = self->wholes[node->slot];

  if (!is_decimal (node) || whole.divisor == 0 || 2 * ceil (whole.bound) >= G_MAXUINT32)
    return FALSE;
  *offset = ceil (whole.bound);
  *divisor = whole.divisor;
  return TRUE;
}

void
rua_program_base_find_wholes (RuaProgramBase *self, const RuaScaled *externals)
{
  GPtrArray *nodes = self->program->nodes;

  search_columns (self);
  g_free (self->wholes);
  self->wholes = g_new0 (RuaScaled, nodes->len + 1);
  /* Parts come before what they are parts of. */
  for (guint i = 0; i < nodes->len; i++) {
    const RuaNode *node = g_ptr_array_index (nodes, i);

    self->wholes[node->slot] = whole_of_node (self, node, externals);
  }
}

/* ---- in four bytes ---- */

/* By way of signed words, which vector instructions make of numbers, and numbers of them. */
RUA_WIDE static void
pack_all (const double *numbers, double offset, gsize n, guint32 *words)
{
  for (gsize i = 0; i < n; i++) {
    double word = numbers[i] == numbers[i] ? numbers[i] + offset : 4294967295.0;

    words[i] = (guint32) (gint32) (word - 2147483648.0) ^ 0x80000000u;
  }
}

RUA_WIDE static void
unpack_all (const guint32 *words, double offset, gsize n, double *numbers)
{
  for (gsize i = 0; i < n; i++) {
    double whole = ((double) (gint32) (words[i] ^ 0x80000000u) + 2147483648.0) - offset;

    numbers[i] = words[i] == G_MAXUINT32 ? NAN : whole;
  }
}

RUA_WIDE static void
unpack_divided (const guint32 *words, double offset, double divisor, gsize n, double *numbers)
{
  for (gsize i = 0; i < n; i++) {
    double whole = ((double) (gint32) (words[i] ^ 0x80000000u) + 2147483648.0) - offset;

    numbers[i] = words[i] == G_MAXUINT32 ? NAN : whole / divisor;
  }
}

void
rua_numbers_pack (const double *numbers, double offset, gsize n, guint32 *words)
{
  pack_all (numbers, offset, n, words);
}

void
rua_packed_read (const RuaPacked *self, gsize first, gsize n, double *numbers)
{
  if (self->divisor == 1)
    unpack_all (self->words + first, self->offset, n, numbers);
  else
    unpack_divided (self->words + first, self->offset, self->divisor, n, numbers);
}

/* ---- vectors ---- */

RUA_WIDE static void
round_all (const double *from, double factor, guint n, double *to)
{
  for (guint i = 0; i < n; i++)
    to[i] = rint (from[i] * factor);
}

RUA_WIDE static void
scale_all (const double *from, double factor, guint n, double *to)
{
  for (guint i = 0; i < n; i++)
    to[i] = from[i] * factor;
}

RUA_WIDE static void
multiply_all (const double *a, const double *b, guint n, double *to)
{
  for (guint i = 0; i < n; i++)
    to[i] = a[i] * b[i];
}

/* @x and @y bring both to one divisor. */
RUA_WIDE static void
add_all (const double *a, double x, const double *b, double y, guint n, double *to)
{
  for (guint i = 0; i < n; i++)
    to[i] = a[i] * x + b[i] * y;
}

RUA_WIDE static void
fill_unknown (const double *a, double x, guint n, double *to)
{
  for (guint i = 0; i < n; i++)
    to[i] = a[i] == a[i] ? a[i] * x : to[i];
}

static void
work_on_choice (RuaProgramRun *run, RuaNode *node, double divisor, double *to)
{
  const RuaScaled *wholes = run->base->wholes;
  guint n = run->n, last = node->n_parts - 1;

  if (node->kind == RUA_NODE_COALESCE) {
    scale_all (rua_program_run_whole (run, node->parts[last]),
               divisor / wholes[node->parts[last]->slot].divisor, n, to);
    for (guint k = last; k > 0; k--)
      fill_unknown (rua_program_run_whole (run, node->parts[k - 1]),
                    divisor / wholes[node->parts[k - 1]->slot].divisor, n, to);
    return;
  }
  /* Value, condition, value, condition, ... value: the first whose condition is true. */
  for (guint k = last + 1; k > 0; k -= MIN (k, 2)) {
    RuaNode *part = node->parts[k - 1];
    const double *values = rua_program_run_whole (run, part);
    const guint8 *truths = k - 1 == last ? NULL : rua_program_run_node (run, node->parts[k]);
    double factor = divisor / wholes[part->slot].divisor;

    for (guint i = 0; i < n; i++)
      if (truths == NULL || truths[i] == RUA_TRI_TRUE)
        to[i] = values[i] * factor;
  }
}

static void
work_on_arithmetic (RuaProgramRun *run, RuaNode *node, double divisor, double *to)
{
  const double *a = rua_program_run_whole (run, node->parts[0]),
               *b = rua_program_run_whole (run, node->parts[1]);
  double x = divisor / run->base->wholes[node->parts[0]->slot].divisor,
         y = divisor / run->base->wholes[node->parts[1]->slot].divisor;

  if (node->operator == RUA_OPERATOR_MULTIPLY)
    multiply_all (a, b, run->n, to);
  else
    add_all (a, x, b, node->operator == RUA_OPERATOR_ADD ? y : -y, run->n, to);
}

static void
work_on_external (RuaProgramRun *run, RuaNode *node, double divisor, double *to)
{
  const RuaExternal *external = &run->externals[node->option];

  if (external->packed && external->divisor == divisor)
    unpack_all ((const guint32 *) external->values + run->first, external->offset, run->n, to);
  else
    round_all (rua_program_run_node (run, node), divisor, run->n, to);
}

static void
work (RuaProgramRun *run, RuaNode *node, double divisor, double *to)
{
  guint n = run->n;

  switch (node->kind) {
  case RUA_NODE_COLUMN:
    rua_run_read_whole (run, node, divisor, to);
    break;
  case RUA_NODE_LOOKUP:
    rua_run_look_up_whole (run, node, n, to);
    break;
  case RUA_NODE_EXTERNAL:
    work_on_external (run, node, divisor, to);
    break;
  case RUA_NODE_NEGATE:
    scale_all (rua_program_run_whole (run, node->parts[0]), -1, n, to);
    break;
  case RUA_NODE_SCALE:
    scale_all (rua_program_run_whole (run, node->parts[0]),
               rint (node->number * rua_scaled_of (node->number).divisor), n, to);
    break;
  case RUA_NODE_ARITHMETIC:
    work_on_arithmetic (run, node, divisor, to);
    break;
  case RUA_NODE_COALESCE:
  case RUA_NODE_CASE:
    work_on_choice (run, node, divisor, to);
    break;
  default:
    round_all (rua_program_run_node (run, node), divisor, n, to);
  }
}

const double *
rua_program_run_whole (RuaProgramRun *run, RuaNode *node)
{
  RuaNodeState *state = &run->states[node->slot];
  double divisor = run->base->wholes[node->slot].divisor;

  g_assert (divisor != 0);
  /* Over 1 they are what they are. */
  if (divisor == 1)
    return rua_program_run_node (run, node);
  if (state->whole == NULL)
    state->whole = rua_run_reserve (run, run->base->room * sizeof (double));
  if (state->whole_stamp != run->stamp) {
    work (run, node, divisor, state->whole);
    state->whole_stamp = run->stamp;
  }
  return state->whole;
}
