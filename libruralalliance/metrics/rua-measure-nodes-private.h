/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-definition-private.h"

G_BEGIN_DECLS

/* The second table of an estimator: its columns laid out, and a digest of what was read. */
typedef struct {
  RuaInput input;
  GArray *columns; /* of RuaInputColumn */
  GArray *codes;    /* of gint32* */
  GPtrArray *owned; /* of char**: labels */
  char *digest;
  GPtrArray *warnings;
} RuaMeasureNodes;

/* @definition: the nodes of a metric. */
RuaMeasureNodes *rua_measure_nodes_new (RuaAlliance *alliance,
                                        const RuaDefinition *definition,
                                        const RuaEstimator *estimator,
                                        GError **error);
void rua_measure_nodes_free (RuaMeasureNodes *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaMeasureNodes, rua_measure_nodes_free)

G_END_DECLS
