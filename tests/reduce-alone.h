/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-reduction-private.h"

G_BEGIN_DECLS

/* An engine in small: an estimator's sums of a table, without a scan, and what it makes of them. */

#define MOST_ROWS 400
#define MOST_COLUMNS 6

/* So many runs had sums of each form. */
extern guint n_forms[3];

/* NULL where there is no reduction; @precise FALSE where the sums ask for the columns. @most_records: what the
 * sums must have room for, in whole numbers; 0: they are rounded. */
RuaFigures *reduce (RuaEstimation *setup, const RuaInput *input, guint64 most_records, gboolean *precise);

G_END_DECLS
