/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-definition-private.h"
#include "rua-syntax-private.h"

G_BEGIN_DECLS

/* What a result that is to be published rests on, and who stands behind it. */

/* A metric over rows, and which of its figures is told. */
typedef struct {
  RuaDefinition *definition; /* grouped as what rests on it, narrowed by its conditions */
  char *key;                 /* NULL: the metric's own estimate */
} RuaBasis;

/* All that is told by the same groups. */
typedef struct {
  char **by;
  GPtrArray *list; /* of RuaBasis */
} RuaBases;

/* How to find whom a row is about. */
typedef struct {
  char *path;
  gboolean itself;  /* each row is one, whether it has an id or not */
  gboolean of_any;  /* it may lead to records of any kind */
} RuaContributor;

/* Of RuaBases: the metric itself, or a formula's inputs, theirs and so on, each once. Refuses what is one
 * record's value, and groups whose labels would be people. */
GPtrArray *rua_disclosure_list_bases (RuaAlliance *alliance, const RuaDefinition *definition, GError **error);
/* Whether groups, conditions or columns of any of them tell of which people somebody is. */
gboolean rua_disclosure_tells_ethnicity (GPtrArray *all, const RuaDefinition *definition);

/* Which share of the records stands on the thinner side of what is told; 1: it is told of all of them. */
double rua_basis_get_tail (const RuaBasis *self);
/* The key of a share of people or households of whom something holds; NULL: it tells of none. */
const char *rua_basis_get_share (const RuaBasis *self, RuaAlliance *alliance);
/* What it adds up, times the weight: no, one or two texts. @are_told: whether the sums follow from what is told. */
GPtrArray *rua_basis_list_amounts (const RuaBasis *self, gboolean *are_told);
/* Of RuaContributor: the first that is known of any row is asked. */
GPtrArray *rua_basis_list_contributors (const RuaBasis *self, RuaAlliance *alliance);
/* Texts that divide the rows in two sides, each of which is told of. */
GPtrArray *rua_basis_list_arms (const RuaBasis *self);

/* Of the rows that it uses, the number, or the total of @amount (nullable), by its groups, @arms (nullable) and
 * @contributor (nullable). */
RuaDefinition *
rua_basis_count (const RuaBasis *self, const char *amount, GPtrArray *arms, const char *contributor);
/* The same metric, of which @key is the estimate, as a bare number. */
RuaDefinition *rua_basis_tell (const RuaBasis *self, const char *key);

G_END_DECLS
