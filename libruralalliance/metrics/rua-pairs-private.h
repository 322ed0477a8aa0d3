/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-rows-private.h"

G_BEGIN_DECLS

/* A role's expression at work. */
typedef struct {
  RuaProgram *program;
  RuaProgramRun *run;
  RuaRowsColumn *column; /* of the rows; borrowed once it is theirs */
  GHashTable *categories;
} RuaReader;

RuaReader *rua_reader_new (const RuaDefinition *definition,
                           const char *role,
                           const char *text,
                           RuaRoleType type,
                           const RuaProgramOptions *options,
                           RuaRows *rows,
                           GError **error);
void rua_reader_free (RuaReader *self);
void rua_reader_append (RuaReader *self, gconstpointer batch, guint i);
char *rua_reader_label (RuaReader *self, gconstpointer batch, guint i);
gboolean rua_reader_key (RuaReader *self, gconstpointer batch, guint i, guint64 *key);

RuaProgram *rua_rows_compile_where (const RuaDefinition *definition,
                                    const RuaProgramOptions *options,
                                    RuaRows *rows,
                                    GError **error);
gboolean rua_rows_read_pairs (const RuaDefinition *definition,
                              RuaTable *table,
                              RuaProgram *where,
                              GPtrArray *readers,
                              const RuaProgramOptions *options,
                              RuaRows *rows,
                              GCancellable *cancellable,
                              GError **error);

G_END_DECLS
