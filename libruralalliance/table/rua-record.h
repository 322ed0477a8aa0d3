/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-schema.h"

G_BEGIN_DECLS

#define RUA_TYPE_RECORD (rua_record_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_DERIVABLE_TYPE (RuaRecord, rua_record, RUA, RECORD, GObject)

typedef struct _RuaTable RuaTable;

struct _RuaRecordClass {
  GObjectClass parent_class;

  /*< private >*/
  gpointer kind;       /* the built-in kind; NULL for RuaRecord itself */
  gpointer properties; /* GParamSpec by field + 1 */
  gsize n_properties;
  gpointer reserved[4];
};

RUA_AVAILABLE_IN_1_0
RuaRecord *rua_record_new (RuaKind *kind);
RUA_AVAILABLE_IN_1_0
RuaKind *rua_record_get_kind (RuaRecord *self);
RUA_AVAILABLE_IN_1_0
RuaTable *rua_record_get_table (RuaRecord *self); /* NULL while detached */
RUA_AVAILABLE_IN_1_0
guint rua_record_get_money_digits (RuaRecord *self);
RUA_AVAILABLE_IN_1_0
const char *rua_record_get_id (RuaRecord *self);
RUA_AVAILABLE_IN_1_0
gboolean rua_record_set_id (RuaRecord *self, const char *id, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_record_equal (RuaRecord *self, RuaRecord *other); /* same kind, same values */
RUA_AVAILABLE_IN_1_0
char *rua_record_to_string (RuaRecord *self); /* kind and id; nothing personal */
RUA_AVAILABLE_IN_1_0
const char *rua_record_get_extra (RuaRecord *self); /* unknown members, a JSON object, or NULL */

/* By name; every one of these works on built-in fields and on fields of one's own. */
RUA_AVAILABLE_IN_1_0
gboolean rua_record_has (RuaRecord *self, const char *field);
RUA_AVAILABLE_IN_1_0
gboolean rua_record_unset (RuaRecord *self, const char *field, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_record_get_value (RuaRecord *self, const char *field, GValue *value);
RUA_AVAILABLE_IN_1_0
gboolean rua_record_set_value (RuaRecord *self, const char *field, const GValue *value, GError **error);
RUA_AVAILABLE_IN_1_0
const char *rua_record_get_text (RuaRecord *self, const char *field);
RUA_AVAILABLE_IN_1_0
const char *rua_record_get_texts (RuaRecord *self, const char *field, const char *language);
RUA_AVAILABLE_IN_1_0
gboolean rua_record_get_boolean (RuaRecord *self, const char *field, gboolean *value);
RUA_AVAILABLE_IN_1_0
gboolean rua_record_get_integer (RuaRecord *self, const char *field, gint64 *value);
RUA_AVAILABLE_IN_1_0
gboolean rua_record_get_number (RuaRecord *self, const char *field, double *value);
RUA_AVAILABLE_IN_1_0
gboolean rua_record_get_money (RuaRecord *self, const char *field, gint64 *minor);
RUA_AVAILABLE_IN_1_0
char *rua_record_dup_date (RuaRecord *self, const char *field);
RUA_AVAILABLE_IN_1_0
RuaRecord *rua_record_dup_reference (RuaRecord *self, const char *field);
RUA_AVAILABLE_IN_1_0
char **rua_record_dup_text_list (RuaRecord *self, const char *field);
RUA_AVAILABLE_IN_1_0
GListModel *rua_record_list_references (RuaRecord *self, const char *field);
RUA_AVAILABLE_IN_1_0
gboolean rua_record_set_text (RuaRecord *self, const char *field, const char *text, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_record_set_texts (RuaRecord *self, const char *field, const char *language, const char *text, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_record_replace_texts (RuaRecord *self, const char *field, const char *const *languages, const char *const *texts, GError **error);
RUA_AVAILABLE_IN_1_0
char **rua_record_dup_languages (RuaRecord *self, const char *field);
RUA_AVAILABLE_IN_1_0
gboolean rua_record_set_boolean (RuaRecord *self, const char *field, gboolean value, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_record_set_integer (RuaRecord *self, const char *field, gint64 value, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_record_set_number (RuaRecord *self, const char *field, double value, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_record_set_money (RuaRecord *self, const char *field, gint64 minor, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_record_set_date (RuaRecord *self, const char *field, const char *iso, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_record_set_reference (RuaRecord *self, const char *field, RuaRecord *target, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_record_set_text_list (RuaRecord *self, const char *field, const char *const *texts, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_record_set_references (RuaRecord *self, const char *field, RuaRecord **targets, gsize n_targets, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_record_set_reference_ids (RuaRecord *self, const char *field, const char *const *ids, GError **error);

G_END_DECLS
