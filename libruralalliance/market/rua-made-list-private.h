/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A list of objects that are made when they are asked for, and kept for nobody. */
typedef gpointer (*RuaMadeListFunc) (gpointer owner, guint position);

/* Of what @owner has from @first on. @owner is kept alive. */
GListModel *rua_made_list_new (GType type, guint first, guint n_items, RuaMadeListFunc func, GObject *owner);

G_END_DECLS
