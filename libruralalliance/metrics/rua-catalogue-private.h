/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-catalogue.h"

G_BEGIN_DECLS

/* The metric of an alliance with this id, else the ready-made one; NULL and an error that names
 * the nearest. */
RuaMetric *rua_catalogue_lookup (RuaAlliance *alliance, const char *id, GError **error);
/* All ready-made ones that the alliance does not define itself. */
GPtrArray *rua_catalogue_list_ready_made (RuaAlliance *alliance);

G_END_DECLS
