/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-station.h"

/* Stations that are given a part of the alliance. */

RuaAlliance *case_hub (void);
RuaAlliance *case_enroll (RuaAlliance *hub, const char *name, const char *only);
RuaMerge *case_carry (RuaAlliance *from, RuaAlliance *to, const char *name);
void case_exchange (RuaAlliance *hub, RuaAlliance *station);
RuaRecord *case_find (RuaAlliance *alliance, const char *kind, const char *id);
gboolean case_has (RuaAlliance *alliance, const char *kind, const char *id);
void case_set_weight (RuaAlliance *alliance, const char *id, double weight);
void case_move (RuaAlliance *alliance, const char *id, const char *village);
/* Each record with all that it says, by kind and by what the log calls it. */
GHashTable *case_tell_records (RuaAlliance *alliance);
/* All that the hub would give is here, and says the same; nothing stands in a table here that may not. */
void case_assert_part (RuaAlliance *hub, RuaAlliance *station, gboolean is_all);
