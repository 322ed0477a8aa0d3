/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-pseudonyms.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rua-json-sieve-private.h"

/* Pseudonyms: what names somebody is replaced by a keyed hash of it, HMAC-SHA256 (RFC 2104, FIPS
 * 198-1). Without the key nobody can try names until one fits, as with a plain hash. */

#define SHORTEST_KEY 32 /* bytes: as long as the hash */
#define LONGEST_KEY 4096
#define DIGITS 32 /* hexadecimal, 128 bits: no two of 10^12 names meet */

typedef struct {
  const guchar *key;
  gsize key_length;
  const char *const *kinds; /* NULL: all that are of people */
  gboolean keep_notes;
} Pseudonyms;

static gboolean
is_chosen (const Pseudonyms *self, RuaTable *table)
{
  RuaKind *kind = rua_table_get_kind (table);

  if (!self->kinds)
    return rua_kind_get_privacy (kind) != RUA_PRIVACY_PUBLIC;
  return g_strv_contains (self->kinds, rua_kind_get_name (kind)) || g_strv_contains (self->kinds, rua_kind_get_plural (kind));
}

/* Where somebody lives is told by no hash, and words may name whom they like. */
static gboolean
keeps_field (gpointer data, RuaTable *table, guint index)
{
  static const char *const free[] = { "note", "quote", "passage", "answer", NULL };
  const Pseudonyms *self = data;
  RuaField *field = rua_kind_get_field (rua_table_get_kind (table), index);
  RuaPrivacy privacy = rua_field_get_privacy (field);
  const char *unit = rua_field_get_unit (field);

  if (privacy == RUA_PRIVACY_PUBLIC || (self->kinds && !is_chosen (self, table)) || rua_field_get_required (field))
    return TRUE;
  if (rua_field_get_field_type (field) == RUA_FIELD_TYPE_JSON || (privacy == RUA_PRIVACY_PERSONAL && g_strcmp0 (unit, "degree") == 0))
    return FALSE;
  return self->keep_notes || !g_strv_contains (free, rua_field_get_name (field));
}

static gboolean
keeps_extra (gpointer data, RuaTable *table)
{
  const Pseudonyms *self = data;

  return self->keep_notes || (table && !is_chosen (self, table));
}

static char *
rewrite (gpointer data, RuaTable *table, guint index, const char *text)
{
  const Pseudonyms *self = data;
  RuaKind *kind = rua_table_get_kind (table);
  RuaField *field = rua_kind_get_field (kind, index);
  RuaFieldType type = rua_field_get_field_type (field);
  const char *names[] = { rua_kind_get_name (kind), rua_field_get_name (field), text };
  static const char *const free[] = { "note", "quote", "passage", NULL };
  GHmac *hmac;
  char *pseudonym;

  if (index == 0 ? !is_chosen (self, table)
                 : rua_field_get_privacy (field) != RUA_PRIVACY_PERSONAL || (self->kinds && !is_chosen (self, table))
                       || type == RUA_FIELD_TYPE_TOKEN || g_strv_contains (free, names[1]))
    return NULL;
  hmac = g_hmac_new (G_CHECKSUM_SHA256, self->key, self->key_length);
  /* With their ends, so that no two of them run into the same bytes. */
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_hmac_update (hmac, (const guchar *) names[i], (gssize) strlen (names[i]) + 1);
  pseudonym = g_strndup (g_hmac_get_string (hmac), DIGITS);
  g_hmac_unref (hmac);
  return pseudonym;
}

static gboolean
check_key (GBytes *key, GError **error)
{
  if (g_bytes_get_size (key) >= SHORTEST_KEY)
    return TRUE;
  g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE,
               "the key of the pseudonyms has %" G_GSIZE_FORMAT " bytes; give at least %d random ones, such as by: openssl rand -hex 32",
               g_bytes_get_size (key), SHORTEST_KEY);
  return FALSE;
}

/**
 * rua_alliance_pseudonymise:
 * @self: an alliance
 * @key: a secret of at least 32 random bytes, which stays with the caller
 * @kinds: (nullable) (array zero-terminated=1): kinds whose records get pseudonyms, or %NULL for all
 *   that are of people
 * @keep_notes: whether free texts stay
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Copies an alliance with pseudonyms in place of what names people: ids of records of the kinds,
 * and the texts of their personal fields (names, contacts, identifiers), become 32 hexadecimal digits of
 * their HMAC-SHA256 under the key. The same key gives the same pseudonym, so that copies of several
 * years can be joined; references follow.
 *
 * Left out are coordinates and boundaries, other JSON that is not public, unknown members, and,
 * unless @keep_notes, notes, quotes, passages and answers in words. Everything else stays as it is:
 * who has the key, or knows enough about somebody from elsewhere, can tell who it is. Such a copy is still personal
 * data.
 *
 * Returns: (transfer full): the copy, or %NULL and an error of the domain `RUA_ERROR` when the key is too
 *   short or there is no such kind, or `G_IO_ERROR_CANCELLED`
 *
 * Since: 1.0
 */
RuaAlliance *
rua_alliance_pseudonymise (RuaAlliance *self,
                           GBytes *key,
                           const char *const *kinds,
                           gboolean keep_notes,
                           GCancellable *cancellable,
                           GError **error)
{
  Pseudonyms pseudonyms = { NULL, 0, kinds, keep_notes };
  const RuaJsonSieve sieve = {
    .data = &pseudonyms, .keeps_field = keeps_field, .keeps_extra = keeps_extra, .rewrite = rewrite,
  };

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);
  g_return_val_if_fail (key != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  if (!check_key (key, error))
    return NULL;
  for (guint i = 0; kinds && kinds[i]; i++)
    if (!rua_schema_find_kind (rua_alliance_get_schema (self), kinds[i])) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_UNKNOWN_NAME, "this alliance has no kind '%s'; 'ruralalliance schema' lists the kinds", kinds[i]);
      return NULL;
    }
  pseudonyms.key = g_bytes_get_data (key, &pseudonyms.key_length);
  return rua_alliance_sieve (self, &sieve, cancellable, error);
}

/* ---- the key's file ---- */

static gboolean
refuse_key (const char *path, const char *why, GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);

  g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE, "%s: %s", shown, why);
  return FALSE;
}

/* Whoever gets the folder that the copy is written to, or is in, must not get the key with it. */
static gboolean
check_apart (const char *path, const char *target, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (target);
  g_autofree char *given = g_file_get_path (file), *key = realpath (path, NULL), *folder = NULL, *real = NULL;
  gsize length;

  if (!given || !key)
    return TRUE;
  folder = g_file_test (given, G_FILE_TEST_IS_DIR) ? g_strdup (given) : g_path_get_dirname (given);
  real = realpath (folder, NULL);
  if (!real)
    return TRUE;
  length = strlen (real);
  if (strncmp (key, real, length) == 0 && (key[length] == '/' || (length > 0 && real[length - 1] == '/')))
    return refuse_key (path, "the key of the pseudonyms lies in the folder that the copy goes to; keep it elsewhere", error);
  return TRUE;
}

static GBytes *
read_key (int fd, const char *path, GError **error)
{
  struct stat told;
  char buffer[LONGEST_KEY + 1];
  gssize length = 0;

  if (fstat (fd, &told) != 0 || !S_ISREG (told.st_mode))
    refuse_key (path, "this is no ordinary file; keep the key of the pseudonyms in one", error);
  else if (told.st_mode & (S_IRWXG | S_IRWXO))
    refuse_key (path, "others than its owner may use the key of the pseudonyms; make it so that they cannot: chmod 600", error);
  else {
    while (length < (gssize) sizeof buffer) {
      gssize n = read (fd, buffer + length, sizeof buffer - (gsize) length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0) {
        refuse_key (path, g_strerror (errno), error);
        return NULL;
      }
      if (n == 0)
        break;
      length += n;
    }
    /* A line end is an editor's, not the key's. */
    while (length > 0 && (buffer[length - 1] == '\n' || buffer[length - 1] == '\r'))
      length--;
    if (length > LONGEST_KEY)
      refuse_key (path, "this is too long for the key of the pseudonyms: at most 4096 bytes", error);
    else {
      GBytes *key = g_bytes_new (buffer, (gsize) length);

      memset (buffer, 0, sizeof buffer);
      if (check_key (key, error))
        return key;
      g_bytes_unref (key);
    }
  }
  return NULL;
}

/**
 * rua_pseudonyms_read_key:
 * @path: (type filename): the key's file
 * @target: (nullable): where the copy will be written, a path or URI
 * @error: where to put an error
 *
 * Reads the key of pseudonyms from a file of its own: an ordinary file that nobody but its owner may
 * use, and that does not lie in the folder of the copy. A line end at its end is not part of the
 * key.
 *
 * Returns: (transfer full): the key, or %NULL and an error that does not tell it
 *
 * Since: 1.0
 */
GBytes *
rua_pseudonyms_read_key (const char *path, const char *target, GError **error)
{
  GBytes *key;
  int fd;

  g_return_val_if_fail (path != NULL, NULL);

  /* A FIFO must not keep us waiting, a link not lead elsewhere. */
  fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) {
    refuse_key (path, errno == ELOOP ? "this is a symbolic link; name the key's file itself" : g_strerror (errno), error);
    return NULL;
  }
  key = target && !check_apart (path, target, error) ? NULL : read_key (fd, path, error);
  close (fd);
  return key;
}
