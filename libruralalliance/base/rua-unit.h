/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-error.h"

G_BEGIN_DECLS

#define RUA_TYPE_UNIT (rua_unit_get_type ())

typedef struct _RuaUnit RuaUnit;

RUA_AVAILABLE_IN_1_0
GType rua_unit_get_type (void);
RUA_AVAILABLE_IN_1_0
RuaUnit *rua_unit_new (const char *text, GError **error);
RUA_AVAILABLE_IN_1_0
RuaUnit *rua_unit_ref (RuaUnit *self);
RUA_AVAILABLE_IN_1_0
void rua_unit_unref (RuaUnit *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaUnit, rua_unit_unref)

RUA_AVAILABLE_IN_1_0
char *rua_unit_to_string (RuaUnit *self);
RUA_AVAILABLE_IN_1_0
gboolean rua_unit_equal (RuaUnit *self, RuaUnit *other);
RUA_AVAILABLE_IN_1_0
gboolean rua_unit_is_dimensionless (RuaUnit *self);
RUA_AVAILABLE_IN_1_0
gboolean rua_unit_is_compatible (RuaUnit *self, RuaUnit *other);
RUA_AVAILABLE_IN_1_0
gboolean rua_unit_check_add (RuaUnit *self, RuaUnit *other, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_unit_get_factor (RuaUnit *self, RuaUnit *other, double *factor, GError **error);
RUA_AVAILABLE_IN_1_0
RuaUnit *rua_unit_multiply (RuaUnit *self, RuaUnit *other);
RUA_AVAILABLE_IN_1_0
RuaUnit *rua_unit_divide (RuaUnit *self, RuaUnit *other);
RUA_AVAILABLE_IN_1_0
RuaUnit *rua_unit_power (RuaUnit *self, int exponent);
RUA_AVAILABLE_IN_1_0
gboolean rua_unit_has_money (RuaUnit *self);
RUA_AVAILABLE_IN_1_0
int rua_unit_get_price_year (RuaUnit *self); /* 0: nominal, or no money */
RUA_AVAILABLE_IN_1_0
RuaUnit *rua_unit_with_price_year (RuaUnit *self, int year);
RUA_AVAILABLE_IN_1_0
RuaUnit *rua_unit_with_currency (RuaUnit *self, const char *currency);

G_END_DECLS
