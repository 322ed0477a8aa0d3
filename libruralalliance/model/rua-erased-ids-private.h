/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"
#include "rua-faults-private.h"

G_BEGIN_DECLS

/* The ids of which records were erased, as far as anybody knows them: to be asked of many. */
typedef struct _RuaErasedIds RuaErasedIds;

RuaErasedIds *rua_erased_ids_new (RuaAlliance *alliance); /* as it is now; NULL: nobody was erased */
void rua_erased_ids_free (RuaErasedIds *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaErasedIds, rua_erased_ids_free)
/* @kind is the kind's name for one; FALSE where @self is NULL. */
gboolean rua_erased_ids_has (RuaErasedIds *self, const char *kind, const char *id);
/* The same of one id. */
gboolean rua_erased_ids_ask (RuaAlliance *alliance, const char *kind, const char *id);
/* A fault for each record of such an id, by its place: somebody has put it back. */
void rua_erased_ids_check (RuaAlliance *alliance, RuaFaults *faults);
/* The same of rows that are being appended, and are not there yet. */
void rua_erased_ids_check_appended (RuaAlliance *alliance, RuaTable *table, guint32 first, guint32 n, RuaFaults *faults);
#define RUA_ERASED_MESSAGE "a record of this id was erased"
#define RUA_ERASED_MEND "leave the record out; whoever is recorded anew gets another id"

/* SHA-256 of what makes it unlike others, a kind and a key of the log's, each ended by NUL; in hexadecimal. */
char *rua_erased_digest (const char *salt, const char *kind, const char *key);
/* With what the digests of an alliance's erasures begin: that of those it has, or one that is new. */
char *rua_erased_salt (RuaAlliance *alliance);

G_END_DECLS
