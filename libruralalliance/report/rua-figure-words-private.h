/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-result.h"
#include "rua-wording-private.h"

G_BEGIN_DECLS

/* Results in words. */

/* Whether a dimensionless number of this metric is said as "2.16×". */
gboolean rua_figure_words_is_ratio (RuaMetric *metric);
gboolean rua_figure_words_is_known (RuaResult *result);
gboolean rua_figure_words_has_interval (RuaResult *result);
char *rua_figure_words_estimate (RuaResult *result, RuaMetric *metric); /* "not known" when undefined */
/* "1.9 to 2.4", with its level where that is not @level: "1.9 to 2.4 (90%)"; or NULL. */
char *rua_figure_words_interval (RuaResult *result, double level);
/* The level of the first interval of @n results (NULL among them are skipped); 0 for none. */
double rua_figure_words_level (RuaResult *const *results, guint n);
/* "95% interval". */
char *rua_figure_words_level_title (double level);
char *rua_figure_words_n (RuaResult *result); /* "43 of 45"; NULL for published figures */
/* Labels of the RuaSource in @sources, which is taken: "S3, S6"; NULL for none. */
char *rua_figure_words_sources (GListModel *sources);

G_END_DECLS
