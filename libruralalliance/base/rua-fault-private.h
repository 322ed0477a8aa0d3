/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-faults-private.h"

G_BEGIN_DECLS

RuaFault *rua_fault_new (const char *file, const RuaFaultInfo *info);

G_END_DECLS
