/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"

/* Small alliances for the tests of the evidence room, built in a line a record:
 * build (alliance, "source", "s1", "title", "A letter", "publisher", "org-a", NULL).
 * Values are texts whatever the field's type; items of a list are parted by "|"; "*" references
 * are "kind/id". Anything that does not fit aborts the test. */
void build (RuaAlliance *alliance, const char *kind, const char *id, ...) G_GNUC_NULL_TERMINATED;
/* Changes fields of a record that stands already; an empty text makes one unknown. */
void rebuild (RuaAlliance *alliance, const char *kind, const char *id, ...) G_GNUC_NULL_TERMINATED;
