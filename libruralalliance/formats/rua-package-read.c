/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-package-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rua-erased-ids-private.h"
#include "rua-json-reader-private.h"
#include "rua-nearest-private.h"
#include "rua-progress-private.h"

#define MOST_BYTES (G_GUINT64_CONSTANT (256) << 30)
#define MOST_DESCRIPTOR (G_GUINT64_CONSTANT (256) << 20)
#define READ_SIZE (1024 * 1024)

/* One table while it is read. */
typedef struct {
  const RuaPackageResource *resource;
  RuaTable *table;
  RuaFaults *faults; /* with the file's name */
  char *shown;
  int fd;
  guint64 length;
} Part;

static void
part_clear (gpointer data)
{
  Part *part = data;

  rua_faults_free (part->faults);
  g_free (part->shown);
  if (part->fd >= 0)
    close (part->fd);
}

static void
fault (RuaFaults *faults, const RuaPackageResource *resource, RuaError code, const char *value, const char *message, const char *mend)
{
  const RuaFaultInfo info = {
    .code = code, .line = resource->line, .column = resource->column, .field = "resources", .value = value, .message = message, .mend = mend,
  };

  rua_faults_add (faults, &info);
}

/* ---- files of the folder, and no others ---- */

static const char *
refuse_path (const char *path)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);

  if (*path == '\0')
    return "the path is empty";
  if (*path == '/')
    return "the path does not begin in the folder";
  if (strstr (path, "://") != NULL || strchr (path, '\\') != NULL || (g_ascii_isalpha (path[0]) && path[1] == ':'))
    return "this is an address or a path of another system, and no file in the folder";
  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] == '\0' || g_str_equal (parts[i], ".") || g_str_equal (parts[i], ".."))
      return "the path may lead out of the folder";
  return NULL;
}

int
rua_package_open (int folder, const char *path, guint64 line, guint64 column, guint64 *length, RuaFaults *faults)
{
  const RuaPackageResource where = { .line = line, .column = column };
  const char *problem = refuse_path (path);
  g_auto (GStrv) parts = NULL;
  struct stat st;
  int at, fd;

  if (problem != NULL) {
    fault (faults, &where, RUA_ERROR_VALUE, path, problem, "write the name of a file in the folder, or one below it");
    return -1;
  }
  parts = g_strsplit (path, "/", -1);
  at = folder;
  for (guint i = 0;; i++) {
    gboolean is_last = parts[i + 1] == NULL;

    /* Not to wait for a pipe's writer, and through no link. */
    fd = openat (at, parts[i], O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY | (is_last ? 0 : O_DIRECTORY));
    if (fd < 0) {
      int reason = errno;
      /* A folder that is a link is told from one that is none only by looking. */
      gboolean is_link = reason == ELOOP || (reason == ENOTDIR && fstatat (folder, parts[0], &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK (st.st_mode));
      g_autofree char *message = g_strdup_printf ("the file cannot be read: %s", is_link ? "it is a link, or behind one" : g_strerror (reason));

      fault (faults, &where, reason == ENOENT ? RUA_ERROR_MISSING : RUA_ERROR_FAILED, path, message,
             is_link ? "put the file itself there" : "put the file there, or correct the path");
      if (at != folder)
        close (at);
      return -1;
    }
    if (at != folder)
      close (at);
    if (is_last)
      break;
    at = fd;
  }
  if (fstat (fd, &st) == 0 && S_ISREG (st.st_mode)) {
    *length = (guint64) st.st_size;
    return fd;
  }
  fault (faults, &where, RUA_ERROR_FAILED, path, "this is no file, but a folder, a pipe or a device", "put a CSV file there, or correct the path");
  close (fd);
  return -1;
}

/* All of a regular file, in memory: what is mapped could be cut short by others meanwhile, which would
 * end the process. */
static GBytes *
read_all (int fd, guint64 expected, const char *shown, GCancellable *cancellable, GError **error)
{
  gsize size = (gsize) expected, used = 0;
  g_autofree char *buffer = g_try_malloc (size + 1);

  if (buffer == NULL) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: there is no memory for its %" G_GUINT64_FORMAT " bytes; split it, or give the process more", shown, expected);
    return NULL;
  }
  while (used < size) {
    gssize got;

    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return NULL;
    got = read (fd, buffer + used, MIN (size - used, READ_SIZE));
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0) {
      g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (errno), "%s: cannot be read: %s; try again, or get another copy", shown, g_strerror (errno));
      return NULL;
    }
    if (got == 0)
      break;
    used += (gsize) got;
  }
  return g_bytes_new_take (g_steal_pointer (&buffer), used);
}

/* ---- sums ---- */

/* FALSE where the name of the way it is computed is not known. */
static gboolean
find_checksum (const char *hash, GChecksumType *type, const char **digest)
{
  static const struct {
    const char *name;
    GChecksumType type;
  } known[] = {
    { "md5:", G_CHECKSUM_MD5 }, { "sha1:", G_CHECKSUM_SHA1 }, { "sha256:", G_CHECKSUM_SHA256 }, { "sha384:", G_CHECKSUM_SHA384 }, { "sha512:", G_CHECKSUM_SHA512 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_ascii_strncasecmp (hash, known[i].name, strlen (known[i].name)) == 0) {
      *type = known[i].type;
      *digest = hash + strlen (known[i].name);
      return TRUE;
    }
  *type = G_CHECKSUM_MD5;
  *digest = hash;
  return strchr (hash, ':') == NULL;
}

/* A file that is not the one that was described is not read any further. */
static gboolean
check_sum (const RuaPackageResource *resource, GBytes *bytes, RuaFaults *descriptor)
{
  g_autofree char *sum = NULL;
  const char *digest;
  GChecksumType type;

  if (resource->bytes >= 0 && (guint64) resource->bytes != g_bytes_get_size (bytes)) {
    g_autofree char *message = g_strdup_printf ("the file has %" G_GSIZE_FORMAT " bytes, and not the %" G_GINT64_FORMAT " that the descriptor tells",
                                                g_bytes_get_size (bytes), resource->bytes);

    fault (descriptor, resource, RUA_ERROR_VALUE, resource->path, message, "get another copy; or, where it was changed on purpose, remove \"bytes\" and \"hash\"");
    return FALSE;
  }
  if (resource->hash == NULL)
    return TRUE;
  if (!find_checksum (resource->hash, &type, &digest)) {
    fault (descriptor, resource, RUA_ERROR_UNKNOWN_NAME, resource->hash, "this way to sum up a file is not known", "give \"sha256:…\", or remove \"hash\"");
    return FALSE;
  }
  sum = g_compute_checksum_for_bytes (type, bytes);
  if (g_ascii_strcasecmp (sum, digest) == 0)
    return TRUE;
  fault (descriptor, resource, RUA_ERROR_VALUE, resource->path, "the file is not the one that the descriptor tells: their hashes differ",
         "get another copy; or, where it was changed on purpose, remove \"hash\"");
  return FALSE;
}

/* ---- tables ---- */

static RuaTable *
find_table (RuaAlliance *alliance, const char *name)
{
  RuaTable *table = rua_alliance_get_table (alliance, name);
  g_autofree char *other = g_ascii_strdown (name, -1);

  if (table == NULL)
    table = rua_alliance_get_table (alliance, other);
  if (table == NULL)
    table = rua_alliance_get_table (alliance, g_strdelimit (other, "-", '_'));
  if (table == NULL)
    table = rua_alliance_get_table (alliance, g_strdelimit (other, "_", '-'));
  return table;
}

static void
refuse_kind (RuaAlliance *alliance, const RuaPackageResource *resource, RuaFaults *faults)
{
  g_autofree char *mend = NULL;
  RuaNearest nearest;

  rua_nearest_init (&nearest, resource->name);
  for (guint i = 0; i < rua_alliance_get_n_tables (alliance); i++)
    rua_nearest_offer (&nearest, rua_kind_get_plural (rua_table_get_kind (rua_alliance_get_table_at (alliance, i))));
  mend = rua_nearest_mend (&nearest, "call it by its kind, such as \"households\", or remove it; 'ruralalliance schema' lists the kinds");
  fault (faults, resource, RUA_ERROR_UNKNOWN_NAME, resource->name, "there is no such kind of record", mend);
}

/* The parts that can be read, the profile's first: it says what money is. */
static GArray *
list_parts (RuaAlliance *alliance, const RuaPackage *package, int folder, const char *shown, guint64 *total, RuaFaults *faults)
{
  GArray *parts = g_array_new (FALSE, TRUE, sizeof (Part));
  RuaTable *profiles = rua_alliance_get_table (alliance, RUA_PROFILE_KIND);

  g_array_set_clear_func (parts, part_clear);
  for (guint i = 0; i < package->resources->len; i++) {
    const RuaPackageResource *resource = package->resources->pdata[i];
    Part part = { resource, find_table (alliance, resource->name), NULL, NULL, -1, 0 };
    gboolean is_taken = FALSE;

    if (part.table == NULL) {
      refuse_kind (alliance, resource, faults);
      continue;
    }
    for (guint k = 0; k < parts->len; k++)
      is_taken |= g_array_index (parts, Part, k).table == part.table;
    if (is_taken) {
      fault (faults, resource, RUA_ERROR_DUPLICATE, resource->name, "another table has the records of this kind", "put them together into one file");
      continue;
    }
    part.fd = rua_package_open (folder, resource->path, resource->line, resource->column, &part.length, faults);
    if (part.fd < 0)
      continue;
    part.shown = g_build_filename (shown, resource->path, NULL);
    part.faults = rua_faults_new (part.shown, 0);
    *total += part.length;
    if (part.table == profiles)
      g_array_prepend_val (parts, part);
    else
      g_array_append_val (parts, part);
  }
  return parts;
}

static gboolean
read_part (Part *part, const RuaPackage *package, const RuaLimitValues *limits, RuaFaults *descriptor, RuaPackageSpan *span, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) bytes = read_all (part->fd, part->length, part->shown, cancellable, error);
  gboolean is_read = TRUE;

  if (bytes == NULL)
    return FALSE;
  /* Files in thousands are not all to stay open. */
  close (part->fd);
  part->fd = -1;
  if (check_sum (part->resource, bytes, descriptor))
    is_read = rua_package_read_rows (part->table, part->resource, package->is_ours, bytes, part->shown, limits, part->faults, span, cancellable, error);
  span->before += part->length;
  return is_read;
}

/* ---- the descriptor ---- */

static RuaAlliance *
read_head (const RuaPackage *package, const char *shown, const RuaLimitValues *limits, RuaFaults *faults, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (RuaFaults) own = NULL;
  g_autoptr (RuaAlliance) alliance = NULL;

  if (!package->is_ours)
    return rua_alliance_new ();
  bytes = g_bytes_new_static (package->head, strlen (package->head));
  alliance = rua_json_reader_read (bytes, &own, shown, limits, NULL, cancellable, error);
  if (own != NULL)
    rua_faults_take (faults, own);
  for (guint i = 0; alliance != NULL && i < rua_alliance_get_n_tables (alliance); i++)
    if (rua_table_get_n_records (rua_alliance_get_table_at (alliance, i)) > 0) {
      const RuaFaultInfo info = {
        .code = RUA_ERROR_VALUE, .field = RUA_PACKAGE_HEAD, .message = "there are records in the descriptor", .mend = "put them into the CSV file of their kind",
      };
      rua_faults_add (faults, &info);
      return NULL;
    }
  return g_steal_pointer (&alliance);
}

/* What the package says of itself stays with the alliance, behind its other unknown members. */
static void
keep_unknown (RuaAlliance *alliance, const RuaPackage *package, RuaFaults *faults)
{
  const char *extra = rua_alliance_get_extra (alliance);
  g_autofree char *taken = rua_json_member (extra, RUA_PACKAGE_MEMBER);
  g_autofree char *whole = NULL;

  if (package->unknown == NULL)
    return;
  if (taken != NULL) {
    const RuaFaultInfo info = {
      .code = RUA_ERROR_DUPLICATE, .field = RUA_PACKAGE_MEMBER, .message = "what the package says of itself is told twice",
      .mend = "remove it from \"" RUA_PACKAGE_HEAD "\", or from the descriptor's own members",
    };
    rua_faults_add (faults, &info);
    return;
  }
  whole = extra == NULL ? g_strdup_printf ("{\"%s\":%s}", RUA_PACKAGE_MEMBER, package->unknown)
                        : g_strdup_printf ("%.*s,\"%s\":%s}", (int) strlen (extra) - 1, extra, RUA_PACKAGE_MEMBER, package->unknown);
  rua_alliance_set_extra (alliance, whole);
}

static GBytes *
read_descriptor (int folder, const char *folder_shown, const char *shown, const RuaLimitValues *limits, RuaFaults *faults, GCancellable *cancellable, GError **error)
{
  guint64 length = 0, most = limits->bytes > 0 ? MIN (limits->bytes, MOST_DESCRIPTOR) : MOST_DESCRIPTOR;
  GBytes *bytes = NULL;
  struct stat st;
  int fd;

  if (fstatat (folder, RUA_PACKAGE_DESCRIPTOR, &st, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 "%s: is a folder without a datapackage.json, so no Data Package; give the name of a file in it, or of a folder that has one", folder_shown);
    return NULL;
  }
  fd = rua_package_open (folder, RUA_PACKAGE_DESCRIPTOR, 0, 0, &length, faults);
  if (fd < 0)
    return NULL;
  if (length > most)
    g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT, "%s has %" G_GUINT64_FORMAT " bytes, more than the %" G_GUINT64_FORMAT " allowed; raise the limit of bytes, or leave out what no table needs",
                 shown, length, most);
  else
    bytes = read_all (fd, length, shown, cancellable, error);
  close (fd);
  return bytes;
}

static gboolean
check_total (guint64 total, const char *shown, const RuaLimitValues *limits, GError **error)
{
  guint64 most = limits->bytes > 0 ? limits->bytes : MOST_BYTES;

  if (total <= most)
    return TRUE;
  g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT, "%s: its files have %" G_GUINT64_FORMAT " bytes, more than the %" G_GUINT64_FORMAT " allowed; split it, or raise the limit of bytes",
               shown, total, most);
  return FALSE;
}

static gboolean
read_package (RuaAlliance **alliance, int folder, const char *shown, const RuaLimitValues *limits, RuaFaults *faults, RuaProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autofree char *name = g_build_filename (shown, RUA_PACKAGE_DESCRIPTOR, NULL);
  g_autoptr (RuaFaults) descriptor = rua_faults_new (name, 0);
  g_autoptr (RuaPackage) package = NULL;
  g_autoptr (GArray) parts = NULL;
  g_autoptr (GBytes) bytes = read_descriptor (folder, shown, name, limits, descriptor, cancellable, error);
  RuaPackageSpan span = { progress, 0, 0 };
  gboolean is_done = TRUE;

  if (bytes != NULL)
    package = rua_package_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), limits, descriptor);
  if (package != NULL)
    *alliance = read_head (package, name, limits, descriptor, cancellable, error);
  if (*alliance == NULL) {
    rua_faults_take (faults, descriptor);
    return error == NULL || *error == NULL;
  }
  keep_unknown (*alliance, package, descriptor);
  span.of = g_bytes_get_size (bytes);
  parts = list_parts (*alliance, package, folder, shown, &span.of, descriptor);
  span.before = g_bytes_get_size (bytes);
  if (!check_total (span.of, shown, limits, error))
    return FALSE;
  for (guint i = 0; is_done && i < parts->len; i++)
    is_done = read_part (&g_array_index (parts, Part, i), package, limits, descriptor, &span, cancellable, error);
  if (!is_done)
    return FALSE;
  /* What a table that is not there is referred to for is not the fault of those who refer to it. */
  if (rua_faults_get_count (descriptor) == 0)
    for (guint i = 0; i < parts->len; i++)
      rua_table_resolve (g_array_index (parts, Part, i).table, g_array_index (parts, Part, i).faults);
  rua_faults_take (faults, descriptor);
  for (guint i = 0; i < parts->len; i++)
    rua_faults_take (faults, g_array_index (parts, Part, i).faults);
  return TRUE;
}

RuaAlliance *
rua_package_read (const char *folder, const RuaLimitValues *limits, RuaFaults **faults, RuaProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autofree char *shown = g_filename_display_name (folder);
  const RuaLimitValues settled = rua_limit_values_settle (limits);
  RuaAlliance *alliance = NULL;
  g_autoptr (GError) local = NULL;
  gboolean is_done;
  int fd;

  *faults = rua_faults_new (NULL, 0);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) {
    g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (errno), "%s: cannot be read: %s; check its name, or ask its owner for the right to read it", shown,
                 g_strerror (errno));
    return NULL;
  }
  is_done = read_package (&alliance, fd, shown, &settled, *faults, progress, cancellable, &local);
  close (fd);
  if (is_done && alliance != NULL)
    rua_erased_ids_check (alliance, *faults);
  if (!is_done || rua_faults_get_count (*faults) > 0)
    g_clear_object (&alliance);
  else
    rua_progress_tell (progress, 1);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return alliance;
}
