/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-roster-private.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "rua-json-private.h"

struct _RuaRoster {
  GPtrArray *peers; /* of RuaPeer, by name */
  guint64 version;
};

void
rua_key_forget (gpointer bytes, gsize length)
{
  /* Not optimised away, though nobody reads it again. */
  explicit_bzero (bytes, length);
}

gboolean
rua_key_draw (guint8 key[RUA_KEY_LENGTH], GError **error)
{
  gsize n = 0;

  while (n < RUA_KEY_LENGTH) {
    gssize got = getrandom (key + n, RUA_KEY_LENGTH - n, 0);

    if (got < 0 && errno != EINTR) {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                   "the system gives no random bytes for a key (%s); try again later", g_strerror (errno));
      return FALSE;
    }
    n += got > 0 ? (gsize) got : 0;
  }
  return TRUE;
}

static void
peer_free (gpointer data)
{
  RuaPeer *peer = data;

  rua_key_forget (peer->key, sizeof peer->key);
  g_free ((char *) peer->station);
  g_free ((char *) peer->has);
  g_free ((char *) peer->part);
  g_free (peer);
}

RuaRoster *
rua_roster_new (void)
{
  RuaRoster *self = g_new0 (RuaRoster, 1);

  self->peers = g_ptr_array_new_with_free_func (peer_free);
  return self;
}

void
rua_roster_free (RuaRoster *self)
{
  if (!self)
    return;
  g_ptr_array_unref (self->peers);
  g_free (self);
}

guint
rua_roster_get_n_peers (RuaRoster *self)
{
  return self->peers->len;
}

const RuaPeer *
rua_roster_get_peer (RuaRoster *self, guint index)
{
  return g_ptr_array_index (self->peers, index);
}

/* Where the peer is, or would be. */
static guint
place_of (RuaRoster *self, const char *station, gboolean *found)
{
  guint low = 0, high = self->peers->len;

  *found = FALSE;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    int order = strcmp (rua_roster_get_peer (self, middle)->station, station);

    if (order == 0)
      *found = TRUE;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

const RuaPeer *
rua_roster_find (RuaRoster *self, const char *station)
{
  gboolean found;
  guint at = place_of (self, station, &found);

  return found ? rua_roster_get_peer (self, at) : NULL;
}

const RuaPeer *
rua_roster_find_hub (RuaRoster *self)
{
  const RuaPeer *hub = NULL;

  for (guint i = 0; i < self->peers->len; i++)
    if (rua_roster_get_peer (self, i)->is_hub) {
      if (hub)
        return NULL;
      hub = rua_roster_get_peer (self, i);
    }
  return hub;
}

void
rua_roster_set (RuaRoster *self, const RuaPeer *peer)
{
  RuaPeer *copy = g_memdup2 (peer, sizeof *peer);
  gboolean found;
  guint at = place_of (self, peer->station, &found);

  copy->station = g_strdup (peer->station);
  copy->has = g_strdup (peer->has);
  copy->part = g_strdup (peer->part);
  if (found)
    g_ptr_array_remove_index (self->peers, at);
  g_ptr_array_insert (self->peers, (gint) at, copy);
  self->version++;
}

gboolean
rua_roster_remove (RuaRoster *self, const char *station)
{
  gboolean found;
  guint at = place_of (self, station, &found);

  if (found) {
    g_ptr_array_remove_index (self->peers, at);
    self->version++;
  }
  return found;
}

guint64
rua_roster_get_version (RuaRoster *self)
{
  return self->version;
}

/* ---- kept in a file ---- */

static void
append_peer (GString *out, const RuaPeer *peer)
{
  g_string_append_printf (out, "{\"station\":\"%s\",\"hub\":%s,\"key\":\"", peer->station, peer->is_hub ? "true" : "false");
  for (guint i = 0; i < RUA_KEY_LENGTH; i++)
    g_string_append_printf (out, "%02x", peer->key[i]);
  g_string_append_printf (out, "\",\"sent\":[%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT "],\"taken\":[%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT "]", peer->sent,
                          peer->sent_batches, peer->taken, peer->taken_batches);
  if (peer->has)
    g_string_append_printf (out, ",\"has\":%s", peer->has);
  if (peer->part) {
    g_string_append (out, ",\"part\":");
    rua_json_append_string (out, peer->part, strlen (peer->part));
  }
  g_string_append_c (out, '}');
}

char *
rua_roster_to_json (RuaRoster *self)
{
  /* Large enough that no copy with keys in it is left behind by growing, unless parts are long. */
  GString *out = g_string_sized_new (65536 + 4096 * (gsize) self->peers->len);

  if (self->peers->len == 0) {
    g_string_free (out, TRUE);
    return NULL;
  }
  for (guint i = 0; i < self->peers->len; i++) {
    g_string_append_c (out, i ? ',' : '[');
    append_peer (out, rua_roster_get_peer (self, i));
  }
  g_string_append_c (out, ']');
  return g_string_free (out, FALSE);
}

static gboolean
expect_name (RuaJsonScanner *scanner, const char *name)
{
  gsize length;

  return rua_json_scanner_get_token (scanner) == RUA_JSON_TOKEN_NAME && strcmp (rua_json_scanner_get_text (scanner, &length), name) == 0;
}

static gboolean
read_number (RuaJsonScanner *scanner, gint64 *number)
{
  gsize length;
  const char *text;

  if (rua_json_scanner_next (scanner, NULL) != RUA_JSON_TOKEN_NUMBER)
    return FALSE;
  text = rua_json_scanner_get_text (scanner, &length);
  return rua_integer_parse (text, length, number) && *number >= 0;
}

/* [through, batches] and the next token. */
static gboolean
read_pair (RuaJsonScanner *scanner, const char *name, gint64 *through, gint64 *batches)
{
  if (!expect_name (scanner, name) || rua_json_scanner_next (scanner, NULL) != RUA_JSON_TOKEN_ARRAY_BEGIN || !read_number (scanner, through)
      || !read_number (scanner, batches) || rua_json_scanner_next (scanner, NULL) != RUA_JSON_TOKEN_ARRAY_END)
    return FALSE;
  rua_json_scanner_next (scanner, NULL);
  return TRUE;
}

static gboolean
read_key (RuaJsonScanner *scanner, guint8 key[RUA_KEY_LENGTH])
{
  gsize length;
  const char *text;

  if (!expect_name (scanner, "key") || rua_json_scanner_next (scanner, NULL) != RUA_JSON_TOKEN_STRING)
    return FALSE;
  text = rua_json_scanner_get_text (scanner, &length);
  if (length != 2 * RUA_KEY_LENGTH || strspn (text, "0123456789abcdef") != length)
    return FALSE;
  for (guint i = 0; i < RUA_KEY_LENGTH; i++)
    key[i] = (guint8) (g_ascii_xdigit_value (text[2 * i]) << 4 | g_ascii_xdigit_value (text[2 * i + 1]));
  rua_json_scanner_next (scanner, NULL);
  return TRUE;
}

/* With the object's begin current; the end is current afterwards. */
static gboolean
read_peer (RuaRoster *self, RuaJsonScanner *scanner)
{
  g_autoptr (GString) has = g_string_new (NULL);
  g_autofree char *station = NULL;
  g_autofree char *part = NULL;
  RuaPeer peer = { 0 };
  gsize length;
  gboolean good;

  rua_json_scanner_next (scanner, NULL);
  if (!expect_name (scanner, "station") || rua_json_scanner_next (scanner, NULL) != RUA_JSON_TOKEN_STRING)
    return FALSE;
  peer.station = station = g_strdup (rua_json_scanner_get_text (scanner, &length));
  rua_json_scanner_next (scanner, NULL);
  if (!rua_log_is_station (station) || !expect_name (scanner, "hub"))
    return FALSE;
  peer.is_hub = rua_json_scanner_next (scanner, NULL) == RUA_JSON_TOKEN_TRUE;
  if (!peer.is_hub && rua_json_scanner_get_token (scanner) != RUA_JSON_TOKEN_FALSE)
    return FALSE;
  rua_json_scanner_next (scanner, NULL);
  good = read_key (scanner, peer.key) && read_pair (scanner, "sent", &peer.sent, &peer.sent_batches)
         && read_pair (scanner, "taken", &peer.taken, &peer.taken_batches);
  if (good && expect_name (scanner, "has")) {
    good = rua_json_scanner_next (scanner, NULL) == RUA_JSON_TOKEN_OBJECT_BEGIN && rua_json_scanner_copy_value (scanner, has, NULL);
    peer.has = has->str;
    rua_json_scanner_next (scanner, NULL);
  }
  if (good && expect_name (scanner, "part")) {
    good = rua_json_scanner_next (scanner, NULL) == RUA_JSON_TOKEN_STRING;
    peer.part = part = good ? g_strdup (rua_json_scanner_get_text (scanner, &length)) : NULL;
    rua_json_scanner_next (scanner, NULL);
  }
  good = good && rua_json_scanner_get_token (scanner) == RUA_JSON_TOKEN_OBJECT_END;
  if (good)
    rua_roster_set (self, &peer);
  rua_key_forget (peer.key, sizeof peer.key);
  return good;
}

gboolean
rua_roster_read_json (RuaRoster *self, const char *json, gsize length)
{
  g_autoptr (RuaJsonScanner) scanner = rua_json_scanner_new (json, length, NULL);
  RuaJsonToken token;

  if (rua_json_scanner_next (scanner, NULL) != RUA_JSON_TOKEN_ARRAY_BEGIN)
    return FALSE;
  while ((token = rua_json_scanner_next (scanner, NULL)) == RUA_JSON_TOKEN_OBJECT_BEGIN)
    if (!read_peer (self, scanner))
      return FALSE;
  return token == RUA_JSON_TOKEN_ARRAY_END && rua_json_scanner_next (scanner, NULL) == RUA_JSON_TOKEN_END;
}
