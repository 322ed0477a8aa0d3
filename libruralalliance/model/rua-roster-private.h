/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-log-private.h"

G_BEGIN_DECLS

/* With whom this copy exchanges facts, kept with the log: a hub knows its stations, a station its hub.
 * The key is held by both and nobody else; it is told to nobody, and overwritten when it goes. */
#define RUA_KEY_LENGTH 32
#define RUA_HASH_LENGTH 64 /* SHA-256, in hexadecimal digits */

typedef struct {
  const char *station; /* the peer's name */
  gboolean is_hub;     /* who hands on the facts of others; else only its own are taken from it */
  guint8 key[RUA_KEY_LENGTH];
  gint64 sent;         /* own facts up to here are there: a receipt has said so */
  gint64 sent_batches; /* in how many batches */
  gint64 taken;         /* its own facts up to here are here */
  gint64 taken_batches;
  const char *has;  /* what it has of each station: {"gaopo":12,…}, canonical; NULL: nobody has said */
  const char *part; /* what it is given where that is not everything; NULL: everything */
} RuaPeer;

typedef struct _RuaRoster RuaRoster;

RuaRoster *rua_roster_new (void);
void rua_roster_free (RuaRoster *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaRoster, rua_roster_free)

RuaRoster *rua_log_get_roster (RuaLog *self);

/* By name. What is lent stays until the peer is set or removed. */
guint rua_roster_get_n_peers (RuaRoster *self);
const RuaPeer *rua_roster_get_peer (RuaRoster *self, guint index);
const RuaPeer *rua_roster_find (RuaRoster *self, const char *station); /* or NULL */
/* The only hub there is, or NULL. */
const RuaPeer *rua_roster_find_hub (RuaRoster *self);
/* Takes the place of the peer that has this name. A copy. */
void rua_roster_set (RuaRoster *self, const RuaPeer *peer);
gboolean rua_roster_remove (RuaRoster *self, const char *station);
/* How often something was set or removed: a store saves the roster when this is another number. */
guint64 rua_roster_get_version (RuaRoster *self);
/* All of it, with the keys, as a store keeps it: NULL where there are no peers. To be forgotten with
 * rua_key_forget(). */
char *rua_roster_to_json (RuaRoster *self);
/* What that gave; FALSE where it is no such thing. */
gboolean rua_roster_read_json (RuaRoster *self, const char *json, gsize length);
/* 256 bits from the system's source of random bytes. */
gboolean rua_key_draw (guint8 key[RUA_KEY_LENGTH], GError **error);
void rua_key_forget (gpointer bytes, gsize length);

G_END_DECLS
