/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-table-private.h"

G_BEGIN_DECLS

/* Seen by the whole room, so that a loop over cells calls no function to ask for a type. */
struct _RuaField {
  GObject parent_instance;

  char *name;
  char *unit;
  char *doc;
  char *target;
  char *since;
  char **tokens;
  RuaFieldType type;
  RuaPrivacy privacy;
  guint index;
  guint required : 1;
  guint own : 1;
  guint frozen : 1; /* some kind has it */
};

struct _RuaKind {
  GObject parent_instance;

  char *name;
  char *plural;
  char *doc;
  char *since;
  GType record_type;
  gboolean own;
  gboolean builtin; /* shared by all alliances: takes no fields of one's own */
  gboolean is_shared; /* @fields and @index are another kind's as well */
  GPtrArray *fields;
  GHashTable *index; /* name (owned by the field) → index + 1 */
};

static inline RuaField *
rua_kind_peek_field (RuaKind *self, guint index)
{
  return (RuaField *) self->fields->pdata[index];
}

/* The kind of a built-in class outside any alliance: what a record made with `new` stands on. */
RuaKind *rua_kind_get_builtin (const RuaKindInfo *info);
/* The same kinds and fields, which later additions to the original do not reach. */
RuaSchema *rua_schema_copy (RuaSchema *self);
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
/* Whether cells are codes of the column's dictionary. */
gboolean rua_field_type_has_codes (RuaFieldType type);
gboolean rua_schema_check_kind (RuaSchema *self, RuaKind *kind, GError **error);
gboolean rua_schema_check_target (RuaSchema *self, RuaKind *kind, RuaField *field, GError **error);

G_END_DECLS
