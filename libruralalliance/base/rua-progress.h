/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>
#include "rua-version.h"

G_BEGIN_DECLS

#define RUA_TYPE_PROGRESS (rua_progress_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaProgress, rua_progress, RUA, PROGRESS, GObject)

RUA_AVAILABLE_IN_1_0
RuaProgress *rua_progress_new (void);
RUA_AVAILABLE_IN_1_0
double rua_progress_get_fraction (RuaProgress *self);

G_END_DECLS
