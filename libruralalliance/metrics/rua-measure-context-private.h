/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-measure-private.h"
#include "rua-measure-rows-private.h"
#include "rua-rows-private.h"

G_BEGIN_DECLS

/* As rua_measure_context_measure(), by groups (an empty list: all rows together) and over fewer
 * rows, under what is assumed of a formula above. The results are the context's. */
GPtrArray *rua_measure_context_measure_by (RuaMeasureContext *self,
                                           const char *metric,
                                           const char *const *by,
                                           const char *where,
                                           const RuaAssumption *above,
                                           GCancellable *cancellable,
                                           GError **error);
/* A definition that need not be in the alliance: one result, or one a group. */
RuaOutcome *rua_measure_context_measure_definition (RuaMeasureContext *self,
                                                    const RuaDefinition *definition,
                                                    const RuaAssumption *assumption,
                                                    GCancellable *cancellable,
                                                    GError **error);
/* A formula over other metrics, group by group. */
GPtrArray *rua_measure_formula (RuaMeasureContext *self,
                                const RuaDefinition *definition,
                                const RuaAssumption *assumption,
                                GCancellable *cancellable,
                                GError **error);

/* From now on metrics over rows are measured together: measuring one that was not yet fails with
 * %G_IO_ERROR_PENDING, and notes it for the next common pass, after which it is asked for again. */
void rua_measure_context_gather (RuaMeasureContext *self);
guint rua_measure_context_get_n_waiting (RuaMeasureContext *self);
/* FALSE when cancelled; the context is then of no more use. */
gboolean rua_measure_context_measure_waiting (RuaMeasureContext *self,
                                              RuaProgress *progress,
                                              GCancellable *cancellable,
                                              GError **error);

G_END_DECLS
