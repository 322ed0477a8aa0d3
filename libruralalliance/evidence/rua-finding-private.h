/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-finding.h"

G_BEGIN_DECLS

/* @about: "kind/id" of the records it is about, ended by NULL. */
RuaFinding *
rua_finding_new (const char *rule, const char *const *about, const char *message, guint line);

G_END_DECLS
