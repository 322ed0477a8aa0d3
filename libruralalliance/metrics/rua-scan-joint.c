/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-scan-private.h"

#include <string.h>

/* Metrics that add up much the same of the same rows, each by its own keys and under its own condition, are added up
 * once, by all their keys together: a joint part has the sums of its members in cells that are finer than theirs. That
 * is done only with whole numbers, which are the same in any order; a condition becomes a key. Rows of which something
 * is unknown that one of the members reads are left to each of them. */

/* What the cells of a joint part may take: they are to stay in the cache of a processor. */
#define JOINT_BYTES ((gsize) 2 << 20)
/* As many as a metric may read. */
#define MOST_ROLES 31

static const RuaRoleSpec known_number = { .name = "value", .type = RUA_ROLE_NUMBER };
static const RuaRoleSpec known_category = { .name = "category", .type = RUA_ROLE_CATEGORY };

/* The product of two nodes' numbers; b may be NULL. */
typedef struct {
  RuaNode *a, *b;
} Product;

/* A joint part in the making; of plain values, so that one can try what comes of a further member. */
typedef struct {
  RuaScan *scan;
  RuaScanPart *members[64];
  guint n_members;
  RuaCoder *coders[RUA_MAX_CODERS];
  guint n_coders;
  RuaNode *factors[RUA_MAX_FACTORS];
  guint n_factors;
  RuaTerm terms[RUA_MAX_TERMS];
  guint n_terms;
  RuaScanRole others[MOST_ROLES]; /* that must be known, and are no factors */
  guint n_others;
  RuaCoder *conditions[RUA_MAX_CODERS]; /* keys unless all members have the same */
  guint n_conditions;
  gboolean everywhere;            /* some member is of all rows */
  gboolean one_where;             /* all members have the same condition, or none */
} Joining;

/* ---- who can be a member ---- */

/* Sums of whole numbers, each of roles as they stand, all of which must be known. */
static gboolean
can_join (const RuaScanPart *part)
{
  const RuaReduction *reduction = part->reduction;

  if (!rua_scan_part_reads (part) || reduction == NULL || part->form != RUA_SUMS_PLAIN || part->n_deflated > 0
      || reduction->extremes != 0 || (reduction->n_factors > 0 && reduction->of_roles == NULL) || part->keying->listed != NULL)
    return FALSE;
  for (guint r = 0; r < part->n_roles; r++)
    if (part->roles[r].factor != 1 || !part->roles[r].needed)
      return FALSE;
  return TRUE;
}

static RuaNode *
find_factor_node (const RuaScanPart *part, guint factor)
{
  for (guint r = 0; r < part->n_roles; r++)
    if (part->roles[r].index == part->reduction->of_roles[factor])
      return part->roles[r].node;
  return NULL;
}

static double
get_divisor (const RuaScan *scan, const RuaNode *node)
{
  return scan->base->wholes[node->slot].divisor;
}

/* A number that is itself a product of whole numbers is told as such. */
static Product
take_product_apart (const RuaScan *scan, RuaNode *node)
{
  if (node->kind == RUA_NODE_ARITHMETIC && node->operator == RUA_OPERATOR_MULTIPLY
      && get_divisor (scan, node->parts[0]) != 0 && get_divisor (scan, node->parts[1]) != 0
      && get_divisor (scan, node) == get_divisor (scan, node->parts[0]) * get_divisor (scan, node->parts[1]))
    return (Product){ node->parts[0], node->parts[1] };
  return (Product){ node, NULL };
}

/* FALSE: there are too many. */
static gboolean
add_factor (Joining *self, RuaNode *node, guint8 *factor)
{
  guint f = 0;

  while (f < self->n_factors && self->factors[f] != node)
    f++;
  *factor = (guint8) f;
  if (f < self->n_factors)
    return TRUE;
  if (f == RUA_MAX_FACTORS)
    return FALSE;
  self->factors[self->n_factors++] = node;
  return TRUE;
}

/* Where the part's term stands among the joint's, to which it is added if need be. FALSE: there are too many. */
static gboolean
find_term (Joining *self, const RuaScanPart *part, guint t, guint8 *place)
{
  RuaTerm own = part->reduction->terms[t], term = { 0, RUA_ONE };
  RuaNode *a = find_factor_node (part, own.a), *b = own.b != RUA_ONE ? find_factor_node (part, own.b) : NULL;
  Product product = { a, b };
  guint k = 0;

  if (a == NULL || (own.b != RUA_ONE && b == NULL))
    return FALSE;
  if (b == NULL)
    product = take_product_apart (self->scan, a);
  if (!add_factor (self, product.a, &term.a) || (product.b != NULL && !add_factor (self, product.b, &term.b)))
    return FALSE;
  if (term.b != RUA_ONE && term.b < term.a)
    term = (RuaTerm){ term.b, term.a };
  while (k < self->n_terms && (self->terms[k].a != term.a || self->terms[k].b != term.b))
    k++;
  if (k == RUA_MAX_TERMS)
    return FALSE;
  if (k == self->n_terms)
    self->terms[self->n_terms++] = term;
  *place = (guint8) k;
  return TRUE;
}

static gboolean
add_other (Joining *self, RuaScanRole role)
{
  for (guint i = 0; i < self->n_factors; i++)
    if (role.node != NULL && role.node == self->factors[i])
      return TRUE;
  for (guint i = 0; i < self->n_others; i++)
    if (self->others[i].node == role.node && self->others[i].coder == role.coder)
      return TRUE;
  if (self->n_others + RUA_MAX_FACTORS >= MOST_ROLES)
    return FALSE;
  self->others[self->n_others++] = role;
  return TRUE;
}

/* Whatever a member reads must be known. */
static gboolean
add_known (Joining *self, const RuaScanRole *role)
{
  Product product;

  if (role->node == NULL)
    return add_other (self, (RuaScanRole){ .spec = &known_category, .coder = role->coder, .factor = 1 });
  product = take_product_apart (self->scan, role->node);
  return add_other (self, (RuaScanRole){ .spec = &known_number, .node = product.a, .factor = 1 })
    && (product.b == NULL || add_other (self, (RuaScanRole){ .spec = &known_number, .node = product.b, .factor = 1 }));
}

static gboolean
add_coder (RuaCoder **coders, guint *n, RuaCoder *coder)
{
  for (guint k = 0; k < *n; k++)
    if (coders[k] == coder)
      return TRUE;
  if (*n == RUA_MAX_CODERS)
    return FALSE;
  coders[(*n)++] = coder;
  return TRUE;
}

static gsize
get_stride (const Joining *self)
{
  RuaReduction reduction = { .n_terms = self->n_terms };

  return rua_reduction_get_stride (&reduction, RUA_SUMS_PLAIN);
}

/* Keys and, unless all choose alike, conditions; FALSE: there are too many. */
static gboolean
list_coders (const Joining *self, RuaCoder **coders, guint *n)
{
  *n = self->n_coders;
  memcpy (coders, self->coders, self->n_coders * sizeof *coders);
  for (guint k = 0; k < self->n_conditions && !self->one_where; k++)
    if (!add_coder (coders, n, self->conditions[k]))
      return FALSE;
  return TRUE;
}

/* Whether the cells are few enough. */
static gboolean
has_room (const Joining *self)
{
  RuaCoder *coders[RUA_MAX_CODERS];
  double n_cells = 1;
  guint n;

  if (!list_coders (self, coders, &n))
    return FALSE;
  for (guint k = 0; k < n; k++)
    n_cells *= (double) rua_coder_get_size (coders[k]);
  return n_cells * (double) get_stride (self) <= (double) JOINT_BYTES
    && n_cells * rua_scan_limits.joint_share <= (double) self->scan->n_rows;
}

/* What it is that makes up the condition, and the code of it under which a row is chosen. */
static RuaNode *
find_condition (RuaNode *where, guint32 *code)
{
  *code = 1;
  while (where->kind == RUA_NODE_NOT) {
    where = where->parts[0];
    *code ^= 1;
  }
  return where;
}

/* FALSE: it does not fit, and @self is of no use any more. One that reads few of the rows is no reason to add up
 * something of all of them. */
static gboolean
add_member (Joining *self, RuaScanPart *part)
{
  guint n_terms = self->n_terms;
  guint8 place;

  if (self->n_members == G_N_ELEMENTS (self->members))
    return FALSE;
  for (guint t = 0; t < part->reduction->n_terms; t++)
    if (!find_term (self, part, t, &place))
      return FALSE;
  if (part->where != NULL && self->everywhere && self->n_terms > n_terms)
    return FALSE;
  for (guint r = 0; r < part->n_roles; r++)
    if (!add_known (self, &part->roles[r]))
      return FALSE;
  for (guint k = 0; k < part->keying->n; k++)
    if (part->keying->strides[k] != 0 && !add_coder (self->coders, &self->n_coders, part->keying->coders[k]))
      return FALSE;
  if (part->condition != NULL && !add_coder (self->conditions, &self->n_conditions, part->condition))
    return FALSE;
  self->everywhere |= part->where == NULL;
  self->one_where = self->n_members == 0 || (self->one_where && self->members[0]->where == part->where);
  self->members[self->n_members++] = part;
  return has_room (self);
}

/* ---- the joint part ---- */

static gboolean
make_joint (const Joining *self, GCancellable *cancellable, GError **error)
{
  static const guint8 in_order[RUA_MAX_FACTORS] = { 0, 1, 2, 3, 4, 5, 6, 7 };
  RuaScan *scan = self->scan;
  Joining found = *self;
  RuaScanPart *joint = g_new0 (RuaScanPart, 1);
  RuaReduction *made = joint->made = g_new0 (RuaReduction, 1);
  RuaCoder *coders[RUA_MAX_CODERS];
  guint n_coders;

  made->any_order = TRUE;
  made->n_factors = self->n_factors;
  made->n_terms = self->n_terms;
  memcpy (made->terms, self->terms, sizeof made->terms);
  made->of_roles = in_order;
  for (guint i = 0; i < self->n_members; i++)
    made->any_order &= self->members[i]->reduction->any_order;
  joint->scan = scan;
  joint->reduction = made;
  joint->form = RUA_SUMS_PLAIN;
  joint->n_roles = self->n_factors + self->n_others;
  joint->n_factor_inputs = joint->n_roles;
  joint->roles = g_new0 (RuaScanRole, MAX (joint->n_roles, 1));
  for (guint r = 0; r < joint->n_roles; r++) {
    joint->roles[r] = r < self->n_factors ? (RuaScanRole){ .spec = &known_number, .node = self->factors[r], .factor = 1 }
                                          : self->others[r - self->n_factors];
    joint->roles[r].index = r;
    joint->roles[r].needed = TRUE;
  }
  joint->where = self->one_where ? self->members[0]->where : NULL;
  joint->selection = rua_scan_find_selection (scan, joint->where);
  joint->joint_place = scan->n_joints++;
  /* It comes first, so that its members know what it has taken of a batch. */
  g_ptr_array_insert (scan->parts, 0, joint);
  list_coders (self, coders, &n_coders);
  if (!rua_scan_find_keying (scan, joint, coders, n_coders, cancellable, error))
    return FALSE;
  for (guint i = 0; i < self->n_members; i++) {
    RuaScanPart *part = self->members[i];

    g_assert (rua_keying_divides (joint->keying, part->keying));
    part->joint = joint;
    if (self->one_where)
      part->condition = NULL;
    for (guint t = 0; t < part->reduction->n_terms; t++)
      find_term (&found, part, t, &part->joint_terms[t]);
  }
  return TRUE;
}

/* Members are found a joint part one after the other, those of all rows first. */
gboolean
rua_scan_find_joints (RuaScan *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GArray) joinings = g_array_new (FALSE, FALSE, sizeof (Joining));
  guint n_parts = self->parts->len;

  if (rua_scan_limits.joint_share == 0)
    return TRUE;
  for (guint i = 0; i < 2 * n_parts; i++) {
    RuaScanPart *part = g_ptr_array_index (self->parts, i % n_parts);
    gboolean placed = FALSE;

    if ((part->where != NULL) != (i >= n_parts) || !can_join (part))
      continue;
    if (part->where != NULL) {
      RuaNode *node = find_condition (part->where, &part->condition_code);

      part->condition = rua_scan_find_coder (self, node, cancellable, error);
      if (part->condition == NULL)
        return FALSE;
    }
    for (guint k = 0; k < joinings->len && !placed; k++) {
      Joining trial = g_array_index (joinings, Joining, k);

      placed = add_member (&trial, part);
      if (placed)
        g_array_index (joinings, Joining, k) = trial;
    }
    if (!placed) {
      Joining fresh = { .scan = self };

      if (add_member (&fresh, part))
        g_array_append_val (joinings, fresh);
    }
  }
  for (guint k = 0; k < joinings->len; k++) {
    const Joining *joining = &g_array_index (joinings, Joining, k);

    if (joining->n_members > 1 && !make_joint (joining, cancellable, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- after the pass ---- */

/* Cells of the joint part from @first on, RUA_BATCH at most, are added to those of the member that they lie in. */
static void
fold_cells (RuaScanPart *part, guint32 first, guint n)
{
  const RuaScanPart *joint = part->joint;
  guint32 cells[RUA_BATCH], codes[RUA_BATCH];
  guint condition = 0;

  while (part->condition != NULL && joint->keying->coders[condition] != part->condition)
    condition++;
  rua_keying_fold (joint->keying, part->keying, part->scan->base, first, n, cells);
  if (part->condition != NULL)
    rua_keying_get_codes (joint->keying, part->scan->base, first, n, condition, codes);
  for (guint i = 0; i < n; i++)
    if (part->condition == NULL || codes[i] == part->condition_code)
      rua_reduction_take (part->reduction, part->states + cells[i] * part->stride,
                          joint->states + (gsize) (first + i) * joint->stride, part->joint_terms);
}

void
rua_scan_follow_joint (RuaScanPart *part)
{
  guint64 n_cells = part->joint->keying->n_cells;

  for (guint64 first = 0; first < n_cells; first += RUA_BATCH)
    fold_cells (part, (guint32) first, (guint) MIN (RUA_BATCH, n_cells - first));
}
