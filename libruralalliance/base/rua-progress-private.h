/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-progress.h"

G_BEGIN_DECLS

/* A call begins that tells @self, from 0 on: a new reference, or NULL for NULL. */
RuaProgress *rua_progress_begin (RuaProgress *self);
/* From any thread; told where the object was made. @self may be NULL. What is no more than the call has told already
 * is not told: threads overtake one another. */
void rua_progress_tell (RuaProgress *self, double fraction);

G_END_DECLS
