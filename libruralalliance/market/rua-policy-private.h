/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-policy.h"

G_BEGIN_DECLS

#define RUA_POLICY_MOST_STAGES 4
#define RUA_POLICY_PARTS 1000000 /* a part is told in millionths */

typedef struct {
  char *language; /* "" where none was told */
  char *text;
} RuaPolicyTitle;

struct _RuaPolicy {
  GObject parent_instance;

  GArray *titles; /* of RuaPolicyTitle, in the order in which they were told */
  RuaPolicyStage stages[RUA_POLICY_MOST_STAGES];
  guint n_stages;
  gboolean history;
  gboolean subsidised;
  RuaPolicyPrice price;
  guint producer_part; /* millionths */
  RuaPolicyRents rents;
};

RuaPolicy *rua_policy_copy (RuaPolicy *self);
/* FALSE where there is no such word. */
gboolean rua_policy_stage_find (const char *word, RuaPolicyStage *stage);
gboolean rua_policy_price_find (const char *word, RuaPolicyPrice *price);
gboolean rua_policy_rents_find (const char *word, RuaPolicyRents *rents);

G_END_DECLS
