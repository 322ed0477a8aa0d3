/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include "rua-version.h"

G_BEGIN_DECLS

#define RUA_TYPE_FACT (rua_fact_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaFact, rua_fact, RUA, FACT, GObject)

RUA_AVAILABLE_IN_1_0
const char *rua_fact_get_station (RuaFact *self);
RUA_AVAILABLE_IN_1_0
gint64 rua_fact_get_sequence (RuaFact *self);
RUA_AVAILABLE_IN_1_0
gint64 rua_fact_get_clock (RuaFact *self);
RUA_AVAILABLE_IN_1_0
char *rua_fact_dup_time (RuaFact *self);
RUA_AVAILABLE_IN_1_0
const char *rua_fact_get_kind (RuaFact *self);
RUA_AVAILABLE_IN_1_0
const char *rua_fact_get_key (RuaFact *self);
RUA_AVAILABLE_IN_1_0
const char *rua_fact_get_field (RuaFact *self);
RUA_AVAILABLE_IN_1_0
const char *rua_fact_get_value (RuaFact *self);
RUA_AVAILABLE_IN_1_0
gboolean rua_fact_is_erased (RuaFact *self);
RUA_AVAILABLE_IN_1_0
const char *rua_fact_get_author (RuaFact *self);
RUA_AVAILABLE_IN_1_0
char **rua_fact_list_parents (RuaFact *self);
RUA_AVAILABLE_IN_1_0
char *rua_fact_to_string (RuaFact *self);

#define RUA_TYPE_CHANGE (rua_change_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaChange, rua_change, RUA, CHANGE, GObject)

RUA_AVAILABLE_IN_1_0
const char *rua_change_get_station (RuaChange *self);
RUA_AVAILABLE_IN_1_0
gint64 rua_change_get_first_sequence (RuaChange *self);
RUA_AVAILABLE_IN_1_0
gint64 rua_change_get_n_facts (RuaChange *self);
RUA_AVAILABLE_IN_1_0
const char *rua_change_get_title (RuaChange *self);
RUA_AVAILABLE_IN_1_0
const char *rua_change_get_author (RuaChange *self);
RUA_AVAILABLE_IN_1_0
const char *rua_change_get_origin (RuaChange *self);
RUA_AVAILABLE_IN_1_0
char *rua_change_dup_time (RuaChange *self);
RUA_AVAILABLE_IN_1_0
GListModel *rua_change_list_facts (RuaChange *self);
RUA_AVAILABLE_IN_1_0
char *rua_change_to_string (RuaChange *self);

G_END_DECLS
