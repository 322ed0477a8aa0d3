/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-deflation-private.h"
#include "rua-definition-private.h"

G_BEGIN_DECLS

#define RUA_ROWS_MAX_KEYS 4

/* What a metric reads: an expression for each role and for each path of its groups, over the rows
 * that meet its condition or over pairs of them. */
typedef struct {
  char *role;
  char *text;
  const RuaRoleSpec *spec; /* NULL: of a path or a key */
  RuaRoleType type;
  RuaUnit *unit; /* of numbers; 1 where bare */
  RuaProgram *program;
  gboolean withheld;
} RuaRowsColumn;

typedef struct {
  RuaTable *table;     /* borrowed */
  RuaProgram *where;   /* NULL: all rows */
  GPtrArray *columns;  /* of RuaRowsColumn, as the definition's roles */
  GPtrArray *by;       /* of RuaRowsColumn, as its paths */
  GPtrArray *warnings; /* of char* */
  RuaDeflation *deflation;
  gboolean paired;
  GPtrArray *keys;     /* of RuaRowsColumn: what makes rows a pair */
  char *pair_by;       /* as told in words */
} RuaRows;

RuaRows *rua_rows_new (RuaAlliance *alliance,
                       const RuaDefinition *definition,
                       const RuaEstimator *estimator,
                       GError **error);
void rua_rows_free (RuaRows *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaRows, rua_rows_free)

/* The currency of an alliance; NULL where none is told. Transfer full. */
char *rua_alliance_dup_currency (RuaAlliance *alliance);
/* The table that a metric names, or NULL with the nearest name. */
RuaTable *rua_definition_find_table (const RuaDefinition *self, RuaAlliance *alliance, GError **error);

G_END_DECLS
