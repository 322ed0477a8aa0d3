/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance-private.h"
#include "rua-random-private.h"

G_BEGIN_DECLS

/* An alliance with a kind of one's own, "thing", that has a field of every type, and rows of random
 * values, some unknown: the same for the same state of @random. What a column's values are like
 * (all the same, in a small range, decimals, anything) is drawn for each column. */
RuaAlliance *random_alliance_new (RuaRandom *random, guint rows);
RuaTable *random_alliance_get_table (RuaAlliance *self);
/* A cell set or forgotten, a record added or removed. */
void random_alliance_edit (RuaAlliance *self, RuaRandom *random);

G_END_DECLS
