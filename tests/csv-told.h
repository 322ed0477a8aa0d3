/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-csv-columns-private.h"

G_BEGIN_DECLS

/* All that is read of a CSV text, as one text, so that two readings can be compared: the values, then the bad cells as
 * row:field:reason. NULL and an error. */
char *csv_read_text (const char *text,
                     gsize length,
                     const RuaCsvDialect *dialect,
                     const RuaCsvLimits *limits,
                     const RuaCsvField *fields,
                     guint n_fields,
                     guint32 offset,
                     GError **error);
/* Of a text in which nothing is wrong. */
char *csv_read_good (const char *text, const RuaCsvDialect *dialect, const RuaCsvField *fields, guint n_fields);

G_END_DECLS
