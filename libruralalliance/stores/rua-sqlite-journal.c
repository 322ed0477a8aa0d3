/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The journal that a save which was broken off leaves beside a file, as https://www.sqlite.org/walformat.html
 * describes it: pages, each with a checksum that goes on from the one before, up to the last that was
 * committed. Applied to a copy in memory, the file and the journal stay as they are. */
#include "rua-sqlite-private.h"

#include <string.h>

#define HEADER 32
#define FRAME 24
#define MAGIC 0x377f0682u /* plus 1 where its sums are of big-endian words */
#define VERSION 3007000u

typedef struct {
  const guint8 *bytes;
  gsize length;
  guint32 page;
  gboolean is_big;
  guint32 sum[2];
} Journal;

static guint32
word_at (const guint8 *at)
{
  guint32 word;

  memcpy (&word, at, sizeof word);
  return GUINT32_FROM_BE (word);
}

static void
add_up (Journal *self, const guint8 *bytes, gsize length)
{
  for (gsize i = 0; i < length; i += 8) {
    guint32 pair[2];

    memcpy (pair, bytes + i, sizeof pair);
    pair[0] = self->is_big ? GUINT32_FROM_BE (pair[0]) : GUINT32_FROM_LE (pair[0]);
    pair[1] = self->is_big ? GUINT32_FROM_BE (pair[1]) : GUINT32_FROM_LE (pair[1]);
    self->sum[0] += pair[0] + self->sum[1];
    self->sum[1] += pair[1] + self->sum[0];
  }
}

static gboolean
open_journal (Journal *self, const guint8 *bytes, gsize length)
{
  guint32 magic;

  if (length < HEADER)
    return FALSE;
  magic = word_at (bytes);
  self->bytes = bytes;
  self->length = length;
  self->page = word_at (bytes + 8);
  self->is_big = (magic & 1) != 0;
  self->sum[0] = self->sum[1] = 0;
  if ((magic & ~1u) != MAGIC || word_at (bytes + 4) != VERSION || self->page < 512 || self->page > 65536 || (self->page & (self->page - 1)) != 0)
    return FALSE;
  add_up (self, bytes, HEADER - 8);
  return self->sum[0] == word_at (bytes + 24) && self->sum[1] == word_at (bytes + 28);
}

static const guint8 *
frame_at (const Journal *self, gsize frame)
{
  return self->bytes + HEADER + frame * (FRAME + self->page);
}

/* How many frames there are up to the last commit, and how many pages the database then has. */
static gsize
find_commit (Journal *self, guint32 *n_pages)
{
  gsize committed = 0;

  for (gsize i = 0; HEADER + (i + 1) * (FRAME + (gsize) self->page) <= self->length; i++) {
    const guint8 *frame = frame_at (self, i);

    if (word_at (frame) == 0 || memcmp (frame + 8, self->bytes + 16, 8) != 0)
      break;
    add_up (self, frame, 8);
    add_up (self, frame + FRAME, self->page);
    if (self->sum[0] != word_at (frame + 16) || self->sum[1] != word_at (frame + 20))
      break;
    if (word_at (frame + 4) != 0) {
      committed = i + 1;
      *n_pages = word_at (frame + 4);
    }
  }
  return committed;
}

gboolean
rua_sqlite_apply_journal (guint8 **data, gsize *size, const guint8 *bytes, gsize length)
{
  Journal self;
  guint32 n_pages = 0;
  guint8 *larger;
  gsize n, whole;

  if (!open_journal (&self, bytes, length))
    return FALSE;
  n = find_commit (&self, &n_pages);
  whole = (gsize) n_pages * self.page;
  /* Every page is in the one or in the other. */
  if (n == 0 || whole > *size + length)
    return FALSE;
  larger = g_try_realloc (*data, MAX (whole, *size));
  if (larger == NULL)
    return FALSE;
  *data = larger;
  if (whole > *size)
    memset (larger + *size, 0, whole - *size);
  for (gsize i = 0; i < n; i++) {
    const guint8 *frame = frame_at (&self, i);
    guint32 page = word_at (frame);

    if (page <= n_pages)
      memcpy (larger + (gsize) (page - 1) * self.page, frame + FRAME, self.page);
  }
  *size = whole;
  return TRUE;
}
