/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-table-private.h"

G_BEGIN_DECLS

/* The kind of a built-in class outside any alliance: what a record made with `new` stands on. */
RuaKind *rua_kind_get_builtin (const RuaKindInfo *info);
gint rua_kind_find_index (RuaKind *self, const char *field); /* -1 when there is none */
gboolean rua_field_has_token (RuaField *self, const char *text, gsize length);
/* An error that names kind, key, field and, when the field is public, the value. */
void rua_field_set_error (RuaField *self,
                          GError **error,
                          RuaError code,
                          const char *kind,
                          const char *key,
                          const char *value,
                          const char *message,
                          const char *mend);
const char *rua_field_type_name (RuaFieldType type);
gboolean rua_schema_check_kind (RuaSchema *self, RuaKind *kind, GError **error);
gboolean rua_schema_check_target (RuaSchema *self, RuaKind *kind, RuaField *field, GError **error);

G_END_DECLS
