/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-progress.h"

G_BEGIN_DECLS

/* From any thread; told where the object was made. @self may be NULL. */
void rua_progress_tell (RuaProgress *self, double fraction);

G_END_DECLS
