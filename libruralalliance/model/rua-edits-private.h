/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance-private.h"
#include "rua-edits.h"
#include "rua-journal-private.h"

G_BEGIN_DECLS

/* What was edited, as it can be taken back: what cells held, which rows came and went. */
typedef struct _RuaEditList RuaEditList;

RuaEditList *rua_edit_list_new (void);
void rua_edit_list_free (RuaEditList *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaEditList, rua_edit_list_free)
void rua_edit_list_add_cell (RuaEditList *self, RuaTable *table, guint32 row, guint field, gboolean is_known, guint64 word);
void rua_edit_list_add_row (RuaEditList *self, RuaTable *table, guint32 row);
void rua_edit_list_remove_row (RuaEditList *self, RuaTable *table, guint32 row, RuaRecord *record);
void rua_edit_list_append_rows (RuaEditList *self, RuaTable *table, guint32 first, guint32 n);
/* FALSE: everything is as it was before the first edit. */
gboolean rua_edit_list_has_effect (RuaEditList *self);
/* Puts everything back and gives what would do it again. Nobody has heard of it until @news, which
 * may be %NULL where nothing happened, are told. */
typedef struct _RuaEditNews RuaEditNews;
RuaEditList *rua_edit_list_take_back (RuaEditList *self, RuaEditNews **news);
void rua_edit_news_tell (RuaEditNews *news); /* frees them */

/* ---- the alliance's side ---- */
typedef struct _RuaEdits RuaEdits;

RuaEdits *rua_edits_new (RuaAlliance *alliance, RuaTables *tables);
void rua_edits_free (RuaEdits *self);
/* Changes are facts from now on. */
struct _RuaLedger;
void rua_edits_set_ledger (RuaEdits *self, struct _RuaLedger *ledger);
/* What can be undone, when facts have lost their values. */
gboolean rua_edits_look_again (RuaEdits *self);
/* A change that settles a conflict. */
gboolean rua_edits_settle (RuaEdits *self, const char *kind, const char *key, const char *field, const char *value, const char *note, GError **error);
RuaEdits *rua_alliance_peek_edits (RuaAlliance *self); /* NULL: nobody has asked for changes to be kept */
RuaEdits *rua_alliance_make_edits (RuaAlliance *self);
/* Records are being appended in bulk. */
gboolean rua_alliance_is_appending (RuaAlliance *self);
/* What the facts of the next change say of where it is from; begin() means "edit". */
gboolean rua_alliance_begin_from (RuaAlliance *self, const char *title, const char *origin, GError **error);

G_END_DECLS
