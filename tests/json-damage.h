/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A text that came from @what was done to a JSON text. */
typedef void (*JsonDamaged) (const char *text, const char *what, gpointer data);

/* Shows @take, one by one: each beginning of @json, which is whole; @json with each value replaced by one of every type, and by
 * what is no value; with each member left out, and with each of another name. */
void json_damage_each (const char *json, JsonDamaged take, gpointer data);

G_END_DECLS
