/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance-private.h"

G_BEGIN_DECLS

/* What stands nowhere but in personal and sensitive values. */
#define MARK "Qzxv"
#define MARKED_NUMBER 7391846
#define MARKED_NUMBER_TEXT "7391846"
#define MARKED_YEAR "1739"

/* An alliance with two records of every kind, every field of the first known; those that are not
 * public, and ids of people's records, hold a mark. */
RuaAlliance *marked_alliance_new (void);
gboolean marked_is_private (RuaField *field);
/* Whether a mark is in the text, however the number is written. */
gboolean marked_tells (const char *text);

G_END_DECLS
