/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-definition-private.h"
#include "rua-result-private.h"

G_BEGIN_DECLS

/* Notes what a careful reader would want to know of a result, whatever its estimator: few
 * clusters, a small group, the seed of random numbers. */
void rua_caution_note (RuaResult *result,
                       const RuaDefinition *definition,
                       const RuaEstimator *estimator,
                       RuaFigures *figures);

G_END_DECLS
