/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How long things last of which some are still there. */
#include "rua-estimators-private.h"

#include <math.h>

#include "rua-double2-private.h"
#include "rua-moments-private.h"
#include "rua-scratch-private.h"
#include "rua-special-private.h"

/* As near to a half as a product of shares comes that is one. */
#define HALF_TOLERANCE 1e-12

/* Durations in order, and whether each ended. */
typedef struct {
  gsize n;
  double *durations;
  guint8 *ended;
} Watched;

/* What has come about up to some time. */
typedef struct {
  gsize at;          /* the first duration beyond it */
  RuaDouble2 share;  /* product of the shares that survived, up to the last time at which some were lost to view */
  gsize n_begin;     /* at risk then: since, what survived is a share of these */
  gsize n_survived;  /* of them */
  RuaSum greenwood;
  double median;     /* NaN: it was not reached */
  double half;       /* since when the share is a half; NaN: it is not */
} Curve;

static void
curve_begin (Curve *self, const Watched *watched)
{
  *self = (Curve){ .share = { 1, 0 }, .n_begin = watched->n, .n_survived = watched->n, .median = NAN, .half = NAN };
}

static double
curve_get_share (const Curve *self)
{
  RuaDouble2 share = { (double) self->n_survived, 0 };

  if (self->n_survived == 0)
    return 0;
  share = rua_double2_multiply (self->share, rua_double2_divide (share, (RuaDouble2){ (double) self->n_begin, 0 }));
  return share.high;
}

static void
find_median (Curve *self, double time)
{
  double share = curve_get_share (self);

  if (!isnan (self->median))
    return;
  if (!isnan (self->half))
    self->median = (self->half + time) / 2;
  else if (fabs (share - 0.5) <= HALF_TOLERANCE)
    self->half = time;
  else if (share < 0.5)
    self->median = time;
}

/* One time at which something ended, or was lost to view. Those that ended are counted before those that were lost. */
static void
curve_step (Curve *self, const Watched *watched)
{
  double time = watched->durations[self->at];
  gsize n_at_risk = watched->n - self->at, n_events = 0, n_here = 0;

  for (; self->at < watched->n && watched->durations[self->at] == time; self->at++, n_here++)
    n_events += watched->ended[self->at];
  if (n_events > 0) {
    self->n_survived -= n_events;
    if (self->n_survived > 0)
      rua_sum_add (&self->greenwood, n_events / ((double) n_at_risk * (double) (n_at_risk - n_events)));
    find_median (self, time);
  }
  if (n_here > n_events && self->at < watched->n) {
    RuaDouble2 survived = { (double) self->n_survived, 0 }, begun = { (double) self->n_begin, 0 };

    self->share = rua_double2_multiply (self->share, rua_double2_divide (survived, begun));
    self->n_begin = self->n_survived = watched->n - self->at;
  }
}

/* Up to @time, and what ended then as well. */
static void
curve_go (Curve *self, const Watched *watched, double time)
{
  while (self->at < watched->n && watched->durations[self->at] <= time)
    curve_step (self, watched);
}

/* Nobody knows of a time that nobody was watched for, unless none was left before it. */
static const char *
get_reason (const Watched *watched, const Curve *curve, double time)
{
  if (watched->n == 0)
    return RUA_REASON_NONE;
  return time > watched->durations[watched->n - 1] && curve_get_share (curve) > 0
           ? N_ ("nobody was watched for so long")
           : NULL;
}

typedef struct {
  double low, high;
} Interval;

static Interval
find_interval (RuaRun *run, double share, double greenwood)
{
  double z = rua_normal_critical (rua_run_number (run, "ci_level")), spread = z * sqrt (greenwood);

  if (rua_run_token_is (run, "interval", "plain"))
    return (Interval){ MAX (share - spread * share, 0), MIN (share + spread * share, 1) };
  if (rua_run_token_is (run, "interval", "log"))
    return (Interval){ share * exp (-spread), MIN (share * exp (spread), 1) };
  spread = exp (spread / -log (share));
  return (Interval){ pow (share, spread), pow (share, 1 / spread) };
}

static void
put_at (RuaRun *run, const Watched *watched, double at)
{
  RuaFigures *figures = run->figures;
  Curve curve;
  Interval interval = { NAN, NAN };
  double share, greenwood;
  const char *reason, *none;
  gsize n_before = 0;

  curve_begin (&curve, watched);
  curve_go (&curve, watched, at);
  share = curve_get_share (&curve);
  greenwood = rua_sum_get (&curve.greenwood);
  reason = get_reason (watched, &curve, at);
  while (n_before < watched->n && watched->durations[n_before] < at)
    n_before++;
  none = reason       ? reason
         : share == 0 ? N_ ("none survived")
         : share == 1 ? N_ ("all survived")
                      : NULL;
  if (none == NULL)
    interval = find_interval (run, share, greenwood);
  rua_figures_put (figures, "n_at_risk", watched->n - n_before);
  rua_figures_put_or (figures, "survival", share, reason);
  rua_figures_put_or (figures, "se", share * sqrt (greenwood), none);
  rua_figures_put_or (figures, "ci_low", interval.low, none);
  rua_figures_put_or (figures, "ci_high", interval.high, none);
}

static gboolean
watched_init (Watched *self, RuaRun *run, GError **error)
{
  const double *durations = rua_run_values (run, "duration"), *events = rua_run_values (run, "event");
  gsize n = run->data.n;
  guint32 *rows;

  *self = (Watched){ .n = n };
  for (gsize i = 0; i < n; i++)
    if (durations[i] < 0)
      return rua_run_refuse_row (run, error, rua_run_column (run, "duration", 0), i, "is below 0; nothing ends before it began");
  self->durations = rua_scratch_take (MAX (n, 1) * sizeof (double));
  self->ended = rua_scratch_take (MAX (n, 1));
  rows = rua_scratch_take (MAX (n, 1) * sizeof (guint32));
  rua_sort_rows (durations, NULL, n, self->durations, rows);
  for (gsize i = 0; i < n; i++)
    self->ended[i] = events[rows[i]] != 0;
  rua_scratch_give (rows);
  return TRUE;
}

static void
watched_clear (Watched *self)
{
  rua_scratch_give (self->durations);
  rua_scratch_give (self->ended);
}

static gboolean
run_kaplan_meier (RuaRun *run, GError **error)
{
  guint n_points;
  gsize n_events = 0;
  Watched watched;
  Curve curve;
  double *points, median;

  if (!watched_init (&watched, run, error))
    return FALSE;
  for (gsize i = 0; i < watched.n; i++)
    n_events += watched.ended[i];
  rua_figures_put (run->figures, "n", watched.n);
  rua_figures_put (run->figures, "n_events", n_events);
  put_at (run, &watched, rua_run_number (run, "at"));
  points = rua_run_numbers (run, "points", &n_points);
  for (guint k = 0; k < n_points; k++) {
    curve_begin (&curve, &watched);
    curve_go (&curve, &watched, points[k]);
    rua_figures_put_nth (run->figures, "survival", points[k], curve_get_share (&curve),
                         get_reason (&watched, &curve, points[k]));
  }
  curve_begin (&curve, &watched);
  curve_go (&curve, &watched, INFINITY);
  /* A half that lasts to the end is reached where it begins. */
  median = isnan (curve.median) ? curve.half : curve.median;
  rua_figures_put_or (run->figures, "median", median,
                      watched.n == 0   ? RUA_REASON_NONE
                      : isnan (median) ? N_ ("more than half survived for as long as they were watched")
                                       : NULL);
  g_free (points);
  watched_clear (&watched);
  return TRUE;
}

static const RuaRoleSpec survival_roles[] = {
  { "duration", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED, "How long each was watched" },
  { "event", RUA_ROLE_FLAG, RUA_ROLE_REQUIRED, "1 where it ended then, 0 where it was still there" },
  { NULL },
};

static const RuaOptionSpec survival_options[] = {
  { "at", RUA_OPTION_NUMBER, NULL, 0, INFINITY, RUA_OPTION_REQUIRED, NULL,
    "The time that the survival is of, in the unit of the durations" },
  { "points", RUA_OPTION_NUMBERS, "[]", 0, INFINITY, 0, NULL, "More such times" },
  { "interval", RUA_OPTION_TOKEN, "log-log", 0, 0, 0, "log-log|log|plain",
    "On which scale the interval is symmetric" },
  RUA_OPTION_LEVEL,
  { NULL },
};

const RuaEstimator rua_estimator_kaplan_meier = {
  "kaplan_meier",
  N_ ("Survival, some being still there"),
  "S(t) = prod over t_j <= t of (1 - d_j/n_j); se = S sqrt(sum d_j/(n_j (n_j - d_j))); log-log: S^exp(+- z "
  "se/(S ln S)); median: where S falls below 1/2, or the middle of where it is 1/2",
  "Kaplan and Meier, Journal of the American Statistical Association 53 (1958); Greenwood (1926); Kalbfleisch and "
  "Prentice, The Statistical Analysis of Failure Time Data (2002)",
  survival_roles,
  survival_options,
  "survival",
  "se",
  "ci_low",
  "ci_high",
  "n",
  run_kaplan_meier,
};
