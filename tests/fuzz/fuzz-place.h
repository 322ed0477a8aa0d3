/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A folder of this process alone, in memory where there is such a place; emptied. */
const char *fuzz_place_empty (void);
/* What is at @path is opened: it is refused with words, or can be written and opened again as the same. */
void fuzz_place_open (const char *path);

G_END_DECLS
