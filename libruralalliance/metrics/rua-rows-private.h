/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-deflation-private.h"
#include "rua-definition-private.h"

G_BEGIN_DECLS

/* What a metric reads: a dense column for each role, over the rows that meet its condition or
 * over pairs of them. */
typedef struct {
  char *role;
  char *text;
  RuaRoleType type;
  RuaUnit *unit;    /* of numbers; 1 where bare */
  GArray *values;   /* of double, NaN unknown; NULL for a category */
  GArray *codes;    /* of gint32, -1 unknown */
  GPtrArray *labels; /* ends with NULL */
  gboolean withheld;
} RuaRowsColumn;

typedef struct {
  gsize n;            /* rows, or pairs */
  GPtrArray *columns; /* of RuaRowsColumn, as the definition's roles */
  GPtrArray *by;      /* of RuaRowsColumn, as its paths */
  GPtrArray *warnings;
  gboolean paired;
  char *pair_by;      /* as told in words */
} RuaRows;

RuaRows *rua_rows_read (RuaAlliance *alliance,
                        const RuaDefinition *definition,
                        const RuaEstimator *estimator,
                        GCancellable *cancellable,
                        GError **error);
void rua_rows_free (RuaRows *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaRows, rua_rows_free)

/* The currency of an alliance; NULL where none is told. Transfer full. */
char *rua_alliance_dup_currency (RuaAlliance *alliance);
/* The table that a metric names, or NULL with the nearest name. */
RuaTable *rua_definition_find_table (const RuaDefinition *self, RuaAlliance *alliance, GError **error);

G_END_DECLS
