/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"
#include "rua-progress.h"

G_BEGIN_DECLS

#define RUA_TYPE_DISAGREEMENT (rua_disagreement_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaDisagreement, rua_disagreement, RUA, DISAGREEMENT, GObject)

RUA_AVAILABLE_IN_1_0
const char *rua_disagreement_get_place (RuaDisagreement *self);
RUA_AVAILABLE_IN_1_0
const char *rua_disagreement_get_kind (RuaDisagreement *self);
RUA_AVAILABLE_IN_1_0
const char *rua_disagreement_get_key (RuaDisagreement *self);
RUA_AVAILABLE_IN_1_0
const char *rua_disagreement_get_field (RuaDisagreement *self);
RUA_AVAILABLE_IN_1_0
const char *rua_disagreement_get_base (RuaDisagreement *self);
RUA_AVAILABLE_IN_1_0
const char *rua_disagreement_get_mine (RuaDisagreement *self);
RUA_AVAILABLE_IN_1_0
const char *rua_disagreement_get_theirs (RuaDisagreement *self);
RUA_AVAILABLE_IN_1_0
char *rua_disagreement_to_string (RuaDisagreement *self);

#define RUA_TYPE_MERGE (rua_merge_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaMerge, rua_merge, RUA, MERGE, GObject)

RUA_AVAILABLE_IN_1_0
gboolean rua_merge_is_done (RuaMerge *self);
RUA_AVAILABLE_IN_1_0
guint rua_merge_get_n_new (RuaMerge *self);
RUA_AVAILABLE_IN_1_0
guint rua_merge_get_n_known (RuaMerge *self);
RUA_AVAILABLE_IN_1_0
guint rua_merge_get_n_conflicts (RuaMerge *self);
RUA_AVAILABLE_IN_1_0
GListModel *rua_merge_list_disagreements (RuaMerge *self);
RUA_AVAILABLE_IN_1_0
char **rua_merge_list_remarks (RuaMerge *self);

RUA_AVAILABLE_IN_1_0
RuaMerge *rua_alliance_merge_base (RuaAlliance *self,
                                   RuaAlliance *base,
                                   RuaAlliance *theirs,
                                   const char *place,
                                   GCancellable *cancellable,
                                   GError **error);

G_END_DECLS
