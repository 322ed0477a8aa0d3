/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-program-private.h"

G_BEGIN_DECLS

/* Many expressions over one table as one program of many roots: what is the same in several of
 * them is worked out once a row, and what follows from a row's reference to another table is
 * worked out once for each row of that table, if that has no more rows than this one. */
typedef struct {
  RuaProgram *program; /* without a root */
  GHashTable *known;   /* what a node computes, in words -> RuaNode */
} RuaSheet;

RuaSheet *rua_sheet_new (RuaTable *table);
void rua_sheet_free (RuaSheet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaSheet, rua_sheet_free)

/* What stands for a picked value: a node of the sheet. */
typedef RuaNode *(*RuaSheetExternal) (RuaSheet *self, guint pick, gpointer data);

/* The node of the sheet that computes what @node of another program does. */
RuaNode *rua_sheet_add (RuaSheet *self, const RuaNode *node, RuaSheetExternal external, gpointer data);
/* A vector that the caller of the run gives, the @index-th. */
RuaNode *rua_sheet_add_external (RuaSheet *self, const RuaNode *like, guint index);
/* A truth as 0 or 1; any other node as it is. */
RuaNode *rua_sheet_add_number (RuaSheet *self, RuaNode *node);

/* A path of references from a table's row to an owner. */
typedef struct {
  RuaColumn *columns[8];
  guint n;
} RuaOwnerPath;

/* FALSE when @node is no path of references. */
gboolean rua_owner_path_init (RuaOwnerPath *self, const RuaNode *node);
/* The expression over the owner's table that gives the same for every row of that owner; NULL where
 * it depends on more than the owner. */
RuaProgram *rua_owner_path_translate (const RuaOwnerPath *self, const RuaNode *node);

G_END_DECLS
