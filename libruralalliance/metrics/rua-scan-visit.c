/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rows of some groups, one after the other. */
#include "rua-scan-private.h"

/* Which group the codes of a row lead to. */
typedef struct {
  const guint32 *codes;
  guint n;
} Key;

static guint
hash_key (gconstpointer data)
{
  const Key *key = data;
  guint64 hash = 0;

  for (guint b = 0; b < key->n; b++)
    hash = (hash ^ key->codes[b]) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  return (guint) (hash >> 32);
}

static gboolean
keys_equal (gconstpointer a, gconstpointer b)
{
  const Key *left = a, *right = b;

  for (guint k = 0; k < left->n; k++)
    if (left->codes[k] != right->codes[k])
      return FALSE;
  return TRUE;
}

gboolean
rua_scan_visit_groups (RuaScan *self, RuaScanPart *part, RuaScanGroup *const *groups, guint n_groups, RuaScanTake take,
                       gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaScanView) view = rua_scan_view_new (self);
  g_autoptr (GHashTable) found = g_hash_table_new (hash_key, keys_equal);
  g_autofree Key *keys = g_new (Key, n_groups);

  for (guint g = 0; g < n_groups; g++) {
    keys[g] = (Key){ groups[g]->codes, part->n_by };
    g_hash_table_insert (found, &keys[g], &keys[g]);
  }
  for (guint64 first = 0; first < self->n_rows; first += RUA_BATCH) {
    guint n = (guint) MIN (RUA_BATCH, self->n_rows - first);
    const guint32 *paths[RUA_MAX_CODERS], *places;
    RuaScanRows *chosen;

    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    rua_scan_view_begin (view, (guint32) first, n);
    chosen = rua_scan_view_chosen (view, part);
    places = rua_scan_view_places (view, chosen);
    for (guint b = 0; b < part->n_by && chosen->n > 0; b++)
      paths[b] = rua_scan_view_codes (view, part->keying->coders[b]);
    for (guint k = 0; k < chosen->n; k++) {
      guint i = places != NULL ? places[k] : k;
      guint32 codes[RUA_MAX_CODERS];
      const Key *key;

      for (guint b = 0; b < part->n_by; b++)
        codes[b] = paths[b][i];
      key = g_hash_table_lookup (found, &(Key){ codes, part->n_by });
      if (key != NULL)
        take (data, (guint) (key - keys), view->run, (guint32) first + i, i);
    }
  }
  return TRUE;
}
