/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance-private.h"

/* A small alliance for the tests of the metrics room, built record by record. */

/* A record from pairs of field and text, ended by NULL: a text beginning with "@" refers to the
 * record of that id ("kind/id" where the field takes any kind), numbers and truths are written
 * out, lists are ids or texts separated by blanks. "-" leaves the field unknown. */
void case_add (RuaAlliance *alliance, const char *kind, ...) G_GNUC_NULL_TERMINATED;
void case_set (RuaRecord *record, RuaAlliance *alliance, const char *field, const char *text);
RuaAlliance *case_new (void);
RuaAlliance *case_empty (void);
/* Results by their groups: "2014/shop 0.8; 2014/? undefined; 2015/shop withheld" */
char *case_tell (GListModel *results);
