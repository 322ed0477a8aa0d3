/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-merge.h"

G_BEGIN_DECLS

typedef struct {
  const char *place;
  const char *kind;
  const char *key;
  const char *field;  /* NULL: the record itself */
  const char *base;   /* NULL: was not known, or not there */
  const char *mine;
  const char *theirs;
  const char *shown;  /* what a message may call the record: NULL for its key */
} RuaDisagreementInfo;

RuaMerge *rua_merge_new (void);
void rua_merge_add (RuaMerge *self, const RuaDisagreementInfo *info);
void rua_merge_remark (RuaMerge *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
void rua_merge_count (RuaMerge *self, guint n_new, guint n_known);
void rua_merge_set_done (RuaMerge *self, gboolean is_done);
void rua_merge_set_n_conflicts (RuaMerge *self, guint n_conflicts);
guint rua_merge_get_n_disagreements (RuaMerge *self);

/* Records of the baseline that a hub tells of, into the log; before it is applied. */
void rua_merge_take_records (RuaAlliance *alliance, const GArray *records);
/* At a hub, of the facts from @first on, before they are applied: who made records under ids that were taken without seeing
 * them. How many there are; what the hub knows of them is then told as facts. */
guint rua_merge_state_taken (RuaAlliance *alliance, guint first);

G_END_DECLS
