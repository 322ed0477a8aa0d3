/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"
#include "rua-fact.h"

G_BEGIN_DECLS

/**
 * RuaMergeConflictType:
 * @RUA_MERGE_CONFLICT_TYPE_VALUE: several values of a field, none of whose authors had seen the others
 * @RUA_MERGE_CONFLICT_TYPE_MADE_TWICE: a record of the same kind and id was made more than once
 * @RUA_MERGE_CONFLICT_TYPE_REMOVED_AND_EDITED: a record was removed by one who had not seen that another edited it or
 *   put it back
 * @RUA_MERGE_CONFLICT_TYPE_REFERRED_TO: a record was removed and stays, because a record that is there refers to it
 *
 * How what several stations said of a record does not go together.
 *
 * Since: 1.0
 */
typedef enum {
  RUA_MERGE_CONFLICT_TYPE_VALUE,
  RUA_MERGE_CONFLICT_TYPE_MADE_TWICE,
  RUA_MERGE_CONFLICT_TYPE_REMOVED_AND_EDITED,
  RUA_MERGE_CONFLICT_TYPE_REFERRED_TO,
} RuaMergeConflictType;

#define RUA_TYPE_MERGE_CONFLICT_TYPE (rua_merge_conflict_type_get_type ())
RUA_AVAILABLE_IN_1_0
GType rua_merge_conflict_type_get_type (void);
RUA_AVAILABLE_IN_1_0
const char *rua_merge_conflict_type_to_string (RuaMergeConflictType type);

#define RUA_TYPE_MERGE_CONFLICT (rua_merge_conflict_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaMergeConflict, rua_merge_conflict, RUA, MERGE_CONFLICT, GObject)

RUA_AVAILABLE_IN_1_0
RuaMergeConflictType rua_merge_conflict_get_conflict_type (RuaMergeConflict *self);
RUA_AVAILABLE_IN_1_0
const char *rua_merge_conflict_get_kind (RuaMergeConflict *self);
RUA_AVAILABLE_IN_1_0
const char *rua_merge_conflict_get_key (RuaMergeConflict *self);
RUA_AVAILABLE_IN_1_0
const char *rua_merge_conflict_get_field (RuaMergeConflict *self);
RUA_AVAILABLE_IN_1_0
GListModel *rua_merge_conflict_list_sides (RuaMergeConflict *self);
RUA_AVAILABLE_IN_1_0
RuaFact *rua_merge_conflict_get_current (RuaMergeConflict *self);
RUA_AVAILABLE_IN_1_0
char *rua_merge_conflict_to_string (RuaMergeConflict *self);

RUA_AVAILABLE_IN_1_0
GListModel *rua_alliance_list_merge_conflicts (RuaAlliance *self);
RUA_AVAILABLE_IN_1_0
gboolean rua_alliance_choose (RuaAlliance *self, RuaMergeConflict *conflict, RuaFact *side, const char *note, GError **error);

G_END_DECLS
