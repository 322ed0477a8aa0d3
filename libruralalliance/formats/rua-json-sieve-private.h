/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance-private.h"

G_BEGIN_DECLS

/* What of an alliance comes into a copy, and how. References to a record that is not kept are left
 * out; a record that needs one has to be left out by keeps_record(). All may be NULL: everything. */
typedef struct {
  gpointer data;
  gboolean (*keeps_record) (gpointer data, RuaTable *table, guint32 row);
  gboolean (*keeps_field) (gpointer data, RuaTable *table, guint field);
  gboolean (*keeps_extra) (gpointer data, RuaTable *table); /* members that no field holds; NULL table: the document's */
  /* Of an id, or a text of the field: what stands for it (transfer full), or NULL for itself. */
  char *(*rewrite) (gpointer data, RuaTable *table, guint field, const char *text);
} RuaJsonSieve;

/* An alliance of what passes. Nothing of the rest is anywhere in it, dictionaries included. */
RuaAlliance *rua_alliance_sieve (RuaAlliance *self, const RuaJsonSieve *sieve, GCancellable *cancellable, GError **error);

G_END_DECLS
