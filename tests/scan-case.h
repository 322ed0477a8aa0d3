/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"
#include "rua-plan-private.h"

G_BEGIN_DECLS

/* Random incomes of a few hundred households, metrics of them, and what these tell, for tests of how a scan reads rows. */

typedef struct {
  const char *id;
  const char *estimator;
  const char *columns;
  const char *where; /* "-": none */
  const char *by;
  const char *options;
  char joint; /* those of one letter are added up together; 0: it is by itself */
} ScanMetric;

/* @lacking: one cell of so many is unknown; 0: none is. @removes: some incomes are taken away again. */
RuaAlliance *scan_case_incomes (guint32 seed, guint n, guint lacking, gboolean removes);
void scan_case_add (RuaAlliance *alliance, const ScanMetric *list, guint n);
/* Money below 0 is no price. */
void scan_case_raise_amounts (RuaAlliance *alliance);
/* What all metrics tell, or why one has nothing to tell. */
char *scan_case_measure (RuaAlliance *alliance);
RuaPlanned *scan_case_plan (RuaPlan *self, RuaAlliance *alliance, const char *id);

G_END_DECLS
