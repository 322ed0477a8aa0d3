/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-exchange-private.h"

G_BEGIN_DECLS

/* Logs that send one another exchange files, without an alliance around them. */

#define CASE_LINEAGE "00112233445566778899aabbccddeeff"
#define CASE_ZEROS "0000000000000000000000000000000000000000000000000000000000000000"
#define CASE_MINUTE G_GINT64_CONSTANT (60000)
#define CASE_MADE "2026-11-25T20:52:01Z"

RuaLog *case_log (const char *station);
/* Both know one another, with a key made from the station's name. */
void case_introduce (RuaLog *hub, RuaLog *station);
/* A change of @n facts of the record @key, each of a field of its own, as the log's station. */
void case_edit (RuaLog *log, const char *key, guint n, const char *value);
GBytes *case_send (RuaLog *from, const char *to);
/* Whether it was taken, all of it; else what was told, all of it, in @told. */
gboolean case_take (RuaLog *to, GBytes *bytes, guint *n_new, guint *n_known, char **told);
/* The JSON of each line; and a file of them, sealed anew by who has the key. */
GPtrArray *case_split (GBytes *bytes);
GBytes *case_join (GPtrArray *lines, const guint8 *key, const char *previous);
void case_key (const char *station, guint8 key[RUA_KEY_LENGTH]);
/* The same facts and changes, in whatever order. */
gboolean case_same (RuaLog *a, RuaLog *b);

/* A clock that stands still; milliseconds as a pointer. */
gint64 case_wall (gpointer data);
/* A hub and a station that know one another, by a clock that stands still. */
void case_set_up (RuaLog **hub, RuaLog **station);
/* It is not taken, for a reason that has @expected in it, and nothing has changed. */
void case_refuse (RuaLog *to, GBytes *bytes, const char *expected);

G_END_DECLS
