/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-fact.h"
#include "rua-log-private.h"

G_BEGIN_DECLS

RuaFact *rua_fact_new (RuaLog *log, guint fact);
/* That a record was erased, first: when, where and by whom, and nothing else of it. NULL: no fact that is here says so. */
RuaFact *rua_fact_new_erasure (RuaLog *log, const char *kind, const char *key);
/* With those of its facts that the log has. */
RuaChange *rua_change_new (RuaLog *log, guint change);

G_END_DECLS
