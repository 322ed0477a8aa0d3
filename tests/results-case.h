/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* All that results say, a line each, numbers by their bits: for tests in which nothing may change a bit. */
void results_case_append (GString *out, GListModel *results);

G_END_DECLS
