/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "rua-version.h"

G_BEGIN_DECLS

RUA_AVAILABLE_IN_1_0
char *rua_estimate_request (const char *request_json,
                            const char *data_dir,
                            gboolean *refused,
                            GCancellable *cancellable,
                            GError **error);
RUA_AVAILABLE_IN_1_0
char **rua_estimate_list_metrics (void);
RUA_AVAILABLE_IN_1_0
char *rua_estimate_describe (const char *metric);

G_END_DECLS
