/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-definition-private.h"
#include "rua-result-private.h"
#include "rua-result-table.h"
#include "rua-rows-private.h"

G_BEGIN_DECLS

/* What was measured of one metric, by its groups.
 *
 * Either there are results as objects; or there are figures, of which objects are made when
 * somebody asks for them. A metric by thousands of groups mostly is read through a table, which
 * needs none. */
typedef struct _RuaOutcome RuaOutcome;

/* @results: of RuaResult, taken over. */
RuaOutcome *rua_outcome_new (GPtrArray *results);
RuaOutcome *rua_outcome_ref (RuaOutcome *self);
void rua_outcome_unref (RuaOutcome *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaOutcome, rua_outcome_unref)

/* ---- filling one in ---- */

/* @method in words, @digest of all but the group, taken over; @n groups. @rows: what was read;
 * NULL: nothing was. */
RuaOutcome *rua_outcome_begin (const RuaDefinition *definition,
                               const RuaEstimator *estimator,
                               const RuaRows *rows,
                               const char *currency,
                               const char *method,
                               GChecksum *digest,
                               guint n);
/* @texts may be NULL. */
void rua_outcome_add_warnings (RuaOutcome *self, GPtrArray *texts);
/* The labels of all groups, those of a group side by side; @texts keeps them. */
void rua_outcome_set_labels (RuaOutcome *self, const char **labels, GPtrArray *texts);
/* In any thread, groups in any order. Takes @figures, also where it refuses them. */
gboolean rua_outcome_take (RuaOutcome *self, guint group, RuaFigures *figures, GError **error);
/* After those of all groups: refuses a figure that is asked for and that none of them has. */
gboolean rua_outcome_check_figures (RuaOutcome *self, const RuaEstimation *estimation, GError **error);

/* ---- reading ---- */

guint rua_outcome_get_n (RuaOutcome *self);
/* Of RuaResult; the outcome's. In any thread. */
GPtrArray *rua_outcome_get_results (RuaOutcome *self);
GListModel *rua_outcome_list_results (RuaOutcome *self);
/* NULL: nobody asked for them yet. For tests. */
GPtrArray *rua_outcome_peek_results (RuaOutcome *self);
char **rua_outcome_get_group_paths (RuaOutcome *self);
/* As many as there are paths; unknown ones are NULL. */
const char *const *rua_outcome_get_labels (RuaOutcome *self, guint group);
/* NaN: undefined, or not told. */
double rua_outcome_get_number (RuaOutcome *self, guint group, RuaResultNumber number);
/* Whose figures have this key, as of rua_result_get_named(); NULL: it has none. */
RuaFigures *rua_outcome_get_figures (RuaOutcome *self, guint group, const char *key);

G_END_DECLS
