/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "rua-fault.h"

G_BEGIN_DECLS

/* Listens to messages: a test fails where one has a mark. */
void hear (const char *text);
void hear_error (GError **error);
void hear_model (GListModel *faults);
GLogWriterOutput hear_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data);
/* What was heard since; a path that says nothing tests nothing. */
void begin (const char *path);
void end (guint at_least);

G_END_DECLS
