/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-program-private.h"

G_BEGIN_DECLS

/* @date is an expression over the rows of @table; NULL takes its field `year`, else its first
 * date. */
RuaDeflation *rua_deflation_new (RuaAlliance *alliance,
                                 RuaTable *table,
                                 const char *series,
                                 int to,
                                 const char *date,
                                 GError **error);

G_END_DECLS
