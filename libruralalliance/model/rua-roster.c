/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-roster-private.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

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
