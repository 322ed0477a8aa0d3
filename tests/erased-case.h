/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"

/* Stations of an alliance in which somebody is to be erased, and what is still told of her. */

#define HER "Qzwk"

/* Where files are kept; who runs the tests makes it, and removes it. */
extern char *case_folder;

RuaAlliance *case_document (const char *members);
char *case_text_of (RuaAlliance *alliance);
RuaAlliance *case_hub (const char *members);
RuaAlliance *case_enroll (RuaAlliance *hub, const char *name);
GBytes *case_send (RuaAlliance *from, const char *name, gint64 after);
guint case_take (RuaAlliance *to, GBytes *bytes);
guint case_carry (RuaAlliance *from, RuaAlliance *to, const char *name);
void case_erase (RuaAlliance *alliance, const char *kind, const char *id);
gboolean case_holds (const char *bytes, gsize length, const char *mark);
/* Every file of the folder whose name begins like this: the file, its journals, copies that were left behind. */
gboolean case_files_hold (const char *prefix, const char *mark);
char *case_save (RuaAlliance *alliance, const char *name);
/* All that the log says, in an order that is the same at every station. */
char *case_log_of (RuaAlliance *alliance);
char *case_conflicts_of (RuaAlliance *alliance);
void case_assert_same (RuaAlliance *a, RuaAlliance *b);
/* In no document, no file of any store with its sidecars, no fact, no exchange file, at no time. */
void case_assert_silent (RuaAlliance *alliance, const char *mark);
extern const char case_village[];
void case_set_text (RuaAlliance *alliance, const char *kind, const char *id, const char *field, const char *text);
void case_add_income (RuaAlliance *alliance, const char *id, const char *household, gint64 year);
void case_title_change (RuaAlliance *alliance, const char *title, const char *id, const char *name);
