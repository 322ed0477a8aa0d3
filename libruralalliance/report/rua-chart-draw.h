/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Not part of ruralalliance.h, which asks for no cairo. */
#pragma once

#include <cairo.h>

#include "rua-chart.h"

G_BEGIN_DECLS

RUA_AVAILABLE_IN_1_0
void rua_chart_draw (RuaChart *self, cairo_t *cairo, double width);

G_END_DECLS
