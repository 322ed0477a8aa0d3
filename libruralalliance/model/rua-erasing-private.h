/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-table-core-private.h"

G_BEGIN_DECLS

/* Who goes when somebody is erased: rows of tables that belong together. */
typedef struct {
  RuaTables *tables;
  guint n_tables;
  guint64 **gone; /* by the ordinal of the table, bits by row */
} RuaErasing;

void rua_erasing_init (RuaErasing *self, RuaTables *tables);
void rua_erasing_clear (RuaErasing *self);
/* TRUE when it was not marked. */
gboolean rua_erasing_mark (RuaErasing *self, RuaTable *table, guint32 row);
gboolean rua_erasing_is_gone (const RuaErasing *self, RuaTable *table, guint32 row);
gboolean rua_erasing_refers (const RuaErasing *self, RuaColumn *column, guint32 row);
/* Marks whoever goes with those who are marked, in the end. */
gboolean rua_erasing_close (RuaErasing *self, GCancellable *cancellable, GError **error);
/* Lines of how many go of each kind, and of how many of others lose a reference. */
void rua_erasing_tell (const RuaErasing *self, GPtrArray *lines);

/* What of a record decides whether it goes, by which the tables and the log come to the same: its fields are asked in
 * their order. */
typedef enum {
  RUA_ERASING_NOTHING, /* the field is unknown, or refers to nobody */
  RUA_ERASING_OTHER,   /* it refers to somebody who stays */
  RUA_ERASING_GONE,
} RuaErasingReference;
typedef RuaErasingReference (*RuaErasingAsk) (gpointer data, guint field);
gboolean rua_erasing_goes (RuaKind *kind, RuaErasingAsk ask, gpointer data);

/* Whether this is a record of people, which can be erased. */
static inline gboolean
rua_erasing_can_be (RuaKind *kind)
{
  return rua_kind_get_privacy (kind) != RUA_PRIVACY_PUBLIC;
}

G_END_DECLS
