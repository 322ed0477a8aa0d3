/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-made-list-private.h"

#define RUA_TYPE_MADE_LIST (rua_made_list_get_type ())
G_DECLARE_FINAL_TYPE (RuaMadeList, rua_made_list, RUA, MADE_LIST, GObject)

struct _RuaMadeList {
  GObject parent_instance;

  GType type;
  guint first, n_items;
  RuaMadeListFunc func;
  GObject *owner;
};

static GType
rua_made_list_get_item_type (GListModel *model)
{
  return RUA_MADE_LIST (model)->type;
}

static guint
rua_made_list_get_n_items (GListModel *model)
{
  return RUA_MADE_LIST (model)->n_items;
}

static gpointer
rua_made_list_get_item (GListModel *model, guint position)
{
  RuaMadeList *self = RUA_MADE_LIST (model);

  return position < self->n_items ? self->func (self->owner, self->first + position) : NULL;
}

static void
rua_made_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = rua_made_list_get_item_type;
  iface->get_n_items = rua_made_list_get_n_items;
  iface->get_item = rua_made_list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (RuaMadeList, rua_made_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, rua_made_list_model_init))

static void
rua_made_list_finalize (GObject *object)
{
  g_clear_object (&RUA_MADE_LIST (object)->owner);
  G_OBJECT_CLASS (rua_made_list_parent_class)->finalize (object);
}

static void
rua_made_list_class_init (RuaMadeListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rua_made_list_finalize;
}

static void
rua_made_list_init (RuaMadeList *self G_GNUC_UNUSED)
{
}

GListModel *
rua_made_list_new (GType type, guint first, guint n_items, RuaMadeListFunc func, GObject *owner)
{
  RuaMadeList *self = g_object_new (RUA_TYPE_MADE_LIST, NULL);

  self->type = type;
  self->first = first;
  self->n_items = n_items;
  self->func = func;
  self->owner = g_object_ref (owner);
  return G_LIST_MODEL (self);
}
