/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"
#include "rua-explanation.h"

G_BEGIN_DECLS

/**
 * RuaVerdictType:
 * @RUA_VERDICT_SUPPORTED: the figures satisfy what the words assert, with the whole interval where
 *   there is one
 * @RUA_VERDICT_CONTRADICTED: the figures do not satisfy it
 * @RUA_VERDICT_INCONCLUSIVE: the interval holds values that satisfy it and values that do not, or
 *   a value is undefined
 * @RUA_VERDICT_NOT_ENTAILED: the figures given do not say that, whatever their values
 * @RUA_VERDICT_UNSUPPORTED: there is nothing from which it could be computed
 * @RUA_VERDICT_STALE: the document has changed since the claim was taken from it
 * @RUA_VERDICT_DISPUTED: it rests on records or figures about which there is an open conflict
 *
 * What becomes of a claim when it is computed again.
 *
 * Since: 1.0
 */
typedef enum {
  RUA_VERDICT_SUPPORTED,
  RUA_VERDICT_CONTRADICTED,
  RUA_VERDICT_INCONCLUSIVE,
  RUA_VERDICT_NOT_ENTAILED,
  RUA_VERDICT_UNSUPPORTED,
  RUA_VERDICT_STALE,
  RUA_VERDICT_DISPUTED,
} RuaVerdictType;

#define RUA_TYPE_VERDICT_TYPE (rua_verdict_type_get_type ())
RUA_AVAILABLE_IN_1_0
GType rua_verdict_type_get_type (void);
RUA_AVAILABLE_IN_1_0
const char *rua_verdict_type_to_string (RuaVerdictType type);

/**
 * RuaGrade:
 * @RUA_GRADE_NONE: nothing to compute from
 * @RUA_GRADE_OWN_FIGURE: a figure that only the project or its partners published
 * @RUA_GRADE_INDEPENDENT_FIGURE: a published figure for which an independent source is given
 * @RUA_GRADE_RECORDS: records of the alliance
 *
 * What a verdict rests on, the weakest first.
 *
 * Since: 1.0
 */
typedef enum {
  RUA_GRADE_NONE,
  RUA_GRADE_OWN_FIGURE,
  RUA_GRADE_INDEPENDENT_FIGURE,
  RUA_GRADE_RECORDS,
} RuaGrade;

#define RUA_TYPE_GRADE (rua_grade_get_type ())
RUA_AVAILABLE_IN_1_0
GType rua_grade_get_type (void);
RUA_AVAILABLE_IN_1_0
const char *rua_grade_to_string (RuaGrade grade);

#define RUA_TYPE_FLIP (rua_flip_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaFlip, rua_flip, RUA, FLIP, GObject)

RUA_AVAILABLE_IN_1_0
const char *rua_flip_get_name (RuaFlip *self);
RUA_AVAILABLE_IN_1_0
double rua_flip_get_value (RuaFlip *self);
RUA_AVAILABLE_IN_1_0
const char *rua_flip_get_unit (RuaFlip *self);
RUA_AVAILABLE_IN_1_0
const char *rua_flip_get_text (RuaFlip *self);

#define RUA_TYPE_VERDICT (rua_verdict_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaVerdict, rua_verdict, RUA, VERDICT, GObject)

RUA_AVAILABLE_IN_1_0
RuaClaim *rua_verdict_get_claim (RuaVerdict *self);
RUA_AVAILABLE_IN_1_0
const char *rua_verdict_get_name (RuaVerdict *self);
RUA_AVAILABLE_IN_1_0
RuaVerdictType rua_verdict_get_verdict_type (RuaVerdict *self);
RUA_AVAILABLE_IN_1_0
RuaGrade rua_verdict_get_grade (RuaVerdict *self);
RUA_AVAILABLE_IN_1_0
gboolean rua_verdict_get_value (RuaVerdict *self, double *value);
RUA_AVAILABLE_IN_1_0
gboolean rua_verdict_get_threshold (RuaVerdict *self, double *value);
RUA_AVAILABLE_IN_1_0
gboolean rua_verdict_get_margin (RuaVerdict *self, double *value);
RUA_AVAILABLE_IN_1_0
gboolean rua_verdict_get_low (RuaVerdict *self, double *value);
RUA_AVAILABLE_IN_1_0
gboolean rua_verdict_get_high (RuaVerdict *self, double *value);
RUA_AVAILABLE_IN_1_0
const char *rua_verdict_get_unit (RuaVerdict *self);
RUA_AVAILABLE_IN_1_0
const char *const *rua_verdict_get_reasons (RuaVerdict *self);
RUA_AVAILABLE_IN_1_0
const char *rua_verdict_get_withheld (RuaVerdict *self);
RUA_AVAILABLE_IN_1_0
gboolean rua_verdict_is_flipped (RuaVerdict *self);
RUA_AVAILABLE_IN_1_0
GListModel *rua_verdict_list_readings (RuaVerdict *self);
RUA_AVAILABLE_IN_1_0
GListModel *rua_verdict_list_flips (RuaVerdict *self);
RUA_AVAILABLE_IN_1_0
GListModel *rua_verdict_list_sources (RuaVerdict *self);
RUA_AVAILABLE_IN_1_0
RuaExplanation *rua_verdict_get_explanation (RuaVerdict *self);

G_END_DECLS
