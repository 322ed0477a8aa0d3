/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"

G_BEGIN_DECLS

/**
 * RuaIndependence:
 * @RUA_INDEPENDENCE_UNKNOWN: nothing is known of who made it
 * @RUA_INDEPENDENCE_OWN: made by the alliance, by its people, or by somebody it set up; or it only
 *   repeats such sources
 * @RUA_INDEPENDENCE_PARTNER: made by somebody who works with the alliance, funds it, or took up its
 *   model
 * @RUA_INDEPENDENCE_INDEPENDENT: made by somebody with no such tie
 *
 * How near the maker of a source stands to the alliance.
 *
 * Since: 1.0
 */
typedef enum {
  RUA_INDEPENDENCE_UNKNOWN,
  RUA_INDEPENDENCE_OWN,
  RUA_INDEPENDENCE_PARTNER,
  RUA_INDEPENDENCE_INDEPENDENT,
} RuaIndependence;

#define RUA_TYPE_INDEPENDENCE (rua_independence_get_type ())
RUA_AVAILABLE_IN_1_0
GType rua_independence_get_type (void);
RUA_AVAILABLE_IN_1_0
const char *rua_independence_to_string (RuaIndependence independence);

RUA_AVAILABLE_IN_1_0
RuaIndependence rua_source_judge_independence (RuaSource *self, RuaAlliance *alliance, char **reason);

G_END_DECLS
