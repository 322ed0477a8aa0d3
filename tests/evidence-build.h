/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"
#include "rua-checker.h"

/* Small alliances for the tests of the evidence room, built in a line a record:
 * build (alliance, "source", "s1", "title", "A letter", "publisher", "org-a", NULL).
 * Values are texts whatever the field's type; items of a list are parted by "|"; "*" references
 * are "kind/id". Anything that does not fit aborts the test. */
void build (RuaAlliance *alliance, const char *kind, const char *id, ...) G_GNUC_NULL_TERMINATED;
/* Changes fields of a record that stands already; an empty text makes one unknown. */
void rebuild (RuaAlliance *alliance, const char *kind, const char *id, ...) G_GNUC_NULL_TERMINATED;

/* A checker that has run; @text (nullable) is that of the document `doc`. */
RuaChecker *check (RuaAlliance *alliance, const char *text);
/* Every finding of a rule, a line each: "kind/id kind/id @line: message". */
char *find (RuaAlliance *alliance, const char *text, const char *rule);

/* The rule finds this many, and the first has @part in its line (nullable). */
#define assert_found(alliance, text, rule, n, part)                                                                    \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    g_autofree char *found_ = find (alliance, text, rule);                                                             \
    const char *part_ = part;                                                                                          \
    if (count_lines (found_) != (n) || (part_ != NULL && strstr (found_, part_) == NULL))                              \
      g_error ("%s:%d: %s: wanted %d with “%s”, got\n%s", __FILE__, __LINE__, rule, (int) (n), part_ ? part_ : "",     \
               found_);                                                                                                \
  }                                                                                                                    \
  G_STMT_END
#define assert_none(alliance, text, rule) assert_found (alliance, text, rule, 0, NULL)
int count_lines (const char *text);

RuaVerdict *verdict_of (RuaAlliance *alliance, const char *claim);
/* NaN: the verdict has no flip of this name. */
double flip_of (RuaVerdict *verdict, const char *name);
