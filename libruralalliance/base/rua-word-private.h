/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Texts that many objects have and that are there once. In any thread.
 *
 * Not GRefString: g_ref_string_new_intern () may find a string that another thread has just given up. */

/* The text for as long as it is not released as often as it was shared; NULL of NULL. */
char *rua_word_share (const char *text);
/* The same word once more, by one who has it. */
char *rua_word_ref (char *word);
void rua_word_release (char *word);

G_END_DECLS
