/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-limits-private.h"

#include <string.h>

#include "rua-nearest-private.h"

/**
 * RuaLimits:
 *
 * What is too much when a file is read.
 *
 * Whoever mails a file decides how large it is, how deep it is nested and how long reading it takes. A
 * file beyond a limit is refused whole, with an error `RUA_ERROR_LIMIT` that says which limit it was.
 *
 * Every limit is 0 at first: what the format then takes is told with each property.
 *
 * ```python
 * limits = RuralAlliance.Limits(bytes=10_000_000, rows=100_000, seconds=5)
 * alliance = RuralAlliance.Store.open('mailed.json', 0, limits).load()
 * ```
 *
 * Since: 1.0
 */
struct _RuaLimits {
  GObject parent_instance;

  RuaLimitValues values;
};

G_DEFINE_FINAL_TYPE (RuaLimits, rua_limits, G_TYPE_OBJECT)

enum { PROP_0, PROP_BYTES, PROP_DEPTH, PROP_COLUMNS, PROP_CELL, PROP_ROWS, PROP_SECONDS, N_PROPS };

static GParamSpec *properties[N_PROPS];

static const char *const names[] = { "bytes", "depth", "columns", "cell", "rows", "seconds" };

static void
rua_limits_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  const RuaLimitValues *values = &RUA_LIMITS (object)->values;

  switch (id) {
  case PROP_BYTES:
    g_value_set_uint64 (value, values->bytes);
    break;
  case PROP_DEPTH:
    g_value_set_uint (value, values->depth);
    break;
  case PROP_COLUMNS:
    g_value_set_uint (value, values->columns);
    break;
  case PROP_CELL:
    g_value_set_uint (value, values->cell);
    break;
  case PROP_ROWS:
    g_value_set_uint (value, values->rows);
    break;
  case PROP_SECONDS:
    g_value_set_double (value, values->seconds);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
rua_limits_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  RuaLimits *self = RUA_LIMITS (object);

  switch (id) {
  case PROP_BYTES:
    rua_limits_set_bytes (self, g_value_get_uint64 (value));
    break;
  case PROP_DEPTH:
    rua_limits_set_depth (self, g_value_get_uint (value));
    break;
  case PROP_COLUMNS:
    rua_limits_set_columns (self, g_value_get_uint (value));
    break;
  case PROP_CELL:
    rua_limits_set_cell (self, g_value_get_uint (value));
    break;
  case PROP_ROWS:
    rua_limits_set_rows (self, g_value_get_uint (value));
    break;
  case PROP_SECONDS:
    rua_limits_set_seconds (self, g_value_get_double (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
rua_limits_class_init (RuaLimitsClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = rua_limits_get_property;
  object_class->set_property = rua_limits_set_property;
  /**
   * RuaLimits:bytes:
   *
   * How large a file may be; of a folder, all files in it together. 0: 4 GiB - 1 of a JSON document,
   * 256 GiB of CSV and of a Data Package, any size of a columnar file, whose cells are read only when
   * they are looked at, and of an SQLite file.
   *
   * Since: 1.0
   */
  properties[PROP_BYTES] = g_param_spec_uint64 ("bytes", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  /**
   * RuaLimits:depth:
   *
   * How deep JSON may be nested, 1000 at most. 0: 128 in a document, 64 in a cell.
   *
   * Since: 1.0
   */
  properties[PROP_DEPTH] = g_param_spec_uint ("depth", NULL, NULL, 0, RUA_LIMITS_MOST_DEPTH, 0, flags);
  /**
   * RuaLimits:columns:
   *
   * How many columns a table may have, or members a record. 0: 65,536.
   *
   * Since: 1.0
   */
  properties[PROP_COLUMNS] = g_param_spec_uint ("columns", NULL, NULL, 0, G_MAXUINT, 0, flags);
  /**
   * RuaLimits:cell:
   *
   * How many bytes one value may have. 0: 67,108,864, which is 64 MiB.
   *
   * Since: 1.0
   */
  properties[PROP_CELL] = g_param_spec_uint ("cell", NULL, NULL, 0, G_MAXINT, 0, flags);
  /**
   * RuaLimits:rows:
   *
   * How many records of one kind there may be. 0: 4,294,967,294.
   *
   * Since: 1.0
   */
  properties[PROP_ROWS] = g_param_spec_uint ("rows", NULL, NULL, 0, G_MAXUINT - 1, 0, flags);
  /**
   * RuaLimits:seconds:
   *
   * How long reading may take. 0: as long as it takes.
   *
   * Since: 1.0
   */
  properties[PROP_SECONDS] = g_param_spec_double ("seconds", NULL, NULL, 0, 1e9, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
rua_limits_init (RuaLimits *self)
{
}

/**
 * rua_limits_new:
 *
 * Makes limits that are all 0, so that each format has its own.
 *
 * Returns: (transfer full): limits
 *
 * Since: 1.0
 */
RuaLimits *
rua_limits_new (void)
{
  return g_object_new (RUA_TYPE_LIMITS, NULL);
}

/* ---- as text ---- */

static gboolean
refuse (const char *word, const char *mend, GError **error)
{
  g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE, "limits: '%s': %s", word, mend);
  return FALSE;
}

static gboolean
set_seconds_from_text (RuaLimits *self, const char *word, const char *value, GError **error)
{
  char *end = NULL;
  double seconds = g_ascii_isdigit (*value) ? g_ascii_strtod (value, &end) : -1;

  if (end == NULL || *end != '\0' || !(seconds >= 0) || seconds > 1e9)
    return refuse (word, "write a number of seconds, such as seconds=10", error);
  rua_limits_set_seconds (self, seconds);
  return TRUE;
}

static gboolean
set_from_text (RuaLimits *self, const char *word, GError **error)
{
  static const guint64 most[] = { G_MAXUINT64, RUA_LIMITS_MOST_DEPTH, G_MAXUINT, G_MAXINT, RUA_LIMITS_ROWS };
  const char *equals = strchr (word, '=');
  g_autofree char *name = equals != NULL ? g_strndup (word, (gsize) (equals - word)) : NULL;
  guint64 value;

  if (equals == NULL)
    return refuse (word, "write NAME=VALUE, such as rows=100000", error);
  g_strstrip (name);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (!g_str_equal (names[i], name))
      continue;
    if (i == G_N_ELEMENTS (most))
      return set_seconds_from_text (self, word, equals + 1, error);
    if (!g_ascii_string_to_unsigned (equals + 1, 10, 0, most[i], &value, NULL)) {
      g_autofree char *mend = g_strdup_printf ("write a whole number from 0 to %" G_GUINT64_FORMAT, most[i]);

      return refuse (word, mend, error);
    }
    if (i == 0)
      rua_limits_set_bytes (self, value);
    else
      g_object_set (self, name, (guint) value, NULL);
    return TRUE;
  }
  {
    g_autofree char *mend = NULL;
    RuaNearest nearest;

    rua_nearest_init (&nearest, name);
    for (guint i = 0; i < G_N_ELEMENTS (names); i++)
      rua_nearest_offer (&nearest, names[i]);
    mend = rua_nearest_mend (&nearest, "there are bytes, depth, columns, cell, rows and seconds");
    return refuse (word, mend, error);
  }
}

/**
 * rua_limits_new_from_text: (constructor)
 * @text: limits with commas between them, such as `bytes=10000000,rows=100000,seconds=5`; those that
 *   are not told are 0
 * @error: where to put an error
 *
 * Reads limits as a person writes them, on a command line for one.
 *
 * Returns: (transfer full): limits, or %NULL and `RUA_ERROR_VALUE` that says which word is none
 *
 * Since: 1.0
 */
RuaLimits *
rua_limits_new_from_text (const char *text, GError **error)
{
  g_autoptr (RuaLimits) self = rua_limits_new ();
  g_auto (GStrv) words = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  words = g_strsplit (text, ",", -1);
  for (guint i = 0; words[i] != NULL; i++)
    if (!set_from_text (self, g_strstrip (words[i]), error))
      return NULL;
  return g_steal_pointer (&self);
}

/**
 * rua_limits_to_text:
 * @self: limits
 *
 * Writes the limits that are not 0 as [ctor@RuralAlliance.Limits.new_from_text] reads them.
 *
 * Returns: (transfer full): a text; empty when all are 0
 *
 * Since: 1.0
 */
char *
rua_limits_to_text (RuaLimits *self)
{
  GString *out;

  g_return_val_if_fail (RUA_IS_LIMITS (self), NULL);

  out = g_string_new (NULL);
  if (self->values.bytes > 0)
    g_string_append_printf (out, ",bytes=%" G_GUINT64_FORMAT, self->values.bytes);
  if (self->values.depth > 0)
    g_string_append_printf (out, ",depth=%u", self->values.depth);
  if (self->values.columns > 0)
    g_string_append_printf (out, ",columns=%u", self->values.columns);
  if (self->values.cell > 0)
    g_string_append_printf (out, ",cell=%u", self->values.cell);
  if (self->values.rows > 0)
    g_string_append_printf (out, ",rows=%u", self->values.rows);
  if (self->values.seconds > 0) {
    char buffer[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append_printf (out, ",seconds=%s", g_ascii_dtostr (buffer, sizeof buffer, self->values.seconds));
  }
  if (out->len > 0)
    g_string_erase (out, 0, 1);
  return g_string_free (out, FALSE);
}

/* ---- one by one ---- */

/**
 * rua_limits_get_bytes:
 * @self: limits
 *
 * Gets how large a file may be.
 *
 * Returns: a number of bytes; 0: what the format takes
 *
 * Since: 1.0
 */
guint64
rua_limits_get_bytes (RuaLimits *self)
{
  g_return_val_if_fail (RUA_IS_LIMITS (self), 0);
  return self->values.bytes;
}

/**
 * rua_limits_set_bytes:
 * @self: limits
 * @bytes: a number of bytes; 0: what the format takes
 *
 * Sets how large a file may be.
 *
 * Since: 1.0
 */
void
rua_limits_set_bytes (RuaLimits *self, guint64 bytes)
{
  g_return_if_fail (RUA_IS_LIMITS (self));
  if (self->values.bytes == bytes)
    return;
  self->values.bytes = bytes;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BYTES]);
}

/**
 * rua_limits_get_depth:
 * @self: limits
 *
 * Gets how deep JSON may be nested.
 *
 * Returns: a number of levels; 0: what the format takes
 *
 * Since: 1.0
 */
guint
rua_limits_get_depth (RuaLimits *self)
{
  g_return_val_if_fail (RUA_IS_LIMITS (self), 0);
  return self->values.depth;
}

/**
 * rua_limits_set_depth:
 * @self: limits
 * @depth: a number of levels, 1000 at most; 0: what the format takes
 *
 * Sets how deep JSON may be nested.
 *
 * Since: 1.0
 */
void
rua_limits_set_depth (RuaLimits *self, guint depth)
{
  g_return_if_fail (RUA_IS_LIMITS (self));
  g_return_if_fail (depth <= RUA_LIMITS_MOST_DEPTH);
  if (self->values.depth == depth)
    return;
  self->values.depth = depth;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DEPTH]);
}

/**
 * rua_limits_get_columns:
 * @self: limits
 *
 * Gets how many columns a table may have, or members a record.
 *
 * Returns: a number of columns; 0: 65,536
 *
 * Since: 1.0
 */
guint
rua_limits_get_columns (RuaLimits *self)
{
  g_return_val_if_fail (RUA_IS_LIMITS (self), 0);
  return self->values.columns;
}

/**
 * rua_limits_set_columns:
 * @self: limits
 * @columns: a number of columns; 0: 65,536
 *
 * Sets how many columns a table may have, or members a record.
 *
 * Since: 1.0
 */
void
rua_limits_set_columns (RuaLimits *self, guint columns)
{
  g_return_if_fail (RUA_IS_LIMITS (self));
  if (self->values.columns == columns)
    return;
  self->values.columns = columns;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COLUMNS]);
}

/**
 * rua_limits_get_cell:
 * @self: limits
 *
 * Gets how many bytes one value may have.
 *
 * Returns: a number of bytes; 0: 64 MiB
 *
 * Since: 1.0
 */
guint
rua_limits_get_cell (RuaLimits *self)
{
  g_return_val_if_fail (RUA_IS_LIMITS (self), 0);
  return self->values.cell;
}

/**
 * rua_limits_set_cell:
 * @self: limits
 * @cell: a number of bytes, 2,147,483,647 at most; 0: 64 MiB
 *
 * Sets how many bytes one value may have.
 *
 * Since: 1.0
 */
void
rua_limits_set_cell (RuaLimits *self, guint cell)
{
  g_return_if_fail (RUA_IS_LIMITS (self));
  g_return_if_fail (cell <= G_MAXINT);
  if (self->values.cell == cell)
    return;
  self->values.cell = cell;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CELL]);
}

/**
 * rua_limits_get_rows:
 * @self: limits
 *
 * Gets how many records of one kind there may be.
 *
 * Returns: a number of records; 0: 4,294,967,294
 *
 * Since: 1.0
 */
guint
rua_limits_get_rows (RuaLimits *self)
{
  g_return_val_if_fail (RUA_IS_LIMITS (self), 0);
  return self->values.rows;
}

/**
 * rua_limits_set_rows:
 * @self: limits
 * @rows: a number of records, 4,294,967,294 at most; 0: that many
 *
 * Sets how many records of one kind there may be.
 *
 * Since: 1.0
 */
void
rua_limits_set_rows (RuaLimits *self, guint rows)
{
  g_return_if_fail (RUA_IS_LIMITS (self));
  g_return_if_fail (rows <= RUA_LIMITS_ROWS);
  if (self->values.rows == rows)
    return;
  self->values.rows = rows;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ROWS]);
}

/**
 * rua_limits_get_seconds:
 * @self: limits
 *
 * Gets how long reading may take.
 *
 * Returns: a number of seconds; 0: as long as it takes
 *
 * Since: 1.0
 */
double
rua_limits_get_seconds (RuaLimits *self)
{
  g_return_val_if_fail (RUA_IS_LIMITS (self), 0);
  return self->values.seconds;
}

/**
 * rua_limits_set_seconds:
 * @self: limits
 * @seconds: a number of seconds; 0: as long as it takes
 *
 * Sets how long reading may take.
 *
 * Since: 1.0
 */
void
rua_limits_set_seconds (RuaLimits *self, double seconds)
{
  g_return_if_fail (RUA_IS_LIMITS (self));
  g_return_if_fail (seconds >= 0 && seconds <= 1e9);
  if (self->values.seconds == seconds)
    return;
  self->values.seconds = seconds;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SECONDS]);
}

/* ---- for those who read ---- */

RuaLimitValues
rua_limits_get_values (RuaLimits *self)
{
  const RuaLimitValues none = { 0 };

  return self != NULL ? self->values : none;
}

RuaLimitValues
rua_limit_values_settle (const RuaLimitValues *values)
{
  RuaLimitValues settled = { 0 };

  if (values != NULL)
    settled = *values;
  if (settled.columns == 0)
    settled.columns = RUA_LIMITS_COLUMNS;
  if (settled.cell == 0)
    settled.cell = RUA_LIMITS_CELL;
  if (settled.rows == 0)
    settled.rows = RUA_LIMITS_ROWS;
  return settled;
}
