/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "metrics-case.h"
#include "rua-alliance-json.h"
#include "rua-arrow-private.h"
#include "rua-arrow.h"
#include "rua-expression.h"
#include "rua-table-core-private.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* Tables out to Arrow and back, what is lent, who releases, and arrays that lie. */

#define N_FIELDS 13

static const struct {
  const char *name;
  RuaFieldType type;
} fields[N_FIELDS] = {
  { "level", RUA_FIELD_TYPE_INTEGER },   { "hours", RUA_FIELD_TYPE_NUMBER },
  { "price", RUA_FIELD_TYPE_MONEY },     { "member", RUA_FIELD_TYPE_BOOLEAN },
  { "sold", RUA_FIELD_TYPE_DATE },       { "joined", RUA_FIELD_TYPE_DATE },
  { "crop", RUA_FIELD_TYPE_TEXT },       { "title", RUA_FIELD_TYPE_TEXTS },
  { "place", RUA_FIELD_TYPE_REFERENCE }, { "about", RUA_FIELD_TYPE_REFERENCE },
  { "peoples", RUA_FIELD_TYPE_TEXT_LIST }, { "places", RUA_FIELD_TYPE_REFERENCE_LIST },
  { "more", RUA_FIELD_TYPE_JSON },
};

/* Places and a kind "trial" with a field of every type, still empty. */
static RuaTable *
trials_new (RuaAlliance *alliance)
{
  static const char *const places[] = { "pingzhai", "miaoxia", "平寨" };
  g_autoptr (RuaKind) kind = rua_kind_new ("trial", "trials");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    case_add (alliance, "place", "id", places[i], "name", "x", "level", "village", NULL);
  for (guint i = 0; i < N_FIELDS; i++) {
    g_autoptr (RuaField) field = rua_field_new (fields[i].name, fields[i].type);

    if (fields[i].type == RUA_FIELD_TYPE_REFERENCE || fields[i].type == RUA_FIELD_TYPE_REFERENCE_LIST)
      rua_field_set_target (field, strcmp (fields[i].name, "about") == 0 ? "*" : "place");
    rua_kind_add_field (kind, field, &error);
    g_assert_no_error (error);
  }
  rua_alliance_add_kind (alliance, kind, &error);
  g_assert_no_error (error);
  return rua_alliance_get_table (alliance, "trial");
}

static void
set_random (RuaAppender *appender, GRand *random, guint field, RuaFieldType type, guint row)
{
  static const char *const ids[] = { "pingzhai", "miaoxia", "平寨" };
  static const char *const dates[] = { "2014", "2014-09", "2014-09-15", "0001-01-01", "9999-12-31" };
  static const char *const texts[] = { "", "rice", "tea", "O'Brien", "糯米", "a\nb" };
  static const char *const json[] = { "null", "{\"a\":[1,2]}", "\"x\"", "1.50" };
  static const char list[] = "Miao\0Yi\0";
  g_autofree char *any = g_strconcat ("place/", ids[g_rand_int_range (random, 0, 3)], NULL);
  g_autofree char *text = NULL;
  g_autofree char *packed = NULL;

  switch (type) {
  case RUA_FIELD_TYPE_INTEGER:
    rua_appender_set_integer (appender, field, row % 7 == 0 ? G_MAXINT64 : g_rand_int_range (random, -9, 9), NULL);
    break;
  case RUA_FIELD_TYPE_NUMBER:
    rua_appender_set_number (appender, field, row % 5 == 0 ? 1e308 : g_rand_double_range (random, -1, 1), NULL);
    break;
  case RUA_FIELD_TYPE_MONEY:
    rua_appender_set_money (appender, field, row % 6 == 0 ? G_MININT64 : g_rand_int_range (random, -100000, 100000), NULL);
    break;
  case RUA_FIELD_TYPE_BOOLEAN:
    rua_appender_set_boolean (appender, field, g_rand_boolean (random), NULL);
    break;
  case RUA_FIELD_TYPE_DATE:
    rua_appender_set_date (appender, field,
                           field == 6 ? dates[g_rand_int_range (random, 0, 5)] : dates[g_rand_int_range (random, 2, 5)],
                           -1, NULL);
    break;
  case RUA_FIELD_TYPE_TEXTS:
    text = g_strdup (texts[g_rand_int_range (random, 1, 6)]);
    packed = g_strdup_printf ("_%s", text);
    packed[0] = '\0';
    rua_appender_set_packed (appender, field, packed, strlen (text) + 2, NULL);
    break;
  case RUA_FIELD_TYPE_REFERENCE:
    rua_appender_set_reference (appender, field, field == 10 ? any : ids[g_rand_int_range (random, 0, 3)], -1, NULL);
    break;
  case RUA_FIELD_TYPE_TEXT_LIST:
    rua_appender_set_packed (appender, field, list, g_rand_boolean (random) ? 5 : 8, NULL);
    break;
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    rua_appender_set_packed (appender, field, "pingzhai\0miaoxia\0", g_rand_boolean (random) ? 9 : 17, NULL);
    break;
  case RUA_FIELD_TYPE_JSON:
    rua_appender_set_text (appender, field, json[g_rand_int_range (random, 0, 4)], -1, NULL);
    break;
  default:
    rua_appender_set_text (appender, field, texts[g_rand_int_range (random, 0, 6)], -1, NULL);
  }
}

static void
fill (RuaTable *trials, GRand *random, guint n_rows)
{
  g_autoptr (RuaAppender) appender = rua_table_append (trials);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n_rows; i++) {
    g_autofree char *id = g_strdup_printf ("t%u", i);

    rua_appender_set_text (appender, 0, id, -1, NULL);
    for (guint k = 0; k < N_FIELDS; k++)
      if (g_rand_int_range (random, 0, 4) > 0)
        set_random (appender, random, k + 1, fields[k].type, i);
    rua_appender_end_row (appender);
  }
  rua_appender_commit (appender, &error);
  g_assert_no_error (error);
}

static char *
as_json (RuaAlliance *alliance)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = rua_alliance_to_json (alliance, NULL, &error);

  g_assert_no_error (error);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
round_trip (RuaAlliance *from, RuaTable *trials)
{
  g_autoptr (RuaAlliance) to = case_empty ();
  RuaTable *other = trials_new (to);
  g_autoptr (GError) error = NULL;
  struct ArrowArrayStream stream = { 0 };

  g_assert_true (rua_table_export_arrow_stream (trials, (gsize) &stream, &error));
  g_assert_no_error (error);
  rua_table_import_arrow_stream (other, (gsize) &stream, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (stream.release);
  g_autofree char *before = as_json (from), *after = as_json (to);
  g_assert_cmpstr (before, ==, after);
}

static void
test_round_trip (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (guint round = 0; round < 12; round++) {
    g_autoptr (RuaAlliance) alliance = case_empty ();
    RuaTable *trials = trials_new (alliance);
    guint n = round < 3 ? round : g_rand_int_range (random, 1, 300);

    fill (trials, random, n);
    round_trip (alliance, trials);
    if (round % 2) {
      rua_table_pack (trials, NULL, NULL);
      round_trip (alliance, trials);
    }
    /* Rows that were removed are not there, and nor are those that nothing refers to. */
    for (guint i = 0; i < n / 5; i++) {
      g_autoptr (RuaRecord) record
        = rua_table_dup_record (trials, g_rand_int_range (random, 0, rua_table_get_n_records (trials)));

      g_assert_true (rua_table_remove (trials, record, NULL));
    }
    round_trip (alliance, trials);
  }
}

/* Three chunks: what the second and the third hold comes back, too. */
static void
test_chunks (void)
{
  g_autoptr (RuaAlliance) alliance = case_empty ();
  g_autoptr (RuaKind) kind = rua_kind_new ("sample", "samples");
  g_autoptr (RuaField) field = rua_field_new ("hours", RUA_FIELD_TYPE_NUMBER);
  g_autoptr (RuaField) level = rua_field_new ("level", RUA_FIELD_TYPE_INTEGER);
  guint n = 2 * 65536 + 77;
  struct ArrowArrayStream stream = { 0 };
  struct ArrowSchema schema = { 0 };
  struct ArrowArray array = { 0 };
  g_autoptr (GError) error = NULL;
  gint64 row = 0;
  guint n_batches = 0;

  rua_kind_add_field (kind, field, NULL);
  rua_kind_add_field (kind, level, NULL);
  rua_alliance_add_kind (alliance, kind, NULL);
  RuaTable *table = rua_alliance_get_table (alliance, "sample");
  {
    g_autoptr (RuaAppender) appender = rua_table_append (table);

    for (guint i = 0; i < n; i++) {
      if (i % 3)
        rua_appender_set_number (appender, 1, i / 8.0, NULL);
      rua_appender_set_integer (appender, 2, i, NULL);
      rua_appender_end_row (appender);
    }
    rua_appender_commit (appender, &error);
    g_assert_no_error (error);
  }
  g_assert_true (rua_table_export_arrow_stream (table, (gsize) &stream, &error));
  while (stream.get_next (&stream, &array) == 0 && array.release) {
    const struct ArrowArray *hours = array.children[1];

    n_batches++;
    g_assert_cmpint (array.n_children, ==, 3);
    g_assert_cmpint (hours->length, ==, array.length);
    for (gint64 i = 0; i < array.length; i++, row++) {
      const guint8 *known = hours->buffers[0];

      g_assert_cmpint (known[i >> 3] >> (i & 7) & 1, ==, row % 3 != 0);
      if (row % 3)
        g_assert_cmpfloat (((const double *) hours->buffers[1])[i], ==, row / 8.0);
      g_assert_cmpint (((const gint64 *) array.children[2]->buffers[1])[i], ==, row);
    }
    g_assert_cmpint (array.children[2]->null_count, ==, 0);
    array.release (&array);
    g_assert_null (array.release);
  }
  g_assert_cmpint (row, ==, n);
  g_assert_cmpuint (n_batches, ==, 3);
  stream.release (&stream);

  /* As one array. */
  g_autoptr (RuaColumn) column = rua_table_dup_column (table, "hours");
  g_assert_true (rua_column_export_arrow (column, (gsize) &schema, (gsize) &array, &error));
  g_assert_cmpstr (schema.format, ==, "g");
  g_assert_cmpstr (schema.name, ==, "hours");
  g_assert_cmpint (array.length, ==, n);
  g_assert_cmpint (array.null_count, ==, (n + 2) / 3);
  for (guint i = 0; i < n; i++)
    if (i % 3)
      g_assert_cmpfloat (((const double *) array.buffers[1])[i], ==, i / 8.0);
  schema.release (&schema);
  array.release (&array);
}

/* What is not packed is lent: the same memory, which the arrays keep, whatever becomes of the rest. */
static void
test_lent (void)
{
  g_autoptr (RuaAlliance) alliance = case_new ();
  RuaTable *table = rua_alliance_get_table (alliance, "place");
  struct ArrowArrayStream stream = { 0 };
  struct ArrowArray array = { 0 }, moved;
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaRecord) record = rua_table_dup_record (table, 1);
  RuaColumn *area = rua_table_peek_column (table, rua_field_get_index (rua_kind_find_field (rua_table_get_kind (table), "area")));
  RuaSlice slice;
  const double *values;
  guint child = rua_field_get_index (rua_column_get_field (area));

  g_assert_true (rua_table_export_arrow_stream (table, (gsize) &stream, &error));
  rua_column_peek_slice (area, 0, &slice);
  g_assert_cmpint (stream.get_next (&stream, &array), ==, 0);
  g_assert_true (array.children[child]->buffers[1] == slice.values || slice.packed);
  /* Moved out of the struct, it is the mover's to release. */
  moved = *array.children[child];
  array.children[child]->release = NULL;
  array.release (&array);
  stream.release (&stream);
  values = moved.buffers[1];
  g_assert_cmpfloat (values[1], ==, 30);
  /* The owner goes on; the array does not see it. */
  rua_record_set_number (record, "area", 99, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (values[1], ==, 30);
  g_clear_object (&record);
  g_clear_object (&alliance);
  g_assert_cmpfloat (values[1], ==, 30);
  moved.release (&moved);
  g_assert_null (moved.release);
}

static gpointer
release_there (gpointer data)
{
  struct ArrowArray *array = data;

  array->release (array);
  return NULL;
}

static void
test_released_in_another_thread (void)
{
  g_autoptr (RuaAlliance) alliance = case_new ();
  struct ArrowArrayStream stream = { 0 };
  struct ArrowArray array = { 0 };

  g_assert_true (rua_table_export_arrow_stream (rua_alliance_get_table (alliance, "income"), (gsize) &stream, NULL));
  g_assert_cmpint (stream.get_next (&stream, &array), ==, 0);
  stream.release (&stream);
  g_thread_join (g_thread_new ("release", release_there, &array));
  g_assert_null (array.release);
}

static void
test_schema (void)
{
  static const char *const want[N_FIELDS] = { "l", "g", "d:19,2", "b", "tdD", "U", "i", "i", "i", "U", "+L", "+L", "i" };
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autoptr (RuaAlliance) alliance = case_empty ();
  RuaTable *trials = trials_new (alliance);
  struct ArrowArrayStream stream = { 0 };
  struct ArrowSchema schema = { 0 };
  gint32 n;

  fill (trials, random, 50);
  g_assert_true (rua_table_export_arrow_stream (trials, (gsize) &stream, NULL));
  g_assert_cmpint (stream.get_schema (&stream, &schema), ==, 0);
  g_assert_cmpstr (schema.format, ==, "+s");
  g_assert_cmpint (schema.n_children, ==, N_FIELDS + 1);
  for (guint i = 0; i < N_FIELDS; i++) {
    const struct ArrowSchema *child = schema.children[i + 1];

    g_assert_cmpstr (child->name, ==, fields[i].name);
    g_assert_cmpstr (child->format, ==, want[i]);
    g_assert_cmpint (child->flags, ==, ARROW_FLAG_NULLABLE);
    g_assert_true ((child->dictionary != NULL) == (*want[i] == 'i'));
    memcpy (&n, child->metadata, sizeof n);
    g_assert_cmpint (n, >=, 1);
  }
  schema.release (&schema);
  stream.release (&stream);
}

/* ---- arrays that others made, and lie ---- */

typedef struct {
  struct ArrowSchema schema, schema_child, *schema_children[1];
  struct ArrowArray array, child, *children[1];
  const void *none[1];
  const void *buffers[3];
  int released;
} Made;

static void
count_schema (struct ArrowSchema *schema)
{
  (*(int *) schema->private_data)++;
  schema->release = NULL;
}

static void
count_array (struct ArrowArray *array)
{
  (*(int *) array->private_data)++;
  array->release = NULL;
}

/* A table of one column, with no memory of its own but this. */
static void
make (Made *self, const char *name, const char *format, gint64 n, const void *known, const void *values, const void *bytes)
{
  memset (self, 0, sizeof *self);
  self->schema = (struct ArrowSchema) {
    .format = "+s", .name = "", .n_children = 1, .children = self->schema_children,
    .release = count_schema, .private_data = &self->released,
  };
  self->schema_child = (struct ArrowSchema) {
    .format = format, .name = name, .flags = ARROW_FLAG_NULLABLE, .release = count_schema, .private_data = &self->released,
  };
  self->schema_children[0] = &self->schema_child;
  self->buffers[0] = known;
  self->buffers[1] = values;
  self->buffers[2] = bytes;
  self->array = (struct ArrowArray) {
    .length = n, .n_buffers = 1, .buffers = self->none, .n_children = 1, .children = self->children,
    .release = count_array, .private_data = &self->released,
  };
  self->child = (struct ArrowArray) {
    .length = n, .null_count = -1, .n_buffers = bytes || strchr ("uU", *format) ? 3 : *format == 'n' ? 0 : 2,
    .buffers = self->buffers, .release = count_array, .private_data = &self->released,
  };
  self->children[0] = &self->child;
}

static void
check_refused (Made *made, RuaTable *trials, const char *message)
{
  g_autoptr (GError) error = NULL;
  guint n = rua_table_get_n_records (trials);

  if (rua_table_import_arrow (trials, (gsize) &made->schema, (gsize) &made->array, NULL, &error))
    g_error ("not refused: %s", message);
  if (error->domain != RUA_ERROR || !strstr (error->message, message))
    g_error ("%s, not %s", error->message, message);
  /* Both are released, once, and nothing was added. */
  g_assert_cmpint (made->released, ==, 2);
  g_assert_null (made->schema.release);
  g_assert_null (made->array.release);
  g_assert_cmpuint (rua_table_get_n_records (trials), ==, n);
}

static const double halves[] = { 0.5, 1.5, 2.5 };
static const gint32 offsets[] = { 0, 1, 2, 3 };
static const gint32 back[] = { 0, 2, 1, 3 };
static const gint32 before_all[] = { -1, 1, 2, 3 };

static void
test_hostile (void)
{
  g_autoptr (RuaAlliance) alliance = case_empty ();
  RuaTable *trials = trials_new (alliance);
  static const double endless[] = { 1, HUGE_VAL, 2 };
  static const gint64 late[] = { 0, 3652059, 0 };
  static const gint64 noon[] = { 43200000, 0, 0 };
  static const guint64 huge[] = { 1, G_MAXUINT64, 2 };
  static const guint8 some[] = { 5 };
  static const gint64 wide[] = { 1, 1, 2, 2, 3, 3 };
  static const guint8 codes[] = { 0, 9, 0 };
  struct ArrowSchema dictionary_schema = { .format = "u", .name = "", .release = count_schema };
  const void *dictionary_buffers[] = { NULL, offsets, "abc" };
  struct ArrowArray dictionary = { .length = 3, .n_buffers = 3, .buffers = dictionary_buffers, .release = count_array };
  Made made;

#define HOURS make (&made, "hours", "g", 3, NULL, halves, NULL)
#define CROP(offsets_, bytes) make (&made, "crop", "u", 3, NULL, offsets_, bytes)

  HOURS;
  made.schema.format = "l";
  check_refused (&made, trials, "this is no table");
  HOURS;
  made.schema.format = NULL;
  check_refused (&made, trials, "this is no table");
  HOURS;
  made.schema.n_children = -1;
  check_refused (&made, trials, "this is no table");
  HOURS;
  made.schema.children = NULL;
  check_refused (&made, trials, "this is no table");
  HOURS;
  made.schema_child.release = NULL;
  check_refused (&made, trials, "there is no field of this name");
  HOURS;
  made.schema_child.format = NULL;
  check_refused (&made, trials, "its schema is not there");
  HOURS;
  made.schema_child.name = NULL;
  check_refused (&made, trials, "there is no field of this name");
  HOURS;
  made.schema_child.name = "hors";
  check_refused (&made, trials, "did you mean");
  HOURS;
  made.schema_child.name = "\x1b[31m";
  check_refused (&made, trials, "Arrow: trial: \\u001b[31m: there is no field");
  HOURS;
  made.schema_child.name = "\xff\xfe";
  check_refused (&made, trials, "there is no field of this name");
  HOURS;
  made.schema_child.format = "e";
  check_refused (&made, trials, "the Arrow type “e” is not read here");
  HOURS;
  made.schema_child.format = "u";
  check_refused (&made, trials, "the column is of another type, “u”");
  HOURS;
  made.schema_child.format = "+l";
  check_refused (&made, trials, "a list without a type");
  HOURS;
  made.array.length = -1;
  check_refused (&made, trials, "not the length, that it says");
  HOURS;
  made.array.offset = G_MAXINT64;
  check_refused (&made, trials, "not the length, that it says");
  HOURS;
  made.array.n_children = 2;
  check_refused (&made, trials, "a batch has not the columns");
  HOURS;
  made.array.children = NULL;
  check_refused (&made, trials, "a batch has not the columns");
  HOURS;
  made.child.release = NULL;
  check_refused (&made, trials, "it is not there, or was released before");
  HOURS;
  made.child.length = 2;
  check_refused (&made, trials, "it is shorter than the table");
  HOURS;
  made.child.length = -3;
  check_refused (&made, trials, "no length");
  HOURS;
  made.child.offset = -1;
  check_refused (&made, trials, "no length");
  HOURS;
  made.child.length = G_MAXINT64;
  check_refused (&made, trials, "no length");
  HOURS;
  made.child.n_buffers = 3;
  check_refused (&made, trials, "another number of buffers");
  HOURS;
  made.child.buffers = NULL;
  check_refused (&made, trials, "another number of buffers");
  HOURS;
  made.buffers[1] = NULL;
  check_refused (&made, trials, "its values are not there");
  HOURS;
  made.child.null_count = 1;
  check_refused (&made, trials, "but not which");
  HOURS;
  made.child.n_children = 1;
  check_refused (&made, trials, "another number of children");
  HOURS;
  made.none[0] = some;
  made.array.null_count = 1;
  check_refused (&made, trials, "a whole row is null");
  make (&made, "hours", "g", 3, NULL, endless, NULL);
  check_refused (&made, trials, "Arrow:2: trial: hours: the number is not finite");
  make (&made, "level", "g", 3, NULL, halves, NULL);
  check_refused (&made, trials, "this is no whole number");
  make (&made, "level", "L", 3, NULL, huge, NULL);
  check_refused (&made, trials, "does not fit in 64 bits");
  make (&made, "price", "g", 3, NULL, (const double[]) { 0.5, 0.001, 1 }, NULL);
  check_refused (&made, trials, "more decimals than the currency");
  make (&made, "price", "d:19,3", 3, NULL, wide, NULL);
  check_refused (&made, trials, "more decimals than the currency, or is too large");
  make (&made, "price", "d:76,2,256", 3, NULL, wide, NULL);
  check_refused (&made, trials, "is not read here");
  make (&made, "sold", "tdD", 3, NULL, (const gint32[]) { 0, G_MAXINT32, 0 }, NULL);
  check_refused (&made, trials, "not within the years");
  make (&made, "sold", "tss:", 3, NULL, late, NULL);
  check_refused (&made, trials, "a time of day");
  make (&made, "sold", "tdm", 3, NULL, noon, NULL);
  check_refused (&made, trials, "a time of day");
  make (&made, "sold", "tss:UTC", 3, NULL, late, NULL);
  check_refused (&made, trials, "is not read here");
  CROP (back, "abc");
  check_refused (&made, trials, "this is no text");
  CROP (before_all, "abc");
  check_refused (&made, trials, "this is no text");
  CROP (offsets, "\xff\xfe\xfd");
  check_refused (&made, trials, "this is no text");
  CROP (offsets, "a\0b");
  check_refused (&made, trials, "this is no text");
  CROP (offsets, NULL);
  check_refused (&made, trials, "its texts are not there");
  make (&made, "place", "u", 3, NULL, offsets, "abc");
  check_refused (&made, trials, "Arrow:1: trial #");
  make (&made, "place", "u", 3, NULL, offsets, "abc");
  check_refused (&made, trials, "there is no place of this id");
  make (&made, "level", "g", 3, NULL, (const double[]) { 1, 0x1p63, 1 }, NULL);
  check_refused (&made, trials, "Arrow:2: trial: level: this is no whole number of 64 bits");
  make (&made, "level", "g", 3, NULL, (const double[]) { 1, -0x1.8p63, 1 }, NULL);
  check_refused (&made, trials, "Arrow:2: trial: level: this is no whole number of 64 bits");
  make (&made, "more", "u", 3, NULL, offsets, "{{{");
  check_refused (&made, trials, "this is no JSON");
  make (&made, "id", "u", 3, NULL, offsets, "aba");
  check_refused (&made, trials, "another record of this kind has this id");
  make (&made, "crop", "C", 3, NULL, codes, NULL);
  made.schema_child.dictionary = &dictionary_schema;
  made.child.dictionary = &dictionary;
  check_refused (&made, trials, "this is no text");
  make (&made, "crop", "C", 3, NULL, codes, NULL);
  made.schema_child.dictionary = &dictionary_schema;
  check_refused (&made, trials, "it is not there");
  make (&made, "crop", "g", 3, NULL, halves, NULL);
  made.schema_child.dictionary = &dictionary_schema;
  check_refused (&made, trials, "no whole numbers");

  /* Released before: refused, and released no more. */
  HOURS;
  made.schema.release = NULL;
  made.array.release = NULL;
  made.released = 2;
  check_refused (&made, trials, "this is no table");

  /* Every fault is told. */
  make (&made, "hours", "g", 3, NULL, (const double[]) { HUGE_VAL, 1, -HUGE_VAL }, NULL);
  g_autoptr (GError) error = NULL;
  g_assert_false (rua_table_import_arrow (trials, (gsize) &made.schema, (gsize) &made.array, NULL, &error));
  g_assert_nonnull (strstr (error->message, "Arrow:1: "));
  g_assert_nonnull (strstr (error->message, "Arrow:3: "));
}

/* What other libraries write that we do not: offsets, other widths, other forms of the same. */
/* Lists of words that are told by codes. */
static void
test_coded_lists (void)
{
  static const gint32 ends[] = { 0, 2, 2, 3 }, words[] = { 0, 3, 7 };
  static const gint8 codes[] = { 1, 0, 1 };
  const void *word_buffers[] = { NULL, words, "teatree" }, *code_buffers[] = { NULL, codes };
  struct ArrowSchema word_schema = { .format = "u", .name = "", .release = count_schema };
  struct ArrowSchema code_schema = { .format = "c", .name = "item", .dictionary = &word_schema, .release = count_schema };
  struct ArrowArray word_array = { .length = 2, .n_buffers = 3, .buffers = word_buffers, .release = count_array };
  struct ArrowArray code_array = { .length = 3, .n_buffers = 2, .buffers = code_buffers, .dictionary = &word_array, .release = count_array };
  struct ArrowSchema *schemas[] = { &code_schema };
  struct ArrowArray *arrays[] = { &code_array };
  g_autoptr (RuaAlliance) alliance = case_empty ();
  RuaTable *trials = trials_new (alliance);
  g_autoptr (GError) error = NULL;

  for (guint again = 0; again < 2; again++) {
    Made made;

    make (&made, "peoples", "+l", 3, NULL, ends, NULL);
    made.schema_child.n_children = made.child.n_children = 1;
    made.schema_child.children = schemas;
    made.child.children = arrays;
    if (again) {
      /* A dictionary of codes of a dictionary is told no better. */
      word_schema.format = "c";
      word_schema.dictionary = &code_schema;
      check_refused (&made, trials, "is not read here");
    } else {
      rua_table_import_arrow (trials, (gsize) &made.schema, (gsize) &made.array, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpint (made.released, ==, 2);
    }
  }
  {
    g_autoptr (RuaRecord) first = rua_table_dup_record (trials, 0), last = rua_table_dup_record (trials, 2);
    g_auto (GStrv) some = rua_record_dup_text_list (first, "peoples"), one = rua_record_dup_text_list (last, "peoples");

    g_assert_cmpstrv (some, ((const char *const[]) { "tree", "tea", NULL }));
    g_assert_cmpstrv (one, ((const char *const[]) { "tree", NULL }));
  }
}

static void
test_other_forms (void)
{
  static const struct {
    const char *field;
    const char *format;
    const char *want;
  } cases[] = {
    { "level", "c", "-1 ? 3" },    { "hours", "f", "0.5 ? 2.5" }, { "price", "i", "7 ? 9" },
    { "price", "g", "0.5 ? 2.5" }, { "price", "d:10,1", "0.1 ? 0.3" }, { "sold", "tsm:", "1970-01-01 ? 1970-01-03" },
    { "sold", "u", "2014 ? 2016" }, { "level", "n", "? ? ?" },
    { "level", "g", "4611686018427388000 ? -9223372036854776000" },
  };
  static const gint8 bytes[] = { 99, -1, 2, 3 };
  static const float floats[] = { 99, 0.5f, 1.5f, 2.5f };
  static const gint32 ints[] = { 99, 7, 8, 9 };
  static const double doubles[] = { 99, 0.5, 1.5, 2.5 };
  static const gint64 decimals[] = { 99, 0, 1, 0, 2, 0, 3, 0 };
  static const gint64 times[] = { 99, 0, 1, 172800000 };
  static const gint32 places[] = { 0, 0, 4, 8, 12 };
  static const guint8 known[] = { 0xfb };
  static const double wholes[] = { 99, 0x1p62, 0.5, -0x1p63 };
  const void *values[] = { bytes, floats, ints, doubles, decimals, times, places, NULL, wholes };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaAlliance) alliance = case_empty ();
    RuaTable *trials = trials_new (alliance);
    g_autoptr (GString) got = g_string_new (NULL);
    g_autoptr (GError) error = NULL;
    Made made;

    make (&made, cases[i].field, cases[i].format, 3, known, values[i], strcmp (cases[i].format, "u") == 0 ? "201420152016" : NULL);
    made.child.offset = *cases[i].format == 'n' ? 0 : 1;
    rua_table_import_arrow (trials, (gsize) &made.schema, (gsize) &made.array, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpint (made.released, ==, 2);
    g_autoptr (RuaExpression) expression = rua_expression_new (cases[i].field, trials, &error);
    g_autoptr (GBytes) presence = NULL;
    g_auto (GStrv) texts = rua_expression_dup_texts (expression, &presence, &error);
    g_assert_no_error (error);
    for (guint k = 0; k < 3; k++)
      g_string_append_printf (got, "%s%s", k ? " " : "",
                              ((const guint8 *) g_bytes_get_data (presence, NULL))[k] ? texts[k] : "?");
    g_assert_cmpstr (got->str, ==, cases[i].want);
  }
}

/* ---- streams that break ---- */

typedef struct {
  Made made;
  guint n_batches;
  int fails_at; /* -1: at the schema */
  int released;
} Broken;

static int
broken_schema (struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
  Broken *self = stream->private_data;

  if (self->fails_at < 0)
    return EIO;
  *out = self->made.schema;
  return 0;
}

static int
broken_next (struct ArrowArrayStream *stream, struct ArrowArray *out)
{
  Broken *self = stream->private_data;

  if ((int) self->n_batches++ == self->fails_at)
    return EINVAL;
  *out = self->made.array;
  return 0;
}

static const char *
broken_error (struct ArrowArrayStream *stream)
{
  return ((Broken *) stream->private_data)->fails_at > 1 ? "the \xff disk" : NULL;
}

static void
broken_release (struct ArrowArrayStream *stream)
{
  ((Broken *) stream->private_data)->released++;
  stream->release = NULL;
}

static void
test_broken_streams (void)
{
  g_autoptr (RuaAlliance) alliance = case_empty ();
  RuaTable *trials = trials_new (alliance);

  for (int fails_at = -1; fails_at < 4; fails_at++) {
    Broken broken = { .fails_at = fails_at };
    struct ArrowArrayStream stream = { broken_schema, broken_next, broken_error, broken_release, &broken };
    g_autoptr (GError) error = NULL;

    make (&broken.made, "hours", "g", 3, NULL, halves, NULL);
    g_assert_false (rua_table_import_arrow_stream (trials, (gsize) &stream, NULL, &error));
    g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
    g_assert_nonnull (strstr (error->message, "the stream broke off"));
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
    g_assert_cmpint (broken.released, ==, 1);
    /* The schema, and every batch. */
    g_assert_cmpint (broken.made.released, ==, fails_at + 1);
    g_assert_cmpuint (rua_table_get_n_records (trials), ==, 0);
    g_clear_error (&error);
    g_assert_false (rua_table_import_arrow_stream (trials, (gsize) &stream, NULL, &error));
    g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  }
}

static void
test_cancelled (void)
{
  g_autoptr (RuaAlliance) alliance = case_empty ();
  RuaTable *trials = trials_new (alliance);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  Made made;

  g_cancellable_cancel (cancellable);
  make (&made, "hours", "g", 3, NULL, halves, NULL);
  g_assert_false (rua_table_import_arrow (trials, (gsize) &made.schema, (gsize) &made.array, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (made.released, ==, 2);
  g_assert_cmpuint (rua_table_get_n_records (trials), ==, 0);
  g_clear_error (&error);

  /* A snapshot takes nothing. */
  g_autoptr (RuaAlliance) snapshot = rua_alliance_snapshot (alliance);
  make (&made, "hours", "g", 3, NULL, halves, NULL);
  g_assert_false (rua_table_import_arrow (rua_alliance_get_table (snapshot, "trial"), (gsize) &made.schema, (gsize) &made.array, NULL, &error));
  g_assert_cmpint (made.released, ==, 2);
  g_assert_nonnull (error);
  g_clear_error (&error);

  /* Nor does a table that is being appended to. */
  g_autoptr (RuaAppender) appender = rua_table_append (trials);
  make (&made, "hours", "g", 3, NULL, halves, NULL);
  g_assert_false (rua_table_import_arrow (trials, (gsize) &made.schema, (gsize) &made.array, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  rua_appender_rollback (appender);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/arrow/round-trip", test_round_trip);
  g_test_add_func ("/arrow/chunks", test_chunks);
  g_test_add_func ("/arrow/lent", test_lent);
  g_test_add_func ("/arrow/released-in-another-thread", test_released_in_another_thread);
  g_test_add_func ("/arrow/schema", test_schema);
  g_test_add_func ("/arrow/hostile", test_hostile);
  g_test_add_func ("/arrow/coded-lists", test_coded_lists);
  g_test_add_func ("/arrow/other-forms", test_other_forms);
  g_test_add_func ("/arrow/broken-streams", test_broken_streams);
  g_test_add_func ("/arrow/cancelled", test_cancelled);
  return g_test_run ();
}
