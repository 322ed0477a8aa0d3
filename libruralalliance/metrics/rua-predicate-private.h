/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-measure-private.h"

G_BEGIN_DECLS

/* Truths over metrics: `income.ratio >= 2 and stations.count = 407`. The names are metric ids;
 * doc/expressions.md has the grammar. */
typedef struct _RuaPredicate RuaPredicate;

typedef enum {
  RUA_TRUTH_FALSE,
  RUA_TRUTH_TRUE,
  RUA_TRUTH_STRADDLES, /* the interval holds values that satisfy and values that do not */
  RUA_TRUTH_UNDEFINED, /* a metric has no value */
} RuaTruth;

typedef struct {
  char *text;       /* the comparison as written */
  char *left;       /* its left side as written; a metric's id where it is only that */
  RuaResult *result; /* the metric of the left side when it is a single metric, else NULL; borrowed
                        from the outcome */
  GPtrArray *inputs; /* RuaResult of every metric on either side, borrowed likewise */
  char *operation;  /* = != < <= > >= */
  gboolean has_value;
  double value;
  gboolean has_threshold;
  double threshold;
  double margin;    /* how far on the satisfying side, in the unit of the value: value - threshold
                       for > and >=, threshold - value for < and <=, -|difference| for =,
                       |difference| for !=; NaN without a value */
  gboolean has_interval;
  double low;
  double high;
  gboolean threshold_is_uncertain; /* it has an interval of its own */
  gboolean threshold_is_measured;  /* a metric is in it */
  gboolean is_plain; /* no arithmetic: a metric, and another or a number without any */
  const char *bound; /* “at_least”, … where a side is a figure that is published as that; NULL: neither */
  char *unit;       /* text of the value's unit */
  RuaTruth point;   /* by the estimate alone */
  RuaTruth truth;   /* by the whole interval where there is one, else the same as point */
  gboolean negated; /* stands under an odd number of nots */
  gboolean says_not; /* and one of them is in its text: x not in (…), x not between … */
  char *reason;     /* why undefined, else NULL */
  char *note;       /* why arithmetic on what is uncertain has no interval, else NULL */
} RuaPredicateComparison;

typedef struct {
  RuaTruth point;         /* by estimates alone */
  RuaTruth truth;         /* by intervals where there are any */
  GPtrArray *comparisons; /* RuaPredicateComparison, in the order written */
  GPtrArray *results;     /* RuaResult of every metric named, in the order first named */
  GPtrArray *named;       /* formulas of the named values in it: "metric"['key'] */
} RuaPredicateOutcome;

/* Checked against the grammar and the alliance's catalogue: unknown metrics are refused. */
RuaPredicate *rua_predicate_new (const char *text, RuaAlliance *alliance, GError **error);
void rua_predicate_free (RuaPredicate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaPredicate, rua_predicate_free)

const char *rua_predicate_get_text (RuaPredicate *self);
/* Metric ids it names, in order, once each. */
const char *const *rua_predicate_get_metrics (RuaPredicate *self);

/* Units that do not fit and metrics that cannot be measured are errors; NULL then. */
RuaPredicateOutcome *rua_predicate_evaluate (RuaPredicate *self,
                                             RuaMeasureContext *context,
                                             GCancellable *cancellable,
                                             GError **error);
void rua_predicate_outcome_free (RuaPredicateOutcome *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaPredicateOutcome, rua_predicate_outcome_free)

G_END_DECLS
