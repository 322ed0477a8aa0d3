/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-table-core-private.h"

G_BEGIN_DECLS

gboolean rua_record_read_word (RuaRecord *self, guint field, guint64 *word);
gboolean rua_record_knows (RuaRecord *self, guint field);
const char *rua_record_read_packed (RuaRecord *self, guint field, gsize *length);
gboolean rua_record_write_unknown (RuaRecord *self, guint field, GError **error);
gboolean rua_record_write_packed (RuaRecord *self, guint field, const char *packed, gsize length, GError **error);
gboolean rua_record_write_reference_id (RuaRecord *self, guint field, const char *id, GError **error);
gboolean rua_record_write_reference_ids (RuaRecord *self, guint field, const char *const *ids, GError **error);
gboolean rua_record_refuse (RuaRecord *self,
                            guint field,
                            RuaError code,
                            const char *value,
                            const char *message,
                            const char *mend,
                            GError **error);

/* Values as GValue, for properties and for languages without C's types. */
void rua_record_get_field_property (RuaRecord *self, guint field, GValue *value);
gboolean rua_record_get_field_value (RuaRecord *self, guint field, GValue *value);
gboolean rua_record_set_field_value (RuaRecord *self, guint field, const GValue *value, GError **error);

G_END_DECLS
