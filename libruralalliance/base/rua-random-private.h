/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* MT19937 (Matsumoto and Nishimura 1998) seeded by init_genrand: the stream of
 * g_rand_new_with_seed(), whatever the environment says. */
typedef struct {
  guint32 state[624];
  guint position;
} RuaRandom;

void rua_random_init (RuaRandom *self, guint32 seed);
guint32 rua_random_next (RuaRandom *self);
/* In [0, n): rejects raw > 2^32 - 1 - (2^32 mod n), then raw mod n. */
guint32 rua_random_below (RuaRandom *self, guint32 n);
/* As often as @n_draws says, and adds one to the count of what was drawn. */
void rua_random_count_below (RuaRandom *self, guint32 n, guint32 n_draws, guint32 *counts);

G_END_DECLS
