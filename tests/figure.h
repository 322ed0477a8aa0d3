/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-figures-private.h"

#include <math.h>

G_BEGIN_DECLS

/* One that has to be there. */
static inline double
figure (RuaFigures *figures, const char *key)
{
  double value = NAN;

  g_assert_true (rua_figures_get (figures, key, &value));
  return value;
}

G_END_DECLS
