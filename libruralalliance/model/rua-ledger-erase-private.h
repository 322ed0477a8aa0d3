/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-erasing-private.h"
#include "rua-ledger-private.h"

G_BEGIN_DECLS

typedef struct {
  char *kind;
  char *key;
} RuaErasedKey;

typedef struct {
  const char *reason; /* or NULL */
  const char *date;
} RuaErasureWords;

GPtrArray *rua_erased_keys_new (void);
void rua_erased_keys_add (GPtrArray *list, const char *kind, const char *key);
/* The keys of rows that go, but for those that were erased. */
void rua_ledger_list_gone (RuaLedger *self, const RuaErasing *erasing, GPtrArray *list);
/* A change that says that these were erased; the log is as it was but for that. */
gboolean rua_ledger_put_erasures (RuaLedger *self, GPtrArray *keys, const RuaErasureWords *words, GError **error);

/* Whether facts from @first on say that somebody was erased, or name somebody who was. */
gboolean rua_ledger_must_erase (RuaLedger *self, guint first, gboolean is_new_schema);
/* The rows that go. Who goes with them and was not erased is erased by this station. */
void rua_ledger_find_erased (RuaLedger *self, RuaErasing *erasing);
/* What is left of a value, for RuaLogMap; @data is the ledger. */
gboolean rua_ledger_map_erased (gpointer data, const char *kind, const char *field, const char *value, gsize length, char **mapped);
/* The log without what is erased, once the rows have gone. Numbers of records and cells are others afterwards. */
void rua_ledger_rewrite (RuaLedger *self);

G_END_DECLS
