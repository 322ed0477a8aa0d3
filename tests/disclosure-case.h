/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"

/* Households of four villages, and what is published of them. */

/* Four villages, a to d, and the metrics total and mean of incomes and their ratio. */
RuaAlliance *disclosure_case_new (void);
/* @n households of one village and type, each with an income of 2014; ids go on from h0. */
void disclosure_case_add (RuaAlliance *alliance, guint *serial, const char *village, const char *type, guint n, const char *amount);
/* By paths with ; between them. */
GListModel *
disclosure_case_measure (RuaAlliance *alliance, const char *id, const char *by, const char *where, guint min_count);
/* @want as of case_tell(). */
void disclosure_case_assert (RuaAlliance *alliance, const char *id, const char *by, const char *where, guint min_count, const char *want);
