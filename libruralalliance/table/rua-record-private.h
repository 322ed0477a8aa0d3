/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-table-core-private.h"

G_BEGIN_DECLS

typedef struct {
  RuaTable *table; /* NULL while detached; its owner is kept alive */
  RuaKind *kind;   /* of a detached record; owned unless it is the class's */
  RuaCells *cells; /* of a detached record, made with the first value */
  char *extra;
  guint32 row;
  guint8 money_digits; /* of a detached record */
} RuaRecordPrivate;

extern gint rua_record_private_offset;

static inline RuaRecordPrivate *
priv (RuaRecord *self)
{
  return (RuaRecordPrivate *) G_STRUCT_MEMBER_P (self, rua_record_private_offset);
}

static inline RuaKind *
kind_of (RuaRecord *self)
{
  RuaRecordPrivate *p = priv (self);

  return p->table ? p->table->kind : p->kind;
}

static inline RuaField *
field_of (RuaRecord *self, guint field)
{
  return rua_kind_peek_field (kind_of (self), field);
}


gboolean rua_record_read_word (RuaRecord *self, guint field, guint64 *word);
gboolean rua_record_knows (RuaRecord *self, guint field);
const char *rua_record_read_packed (RuaRecord *self, guint field, gsize *length);
gboolean rua_record_write_unknown (RuaRecord *self, guint field, GError **error);
gboolean rua_record_write_packed (RuaRecord *self, guint field, const char *packed, gsize length, GError **error);
gboolean rua_record_write_reference_id (RuaRecord *self, guint field, const char *id, GError **error);
gboolean rua_record_write_reference_ids (RuaRecord *self, guint field, const char *const *ids, GError **error);
/* What a message may call it: its id, or, where records of its kind are of people, its place as "#12";
 * NULL when there is neither. */
char *rua_record_dup_key (RuaRecord *self);
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
