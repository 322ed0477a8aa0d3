/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "plain-network.h"

G_BEGIN_DECLS

/* LEMON's NetworkSimplex on the same network. FALSE: it finds no flow. @seconds of processor time without the loading;
 * NULL: not wanted. */
gboolean lemon_simplex_solve (const PlainNetwork *network, gint64 *total, double *seconds);

G_END_DECLS
