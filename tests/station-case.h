/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-station.h"

/* A hub, and stations that are enrolled by it. */

RuaAlliance *case_document (const char *members);
char *case_text_of (RuaAlliance *alliance);
void case_assert_same (RuaAlliance *a, RuaAlliance *b);
RuaAlliance *case_hub (void);
RuaAlliance *case_enroll (RuaAlliance *hub, const char *name);
void case_set_weight (RuaAlliance *alliance, const char *id, double weight);
double case_weight_of (RuaAlliance *alliance, const char *id);
/* What @from has that @to does not, if anything of it is new. */
RuaMerge *case_carry (RuaAlliance *from, RuaAlliance *to, const char *name);
