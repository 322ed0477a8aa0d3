/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <math.h>

#include "rua-design-private.h"
#include "rua-estimators-private.h"
#include "rua-moments-private.h"
#include "rua-reduction-private.h"

G_BEGIN_DECLS

/* Each estimator that follows from sums: from what suffices to figures in one place, for run(),
 * which has the columns, and for finish(), which has the sums. */

/* What is taken from every value, so that variances keep their digits: few bits, so that taking
 * it away is exact for all values that are not far below it. */
static inline double
rua_pilot (double first)
{
  double scaled = 8193 * first, few = scaled - (scaled - first); /* 40 bits of 53 */

  return isfinite (few) ? few : 0;
}

/* Moments of a cell. Term @sum is that of x - @taken, @squares of its square; @extremes a factor
 * x. Asks for the columns where too much cancels. */
RuaMoments rua_cell_moments (RuaRun *run,
                             const RuaCellSums *sums,
                             gsize cell,
                             guint sum,
                             guint squares,
                             guint extremes,
                             RuaDouble2 taken);
/* The sum of w (x - mean)^2 from those of w x^2, w x and w; asks for the columns likewise. */
double rua_cell_spread (RuaRun *run, RuaDouble2 wxx, RuaDouble2 wx, RuaDouble2 w);

/* Whether a sum of squares is far enough from both ends of the range of numbers that nothing of its terms was lost. */
static inline gboolean
rua_is_within_range (double squares)
{
  return squares > 1e-250 && squares < 1e280;
}

void rua_put_mean (RuaRun *run, const RuaMoments *moments);

/* sum(w), sum(w^2), mean, sum(w (x - m)^2), sum(w^2 (x - m)^2) */
typedef struct {
  gsize n;
  gsize n_positive;
  double W;
  double W2;
  double mean;
  double spread;
  double scores;
  double less_one;     /* sum(w) - 1, of which nothing cancelled */
  double less_squares; /* sum(w) - sum(w^2)/sum(w), likewise */
  int up;              /* values are times two to the power of this */
  int up_weights;      /* and weights, less_one and less_squares of this */
} RuaWeightedMoments;

void rua_put_weighted_mean (RuaRun *run, const RuaWeightedMoments *moments);

typedef struct {
  gsize n_records;
  gsize n_keys;
  gsize n_repeat;
  gsize largest;
  gboolean has_amount;
  double amount;
  gboolean has_completed;
  gsize n_completed;
  gsize n_completed_keys;
} RuaDistinct;

void rua_put_distinct_count (RuaRun *run, const RuaDistinct *self);

/* @squares: sum(w^2 (y - R x)^2); the ratio and its error are times two to the power of @up. */
void
rua_put_ratio_of_totals (RuaRun *run, gsize n, double above, double below, double squares, int up);
void rua_put_proportion (RuaRun *run, double x, double n);
void rua_put_two_proportions (RuaRun *run, double x1, double n1, double x0, double n0);

typedef struct {
  gsize n_exempt;
  gsize n_unknown;
  gsize n_eligible;
  gsize n_participating;
  gsize n_both;
} RuaParticipation;

void rua_put_participation_rate (RuaRun *run, const RuaParticipation *self);

/* Complete pairs; @residuals: sum((after - R before)^2), R the ratio of the means. */
typedef struct {
  gsize n;
  gsize n_before_only;
  gsize n_after_only;
  double mean_before;
  double mean_after;
  double mean_change;
  double squares_change; /* sum((d - mean d)^2) */
  double correlation;    /* NaN: one side does not vary */
  double residuals;
} RuaPairedMoments;

void rua_put_paired_change (RuaRun *run, const RuaPairedMoments *self);
/* Of complete pairs; eligible are those with a value above 0 before. */
typedef struct {
  double n_pairs;
  double n_eligible;
  double x;              /* grew by the factor */
  double n_not_positive; /* eligible, but not above 0 after */
  double sum;            /* of after / before */
  double logs;           /* of their logarithms */
  double median;
} RuaRatioDistribution;

void rua_put_ratio_distribution (RuaRun *run, const RuaRatioDistribution *self);
void rua_put_sign_test (RuaRun *run, gsize n_positive, gsize n_negative);
void rua_put_mcnemar (RuaRun *run, double b, double c);
/* Both times two to the power of @up. */
void rua_put_mean_difference (RuaRun *run, const RuaMoments *one, const RuaMoments *zero, int up);

/* Sums over records: of w, and for a = 0, 1, 2 of w 1(poor) gap^a. */
typedef struct {
  gsize n_poor;
  double line;
  double W;
  double sums[3];
  double shortfall;
  gboolean has_errors;
  double errors[3];       /* where has_errors */
  const char *lonely[3]; /* why there is none */
} RuaPoverty;

void rua_put_poverty_fgt (RuaRun *run, const RuaPoverty *self);

/* The records of a cluster in one of the four cells, numbered treated + 2 post, and the sum of
 * w (y - mean of the cell) over them. */
typedef struct {
  guint32 cluster;
  guint cell;
  double n;
  double residual;
} RuaDidPart;

typedef struct {
  gsize n;
  double cell_n[4];
  double cell_weight[4];
  double cell_mean[4];   /* NaN: no weight */
  double cell_square[4]; /* sum(w (y - mean)^2) */
  double cell_score[4];  /* sum(w^2 (y - mean)^2) */
  double estimate;       /* of means from which nothing was lost */
  double whole;          /* sum of squares of the outcome about its mean */
  int up; /* the outcome is times two to the power of this; weights are in any unit */
  gboolean lacks_squares; /* cell_square, cell_score and whole are not told */
  gboolean weighted;
  gboolean clustered;
  guint n_clusters;
  RuaDidPart *parts; /* those of a cluster need not stand together */
  gsize n_parts;
} RuaDid;

void rua_put_did_2x2 (RuaRun *run, RuaDid *self);

/* Totals of @n units, in whatever order; labels are asked of @get_label. */
typedef char *(*RuaUnitLabel) (gconstpointer owner, guint32 unit);
gboolean rua_put_concentration (RuaRun *run,
                                const double *totals,
                                guint n,
                                RuaUnitLabel get_label,
                                gconstpointer owner,
                                GError **error);

/* Value, quantity and price of an item in a period, in order of first appearance. */
typedef struct {
  guint32 period;
  guint32 item;
  double value;
  double quantity;
  double price;
} RuaMarketCell;

/* From the sum of @n prices to the price. That of one record is known though nothing was sold; of
 * several, it is the unit value. */
static inline void
rua_market_cell_price (RuaMarketCell *self, gsize n)
{
  if (n > 1)
    self->price = self->quantity > 0 ? self->value / self->quantity : self->price / n;
}

/* @periods are the labels by number. */
gboolean rua_put_price_index (RuaRun *run,
                              const RuaMarketCell *cells,
                              gsize n_cells,
                              const char *const *periods,
                              guint n_periods,
                              guint n_items,
                              gsize n_again,
                              gboolean chained,
                              GError **error);

/* From a sample survey. */
typedef struct {
  gsize n_domain;
  double W;
  double estimate;
  const char *none;   /* why there is none */
  double se;
  const char *lonely; /* why the design tells none */
  double df;
  double spread; /* the error of a simple random sample of as many; only where the design effect is wanted */
  gboolean is_census;
} RuaSurveyEstimate;

void rua_put_survey_estimate (RuaRun *run, const RuaSurveyEstimate *self);
/* Why there is no estimate; NULL: there is. @X: what it is divided by. */
const char *rua_survey_find_reason (gboolean total, gsize n_domain, double W, double X);
RuaLonely rua_survey_lonely_rule (RuaRun *run);
gboolean rua_survey_wants_deff (RuaRun *run);

const RuaReduction *rua_reduce_count (RuaRun *run);
const RuaReduction *rua_reduce_total (RuaRun *run);
const RuaReduction *rua_reduce_mean (RuaRun *run);
const RuaReduction *rua_reduce_geometric_mean (RuaRun *run);
const RuaReduction *rua_reduce_weighted_mean (RuaRun *run);
const RuaReduction *rua_reduce_distinct_count (RuaRun *run);
const RuaReduction *rua_reduce_ratio_of_totals (RuaRun *run);
const RuaReduction *rua_reduce_proportion (RuaRun *run);
const RuaReduction *rua_reduce_two_proportions (RuaRun *run);
const RuaReduction *rua_reduce_participation_rate (RuaRun *run);
const RuaReduction *rua_reduce_paired_change (RuaRun *run);
const RuaReduction *rua_reduce_ratio_distribution (RuaRun *run);
const RuaReduction *rua_reduce_sign_test (RuaRun *run);
const RuaReduction *rua_reduce_mcnemar (RuaRun *run);
const RuaReduction *rua_reduce_mean_difference (RuaRun *run);
const RuaReduction *rua_reduce_poverty_fgt (RuaRun *run);
const RuaReduction *rua_reduce_concentration (RuaRun *run);
const RuaReduction *rua_reduce_price_index (RuaRun *run);
const RuaReduction *rua_reduce_price_index_chained (RuaRun *run);
const RuaReduction *rua_reduce_did_2x2 (RuaRun *run);
const RuaReduction *rua_reduce_survey_estimate (RuaRun *run);

G_END_DECLS
