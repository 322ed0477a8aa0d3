/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"

/* What two stations have to do with one another, without a file between them. */

/* The facts of @from, from @first_fact on, and its changes, to @to, which then shows what it can. */
void log_case_send (RuaAlliance *from, RuaAlliance *to, guint first_fact);
