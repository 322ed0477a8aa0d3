/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-fault-private.h"

struct _RuaFaults {
  char *file;
  GPtrArray *faults;
  guint limit;
  guint64 count;
  gboolean is_sorted; /* input by input */
};

RuaFaults *
rua_faults_new (const char *file, guint limit)
{
  RuaFaults *self = g_new0 (RuaFaults, 1);

  self->file = g_strdup (file);
  self->faults = g_ptr_array_new_with_free_func (g_object_unref);
  self->limit = limit ? limit : RUA_FAULTS_DEFAULT_LIMIT;
  return self;
}

void
rua_faults_free (RuaFaults *self)
{
  if (!self)
    return;
  g_free (self->file);
  g_ptr_array_unref (self->faults);
  g_free (self);
}

void
rua_faults_add (RuaFaults *self, const RuaFaultInfo *info)
{
  self->count++;
  if (self->faults->len < self->limit)
    g_ptr_array_add (self->faults, rua_fault_new (self->file, info));
}

gboolean
rua_faults_is_full (RuaFaults *self)
{
  return self->faults->len >= self->limit;
}

guint64
rua_faults_get_count (RuaFaults *self)
{
  return self->count;
}

/* Faults of one pass come in the order of its checks; people read in the order of the file. */
static int
compare_places (gconstpointer a, gconstpointer b)
{
  RuaFault *fa = *(RuaFault *const *) a, *fb = *(RuaFault *const *) b;
  guint64 la = rua_fault_get_line (fa), lb = rua_fault_get_line (fb);

  if (la != lb)
    return la < lb ? -1 : 1;
  la = rua_fault_get_column (fa);
  lb = rua_fault_get_column (fb);
  return la < lb ? -1 : la > lb;
}

static void
sort (RuaFaults *self)
{
  if (!self->is_sorted)
    g_ptr_array_sort (self->faults, compare_places);
}

void
rua_faults_take (RuaFaults *self, RuaFaults *other)
{
  sort (self);
  sort (other);
  self->is_sorted = TRUE;
  self->count += other->count;
  for (guint i = 0; i < other->faults->len && self->faults->len < self->limit; i++)
    g_ptr_array_add (self->faults, g_object_ref (other->faults->pdata[i]));
  g_ptr_array_set_size (other->faults, 0);
  other->count = 0;
}

GListModel *
rua_faults_to_model (RuaFaults *self)
{
  GListStore *store = g_list_store_new (RUA_TYPE_FAULT);

  sort (self);
  g_list_store_splice (store, 0, 0, self->faults->pdata, self->faults->len);
  return G_LIST_MODEL (store);
}

gboolean
rua_faults_raise (RuaFaults *self, GError **error)
{
  GString *text;
  RuaError code;

  if (self->count == 0)
    return TRUE;
  sort (self);
  code = rua_fault_get_code (self->faults->pdata[0]);
  text = g_string_new (NULL);
  for (guint i = 0; i < self->faults->len; i++) {
    g_autofree char *line = rua_fault_to_string (self->faults->pdata[i]);

    if (i)
      g_string_append_c (text, '\n');
    g_string_append (text, line);
  }
  if (self->count > self->faults->len)
    g_string_append_printf (text, "\n… and %" G_GUINT64_FORMAT " more", self->count - self->faults->len);
  g_set_error_literal (error, RUA_ERROR, code, text->str);
  g_string_free (text, TRUE);
  return FALSE;
}
