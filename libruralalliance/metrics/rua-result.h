/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-explanation.h"
#include "rua-unit.h"

G_BEGIN_DECLS

/**
 * RuaResultBasis:
 * @RUA_RESULT_BASIS_RECORDS: computed from records of the alliance
 * @RUA_RESULT_BASIS_PUBLISHED: taken from figures that somebody published
 * @RUA_RESULT_BASIS_MIXED: a formula over both
 *
 * What a result rests on.
 *
 * Since: 1.0
 */
typedef enum {
  RUA_RESULT_BASIS_RECORDS,
  RUA_RESULT_BASIS_PUBLISHED,
  RUA_RESULT_BASIS_MIXED,
} RuaResultBasis;

#define RUA_TYPE_RESULT_BASIS (rua_result_basis_get_type ())
RUA_AVAILABLE_IN_1_0
GType rua_result_basis_get_type (void);

#define RUA_TYPE_RESULT (rua_result_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaResult, rua_result, RUA, RESULT, GObject)

RUA_AVAILABLE_IN_1_0
const char *rua_result_get_metric (RuaResult *self);
RUA_AVAILABLE_IN_1_0
const char *rua_result_get_estimator (RuaResult *self); /* "formula" for a formula */
RUA_AVAILABLE_IN_1_0
gboolean rua_result_get_estimate (RuaResult *self, double *value);
RUA_AVAILABLE_IN_1_0
gboolean rua_result_get_standard_error (RuaResult *self, double *value);
RUA_AVAILABLE_IN_1_0
gboolean rua_result_get_low (RuaResult *self, double *value);
RUA_AVAILABLE_IN_1_0
gboolean rua_result_get_high (RuaResult *self, double *value);
RUA_AVAILABLE_IN_1_0
double rua_result_get_confidence (RuaResult *self);
RUA_AVAILABLE_IN_1_0
const char *rua_result_get_reason (RuaResult *self); /* why undefined; NULL when defined */
RUA_AVAILABLE_IN_1_0
guint64 rua_result_get_n_eligible (RuaResult *self);
RUA_AVAILABLE_IN_1_0
guint64 rua_result_get_n_used (RuaResult *self);
RUA_AVAILABLE_IN_1_0
guint64 rua_result_get_n_missing (RuaResult *self);
RUA_AVAILABLE_IN_1_0
const char *const *rua_result_get_missing_reasons (RuaResult *self);
RUA_AVAILABLE_IN_1_0
guint64 rua_result_get_n_missing_for (RuaResult *self, const char *reason);
RUA_AVAILABLE_IN_1_0
RuaUnit *rua_result_get_unit (RuaResult *self);
RUA_AVAILABLE_IN_1_0
RuaResultBasis rua_result_get_basis (RuaResult *self);
RUA_AVAILABLE_IN_1_0
const char *const *rua_result_get_group_paths (RuaResult *self);
RUA_AVAILABLE_IN_1_0
const char *rua_result_get_group_label (RuaResult *self, const char *path);
RUA_AVAILABLE_IN_1_0
const char *const *rua_result_get_keys (RuaResult *self);
RUA_AVAILABLE_IN_1_0
gboolean rua_result_get_named (RuaResult *self, const char *key, double *value);
RUA_AVAILABLE_IN_1_0
const char *rua_result_get_named_reason (RuaResult *self, const char *key);
RUA_AVAILABLE_IN_1_0
gboolean rua_result_get_withheld (RuaResult *self);
RUA_AVAILABLE_IN_1_0
gboolean rua_result_get_public (RuaResult *self);
RUA_AVAILABLE_IN_1_0
gboolean rua_result_get_seed (RuaResult *self, guint64 *seed);
RUA_AVAILABLE_IN_1_0
gboolean
rua_result_get_attrition (RuaResult *self, guint64 *n_matched, guint64 *n_left, guint64 *n_joined);
RUA_AVAILABLE_IN_1_0
gboolean rua_result_get_worst_low (RuaResult *self, double *value);
RUA_AVAILABLE_IN_1_0
gboolean rua_result_get_worst_high (RuaResult *self, double *value);
RUA_AVAILABLE_IN_1_0
const char *const *rua_result_get_warnings (RuaResult *self);
RUA_AVAILABLE_IN_1_0
const char *rua_result_get_method (RuaResult *self);
RUA_AVAILABLE_IN_1_0
const char *rua_result_get_digest (RuaResult *self); /* 64 hex digits */
RUA_AVAILABLE_IN_1_0
const char *rua_result_get_period (RuaResult *self); /* of published figures; NULL */
RUA_AVAILABLE_IN_1_0
const char *const *rua_result_get_possible_periods (RuaResult *self);
RUA_AVAILABLE_IN_1_0
const char *rua_result_get_price_basis (RuaResult *self); /* nominal, real, unstated; NULL: no money */
RUA_AVAILABLE_IN_1_0
GListModel *rua_result_list_sources (RuaResult *self); /* of RuaSource */
RUA_AVAILABLE_IN_1_0
GListModel *rua_result_list_observations (RuaResult *self); /* of RuaObservation */
RUA_AVAILABLE_IN_1_0
GListModel *rua_result_list_inputs (RuaResult *self); /* of RuaResult: what a formula read */
RUA_AVAILABLE_IN_1_0
RuaExplanation *rua_result_explain (RuaResult *self);

G_END_DECLS
