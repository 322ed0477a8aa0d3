/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-csv-columns-private.h"

/* The type of a column that nobody declared, from all of its cells. */

static const RuaCsvType types[] = { RUA_CSV_INTEGER, RUA_CSV_NUMBER, RUA_CSV_DATE, RUA_CSV_BOOLEAN };

#define N_TYPES G_N_ELEMENTS (types)

typedef struct {
  guint n_fields;
  gint *refused; /* atomic; by field and type */
  gint *known; /* atomic; by field */
} Looking;

static gboolean
look_at_span (guint span, guint32 first, guint32 n_rows, RuaCsvVector *vectors, gpointer data, GError **error)
{
  Looking *looking = data;

  for (guint i = 0; i < looking->n_fields * N_TYPES; i++) {
    if (vectors[i].n_bad > 0)
      g_atomic_int_set (&looking->refused[i], TRUE);
    if (vectors[i].n_known > 0 || vectors[i].n_bad > 0)
      g_atomic_int_set (&looking->known[i / N_TYPES], TRUE);
  }
  return TRUE;
}

gboolean
rua_csv_infer (RuaCsv *self, RuaCsvField *fields, guint n_fields, RuaProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autofree RuaCsvField *tried = g_new (RuaCsvField, MAX (n_fields, 1) * N_TYPES);
  g_autofree gint *refused = g_new0 (gint, MAX (n_fields, 1) * N_TYPES), *known = g_new0 (gint, MAX (n_fields, 1));
  Looking looking = { n_fields, refused, known };
  RuaCsvBads bads;
  gboolean done;

  for (guint i = 0; i < n_fields * N_TYPES; i++) {
    tried[i] = fields[i / N_TYPES];
    tried[i].type = types[i % N_TYPES];
  }
  rua_csv_bads_init (&bads, 0);
  done = rua_csv_read (self, tried, n_fields * N_TYPES, 0, look_at_span, &looking, &bads, progress, cancellable, error);
  rua_csv_bads_clear (&bads);
  if (!done)
    return FALSE;
  for (guint i = 0; i < n_fields; i++) {
    fields[i].type = RUA_CSV_TEXT;
    for (guint k = N_TYPES; k-- > 0 && known[i];)
      if (!refused[i * N_TYPES + k])
        fields[i].type = types[k];
  }
  return TRUE;
}

const char *
rua_csv_type_words (RuaCsvType type)
{
  switch (type) {
  case RUA_CSV_INTEGER:
  case RUA_CSV_KEY:
    return "integer";
  case RUA_CSV_NUMBER:
    return "number";
  case RUA_CSV_MONEY:
    return "money";
  case RUA_CSV_DATE:
    return "date";
  case RUA_CSV_BOOLEAN:
    return "boolean";
  case RUA_CSV_TEXT:
  default:
    return "text";
  }
}
