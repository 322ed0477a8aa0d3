/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-expression.h"
#include "rua-program-private.h"

G_BEGIN_DECLS

RuaProgram *rua_expression_peek_program (RuaExpression *self);

G_END_DECLS
