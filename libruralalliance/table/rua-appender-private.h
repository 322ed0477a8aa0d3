/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-table-core-private.h"

G_BEGIN_DECLS

struct _RuaAppender {
  GObject parent_instance;

  RuaTable *table; /* NULL when done; its owner is kept alive */
  GObject *owner;
  guint32 first;
  guint32 row;
  guint64 line;
  gboolean ids_trusted;
  GHashTable *excused; /* row << 32 | field, as gint64 */
};

G_END_DECLS
