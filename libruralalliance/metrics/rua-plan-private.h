/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-measure-rows-private.h"
#include "rua-pairs-private.h"
#include "rua-scan-private.h"

G_BEGIN_DECLS

/* Many metrics over rows, measured in few passes: those over one table share its passes, those
 * that pair its rows alike share the pairs. */
typedef struct _RuaPlan RuaPlan;

/* One metric in the plan. */
typedef struct {
  RuaDefinition definition; /* shallow: with other prices where a context assumes so */
  RuaAssumption assumption;
  const RuaEstimator *estimator;
  RuaEstimation *estimation;
  RuaRows *rows;
  RuaInputColumn *columns; /* as rows->columns, without values */
  RuaScan *scan;
  RuaScanPart *part;
  RuaPairs *pairs; /* NULL: rows stand for themselves */
  GArray *used;    /* of guint: the pairs' sources */
  const RuaInput *nodes; /* borrowed; NULL: none */
  GError *error;   /* why this one cannot be measured */
  gpointer data;   /* the caller's */
} RuaPlanned;

/* What becomes of a group; in any thread, groups in any order. Takes @figures. */
typedef gboolean (*RuaPlanTake) (RuaPlanned *reading, guint group, RuaFigures *figures, GError **error);
/* The groups of a reading are known. */
typedef void (*RuaPlanBegin) (RuaPlanned *reading);

RuaPlan *rua_plan_new (void);
void rua_plan_free (RuaPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaPlan, rua_plan_free)

/* @definition and what it holds, @rows and @estimation: the latter two are taken over. */
RuaPlanned *rua_plan_add (RuaPlan *self,
                          const RuaDefinition *definition,
                          const RuaAssumption *assumption,
                          RuaEstimation *estimation,
                          RuaRows *rows);
/* FALSE when cancelled; what is wrong with one metric is its reading's error. */
gboolean rua_plan_run (RuaPlan *self,
                       RuaPlanBegin begin,
                       RuaPlanTake take,
                       RuaProgress *progress,
                       GCancellable *cancellable,
                       GError **error);

G_END_DECLS
