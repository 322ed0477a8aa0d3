/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance-private.h"

G_BEGIN_DECLS

/* A metric's parameters stand in braces in its expressions and options: amount[year={after}]. They are
 * set in the id by which it is asked for: income.share_doubled(before=2014,after=2017). */

/* The id before the parenthesis; NULL where the id sets nothing. */
char *rua_parameters_dup_base (const char *id);

/* A copy of @metric with everything set: by @id, else by the default. @metric itself where it has no
 * parameters. Transfer full; NULL and an error that names the parameter. */
RuaMetric *rua_parameters_apply (RuaMetric *metric, const char *id, GError **error);

/* "base(name=value,…)" from a JSON object of values, which rua_parameters_apply() reads back as they are. @metric: the one
 * that declares them, or NULL. */
char *rua_parameters_join (const char *base, RuaMetric *metric, const char *json, GError **error);

G_END_DECLS
