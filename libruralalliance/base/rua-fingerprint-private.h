/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* 128 bits that say whether bytes are the same, at the speed at which memory is read: any one changed
 * bit changes them, and two contents that were not made for it share theirs once in 2^64 or so. No
 * secret and no signature: whoever wants two contents of one fingerprint can make them.
 *
 * The words of 64 bytes are multiplied half by half under keys that differ from place to place and
 * summed (the NH family: Black, Halevi, Krawczyk, Krovetz and Rogaway, UMAC, CRYPTO 1999); so that no
 * product can swallow a change by being 0, the words themselves are added beside them (as in XXH3 by
 * Collet, 2019), and each kilobyte's sums are stirred by steps that can be undone. The same on every
 * machine. */
void rua_fingerprint (gconstpointer data, gsize length, guint64 seed, guint64 print[2]);

/* One word of a text, for sums and tables. */
guint64 rua_fingerprint_text (const char *text, gsize length);

G_END_DECLS
