/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"

G_BEGIN_DECLS

RUA_AVAILABLE_IN_1_0
gboolean rua_table_export_arrow_stream (RuaTable *self, gsize stream, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_column_export_arrow_stream (RuaColumn *self, gsize stream, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_column_export_arrow (RuaColumn *self, gsize schema, gsize array, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_table_import_arrow_stream (RuaTable *self, gsize stream, GCancellable *cancellable, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_table_import_arrow (RuaTable *self, gsize schema, gsize array, GCancellable *cancellable, GError **error);

G_END_DECLS
