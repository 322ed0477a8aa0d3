/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Least squares of an outcome on one column of interest and the effects of units and periods, of any panel: with gaps,
 * with several records of a unit in a period, in parts that nothing links. */
typedef struct {
  gsize n;
  const double *outcome;
  const double *interest;
  const guint32 *unit; /* numbered 0, 1, ... in order of first appearance, as all numberings here */
  guint n_units;
  const guint32 *period;
  guint n_periods;
  const guint32 *cluster; /* NULL: none */
  guint n_clusters;
} RuaPanel;

typedef struct {
  gboolean is_estimable; /* FALSE: the effects explain the column of interest; then only the rank is told */
  gsize rank;            /* of all effects, and of the column of interest where it adds to them */
  double estimate;       /* times two to the power of @up, and so is its error */
  int up;
  double norm2; /* of what the effects leave of the column of interest, squared */
  double rss;
  double cr0; /* cluster-robust variance, without a factor for few clusters; NaN without clusters */
  /* What the effects leave of the column of interest, and of the outcome with it, scaled; NULL unless asked for. */
  double *tested;
  double *residuals;
} RuaTwoWay;

/* FALSE only when cancelled. @by_row: tested and residuals are wanted. The bits do not depend on the number of threads. */
gboolean rua_two_way_fit (
  RuaTwoWay *self, const RuaPanel *panel, gboolean by_row, GCancellable *cancellable, GError **error);
void rua_two_way_clear (RuaTwoWay *self);

G_END_DECLS
