/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-definition-private.h"
#include "rua-outcome-private.h"
#include "rua-progress.h"

G_BEGIN_DECLS

/* What a context assumes of one measuring. */
typedef struct {
  const char *series; /* NULL: no other prices */
  int from;
  int to;
  double growth; /* 1: none */
} RuaAssumption;

/* One metric over rows of several that are measured together. */
typedef struct {
  const RuaDefinition *definition;
  const RuaAssumption *assumption;
  RuaOutcome *outcome; /* transfer full */
  GError *error;       /* why there is none; transfer full */
} RuaMeasureRequest;

/* FALSE when cancelled; what is wrong with one metric is its own error. */
gboolean rua_measure_rows_together (RuaAlliance *alliance,
                                    RuaMeasureRequest *requests,
                                    guint n,
                                    RuaProgress *progress,
                                    GCancellable *cancellable,
                                    GError **error);

/* A metric over rows: one result, or one a group in the order of their labels. */
RuaOutcome *rua_measure_rows (RuaAlliance *alliance,
                              const RuaDefinition *definition,
                              const RuaAssumption *assumption,
                              GCancellable *cancellable,
                              GError **error);
/* The same, where paths of groups may lead through lists, so that groups overlap. */
RuaOutcome *rua_measure_grouped_rows (RuaAlliance *alliance,
                                      const RuaDefinition *definition,
                                      const RuaAssumption *assumption,
                                      GCancellable *cancellable,
                                      GError **error);
/* Whether a path of its groups leads through a list. */
gboolean rua_measure_overlaps (RuaAlliance *alliance, const RuaDefinition *definition);
/* The estimator `reported`: figures that somebody published. */
GPtrArray *rua_measure_reported (RuaAlliance *alliance,
                                 const RuaDefinition *definition,
                                 const RuaAssumption *assumption,
                                 GCancellable *cancellable,
                                 GError **error);

/* Brings a result that is in @computed to the unit that the metric declares. @counts: plain
 * numbers may be of anything that is counted. */
gboolean rua_measure_fit_unit (RuaResult *result,
                               const RuaDefinition *definition,
                               RuaUnit *computed,
                               const char *currency,
                               gboolean counts,
                               gboolean sums,
                               GError **error);

G_END_DECLS
