/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-result.h"

G_BEGIN_DECLS

typedef struct {
  char *key;
  double value; /* NaN: undefined */
  char *reason;
} RuaNamedValue;

typedef struct {
  char *reason;
  guint64 n;
} RuaMissingCount;

/* Filled in by measuring; nobody changes a result that was handed out. */
struct _RuaResult {
  GObject parent_instance;

  char *metric;
  char *title;
  char *estimator;
  double estimate; /* NaN: undefined */
  double se;
  double low;
  double high;
  double confidence;
  char *reason;
  guint64 n_eligible;
  guint64 n_used;
  guint64 n_missing;
  GArray *missing; /* of RuaMissingCount */
  char **missing_reasons;
  RuaUnit *unit;
  RuaResultBasis basis;
  char **group_paths;
  char **group_labels;
  GArray *named; /* of RuaNamedValue */
  char **keys;
  GPtrArray *warnings; /* ends with NULL once handed out */
  char *method;
  char *digest;
  char *period;
  GPtrArray *possible_periods; /* ends with NULL once handed out */
  char *price_basis;
  gboolean suffers; /* its confidence interval is not known though a formula's inputs have one */
  GListStore *sources;
  GListStore *observations;
  GListStore *inputs;
  RuaExplanation *details; /* lines between the head and the digest; nullable */
};

RuaResult *rua_result_new (const char *metric, const char *title, const char *estimator);
void rua_result_take_unit (RuaResult *self, RuaUnit *unit);
void rua_result_put_named (RuaResult *self, const char *key, double value, const char *reason);
void rua_result_add_missing (RuaResult *self, const char *reason, guint64 n);
void rua_result_warn (RuaResult *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
void rua_result_take_warnings (RuaResult *self, GPtrArray *texts);
/* Estimate, error and interval times @factor; a negative one turns the interval. */
void rua_result_scale (RuaResult *self, double factor);
void rua_result_undefine (RuaResult *self, const char *reason);
RuaResult *rua_result_copy (RuaResult *self);
/* A line of the explanation. */
void rua_result_add_detail (RuaResult *self, const char *text);
/* Four significant digits, whole numbers whole, "undefined" for NaN. */
char *rua_result_format_number (double value);

G_END_DECLS
