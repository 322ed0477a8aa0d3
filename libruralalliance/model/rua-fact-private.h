/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-fact.h"
#include "rua-log-private.h"

G_BEGIN_DECLS

RuaFact *rua_fact_new (RuaLog *log, guint fact);
/* With those of its facts that the log has. */
RuaChange *rua_change_new (RuaLog *log, guint change);

G_END_DECLS
