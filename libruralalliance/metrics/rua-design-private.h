/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-reduction-private.h"

G_BEGIN_DECLS

typedef enum {
  RUA_LONELY_FAIL,    /* the variance is undefined */
  RUA_LONELY_REMOVE,  /* the stratum adds nothing */
  RUA_LONELY_ADJUST,  /* the score itself squared */
  RUA_LONELY_AVERAGE, /* the others' variance scaled up */
} RuaLonely;

/* One stage of sampling: records fall into units, units into strata. */
typedef struct {
  guint n_units;
  guint n_strata;
  guint32 *unit;      /* of a record; not needed for what is told by units */
  guint32 *stratum;   /* of a unit */
  guint32 *size;      /* units sampled in a stratum */
  double *population; /* units of a stratum there are; NULL: drawn with replacement */
} RuaStage;

/* A design with one or two stages, read from the roles stratum, psu and fpc. */
typedef struct {
  gsize n;
  guint n_stages;
  RuaStage stages[2];
} RuaDesign;

gboolean rua_design_init (RuaDesign *self, RuaRun *run, GError **error);
void rua_design_clear (RuaDesign *self);
/* Units less strata of the first stage. */
double rua_design_get_df (const RuaDesign *self);
/* Product of population and sampled sizes; NULL without population sizes (transfer full). */
double *rua_design_weights (const RuaDesign *self);
/* Whether all units there are were sampled, at each stage. */
gboolean rua_design_is_census (const RuaDesign *self);
/* Standard error of the sum of scores (weights included); NaN and a reason where it is undefined. @rests (nullable) is what
 * rounding took from them, which counts where those of a stratum are nearly equal. */
double rua_design_error (const RuaDesign *self,
                         const double *scores,
                         const double *rests,
                         RuaLonely lonely,
                         const char **reason);
/* The same of what the scores of each unit add up to, drawn in one stage. */
double rua_design_error_of_totals (const RuaDesign *self, const RuaDouble2 *totals, RuaLonely lonely, const char **reason);

G_END_DECLS
