/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-json-names-private.h"

#include <string.h>

#define FEW_NAMES 16
#define DECODED_BIT 0x80000000u

typedef struct {
  guint32 text; /* offset into the source, or into the decoded names */
  guint32 length; /* top bit: decoded */
  guint32 hash;
  guint32 offset; /* where the name stands in the source */
} Entry;

static inline guint64
rotate (guint64 x, guint bits)
{
  return (x << bits) | (x >> (64 - bits));
}

#define SIP_ROUND(v0, v1, v2, v3) \
  G_STMT_START { \
    v0 += v1; v1 = rotate (v1, 13); v1 ^= v0; v0 = rotate (v0, 32); \
    v2 += v3; v3 = rotate (v3, 16); v3 ^= v2; \
    v0 += v3; v3 = rotate (v3, 21); v3 ^= v0; \
    v2 += v1; v1 = rotate (v1, 17); v1 ^= v2; v2 = rotate (v2, 32); \
  } G_STMT_END

/* SipHash-1-3 (Aumasson and Bernstein 2012), the key drawn once a process. */
static guint32
keyed_hash (const char *text, gsize length)
{
  static guint64 key[2];
  static gsize drawn = 0;
  guint64 v0, v1, v2, v3, word;
  gsize i;

  if (g_once_init_enter (&drawn)) {
    for (i = 0; i < 2; i++)
      key[i] = (guint64) g_random_int () << 32 | g_random_int ();
    g_once_init_leave (&drawn, 1);
  }
  v0 = key[0] ^ G_GUINT64_CONSTANT (0x736f6d6570736575);
  v1 = key[1] ^ G_GUINT64_CONSTANT (0x646f72616e646f6d);
  v2 = key[0] ^ G_GUINT64_CONSTANT (0x6c7967656e657261);
  v3 = key[1] ^ G_GUINT64_CONSTANT (0x7465646279746573);
  for (i = 0; i + 8 <= length; i += 8) {
    memcpy (&word, text + i, 8);
    v3 ^= word;
    SIP_ROUND (v0, v1, v2, v3);
    v0 ^= word;
  }
  word = 0;
  memcpy (&word, text + i, length - i);
  word ^= (guint64) length << 56;
  v3 ^= word;
  SIP_ROUND (v0, v1, v2, v3);
  v0 ^= word;
  v2 ^= 0xff;
  SIP_ROUND (v0, v1, v2, v3);
  SIP_ROUND (v0, v1, v2, v3);
  SIP_ROUND (v0, v1, v2, v3);
  word = v0 ^ v1 ^ v2 ^ v3;
  return (guint32) (word ^ (word >> 32));
}

void
rua_json_names_init (RuaJsonNames *self)
{
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  self->decoded = g_byte_array_new ();
}

void
rua_json_names_clear (RuaJsonNames *self)
{
  g_clear_pointer (&self->entries, g_array_unref);
  g_clear_pointer (&self->decoded, g_byte_array_unref);
}

void
rua_json_names_begin (RuaJsonNames *self, RuaJsonNameScope *scope)
{
  memset (scope, 0, sizeof *scope);
  scope->first = self->entries->len;
  scope->decoded = self->decoded->len;
}

void
rua_json_names_end (RuaJsonNames *self, RuaJsonNameScope *scope)
{
  g_clear_pointer (&scope->slots, g_free);
  g_array_set_size (self->entries, scope->first);
  g_byte_array_set_size (self->decoded, scope->decoded);
}

static inline gboolean
entry_is (RuaJsonNames *self, const Entry *entry, const char *source, const char *name, gsize length)
{
  const char *text;

  if ((entry->length & ~DECODED_BIT) != length)
    return FALSE;
  text = entry->length & DECODED_BIT ? (const char *) self->decoded->data : source;
  return memcmp (text + entry->text, name, length) == 0;
}

static void
put_slot (RuaJsonNameScope *scope, guint32 hash, guint32 index)
{
  guint32 mask = scope->n_slots - 1;
  guint32 i = hash & mask;

  while (scope->slots[i] != 0)
    i = (i + 1) & mask;
  scope->slots[i] = index + 1;
}

static void
grow_slots (RuaJsonNames *self, RuaJsonNameScope *scope, const char *source)
{
  Entry *entries = &g_array_index (self->entries, Entry, scope->first);
  guint n = self->entries->len - scope->first;
  gboolean is_first = scope->slots == NULL;

  scope->n_slots = is_first ? 4 * FEW_NAMES : scope->n_slots * 2;
  g_free (scope->slots);
  scope->slots = g_new0 (guint32, scope->n_slots);
  for (guint i = 0; i < n; i++) {
    if (is_first) {
      const char *text = entries[i].length & DECODED_BIT ? (const char *) self->decoded->data : source;
      entries[i].hash = keyed_hash (text + entries[i].text, entries[i].length & ~DECODED_BIT);
    }
    put_slot (scope, entries[i].hash, i);
  }
}

gboolean
rua_json_names_add (RuaJsonNames *self,
                    RuaJsonNameScope *scope,
                    const char *source,
                    const char *name,
                    gsize length,
                    gboolean is_decoded,
                    guint32 offset,
                    guint32 *earlier)
{
  guint n = self->entries->len - scope->first;
  /* An array that nothing was ever added to has no data to point into. */
  Entry *entries = n ? (Entry *) (gpointer) self->entries->data + scope->first : NULL;
  Entry entry = { 0, (guint32) length, 0, offset };

  if (scope->slots == NULL) {
    guint cheap = (guint) length;
    guint64 bit;

    if (length > 0)
      cheap += (guchar) name[0] * 31u + (guchar) name[length - 1] * 17u + (guchar) name[length / 2] * 7u;
    bit = G_GUINT64_CONSTANT (1) << (cheap & 63);
    if (scope->seen & bit)
      for (guint i = 0; i < n; i++)
        if (entry_is (self, &entries[i], source, name, length)) {
          *earlier = entries[i].offset;
          return FALSE;
        }
    scope->seen |= bit;
  } else {
    guint32 mask = scope->n_slots - 1;

    entry.hash = keyed_hash (name, length);
    for (guint32 i = entry.hash & mask; scope->slots[i] != 0; i = (i + 1) & mask) {
      const Entry *other = &entries[scope->slots[i] - 1];
      if (other->hash == entry.hash && entry_is (self, other, source, name, length)) {
        *earlier = other->offset;
        return FALSE;
      }
    }
  }

  if (is_decoded) {
    entry.text = self->decoded->len;
    entry.length |= DECODED_BIT;
    g_byte_array_append (self->decoded, (const guint8 *) name, (guint) length);
  } else {
    entry.text = (guint32) (name - source);
  }
  g_array_append_val (self->entries, entry);
  if (scope->slots != NULL && (n + 1) * 2 <= scope->n_slots)
    put_slot (scope, entry.hash, n);
  else if (scope->slots != NULL || n + 1 > FEW_NAMES)
    grow_slots (self, scope, source);
  return TRUE;
}
