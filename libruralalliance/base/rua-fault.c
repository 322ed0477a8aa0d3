/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-fault-private.h"

/**
 * RuaFault:
 *
 * One thing that is wrong with one place of an input, and how to mend it.
 *
 * Since: 1.0
 */
struct _RuaFault {
  GObject parent_instance;

  RuaError code;
  guint64 line;
  guint64 column;
  char *file;
  char *kind;
  char *key;
  char *field;
  char *value;
  char *message;
  char *mend;
};

G_DEFINE_FINAL_TYPE (RuaFault, rua_fault, G_TYPE_OBJECT)

static void
rua_fault_finalize (GObject *object)
{
  RuaFault *self = RUA_FAULT (object);

  g_free (self->file);
  g_free (self->kind);
  g_free (self->key);
  g_free (self->field);
  g_free (self->value);
  g_free (self->message);
  g_free (self->mend);

  G_OBJECT_CLASS (rua_fault_parent_class)->finalize (object);
}

static void
rua_fault_class_init (RuaFaultClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rua_fault_finalize;
}

static void
rua_fault_init (RuaFault *self)
{
}

RuaFault *
rua_fault_new (const char *file, const RuaFaultInfo *info)
{
  RuaFault *self = g_object_new (RUA_TYPE_FAULT, NULL);

  self->code = info->code;
  self->line = info->line;
  self->column = info->column;
  self->file = g_strdup (file);
  self->kind = g_strdup (info->kind);
  self->key = g_strdup (info->key);
  self->field = g_strdup (info->field);
  self->value = g_strdup (info->value);
  self->message = g_strdup (info->message ? info->message : "something is wrong here");
  self->mend = g_strdup (info->mend);
  return self;
}

/**
 * rua_fault_get_code:
 * @self: a fault
 *
 * Gets what sort of fault it is.
 *
 * Returns: the code, as an error of the domain `RUA_ERROR` would carry it
 *
 * Since: 1.0
 */
RuaError
rua_fault_get_code (RuaFault *self)
{
  g_return_val_if_fail (RUA_IS_FAULT (self), RUA_ERROR_FAILED);
  return self->code;
}

/**
 * rua_fault_get_file:
 * @self: a fault
 *
 * Gets the name of the input the fault stands in.
 *
 * Returns: (nullable): the name, or %NULL when the input has none
 *
 * Since: 1.0
 */
const char *
rua_fault_get_file (RuaFault *self)
{
  g_return_val_if_fail (RUA_IS_FAULT (self), NULL);
  return self->file;
}

/**
 * rua_fault_get_line:
 * @self: a fault
 *
 * Gets the line the fault stands in.
 *
 * Returns: the line, counted from 1; 0 when the fault stands in no text
 *
 * Since: 1.0
 */
guint64
rua_fault_get_line (RuaFault *self)
{
  g_return_val_if_fail (RUA_IS_FAULT (self), 0);
  return self->line;
}

/**
 * rua_fault_get_column:
 * @self: a fault
 *
 * Gets the place of the fault in its line.
 *
 * Returns: the character, counted from 1; 0 when it is not known
 *
 * Since: 1.0
 */
guint64
rua_fault_get_column (RuaFault *self)
{
  g_return_val_if_fail (RUA_IS_FAULT (self), 0);
  return self->column;
}

/**
 * rua_fault_get_kind:
 * @self: a fault
 *
 * Gets the kind of the record at fault.
 *
 * Returns: (nullable): the kind's name, or %NULL when no record is meant
 *
 * Since: 1.0
 */
const char *
rua_fault_get_kind (RuaFault *self)
{
  g_return_val_if_fail (RUA_IS_FAULT (self), NULL);
  return self->kind;
}

/**
 * rua_fault_get_key:
 * @self: a fault
 *
 * Gets which record is at fault.
 *
 * Returns: (nullable): the record's id, `#` and its position from 1 when it has none, or %NULL
 *   when no record is meant
 *
 * Since: 1.0
 */
const char *
rua_fault_get_key (RuaFault *self)
{
  g_return_val_if_fail (RUA_IS_FAULT (self), NULL);
  return self->key;
}

/**
 * rua_fault_get_field:
 * @self: a fault
 *
 * Gets the field at fault.
 *
 * Returns: (nullable): the field's name, or %NULL when no single field is meant
 *
 * Since: 1.0
 */
const char *
rua_fault_get_field (RuaFault *self)
{
  g_return_val_if_fail (RUA_IS_FAULT (self), NULL);
  return self->field;
}

/**
 * rua_fault_get_value:
 * @self: a fault
 *
 * Gets the value at fault. Values of personal and sensitive fields are withheld.
 *
 * Returns: (nullable): the value as it stands in the input, or %NULL
 *
 * Since: 1.0
 */
const char *
rua_fault_get_value (RuaFault *self)
{
  g_return_val_if_fail (RUA_IS_FAULT (self), NULL);
  return self->value;
}

/**
 * rua_fault_get_message:
 * @self: a fault
 *
 * Gets what is wrong.
 *
 * Returns: a sentence without the place
 *
 * Since: 1.0
 */
const char *
rua_fault_get_message (RuaFault *self)
{
  g_return_val_if_fail (RUA_IS_FAULT (self), NULL);
  return self->message;
}

/**
 * rua_fault_get_mend:
 * @self: a fault
 *
 * Gets what to do about it.
 *
 * Returns: (nullable): a sentence, or %NULL when there is nothing to say
 *
 * Since: 1.0
 */
const char *
rua_fault_get_mend (RuaFault *self)
{
  g_return_val_if_fail (RUA_IS_FAULT (self), NULL);
  return self->mend;
}

/* A line stays one, and no control character of an input reaches a terminal: also none of those that turn
 * the direction of writing. */
static void
append_clean (GString *out, const char *text)
{
  const char *end;

  for (const char *p = text; *p != '\0'; p = end) {
    gunichar c = g_utf8_get_char_validated (p, -1);

    if (c == (gunichar) -1 || c == (gunichar) -2) {
      end = p + 1;
      g_string_append (out, "\xef\xbf\xbd");
      continue;
    }
    end = g_utf8_next_char (p);
    if (c == '\n')
      g_string_append (out, "\\n");
    else if (c == '\r')
      g_string_append (out, "\\r");
    else if (c == '\t')
      g_string_append (out, "\\t");
    else if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x061c || (c >= 0x200e && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069))
      g_string_append_printf (out, "\\u%04x", c);
    else
      g_string_append_len (out, p, end - p);
  }
}

char *
rua_clean (const char *text)
{
  GString *out = g_string_new (NULL);

  append_clean (out, text);
  return g_string_free (out, FALSE);
}

void
rua_set_clean_error (GError **error, RuaError code, const char *format, ...)
{
  g_autofree char *text = NULL, *clean = NULL;
  va_list arguments;

  if (error == NULL)
    return;
  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  clean = rua_clean (text);
  g_set_error_literal (error, RUA_ERROR, code, clean);
}

/**
 * rua_fault_to_string:
 * @self: a fault
 *
 * Tells the fault in one line: file, line and column, kind and key, field, value, what is wrong
 * and how to mend it; what is not known is left out. Control characters are told as `\\n` or
 * `\\u001b`, so that none of an input's reaches a terminal.
 *
 * Returns: (transfer full): the line, without a line end
 *
 * Since: 1.0
 */
char *
rua_fault_to_string (RuaFault *self)
{
  GString *out;

  g_return_val_if_fail (RUA_IS_FAULT (self), NULL);

  out = g_string_new (NULL);
  if (self->file)
    append_clean (out, self->file);
  if (self->line) {
    if (self->file)
      g_string_append_c (out, ':');
    else
      g_string_append (out, "line ");
    g_string_append_printf (out, "%" G_GUINT64_FORMAT, self->line);
    if (self->column)
      g_string_append_printf (out, ":%" G_GUINT64_FORMAT, self->column);
  }
  if (out->len)
    g_string_append (out, ": ");
  if (self->kind) {
    g_string_append (out, self->kind);
    if (self->key && self->key[0] == '#')
      g_string_append_printf (out, " %s", self->key);
    else if (self->key) {
      g_string_append (out, " '");
      append_clean (out, self->key);
      g_string_append_c (out, '\'');
    }
    g_string_append (out, ": ");
  }
  if (self->field) {
    append_clean (out, self->field);
    g_string_append (out, ": ");
  }
  if (self->value) {
    g_string_append_c (out, '\'');
    append_clean (out, self->value);
    g_string_append (out, "': ");
  }
  append_clean (out, self->message);
  if (self->mend) {
    g_string_append (out, "; ");
    append_clean (out, self->mend);
  }
  return g_string_free (out, FALSE);
}

char *
rua_shorten (const char *text, gsize length, gsize most)
{
  gsize end = most;

  if (length <= most)
    return g_strndup (text, length);
  while (end > 0 && ((guchar) text[end] & 0xc0) == 0x80)
    end--;
  return g_strdup_printf ("%.*s…", (int) end, text);
}
