/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-csv-core-private.h"

#include <sys/mman.h>
#include <unistd.h>

#include "rua-parallel-private.h"
#include "rua-wide-private.h"

/* Where records start. A line end within quotes ends no record, and whether a byte is within quotes
 * is known only from all quotes before it. So each block is counted for both cases at once, and a
 * running parity over the blocks then picks the right one (C. Ge, Y. Li, E. Eilebrecht, B. Chandramouli,
 * D. Kossmann: Speculative Distributed CSV Data Parsing for Big Data Analytics, SIGMOD 2019, settle
 * the same question by guessing). */

#define BLOCKS_A_TASK 64
/* Below this the pages of a mapping are not worth giving back, and below that they are read again too
 * soon. */
#define LEAST_MAPPED (G_GUINT64_CONSTANT (16) << 20)
#define LEAST_RELEASED (G_GUINT64_CONSTANT (256) << 20)

/* Bytes that one step looks at: a fixed number, so that the compiler makes vectors of the loops. */
#define STEP 64

/* Bytes from @at without any that is NUL or no ASCII. */
RUA_WIDE static gsize
skip_ascii (const char *at, gsize n)
{
  gsize i = 0;

  for (; i + STEP <= n; i += STEP) {
    const guchar *bytes = (const guchar *) at + i;
    guchar high = 0, none = 0;

    for (guint k = 0; k < STEP; k++) {
      high |= bytes[k];
      none |= bytes[k] == 0;
    }
    if ((high & 0x80) | none)
      break;
  }
  while (i < n && (guchar) (at[i] - 1) < 0x7f)
    i++;
  return i;
}

/* The first byte that is NUL or no UTF-8, or NULL. A character that began before @at is looked at from its beginning,
 * for these bytes may as well belong to none. */
static const char *
find_bad_byte (const char *at, const char *end, const char *text, const char *text_end)
{
  const char *bad;

  for (guint i = 0; i < 3 && at > text && at < end && ((guchar) *at & 0xc0) == 0x80; i++)
    at--;
  for (;;) {
    const char *stop;

    at += skip_ascii (at, (gsize) (end - at));
    if (at == end)
      return NULL;
    if (*at == '\0')
      return at;
    stop = MIN (at + 256, end);
    while (stop < text_end && ((guchar) *stop & 0xc0) == 0x80)
      stop++;
    if (!g_utf8_validate_len (at, (gsize) (stop - at), &bad))
      return bad;
    if (stop >= end)
      return NULL;
    at = stop;
  }
}

static inline gboolean
is_line_end (char c)
{
  return c == '\n' || c == '\r';
}

/* Bytes that are no line end and stand behind one. */
RUA_WIDE static guint32
count_steps (const char *text, gsize n_steps)
{
  guint32 n = 0;

  while (n_steps > 0) {
    gsize steps = MIN (n_steps, 255);
    guint8 lanes[STEP] = { 0 };

    for (gsize s = 0; s < steps; s++, text += STEP)
      for (guint k = 0; k < STEP; k++) {
        const guint8 here = (text[k] == '\n') | (text[k] == '\r');
        const guint8 before = (text[(int) k - 1] == '\n') | (text[(int) k - 1] == '\r');

        lanes[k] = (guint8) (lanes[k] + (before & (here ^ 1)));
      }
    for (guint k = 0; k < STEP; k++)
      n += lanes[k];
    n_steps -= steps;
  }
  return n;
}

/* Records that start in [from, to), which holds no quotes. Where blank lines are no records, one
 * starts at every byte that is no line end and stands behind one. */
static guint32
count_starts (const RuaCsv *self, gsize from, gsize to)
{
  const char *text = self->text;
  guint32 n = 0;

  if (from == self->body && from < to) {
    n += self->width == 1 || !is_line_end (text[from]);
    from++;
  }
  if (self->width > 1 && to >= from + STEP) {
    n += count_steps (text + from, (to - from) / STEP);
    from += (to - from) / STEP * STEP;
  }
  for (gsize i = from; i < to; i++)
    if (self->width == 1)
      n += text[i - 1] == '\n' || (text[i - 1] == '\r' && text[i] != '\n');
    else
      n += is_line_end (text[i - 1]) && !is_line_end (text[i]);
  return n;
}

static void
count_block (RuaCsv *self, guint block)
{
  RuaCsvBlock *counted = &self->blocks[block];
  gsize from = self->body + (gsize) block * RUA_CSV_BLOCK;
  gsize to = MIN (from + RUA_CSV_BLOCK, self->length);
  guint parity = 0;

  counted->starts[0] = counted->starts[1] = 0;
  while (from < to) {
    const char *quote = self->quote ? memchr (self->text + from, self->quote, to - from) : NULL;
    gsize stop = quote ? (gsize) (quote - self->text) : to;

    /* A record may start with the quote itself. */
    counted->starts[parity] += count_starts (self, from, quote ? stop + 1 : stop);
    if (!quote)
      break;
    parity ^= 1;
    from = stop + 1;
  }
  counted->flips = (guint8) parity;
}

typedef struct {
  RuaCsv *csv;
} Counting;

static gboolean
count_task (guint task, gpointer data, GError **error)
{
  RuaCsv *self = ((Counting *) data)->csv;
  guint first = task * BLOCKS_A_TASK, last = MIN (first + BLOCKS_A_TASK, self->n_blocks);
  gsize begin = self->body + (gsize) first * RUA_CSV_BLOCK;

  rua_csv_expect (self, begin, MIN (begin + (gsize) BLOCKS_A_TASK * RUA_CSV_BLOCK, self->length));
  for (guint b = first; b < last; b++) {
    gsize from = self->body + (gsize) b * RUA_CSV_BLOCK, to = MIN (from + RUA_CSV_BLOCK, self->length);
    const char *bad = find_bad_byte (self->text + from, self->text + to, self->text, self->text + self->length);

    if (bad)
      return rua_csv_refuse_byte (self, bad, error);
    count_block (self, b);
  }
  if (self->length >= LEAST_RELEASED)
    rua_csv_release (self, begin, MIN (begin + (gsize) BLOCKS_A_TASK * RUA_CSV_BLOCK, self->length));
  return TRUE;
}

/* A text of one column: a blank line at its very end is no record. */
static gboolean
ends_in_blank_line (const RuaCsv *self)
{
  gsize n = self->length;

  if (n == self->body || !is_line_end (self->text[n - 1]))
    return FALSE;
  n -= n - self->body >= 2 && self->text[n - 1] == '\n' && self->text[n - 2] == '\r' ? 2 : 1;
  return n == self->body || is_line_end (self->text[n - 1]);
}

gboolean
rua_csv_index (RuaCsv *self, RuaProgress *progress, GCancellable *cancellable, GError **error)
{
  Counting counting = { self };
  guint64 n = 0;
  guint inside = 0;
  gsize bytes = self->length - self->body;

  if (self->blocks)
    return TRUE;
  self->n_blocks = (guint) ((bytes + RUA_CSV_BLOCK - 1) / RUA_CSV_BLOCK);
  self->blocks = g_new (RuaCsvBlock, MAX (self->n_blocks, 1));
  if (!rua_parallel_run ((self->n_blocks + BLOCKS_A_TASK - 1) / BLOCKS_A_TASK, count_task, &counting, progress, cancellable, error)) {
    g_clear_pointer (&self->blocks, g_free);
    return FALSE;
  }
  for (guint b = 0; b < self->n_blocks; b++) {
    RuaCsvBlock *block = &self->blocks[b];

    block->record = n;
    block->inside = (guint8) inside;
    n += block->starts[inside];
    inside ^= block->flips;
  }
  if (self->width == 1 && n > 0 && !inside && ends_in_blank_line (self))
    n--;
  if (n > self->limits.rows) {
    g_clear_pointer (&self->blocks, g_free);
    g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT, "%s has %" G_GUINT64_FORMAT " records; %u are the limit: split the file, or raise the limit",
                 self->name, n, self->limits.rows);
    return FALSE;
  }
  self->n_rows = (guint32) n;
  return TRUE;
}

guint32
rua_csv_get_n_rows (RuaCsv *self)
{
  return self->n_rows;
}

gsize
rua_csv_find_record (const RuaCsv *self, guint32 row)
{
  guint low = 0, high = self->n_blocks;
  guint64 n;
  gsize at;
  gboolean inside;

  if (row >= self->n_rows)
    return self->length;
  /* The last block before which no more than @row records start. */
  while (high - low > 1) {
    guint middle = low + (high - low) / 2;

    if (self->blocks[middle].record <= row)
      low = middle;
    else
      high = middle;
  }
  n = self->blocks[low].record;
  inside = self->blocks[low].inside;
  for (at = self->body + (gsize) low * RUA_CSV_BLOCK; at < self->length; at++) {
    char c = self->text[at];

    if (!inside) {
      gboolean starts;

      if (at == self->body)
        starts = self->width == 1 || !is_line_end (c);
      else if (self->width == 1)
        starts = self->text[at - 1] == '\n' || (self->text[at - 1] == '\r' && c != '\n');
      else
        starts = !is_line_end (c) && is_line_end (self->text[at - 1]);
      if (starts && n++ == row)
        return at;
    }
    if (self->quote && c == self->quote)
      inside = !inside;
  }
  return self->length;
}

/* Whole pages only, and those of our own mapping. */
static void
advise (const RuaCsv *self, gsize from, gsize to, int advice)
{
  gsize page = (gsize) sysconf (_SC_PAGESIZE);
  guintptr first, last;

  if (!self->mapped || self->length < LEAST_MAPPED)
    return;
  first = ((guintptr) self->text + from + page - 1) / page * page;
  last = ((guintptr) self->text + to) / page * page;
  if (first < last)
    madvise ((void *) first, last - first, advice);
}

void
rua_csv_expect (const RuaCsv *self, gsize from, gsize to)
{
  /* One call instead of a fault for every few pages; where the kernel does not know it, nothing is lost. */
#ifdef MADV_POPULATE_READ
  advise (self, from, to, MADV_POPULATE_READ);
#endif
}

void
rua_csv_release (const RuaCsv *self, gsize from, gsize to)
{
  advise (self, from, to, MADV_DONTNEED);
}
