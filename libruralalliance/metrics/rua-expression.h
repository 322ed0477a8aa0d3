/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-table.h"
#include "rua-unit.h"

G_BEGIN_DECLS

/**
 * RuaExpressionType:
 * @RUA_EXPRESSION_TYPE_NUMBER: a number with a unit
 * @RUA_EXPRESSION_TYPE_TRUTH: true, false or unknown
 * @RUA_EXPRESSION_TYPE_TEXT: a text
 * @RUA_EXPRESSION_TYPE_DATE: a date of any precision
 * @RUA_EXPRESSION_TYPE_REFERENCE: a record
 *
 * What an expression gives for a row.
 *
 * Since: 1.0
 */
typedef enum {
  RUA_EXPRESSION_TYPE_NUMBER,
  RUA_EXPRESSION_TYPE_TRUTH,
  RUA_EXPRESSION_TYPE_TEXT,
  RUA_EXPRESSION_TYPE_DATE,
  RUA_EXPRESSION_TYPE_REFERENCE,
} RuaExpressionType;

#define RUA_TYPE_EXPRESSION_TYPE (rua_expression_type_get_type ())
RUA_AVAILABLE_IN_1_0
GType rua_expression_type_get_type (void);

#define RUA_TYPE_EXPRESSION (rua_expression_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaExpression, rua_expression, RUA, EXPRESSION, GObject)

RUA_AVAILABLE_IN_1_0
RuaExpression *rua_expression_new (const char *text, RuaTable *table, GError **error);
RUA_AVAILABLE_IN_1_0
const char *rua_expression_get_text (RuaExpression *self);
RUA_AVAILABLE_IN_1_0
char *rua_expression_to_string (RuaExpression *self);
RUA_AVAILABLE_IN_1_0
RuaExpressionType rua_expression_get_expression_type (RuaExpression *self);
RUA_AVAILABLE_IN_1_0
RuaUnit *rua_expression_get_unit (RuaExpression *self);
RUA_AVAILABLE_IN_1_0
char **rua_expression_dup_warnings (RuaExpression *self);
RUA_AVAILABLE_IN_1_0
GBytes *rua_expression_dup_numbers (RuaExpression *self, GBytes **presence, GError **error);
RUA_AVAILABLE_IN_1_0
char **rua_expression_dup_texts (RuaExpression *self, GBytes **presence, GError **error);

G_END_DECLS
