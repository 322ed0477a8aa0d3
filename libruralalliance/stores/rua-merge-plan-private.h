/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-merge-private.h"
#include "rua-table-private.h"

G_BEGIN_DECLS

/* What merging over a base is to change. Rows stay where they are until it is carried out. */
typedef struct {
  RuaTable *mine;
  RuaTable *theirs;
  guint32 row;       /* of theirs */
  RuaRecord *record; /* made of it, when it is there */
} RuaMergeAdd;

typedef struct {
  RuaTable *mine;
  guint32 row;
  guint field; /* of mine; the number of fields for the members that no field holds */
  RuaTable *theirs;
  guint32 theirs_row;
} RuaMergeSet;

typedef struct {
  RuaTable *mine;
  guint32 row;
} RuaMergeRemove;

typedef struct {
  RuaMerge *merge;
  RuaAlliance *mine, *base, *theirs;
  const char *place;
  GArray *adds;
  GArray *sets;
  GArray *removes;
  gboolean sets_extra; /* of the whole alliance */
} RuaMergePlan;

/* Kinds and fields of one's own that only theirs has. */
gboolean rua_merge_adopt_schema (RuaAlliance *mine, RuaAlliance *theirs, GError **error);
/* As far as it goes: what cannot be taken over is told in a remark, with what is to be done. */
void rua_merge_adopt_all (RuaMerge *merge, RuaAlliance *mine, RuaAlliance *theirs);
void rua_merge_plan_init (RuaMergePlan *self, RuaMerge *merge, RuaAlliance *mine, RuaAlliance *base, RuaAlliance *theirs, const char *place);
void rua_merge_plan_clear (RuaMergePlan *self);
gboolean rua_merge_plan_make (RuaMergePlan *self, GCancellable *cancellable, GError **error);
/* Within a change. What turns out to be needed on one side and removed on the other becomes a disagreement: the change
 * is then to be taken back. */
gboolean rua_merge_plan_carry_out (RuaMergePlan *self, GCancellable *cancellable, GError **error);

G_END_DECLS
