/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-csv-import-private.h"

#include <string.h>

#include "rua-nearest-private.h"
#include "rua-schema-private.h"

/* Columns are matched with fields by the mapping, then by equal names. A column that no field takes
 * has to be ignored by name, since nothing is left out unasked. */

/* Cells of the first records that are looked at to see whether ids are whole numbers. */
#define LOOKED_AT 32

static RuaCsvType
read_type (RuaFieldType type)
{
  switch (type) {
  case RUA_FIELD_TYPE_BOOLEAN:
    return RUA_CSV_BOOLEAN;
  case RUA_FIELD_TYPE_INTEGER:
    return RUA_CSV_INTEGER;
  case RUA_FIELD_TYPE_NUMBER:
    return RUA_CSV_NUMBER;
  case RUA_FIELD_TYPE_MONEY:
    return RUA_CSV_MONEY;
  case RUA_FIELD_TYPE_DATE:
    return RUA_CSV_DATE;
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_TEXTS:
  case RUA_FIELD_TYPE_TOKEN:
  case RUA_FIELD_TYPE_REFERENCE:
  case RUA_FIELD_TYPE_TEXT_LIST:
  case RUA_FIELD_TYPE_REFERENCE_LIST:
  case RUA_FIELD_TYPE_JSON:
  default:
    return RUA_CSV_TEXT;
  }
}

static RuaField *
find_field (RuaCsvImport *self, const char *name, GError **error)
{
  RuaField *field = rua_kind_find_field (self->kind, name);
  g_autofree char *mend = NULL, *otherwise = NULL;
  RuaNearest nearest;

  if (field != NULL)
    return field;
  otherwise = g_strdup_printf ("'ruralalliance schema' lists the fields");
  rua_nearest_init (&nearest, name);
  for (guint i = 0; i < rua_kind_get_n_fields (self->kind); i++)
    rua_nearest_offer (&nearest, rua_field_get_name (rua_kind_get_field (self->kind, i)));
  mend = rua_nearest_mend (&nearest, otherwise);
  rua_set_clean_error (error, RUA_ERROR_UNKNOWN_NAME, "the mapping: %s has no field \"%s\"; %s", rua_kind_get_name (self->kind), name, mend);
  return NULL;
}

static RuaCsvTarget *
target_of (RuaCsvImport *self, RuaField *field)
{
  RuaCsvTarget target = { 0 };

  for (guint i = 0; i < self->targets->len; i++)
    if (rua_csv_import_target (self, i)->field == field)
      return rua_csv_import_target (self, i);
  target.field = field;
  target.index = rua_field_get_index (field);
  target.type = rua_field_get_field_type (field);
  target.way = read_type (target.type) == RUA_CSV_TEXT ? RUA_CSV_WAY_TEXT : RUA_CSV_WAY_PLAIN;
  g_array_append_val (self->targets, target);
  return rua_csv_import_target (self, self->targets->len - 1);
}

typedef struct {
  RuaField *field;
  RuaCsvMapped *mapped;
  guint column;
} Pair;

/* Pairs in the order of the fields, so that the columns of one field are together. */
static int
compare_pairs (gconstpointer a, gconstpointer b)
{
  const Pair *one = a, *other = b;
  guint i = rua_field_get_index (one->field), k = rua_field_get_index (other->field);

  if (i != k)
    return i < k ? -1 : 1;
  return one->column < other->column ? -1 : one->column > other->column;
}

static void
find_same (RuaCsvImport *self)
{
  const char *const *header = rua_csv_get_header (self->csv);
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint c = 0; header[c]; c++) {
    if (*header[c] == '\0' || g_hash_table_add (names, (gpointer) header[c]))
      continue;
    if (self->same == NULL)
      self->same = g_hash_table_new (g_str_hash, g_str_equal);
    g_hash_table_add (self->same, (gpointer) header[c]);
  }
}

static gboolean
is_same (const RuaCsvImport *self, const char *name)
{
  return self->same != NULL && g_hash_table_contains (self->same, name);
}

/* Each name of @names with the numbers of its columns. */
static gboolean
refuse_same (RuaCsvImport *self, GPtrArray *names, GError **error)
{
  const char *const *header = rua_csv_get_header (self->csv);
  g_autoptr (GString) told = g_string_new (NULL);
  guint n = MIN (names->len, 12);

  for (guint i = 0; i < n; i++) {
    const char *separator = " (";

    g_string_append_printf (told, "%s\"%s\"", i ? ", " : "", (const char *) g_ptr_array_index (names, i));
    for (guint c = 0; header[c]; c++)
      if (g_str_equal (header[c], g_ptr_array_index (names, i))) {
        g_string_append_printf (told, "%s%u", separator, c + 1);
        separator = ", ";
      }
    g_string_append_c (told, ')');
  }
  rua_set_clean_error (error, RUA_ERROR_DUPLICATE,
                       "%s: columns have equal names: %s%s; map them by number in the mapping's \"columns\", list them in \"ignore\", or rename them",
                       rua_csv_get_name (self->csv), told->str, names->len > n ? " …" : "");
  return FALSE;
}

static gboolean
refuse_same_name (RuaCsvImport *self, const char *name, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  g_ptr_array_add (names, (gpointer) name);
  return refuse_same (self, names, error);
}

static gboolean
pair_mapped (RuaCsvImport *self, GArray *pairs, GError **error)
{
  for (guint i = 0; i < self->mapping->columns->len; i++) {
    RuaCsvMapped *mapped = g_ptr_array_index (self->mapping->columns, i);
    Pair pair = { find_field (self, mapped->field, error), mapped, 0 };
    int column;

    if (pair.field == NULL)
      return FALSE;
    if (mapped->number > rua_csv_get_n_columns (self->csv)) {
      rua_set_clean_error (error, RUA_ERROR_MISSING, "%s has %u columns; the mapping asks for column %u", rua_csv_get_name (self->csv),
                           rua_csv_get_n_columns (self->csv), mapped->number);
      return FALSE;
    }
    if (mapped->number == 0 && is_same (self, mapped->column))
      return refuse_same_name (self, mapped->column, error);
    column = mapped->number ? (int) mapped->number - 1 : rua_csv_find (self->csv, mapped->column, error);
    if (column < 0)
      return FALSE;
    pair.column = (guint) column;
    g_array_append_val (pairs, pair);
  }
  return TRUE;
}

/* The field of a header, with the language behind a point: name.en */
static RuaField *
field_of_header (RuaCsvImport *self, const char *header, char **language)
{
  const char *point = strchr (header, '.');
  RuaField *field = rua_kind_find_field (self->kind, header);
  g_autofree char *stem = NULL;

  *language = NULL;
  if (field != NULL || point == NULL)
    return field;
  stem = g_strndup (header, (gsize) (point - header));
  field = rua_kind_find_field (self->kind, stem);
  if (field == NULL || rua_field_get_field_type (field) != RUA_FIELD_TYPE_TEXTS || point[1] == '\0')
    return NULL;
  *language = g_strdup (point + 1);
  return field;
}

static void
mapped_free (gpointer data)
{
  RuaCsvMapped *mapped = data;

  g_free (mapped->language);
  g_free (mapped);
}

/* Columns without a field, with the types that fields for them would need. */
static gboolean
refuse_left (RuaCsvImport *self, GArray *left, GError **error)
{
  g_autoptr (GString) names = g_string_new (NULL);
  guint n = MIN (left->len, 12);

  if (!rua_csv_infer (self->csv, (RuaCsvField *) left->data, n, NULL, self->cancellable, error))
    return FALSE;
  for (guint i = 0; i < n; i++) {
    const RuaCsvField *read = &g_array_index (left, RuaCsvField, i);

    g_string_append_printf (names, "%s\"%s\" (%s)", i ? ", " : "", rua_csv_get_header (self->csv)[read->column], rua_csv_type_words (read->type));
  }
  rua_set_clean_error (error, RUA_ERROR_UNKNOWN_NAME,
                       "%s: %s for the column%s %s%s; name its field in the mapping's \"columns\", list it in \"ignore\", or add a field of one's own to the document's schema",
                       rua_csv_get_name (self->csv), left->len == 1 ? "there is no field" : "there are no fields", left->len == 1 ? "" : "s", names->str,
                       left->len > n ? " …" : "");
  return FALSE;
}

static gboolean
pair_rest (RuaCsvImport *self, GArray *pairs, GError **error)
{
  const char *const *header = rua_csv_get_header (self->csv);
  guint width = rua_csv_get_n_columns (self->csv);
  g_autofree gboolean *taken = g_new0 (gboolean, width);
  g_autoptr (GArray) left = g_array_new (FALSE, FALSE, sizeof (RuaCsvField));
  g_autoptr (GPtrArray) same = g_ptr_array_new ();

  for (guint i = 0; i < pairs->len; i++)
    taken[g_array_index (pairs, Pair, i).column] = TRUE;
  self->own_mapped = g_ptr_array_new_with_free_func (mapped_free);
  for (guint c = 0; c < width; c++) {
    g_autofree char *language = NULL;
    RuaField *field;
    RuaCsvMapped *mapped;
    Pair pair;
    gboolean mapped_field = FALSE;

    if (taken[c] || (self->mapping->ignored && g_strv_contains ((const char *const *) self->mapping->ignored, header[c])))
      continue;
    field = self->mapping->dialect.no_header ? NULL : field_of_header (self, header[c], &language);
    /* A field that the mapping or a constant fills is not filled twice. */
    for (guint i = 0; i < self->mapping->columns->len; i++)
      mapped_field |= field != NULL && g_str_equal (((RuaCsvMapped *) g_ptr_array_index (self->mapping->columns, i))->field, rua_field_get_name (field));
    for (guint i = 0; i < self->mapping->constants->len; i += 2)
      mapped_field |= field != NULL && g_str_equal (g_ptr_array_index (self->mapping->constants, i), rua_field_get_name (field));
    if (is_same (self, header[c]) && (!self->mapping->ignore_rest || (field != NULL && !mapped_field))) {
      if (!g_ptr_array_find_with_equal_func (same, header[c], g_str_equal, NULL))
        g_ptr_array_add (same, (gpointer) header[c]);
      continue;
    }
    if (field == NULL || mapped_field) {
      RuaCsvField read = self->mapping->whole.read;

      read.column = c;
      read.missing = (const char *const *) self->mapping->whole.missing;
      if (!self->mapping->ignore_rest)
        g_array_append_val (left, read);
      continue;
    }
    mapped = g_new0 (RuaCsvMapped, 1);
    *mapped = self->mapping->whole;
    mapped->language = g_steal_pointer (&language);
    g_ptr_array_add (self->own_mapped, mapped);
    pair = (Pair) { field, mapped, c };
    g_array_append_val (pairs, pair);
  }
  if (same->len > 0)
    return refuse_same (self, same, error);
  return left->len == 0 || refuse_left (self, left, error);
}

/* All of them ignored would make records of which nothing is known: the separator may be another one. */
static gboolean
refuse_none (RuaCsvImport *self, GError **error)
{
  const char *const *header = rua_csv_get_header (self->csv);
  char separator = rua_csv_get_separator (self->csv);
  g_autofree char *told = g_ascii_isgraph (separator) ? g_strdup_printf ("'%c'", separator) : separator == '\t' ? g_strdup ("tab") : g_strdup_printf ("\\u%04x", (guint) separator);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; header[i] && i < 12; i++)
    g_string_append_printf (names, "%s\"%s\"", i ? ", " : "", header[i]);
  rua_set_clean_error (error, RUA_ERROR_MISSING,
                       "%s: none of the columns %s%s has a field; tell the mapping the right \"separator\" (%s was taken), or name fields in \"columns\"",
                       rua_csv_get_name (self->csv), names->str, rua_csv_get_n_columns (self->csv) > 12 ? " …" : "", told);
  return FALSE;
}

static gboolean
check_pair (RuaCsvImport *self, const Pair *pair, const Pair *before, GError **error)
{
  const char *name = rua_field_get_name (pair->field);

  if (pair->mapped->language && rua_field_get_field_type (pair->field) != RUA_FIELD_TYPE_TEXTS) {
    rua_set_clean_error (error, RUA_ERROR_VALUE, "the mapping: field \"%s\" has no languages; write \"%s\" without \".%s\"", name, name,
                         pair->mapped->language);
    return FALSE;
  }
  if (before && before->field == pair->field && g_strcmp0 (before->mapped->language, pair->mapped->language) == 0) {
    rua_set_clean_error (error, RUA_ERROR_DUPLICATE, "%s: two columns for the field \"%s\"; take one out of the mapping, or ignore it",
                         rua_csv_get_name (self->csv), name);
    return FALSE;
  }
  /* In quotes a cell may hold the separator. */
  if (pair->mapped->read.decimal == rua_csv_get_separator (self->csv) && self->mapping->dialect.quote == RUA_CSV_NO_QUOTE) {
    rua_set_clean_error (error, RUA_ERROR_VALUE,
                         "%s: '%c' cannot be both the decimal mark and the separator of cells that are not quoted; tell the right \"separator\" or \"decimal\"",
                         rua_csv_get_name (self->csv), pair->mapped->read.decimal);
    return FALSE;
  }
  return TRUE;
}

static void
add_read (RuaCsvImport *self, const Pair *pair)
{
  RuaCsvTarget *target = target_of (self, pair->field);
  RuaCsvField read = pair->mapped->read;

  read.type = read_type (target->type);
  read.column = pair->column;
  read.digits = self->digits;
  read.missing = (const char *const *) pair->mapped->missing;
  read.yes = (const char *const *) pair->mapped->yes;
  read.no = (const char *const *) pair->mapped->no;
  read.date_form = pair->mapped->date_form;
  if (target->n == 0)
    target->first = self->reads->len;
  target->n++;
  g_array_append_val (self->reads, read);
  g_ptr_array_add (self->mapped, pair->mapped);
}

static gboolean
add_constants (RuaCsvImport *self, GError **error)
{
  for (guint i = 0; i < self->mapping->constants->len; i += 2) {
    RuaField *field = find_field (self, g_ptr_array_index (self->mapping->constants, i), error);
    RuaCsvTarget *target;

    if (field == NULL)
      return FALSE;
    target = target_of (self, field);
    if (target->n > 0 || target->constant) {
      rua_set_clean_error (error, RUA_ERROR_DUPLICATE, "the mapping: \"%s\" cannot be a constant and a column", rua_field_get_name (field));
      return FALSE;
    }
    target->constant = g_ptr_array_index (self->mapping->constants, i + 1);
  }
  return TRUE;
}

/* Ids and references are read as numbers where that is what all ids are. */
static gboolean
choose_ways (RuaCsvImport *self, GError **error)
{
  for (guint i = 0; i < self->targets->len; i++) {
    RuaCsvTarget *target = rua_csv_import_target (self, i);
    RuaCsvField *read = target->n == 1 ? &g_array_index (self->reads, RuaCsvField, target->first) : NULL;

    if (read == NULL)
      continue;
    if (target->index == 0) {
      gboolean plain = TRUE;
      guint32 n = MIN (self->n_rows, LOOKED_AT);
      RuaCsvCursor cursor = { 0 };
      g_autoptr (GString) text = g_string_new (NULL);
      guint64 line, character;
      gint64 key;

      for (guint32 row = 0; plain && row < n; row++) {
        rua_csv_tell_cell (self->csv, &cursor, row, read->column, text, &line, &character);
        plain = rua_csv_parse_key (text->str, text->len, &key);
      }
      if (plain) {
        target->way = RUA_CSV_WAY_ID;
        read->type = RUA_CSV_KEY;
      }
    } else if (target->type == RUA_FIELD_TYPE_REFERENCE && g_strcmp0 (rua_field_get_target (target->field), "*") != 0) {
      RuaTable *table = rua_alliance_get_table (self->reader, rua_field_get_target (target->field));

      if (table == NULL || table == self->table)
        continue;
      for (guint k = 0; k < i && target->keys == NULL; k++)
        if (g_strcmp0 (rua_field_get_target (rua_csv_import_target (self, k)->field), rua_field_get_target (target->field)) == 0)
          target->keys = rua_csv_import_target (self, k)->keys;
      if (target->keys == NULL) {
        target->keys = rua_key_index_new_for_table (table, self->cancellable);
        if (target->keys != NULL)
          g_ptr_array_add (self->indexes, (gpointer) target->keys);
      }
      if (target->keys != NULL) {
        target->way = RUA_CSV_WAY_KEY;
        read->type = RUA_CSV_KEY;
      } else if (g_cancellable_set_error_if_cancelled (self->cancellable, error)) {
        return FALSE;
      }
    }
  }
  return TRUE;
}

static gboolean
check_required (RuaCsvImport *self, GError **error)
{
  for (guint f = 0; f < rua_kind_get_n_fields (self->kind); f++) {
    RuaField *field = rua_kind_get_field (self->kind, f);
    gboolean filled = FALSE;

    for (guint i = 0; i < self->targets->len; i++)
      filled |= rua_csv_import_target (self, i)->field == field;
    if (!filled && rua_field_get_required (field)) {
      rua_set_clean_error (error, RUA_ERROR_MISSING, "%s: no column for \"%s\", which every %s needs; name its column in the mapping's \"columns\"%s",
                           rua_csv_get_name (self->csv), rua_field_get_name (field), rua_kind_get_name (self->kind), f == 0 ? "" : ", or give it in \"constants\"");
      return FALSE;
    }
  }
  return TRUE;
}

gboolean
rua_csv_import_match (RuaCsvImport *self, GError **error)
{
  g_autoptr (GArray) pairs = g_array_new (FALSE, FALSE, sizeof (Pair));

  for (guint i = 0; i < self->mapping->constants->len; i += 2)
    if (g_str_equal (g_ptr_array_index (self->mapping->constants, i), "id")) {
      rua_set_clean_error (error, RUA_ERROR_DUPLICATE, "the mapping: \"id\" cannot be a constant: every record needs an id of its own");
      return FALSE;
    }
  find_same (self);
  if (!pair_mapped (self, pairs, error) || !pair_rest (self, pairs, error))
    return FALSE;
  if (pairs->len == 0)
    return refuse_none (self, error);
  g_array_sort (pairs, compare_pairs);
  for (guint i = 0; i < pairs->len; i++) {
    const Pair *pair = &g_array_index (pairs, Pair, i);

    for (guint k = 0; k < i || k == 0; k++)
      if (!check_pair (self, pair, k < i ? &g_array_index (pairs, Pair, k) : NULL, error))
        return FALSE;
    add_read (self, pair);
  }
  return add_constants (self, error) && check_required (self, error) && choose_ways (self, error);
}
