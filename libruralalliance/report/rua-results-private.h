/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-json-private.h"
#include "rua-results.h"

G_BEGIN_DECLS

/* One result as an object; where there is none (NULL), the metric and the reason. */
void rua_results_write (RuaJsonWriter *writer, RuaResult *result, const char *metric, const char *refusal);

G_END_DECLS
