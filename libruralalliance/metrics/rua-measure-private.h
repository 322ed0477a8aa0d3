/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"
#include "rua-result.h"

G_BEGIN_DECLS

/* Measuring under given assumptions: what the readings of a claim need.
 *
 * A context belongs to one alliance and remembers every result, so that many claims over the same
 * metrics measure each of them once. It is for one thread and must not outlive a change of the
 * alliance's rows. With no assumption it measures what the metric says. Assumptions are said
 * before the first measure; each is named in the result's method text and in its explanation. */
typedef struct _RuaMeasureContext RuaMeasureContext;

RuaMeasureContext *rua_measure_context_new (RuaAlliance *alliance);
void rua_measure_context_free (RuaMeasureContext *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaMeasureContext, rua_measure_context_free)

RuaAlliance *rua_measure_context_get_alliance (RuaMeasureContext *self);

/* Wherever @metric is asked for, also inside formulas, @other is measured instead. */
gboolean rua_measure_context_substitute (RuaMeasureContext *self,
                                         const char *metric,
                                         const char *other,
                                         GError **error);

/* Money in @metric is restated in prices of the year @to with the series of kind `series` @series.
 * A metric over rows: every nominal amount by the year of its own row (@from is then not used; 0).
 * A published figure: as money of the year @from; 0 takes its own period.
 * A formula: every money figure under it; one whose own period is @to stays as of @to, every other
 * is taken as of @from (0: its own period). */
gboolean rua_measure_context_deflate (RuaMeasureContext *self,
                                      const char *metric,
                                      const char *series,
                                      int from,
                                      int to,
                                      GError **error);

/* What would have come about anyway: in a formula, figures of an earlier period than the latest
 * are multiplied by @factor (1.45: growth of 45 % between the two); in a metric over rows, the
 * role column `before`. Any other metric refuses. */
gboolean rua_measure_context_grow (RuaMeasureContext *self,
                                   const char *metric,
                                   double factor,
                                   GError **error);

/* @metric's own value (estimate, error and interval) times @factor; @words say why. */
gboolean rua_measure_context_scale (RuaMeasureContext *self,
                                    const char *metric,
                                    double factor,
                                    const char *words,
                                    GError **error);
/* The unit of a published figure, with the price basis that it states. */
RuaUnit *rua_measure_figure_unit (RuaRecord *record, const char *currency, GError **error);
/* @metric is a share: what is not part of it times @factor. */
gboolean rua_measure_context_scale_rest (RuaMeasureContext *self,
                                         const char *metric,
                                         double factor,
                                         const char *words,
                                         GError **error);

/* Results are the context's: borrowed. NULL and @error when the metric cannot be measured at all
 * (no such metric, a faulty expression, units that do not fit, a cycle); an undefined value is a
 * result with a reason. */
RuaResult *rua_measure_context_measure (RuaMeasureContext *self,
                                        const char *metric,
                                        GCancellable *cancellable,
                                        GError **error);

/* Index of prices of the year @to over those of the year @from: what money of @from is multiplied
 * by. Errors name the missing year. */
gboolean rua_series_get_price_ratio (RuaAlliance *alliance,
                                     const char *series,
                                     int from,
                                     int to,
                                     double *ratio,
                                     GError **error);
/* Whether money of @unit can be brought from year to year by the series. @warning: of the two years, those of which it
 * tells some months only; NULL: there is none. */
gboolean rua_series_check (RuaAlliance *alliance,
                           const char *series,
                           RuaUnit *unit,
                           int from,
                           int to,
                           char **warning,
                           GError **error);

G_END_DECLS
