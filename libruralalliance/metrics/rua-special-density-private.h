/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the distributions share among themselves. */
double rua_deviance (double x, double m);
double rua_gamma_density (double a, double x);

G_END_DECLS
