/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include "rua-error.h"

G_BEGIN_DECLS

/**
 * RuaFieldType:
 * @RUA_FIELD_TYPE_TEXT: a text without a language: names of files, codes, notes
 * @RUA_FIELD_TYPE_TEXTS: the same text in several languages
 * @RUA_FIELD_TYPE_TOKEN: one word of a closed list
 * @RUA_FIELD_TYPE_BOOLEAN: yes or no
 * @RUA_FIELD_TYPE_INTEGER: a 64-bit whole number
 * @RUA_FIELD_TYPE_NUMBER: a finite double
 * @RUA_FIELD_TYPE_MONEY: 64-bit minor units of the alliance's currency
 * @RUA_FIELD_TYPE_DATE: an ISO 8601 date: year, year and month, or day
 * @RUA_FIELD_TYPE_REFERENCE: another record
 * @RUA_FIELD_TYPE_TEXT_LIST: a list of texts
 * @RUA_FIELD_TYPE_REFERENCE_LIST: a list of other records
 * @RUA_FIELD_TYPE_JSON: nested data that only its own reader understands
 *
 * What a field holds.
 *
 * Since: 1.0
 */
typedef enum {
  RUA_FIELD_TYPE_TEXT,
  RUA_FIELD_TYPE_TEXTS,
  RUA_FIELD_TYPE_TOKEN,
  RUA_FIELD_TYPE_BOOLEAN,
  RUA_FIELD_TYPE_INTEGER,
  RUA_FIELD_TYPE_NUMBER,
  RUA_FIELD_TYPE_MONEY,
  RUA_FIELD_TYPE_DATE,
  RUA_FIELD_TYPE_REFERENCE,
  RUA_FIELD_TYPE_TEXT_LIST,
  RUA_FIELD_TYPE_REFERENCE_LIST,
  RUA_FIELD_TYPE_JSON,
} RuaFieldType;

/**
 * RuaPrivacy:
 * @RUA_PRIVACY_PUBLIC: may be shown to anybody
 * @RUA_PRIVACY_PERSONAL: tells who somebody is: names, contacts, dates of birth
 * @RUA_PRIVACY_SENSITIVE: tells how somebody is: income, health, ethnicity
 *
 * Who may see a field's values.
 *
 * Since: 1.0
 */
typedef enum {
  RUA_PRIVACY_PUBLIC,
  RUA_PRIVACY_PERSONAL,
  RUA_PRIVACY_SENSITIVE,
} RuaPrivacy;

/**
 * RuaAnswer:
 * @RUA_ANSWER_UNKNOWN: nobody told
 * @RUA_ANSWER_NO: no
 * @RUA_ANSWER_YES: yes
 *
 * The value of a boolean field as a property, which has to have a value even when it is unknown.
 *
 * Since: 1.0
 */
typedef enum {
  RUA_ANSWER_UNKNOWN,
  RUA_ANSWER_NO,
  RUA_ANSWER_YES,
} RuaAnswer;

#define RUA_TYPE_ANSWER (rua_answer_get_type ())
RUA_AVAILABLE_IN_1_0
GType rua_answer_get_type (void);

#define RUA_TYPE_FIELD_TYPE (rua_field_type_get_type ())
RUA_AVAILABLE_IN_1_0
GType rua_field_type_get_type (void);

#define RUA_TYPE_PRIVACY (rua_privacy_get_type ())
RUA_AVAILABLE_IN_1_0
GType rua_privacy_get_type (void);

#define RUA_TYPE_FIELD (rua_field_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaField, rua_field, RUA, FIELD, GObject)

#define RUA_TYPE_KIND (rua_kind_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaKind, rua_kind, RUA, KIND, GObject)

#define RUA_TYPE_SCHEMA (rua_schema_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaSchema, rua_schema, RUA, SCHEMA, GObject)

RUA_AVAILABLE_IN_1_0
RuaField *rua_field_new (const char *name, RuaFieldType type);
RUA_AVAILABLE_IN_1_0
const char *rua_field_get_name (RuaField *self);
RUA_AVAILABLE_IN_1_0
RuaFieldType rua_field_get_field_type (RuaField *self);
RUA_AVAILABLE_IN_1_0
const char *rua_field_get_unit (RuaField *self);
RUA_AVAILABLE_IN_1_0
const char *rua_field_get_doc (RuaField *self);
RUA_AVAILABLE_IN_1_0
const char *rua_field_get_target (RuaField *self); /* kind name; "*" for any kind; NULL */
RUA_AVAILABLE_IN_1_0
const char *rua_field_get_since (RuaField *self);
RUA_AVAILABLE_IN_1_0
const char *const *rua_field_get_tokens (RuaField *self);
RUA_AVAILABLE_IN_1_0
gboolean rua_field_get_required (RuaField *self);
RUA_AVAILABLE_IN_1_0
RuaPrivacy rua_field_get_privacy (RuaField *self);
RUA_AVAILABLE_IN_1_0
gboolean rua_field_is_own (RuaField *self); /* added at run time, not of alliance.toml */
RUA_AVAILABLE_IN_1_0
guint rua_field_get_index (RuaField *self);
RUA_AVAILABLE_IN_1_0
void rua_field_set_unit (RuaField *self, const char *unit);
RUA_AVAILABLE_IN_1_0
void rua_field_set_doc (RuaField *self, const char *doc);
RUA_AVAILABLE_IN_1_0
void rua_field_set_target (RuaField *self, const char *kind);
RUA_AVAILABLE_IN_1_0
void rua_field_set_tokens (RuaField *self, const char *const *tokens);
RUA_AVAILABLE_IN_1_0
void rua_field_set_required (RuaField *self, gboolean required);
RUA_AVAILABLE_IN_1_0
void rua_field_set_privacy (RuaField *self, RuaPrivacy privacy);

RUA_AVAILABLE_IN_1_0
RuaKind *rua_kind_new (const char *name, const char *plural);
RUA_AVAILABLE_IN_1_0
const char *rua_kind_get_name (RuaKind *self);
RUA_AVAILABLE_IN_1_0
const char *rua_kind_get_plural (RuaKind *self);
RUA_AVAILABLE_IN_1_0
const char *rua_kind_get_doc (RuaKind *self);
RUA_AVAILABLE_IN_1_0
void rua_kind_set_doc (RuaKind *self, const char *doc);
RUA_AVAILABLE_IN_1_0
RuaPrivacy rua_kind_get_privacy (RuaKind *self);
RUA_AVAILABLE_IN_1_0
void rua_kind_set_privacy (RuaKind *self, RuaPrivacy privacy);
RUA_AVAILABLE_IN_1_0
const char *rua_kind_get_since (RuaKind *self);
RUA_AVAILABLE_IN_1_0
gboolean rua_kind_is_own (RuaKind *self);
RUA_AVAILABLE_IN_1_0
GType rua_kind_get_record_type (RuaKind *self);
RUA_AVAILABLE_IN_1_0
guint rua_kind_get_n_fields (RuaKind *self);
RUA_AVAILABLE_IN_1_0
RuaField *rua_kind_get_field (RuaKind *self, guint index);
RUA_AVAILABLE_IN_1_0
RuaField *rua_kind_find_field (RuaKind *self, const char *name);
RUA_AVAILABLE_IN_1_0
GListModel *rua_kind_list_fields (RuaKind *self);
RUA_AVAILABLE_IN_1_0
gboolean rua_kind_add_field (RuaKind *self, RuaField *field, GError **error);

RUA_AVAILABLE_IN_1_0
RuaKind *rua_schema_find_kind (RuaSchema *self, const char *name); /* singular or plural */
RUA_AVAILABLE_IN_1_0
GListModel *rua_schema_list_kinds (RuaSchema *self);
RUA_AVAILABLE_IN_1_0
gboolean rua_schema_add_kind (RuaSchema *self, RuaKind *kind, GError **error);

G_END_DECLS
