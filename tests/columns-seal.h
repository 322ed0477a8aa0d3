/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-columns-private.h"
#include "rua-random-private.h"

G_BEGIN_DECLS

/* A columnar file in memory. */
GByteArray *columns_write (RuaAlliance *alliance);
RuaAlliance *columns_read (GByteArray *file, GError **error);
/* Puts the fingerprints and the sum of a file right that was changed, as somebody would who means
 * harm; FALSE where it has no directory to put them in. */
gboolean columns_seal (guint8 *file, gsize length);
/* Uses an alliance in every way in which a damaged one could lead out of its memory: reads each cell,
 * writes it all, looks for ids, changes something. */
void columns_exercise (RuaAlliance *alliance);

/* A tenth of @n on a slow machine. */
guint columns_trials (guint n);
/* From a seed that is told. */
void columns_begin (RuaRandom *random);
GBytes *columns_to_json (RuaAlliance *alliance);
void columns_assert_same_json (RuaAlliance *a, RuaAlliance *b);

G_END_DECLS
