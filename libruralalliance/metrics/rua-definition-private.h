/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "rua-alliance-private.h"
#include "rua-estimator-private.h"
#include "rua-unit.h"

G_BEGIN_DECLS

/* A metric as its record says it, read and checked for form. */
typedef struct {
  char *role;
  char *text;
} RuaRoleText;

typedef struct _RuaDefinition RuaDefinition;

struct _RuaDefinition {
  char *id;
  char *title;
  RuaUnit *unit; /* NULL: not told */
  char *formula; /* NULL: an estimator over rows */
  char *estimator;
  char *table;
  char *where;
  GArray *roles; /* of RuaRoleText, in the order of the roles' names */
  char **by;
  char **own_by; /* as the metric itself says */
  char *series; /* NULL: not deflated */
  int to;
  char *date; /* NULL: the row's year or first date */
  double confidence;
  JsonObject *options; /* the estimator's */
  char **pair_by;      /* NULL: the table's own */
  char *estimate;      /* key that is the estimate; NULL: the estimator's main figures */
  gboolean independent;
  gboolean complete; /* the table has whatever there is, so that a total of no rows is 0 */
  gboolean has_support; /* ends of what a value after can be */
  double support[2];
  double attrition_limit; /* share of the lost above which a warning is due */
  RuaDefinition *nodes;   /* a second table; NULL: none */
};

RuaDefinition *rua_definition_new (RuaMetric *metric, GError **error);
RuaDefinition *rua_definition_copy (const RuaDefinition *self);
/* An empty array of RuaRoleText, which frees what is taken out of it. */
GArray *rua_definition_roles_new (void);
void rua_definition_free (RuaDefinition *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaDefinition, rua_definition_free)

/* Other groups in place of its own (NULL: its own stay), and a further condition (nullable). */
void rua_definition_narrow (RuaDefinition *self, const char *const *by, const char *where);

/* Everything that the number depends on, for the digest. */
/* Which rows it reads: its table and condition, as one text. */
char *rua_definition_dup_rows (const RuaDefinition *self);
char *rua_definition_to_string (const RuaDefinition *self);

gboolean rua_definition_refuse (const char *id, GError **error, RuaError code, const char *format,
                                ...) G_GNUC_PRINTF (4, 5);

G_END_DECLS
