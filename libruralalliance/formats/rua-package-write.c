/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-package-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "rua-csv-export-private.h"
#include "rua-json-reader-private.h"
#include "rua-progress-private.h"
#include "rua-schema-private.h"

#define BUFFER (256 * 1024)

gboolean
rua_package_fail (const char *shown, const char *name, int reason, GError **error)
{
  const char *mend = "nothing was changed";

  if (reason == ENOSPC || reason == EDQUOT)
    mend = "make room, or save it elsewhere; nothing was changed";
  else if (reason == EACCES || reason == EPERM || reason == EROFS)
    mend = "save it elsewhere, or ask for the right to write there; nothing was changed";
  g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (reason), "%s/%s: cannot be written: %s; %s", shown, name, g_strerror (reason), mend);
  return FALSE;
}

/* ---- files ---- */

typedef struct {
  const char *shown, *name;
  int fd;
  GByteArray *buffer;
  GChecksum *sum;
  guint64 bytes;
  RuaProgress *progress;
  guint64 rows_before, rows_of;
} File;

static gboolean
write_all (File *file, const char *data, gsize length, GError **error)
{
  while (length > 0) {
    gssize put = write (file->fd, data, length);

    if (put < 0 && errno == EINTR)
      continue;
    if (put < 0)
      return rua_package_fail (file->shown, file->name, errno, error);
    data += put;
    length -= (gsize) put;
  }
  return TRUE;
}

static gboolean
flush (File *file, GError **error)
{
  gboolean done = write_all (file, (const char *) file->buffer->data, file->buffer->len, error);

  g_byte_array_set_size (file->buffer, 0);
  return done;
}

static gboolean
take_text (gpointer data, const char *text, gsize length, guint32 rows, GError **error)
{
  File *file = data;

  g_checksum_update (file->sum, (const guchar *) text, (gssize) length);
  file->bytes += length;
  if (file->rows_of > 0)
    rua_progress_tell (file->progress, (double) (file->rows_before + rows) / (double) file->rows_of);
  if (file->buffer->len + length > BUFFER && !flush (file, error))
    return FALSE;
  if (length > BUFFER)
    return write_all (file, text, length, error);
  g_byte_array_append (file->buffer, (const guint8 *) text, (guint) length);
  return TRUE;
}

static gboolean
begin_file (File *file, int folder, GError **error)
{
  file->fd = openat (folder, file->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file->fd < 0)
    return rua_package_fail (file->shown, file->name, errno, error);
  file->buffer = g_byte_array_sized_new (BUFFER);
  file->sum = g_checksum_new (G_CHECKSUM_SHA256);
  return TRUE;
}

/* Whether or not all went well; what is on the disk is known only after fsync and close. */
static gboolean
end_file (File *file, gboolean done, GError **error)
{
  done = done && flush (file, error);
  if (done && fsync (file->fd) != 0)
    done = rua_package_fail (file->shown, file->name, errno, error);
  if (close (file->fd) != 0 && done)
    done = rua_package_fail (file->shown, file->name, errno, error);
  g_byte_array_unref (file->buffer);
  return done;
}

gboolean
rua_package_put (int folder, const char *name, const char *shown, const char *text, gsize length, GError **error)
{
  File file = { .shown = shown, .name = name };
  gboolean done;

  if (!begin_file (&file, folder, error))
    return FALSE;
  done = take_text (&file, text, length, 0, error);
  done = end_file (&file, done, error);
  g_checksum_free (file.sum);
  return done;
}

/* ---- the descriptor ---- */

static void
put (RuaJsonWriter *writer, const char *name, const char *text)
{
  rua_json_writer_name (writer, name);
  rua_json_writer_string (writer, text);
}

/* Frictionless knows days, months and years, but no date of any precision. */
static const char *
date_type (RuaTable *table, RuaColumn *column)
{
  gboolean found[3] = { FALSE };
  RuaDatePacked date;

  for (guint32 row = 0; row < rua_table_get_n_rows (table); row++)
    if (rua_table_is_alive (table, row) && rua_column_read_date (column, row, &date))
      switch (rua_date_packed_precision (date)) {
      case RUA_DATE_PRECISION_YEAR:
        found[0] = TRUE;
        break;
      case RUA_DATE_PRECISION_MONTH:
        found[1] = TRUE;
        break;
      case RUA_DATE_PRECISION_DAY:
      default:
        found[2] = TRUE;
        break;
      }
  if (found[0] + found[1] + found[2] != 1)
    return "string";
  return found[0] ? "year" : found[1] ? "yearmonth" : "date";
}

static const char *
type_of (RuaTable *table, const RuaCsvMember *member)
{
  if (member->column == NULL)
    return "object";
  switch (member->type) {
  case RUA_FIELD_TYPE_BOOLEAN:
    return "boolean";
  case RUA_FIELD_TYPE_INTEGER:
    return "integer";
  case RUA_FIELD_TYPE_NUMBER:
  case RUA_FIELD_TYPE_MONEY:
    return "number";
  case RUA_FIELD_TYPE_DATE:
    return date_type (table, member->column);
  case RUA_FIELD_TYPE_TEXT_LIST:
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    return "array";
  case RUA_FIELD_TYPE_JSON:
    return "any";
  case RUA_FIELD_TYPE_TEXTS:
    return member->whole ? "object" : "string";
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_TOKEN:
  case RUA_FIELD_TYPE_REFERENCE:
  default:
    return "string";
  }
}

static void
put_constraints (RuaJsonWriter *writer, RuaField *field, const RuaCsvMember *member)
{
  const char *const *tokens = member->type == RUA_FIELD_TYPE_TOKEN ? rua_field_get_tokens (field) : NULL;
  /* Of a text in several languages one is enough. */
  gboolean required = rua_field_get_required (field) && (member->type != RUA_FIELD_TYPE_TEXTS || member->whole);
  gboolean unique = rua_field_get_index (field) == 0;

  if (!required && !unique && tokens == NULL)
    return;
  rua_json_writer_name (writer, "constraints");
  rua_json_writer_begin_object (writer, TRUE);
  if (required) {
    rua_json_writer_name (writer, "required");
    rua_json_writer_boolean (writer, TRUE);
  }
  if (unique) {
    rua_json_writer_name (writer, "unique");
    rua_json_writer_boolean (writer, TRUE);
  }
  if (tokens != NULL) {
    rua_json_writer_name (writer, "enum");
    rua_json_writer_begin_array (writer, TRUE);
    for (; *tokens != NULL; tokens++)
      rua_json_writer_string (writer, *tokens);
    rua_json_writer_end_array (writer);
  }
  rua_json_writer_end_object (writer);
}

static void
put_field (RuaJsonWriter *writer, RuaTable *table, const RuaCsvMember *member)
{
  RuaField *field = member->column != NULL ? rua_kind_find_field (rua_table_get_kind (table), member->name) : NULL;
  g_autofree char *header = rua_csv_member_dup_header (member);

  rua_json_writer_begin_object (writer, FALSE);
  put (writer, "name", header);
  put (writer, "type", type_of (table, member));
  if (field == NULL) {
    put (writer, "description", "Members of the record that no field holds");
  } else {
    if (rua_field_get_doc (field) != NULL)
      put (writer, "description", rua_field_get_doc (field));
    if (rua_field_get_unit (field) != NULL)
      put (writer, "unit", rua_field_get_unit (field));
    if (rua_field_get_privacy (field) != RUA_PRIVACY_PUBLIC)
      put (writer, "privacy", rua_field_get_privacy (field) == RUA_PRIVACY_PERSONAL ? "personal" : "sensitive");
    put_constraints (writer, field, member);
  }
  rua_json_writer_end_object (writer);
}

static gboolean
is_key (RuaTable *table, const RuaCsvMember *member)
{
  return member->type == RUA_FIELD_TYPE_REFERENCE && !member->any && rua_column_get_target (member->column) != NULL;
}

static void
put_foreign_keys (RuaJsonWriter *writer, RuaTable *table, GArray *members)
{
  guint n = 0;

  for (guint i = 0; i < members->len; i++)
    n += is_key (table, &g_array_index (members, RuaCsvMember, i));
  if (n == 0)
    return;
  rua_json_writer_name (writer, "foreignKeys");
  rua_json_writer_begin_array (writer, FALSE);
  for (guint i = 0; i < members->len; i++) {
    const RuaCsvMember *member = &g_array_index (members, RuaCsvMember, i);
    RuaTable *target;

    if (!is_key (table, member))
      continue;
    target = rua_column_get_target (member->column);
    rua_json_writer_begin_object (writer, TRUE);
    put (writer, "fields", member->name);
    rua_json_writer_name (writer, "reference");
    rua_json_writer_begin_object (writer, TRUE);
    /* A table calls itself by an empty name. */
    put (writer, "resource", target == table ? "" : rua_kind_get_plural (rua_table_get_kind (target)));
    put (writer, "fields", "id");
    rua_json_writer_end_object (writer);
    rua_json_writer_end_object (writer);
  }
  rua_json_writer_end_array (writer);
}

static void
put_resource (RuaJsonWriter *writer, RuaTable *table, GArray *members, const File *file)
{
  RuaKind *kind = rua_table_get_kind (table);
  g_autofree char *hash = g_strconcat ("sha256:", g_checksum_get_string (file->sum), NULL);

  rua_json_writer_begin_object (writer, FALSE);
  put (writer, "profile", "tabular-data-resource");
  put (writer, "name", rua_kind_get_plural (kind));
  put (writer, "path", file->name);
  if (rua_kind_get_doc (kind) != NULL)
    put (writer, "description", rua_kind_get_doc (kind));
  put (writer, "format", "csv");
  put (writer, "mediatype", "text/csv");
  put (writer, "encoding", "utf-8");
  rua_json_writer_name (writer, "bytes");
  rua_json_writer_integer (writer, (gint64) file->bytes);
  put (writer, "hash", hash);
  rua_json_writer_name (writer, "schema");
  rua_json_writer_begin_object (writer, FALSE);
  rua_json_writer_name (writer, "fields");
  rua_json_writer_begin_array (writer, FALSE);
  for (guint i = 0; i < members->len; i++)
    put_field (writer, table, &g_array_index (members, RuaCsvMember, i));
  rua_json_writer_end_array (writer);
  if (rua_field_get_required (rua_kind_get_field (kind, 0)))
    put (writer, "primaryKey", "id");
  put_foreign_keys (writer, table, members);
  rua_json_writer_end_object (writer);
  rua_json_writer_end_object (writer);
}

static gboolean
write_table (RuaTable *table, int folder, File *file, RuaJsonWriter *writer, GCancellable *cancellable, GError **error)
{
  g_autofree char *name = g_strconcat (rua_kind_get_plural (rua_table_get_kind (table)), ".csv", NULL);
  g_autoptr (GArray) members = rua_csv_list_exact_members (table);
  gboolean done;

  file->name = name;
  file->bytes = 0;
  if (!begin_file (file, folder, error))
    return FALSE;
  done = rua_csv_write_exact (table, members, take_text, file, cancellable, error);
  done = end_file (file, done, error);
  if (done)
    put_resource (writer, table, members, file);
  g_clear_pointer (&file->sum, g_checksum_free);
  return done;
}

/* The title in the first of its languages; a snapshot in a thread makes no records. */
static void
put_title (RuaJsonWriter *writer, RuaAlliance *self)
{
  RuaTable *profiles = rua_alliance_get_table (self, RUA_PROFILE_KIND);
  gint field = rua_kind_find_index (rua_table_get_kind (profiles), "title");
  const char *packed = NULL, *language, *text;
  gsize length = 0, offset = 0;

  if (rua_table_get_n_records (profiles) > 0)
    packed = rua_column_read_text (rua_table_peek_column (profiles, (guint) field), rua_table_row_at (profiles, 0), &length);
  if (packed != NULL && rua_texts_next (packed, length, &offset, &language, &text))
    put (writer, "title", text);
}

/* The head of the document, compact. What a package said of itself that we do not know, and which is
 * the last of the document's unknown members, goes to @others to stand beside the head. */
static char *
make_head (RuaAlliance *self, char **others)
{
  static const char *const ours[] = { "profile", "name", "title", "resources", RUA_PACKAGE_HEAD };
  g_autoptr (GBytes) head = rua_alliance_head_to_json (self);
  g_autoptr (GString) compact = g_string_new (NULL);
  g_autoptr (RuaJsonScanner) scanner = rua_json_scanner_new (g_bytes_get_data (head, NULL), g_bytes_get_size (head), &RUA_KEPT_LIMITS);
  g_autofree char *value = rua_json_member (rua_alliance_get_extra (self), RUA_PACKAGE_MEMBER), *last = NULL;

  rua_json_scanner_next (scanner, NULL);
  rua_json_scanner_copy_value (scanner, compact, NULL);
  last = value != NULL ? g_strdup_printf (",\"%s\":%s}", RUA_PACKAGE_MEMBER, value) : NULL;
  if (last == NULL || *value != '{' || value[1] == '}' || !g_str_has_suffix (compact->str, last))
    return g_string_free (g_steal_pointer (&compact), FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (ours); i++) {
    g_autofree char *mine = rua_json_member (value, ours[i]);

    if (mine != NULL)
      return g_string_free (g_steal_pointer (&compact), FALSE);
  }
  g_string_truncate (compact, compact->len - strlen (last));
  g_string_append_c (compact, '}');
  *others = g_steal_pointer (&value);
  return g_string_free (g_steal_pointer (&compact), FALSE);
}

gboolean
rua_package_write (RuaAlliance *self, int folder, const char *shown, RuaProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (RuaJsonWriter) writer = rua_json_writer_new (out, TRUE);
  g_autofree char *others = NULL, *head = make_head (self, &others);
  File file = { .shown = shown, .progress = progress };

  for (guint i = 0; i < rua_alliance_get_n_tables (self); i++)
    file.rows_of += rua_table_get_n_rows (rua_alliance_get_table_at (self, i));
  rua_json_writer_begin_object (writer, FALSE);
  put (writer, "profile", "tabular-data-package");
  put (writer, "name", "rural-alliance");
  put_title (writer, self);
  rua_json_writer_name (writer, RUA_PACKAGE_HEAD);
  rua_json_writer_raw (writer, head, FALSE);
  rua_json_writer_name (writer, "resources");
  rua_json_writer_begin_array (writer, FALSE);
  for (guint i = 0; i < rua_alliance_get_n_tables (self); i++) {
    RuaTable *table = rua_alliance_get_table_at (self, i);

    if (rua_table_get_n_records (table) > 0 && !write_table (table, folder, &file, writer, cancellable, error))
      return FALSE;
    file.rows_before += rua_table_get_n_rows (table);
  }
  rua_json_writer_end_array (writer);
  if (others != NULL)
    rua_json_writer_members (writer, others, FALSE);
  rua_json_writer_end_object (writer);
  g_string_append_c (out, '\n');
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (!rua_package_put (folder, RUA_PACKAGE_DESCRIPTOR, shown, out->str, out->len, error))
    return FALSE;
  rua_progress_tell (progress, 1);
  return TRUE;
}
