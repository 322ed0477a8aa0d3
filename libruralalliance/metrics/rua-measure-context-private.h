/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-measure-private.h"
#include "rua-measure-rows-private.h"
#include "rua-rows-private.h"

G_BEGIN_DECLS

/* As rua_measure_context_measure(), under what is assumed of a formula above. */
RuaResult *rua_measure_context_measure_under (RuaMeasureContext *self,
                                              const char *metric,
                                              const RuaAssumption *above,
                                              GCancellable *cancellable,
                                              GError **error);
/* A definition that need not be in the alliance: one result, or one a group. */
GPtrArray *rua_measure_context_measure_definition (RuaMeasureContext *self,
                                                   const RuaDefinition *definition,
                                                   const RuaAssumption *assumption,
                                                   GCancellable *cancellable,
                                                   GError **error);

G_END_DECLS
