/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-definition-private.h"
#include "rua-result-private.h"

G_BEGIN_DECLS

/* Who left between before and after, and what that may hide.
 *
 * Of those there before, the matched have a value after and the lost have none; the joined have one
 * after only. The survivors' figure holds of the matched. Its worst cases set what is not known of
 * the lost to the ends of what it can be: 0 or 1 for a share, the told support for a mean, else the
 * smallest and the largest value seen after (C. F. Manski, AER P&P 80, 1990; J. L. Horowitz and
 * C. F. Manski, JASA 95, 2000). */

/* Counts, and the worst cases of a share: from the figures of the estimator and how many records lack
 * each role. @key is what the estimate is. Called before the result takes its unit. */
void rua_attrition_tell (const RuaDefinition *definition,
                         RuaFigures *figures,
                         const char *key,
                         RuaResult *result);
/* A mean needs more than that: what else is measured in the same pass, the sum before of those who
 * left and the values after. NULL where nothing else is needed. */
GPtrArray *rua_attrition_list_needed (const RuaDefinition *definition);
/* @left: the total of the first, @after: the mean of the second, of the same group. */
void rua_attrition_tell_mean (const RuaDefinition *definition,
                              RuaResult *left,
                              RuaResult *after,
                              RuaResult *result);

/* Whether a figure of this key comes from here and not from the estimator. */
gboolean rua_attrition_gives (const char *key);

/* Of how many records the figure is: of pairs, those with both values that the estimator did not leave out. */
guint64 rua_attrition_count_used (const RuaDefinition *definition, RuaFigures *figures);

/* Whether the metric compares a before and an after by one column each. */
gboolean rua_attrition_applies (const RuaDefinition *definition);

G_END_DECLS
