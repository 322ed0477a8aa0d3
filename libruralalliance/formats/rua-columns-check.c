/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-columns-file-private.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "rua-fingerprint-private.h"
#include "rua-json-reader-private.h"
#include "rua-parallel-private.h"
#include "rua-wide-private.h"

/* What is looked at before anything of a columnar file is believed: that no bit has changed, and that
 * codes, rows, texts and dates are such that those who use them need not look again. Where the system can tell
 * that pages of the mapping are there, they are looked at in their place; otherwise they are read into a buffer, where
 * a disk that fails is an error and not a signal. */

#define GROUP (1024 * 1024)            /* bytes a task verifies, at least */
#define WINDOW (8 * (guint64) (1 << 20)) /* bytes that are given back together */
#define LARGE (8 * (guint64) (1 << 20)) /* no buffer is larger */

#define FIRST_DAY (-719162) /* 0001-01-01 */
#define LAST_DAY 2932896    /* 9999-12-31 */

gboolean
rua_columns_damaged (RuaColumnsFile *file, GError **error, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, RUA_ERROR, RUA_ERROR_SYNTAX, "%s: the columnar file is damaged: %s; take another copy of it, or convert it anew",
               file->name, what);
  return FALSE;
}

/* Of what was looked at only pages that somebody uses later shall be the process's own. */
static void
give_pages_back (const RuaColumnsFile *file, guint64 from, guint64 length)
{
#ifdef MADV_POPULATE_READ
  if (file->fd >= 0 && from < file->size)
    madvise ((gpointer) (file->data + from), MIN (length, file->size - from), MADV_DONTNEED);
#endif
}

const guint8 *
rua_columns_fetch (RuaColumnsFile *file, RuaColumnsPiece piece, guint8 **buffer, GError **error)
{
  gsize got = 0;

  if (file->fd < 0 || piece.length > LARGE || rua_columns_call_pages (file, piece))
    return file->data + piece.offset;
  *buffer = rua_block_new (piece.length);
  while (got < piece.length) {
    gssize n = pread (file->fd, *buffer + got, piece.length - got, (off_t) (piece.offset + got));

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (errno), "%s: cannot be read: %s", file->name, g_strerror (errno));
      return NULL;
    }
    if (n == 0) {
      rua_columns_damaged (file, error, "it became shorter while it was read");
      return NULL;
    }
    got += (gsize) n;
  }
  return *buffer;
}

/* ---- fingerprints ---- */

static guint64
end_of (RuaColumnsFile *file, guint32 segment)
{
  RuaColumnsPiece piece = file->segments[segment].piece;

  return piece.offset + (piece.length + RUA_COLUMNS_ALIGNMENT - 1) / RUA_COLUMNS_ALIGNMENT * RUA_COLUMNS_ALIGNMENT;
}

/* Those from @first to @end, which lie one behind the other. @near: those bytes of them whose pages are in the process now. */
static gboolean
verify_segments (RuaColumnsFile *file, guint32 first, guint32 end, RuaColumnsPiece *near, GError **error)
{
  guint64 from = file->segments[first].piece.offset;
  RuaColumnsPiece piece = { from, end_of (file, end - 1) - from };
  g_autoptr (RuaColumnsBytes) buffer = NULL;
  const guint8 *bytes = rua_columns_fetch (file, piece, &buffer, error);

  if (!bytes)
    return FALSE;
  *near = (RuaColumnsPiece){ from, buffer ? 0 : piece.length };
  for (guint32 s = first; s < end; s++) {
    const RuaColumnsSegment *segment = &file->segments[s];
    const guint8 *at = bytes + (segment->piece.offset - from);
    guint64 print[2];

    rua_fingerprint (at, segment->piece.length, 0, print);
    if (memcmp (print, segment->print, sizeof print) != 0)
      return rua_columns_damaged (file, error, "the bytes from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT " are not those that were written",
                                  segment->piece.offset, segment->piece.offset + segment->piece.length);
    for (guint64 i = segment->piece.length; i < end_of (file, s) - segment->piece.offset; i++)
      if (at[i])
        return rua_columns_damaged (file, error, "byte %" G_GUINT64_FORMAT " is not 0", segment->piece.offset + i);
  }
  return TRUE;
}

gboolean
rua_columns_verify_piece (RuaColumnsFile *file, RuaColumnsPiece piece, GError **error)
{
  guint32 first = 0, end;
  RuaColumnsPiece near;

  while (first < file->n_segments && file->segments[first].piece.offset < piece.offset)
    first++;
  for (end = first; end < file->n_segments && file->segments[end].piece.offset < piece.offset + piece.length; end++)
    ;
  return first == end || verify_segments (file, first, end, &near, error);
}

/* ---- values ---- */

static RuaSlice
slice_of (const RuaColumnsCheck *check, const guint8 *bytes)
{
  RuaSlice slice;

  rua_chunk_get_slice (check->chunk, check->n, &slice);
  /* They may have been read into a buffer. */
  if (bytes != slice.values) {
    slice.values = bytes;
    slice.most = NULL;
  }
  return slice;
}

/* The highest code. Where the chunk's are looked at in their place, it is kept for whoever measures, who asks for it first. */
static guint32
find_highest (const RuaColumnsCheck *check, const guint8 *bytes)
{
  RuaSlice slice = slice_of (check, bytes);

  return check->bits > 0 && check->bits <= 32 ? rua_slice_get_most (&slice) : 0;
}

static gboolean
is_date (gint64 packed)
{
  gint64 day = packed >> 2;

  return (packed & 3) <= RUA_DATE_PRECISION_DAY && day >= FIRST_DAY && day <= LAST_DAY;
}

/* What a lot of dates has at its ends: of the codes, whose sign is flipped by @flip, and of the precision. */
typedef struct {
  guint32 least, most, precision;
} DateEnds;

RUA_WIDE static DateEnds
find_date_ends (const RuaSlice *block, guint n, guint32 flip)
{
  const guint32 low = (guint32) block->base & 3;
  guint32 least = G_MAXUINT32, most = 0, precision = 0;

#define WIDEN(Type)                                                                                \
  G_STMT_START                                                                                     \
  {                                                                                                \
    const Type *codes = block->values;                                                             \
    for (guint i = 0; i < n; i++) {                                                                \
      const guint32 code = codes[i] ^ flip;                                                        \
      least = MIN (least, code);                                                                   \
      most = MAX (most, code);                                                                     \
      precision = MAX (precision, (code + low) & 3);                                               \
    }                                                                                              \
  }                                                                                                \
  G_STMT_END

  switch (block->bits) {
  case 0:
    least = most = flip;
    precision = low;
    break;
  case 8:
    WIDEN (guint8);
    break;
  case 16:
    WIDEN (guint16);
    break;
  default:
    WIDEN (guint32);
    break;
  }
#undef WIDEN
  return (DateEnds){ least, most, precision };
}

static gboolean
are_dates (const RuaColumnsCheck *check, const guint8 *bytes)
{
  /* A plain chunk's values have a sign. */
  const guint32 flip = check->limit ? G_MAXINT32 + 1u : 0;
  DateEnds ends = { G_MAXUINT32, 0, 0 };
  RuaSlice slice = slice_of (check, bytes);
  RuaSliceBlock block;

  for (guint32 at = 0; at < check->n; at += RUA_BLOCK_ROWS) {
    guint n = MIN (check->n - at, RUA_BLOCK_ROWS);
    DateEnds own = find_date_ends (rua_slice_get_block (&slice, at, n, &block), n, flip);

    ends = (DateEnds){ MIN (ends.least, own.least), MAX (ends.most, own.most), MAX (ends.precision, own.precision) };
  }
  return ends.precision <= RUA_DATE_PRECISION_DAY && (check->base + ends.least - flip) >> 2 >= FIRST_DAY
         && (check->base + ends.most - flip) >> 2 <= LAST_DAY;
}

RUA_WIDE static guint
count_endless (const double *values, guint32 n)
{
  guint count = 0;

  for (guint32 i = 0; i < n; i++)
    count += !isfinite (values[i]);
  return count;
}

static gboolean
check_values (RuaColumnsFile *file, const RuaColumnsCheck *check, const guint8 *bytes, GError **error)
{
  const char *field = rua_field_get_name (check->column->field);

  switch (check->type) {
  case RUA_COLUMNS_CHECK_NOTHING:
    find_highest (check, bytes);
    return TRUE;
  case RUA_COLUMNS_CHECK_BELOW:
    if (check->base < 0 || (guint64) check->base >= check->limit || find_highest (check, bytes) >= check->limit - (guint64) check->base)
      return rua_columns_damaged (file, error, "%s: %s: a value from row %u on leads nowhere", check->kind, field, check->first + 1);
    return TRUE;
  case RUA_COLUMNS_CHECK_DATES:
    find_highest (check, bytes);
    /* Which row it is matters only where one is wrong. */
    for (guint32 i = are_dates (check, bytes) ? check->n : 0; i < check->n; i++) {
      gint64 code = (gint64) rua_code_at (bytes, check->bits, i);

      /* A plain chunk's values have a sign. */
      if (check->limit)
        code = (gint32) (guint32) code;
      if (!is_date (check->base + code))
        return rua_columns_damaged (file, error, "%s: %s: row %u has no date", check->kind, field, check->first + i + 1);
    }
    return TRUE;
  case RUA_COLUMNS_CHECK_NUMBERS:
    for (guint32 i = count_endless ((const double *) (gconstpointer) bytes, check->n) == 0 ? check->n : 0; i < check->n; i++)
      if (!isfinite (((const double *) (gconstpointer) bytes)[i]))
        return rua_columns_damaged (file, error, "%s: %s: row %u has no finite number", check->kind, field, check->first + i + 1);
    return TRUE;
  case RUA_COLUMNS_CHECK_ORDER:
    for (guint32 i = 0; i < check->n; i++)
      if ((guint64) check->base + rua_code_at (bytes, check->bits, i) != (guint64) check->first + i) {
        g_atomic_int_set (check->disordered, TRUE);
        break;
      }
    return TRUE;
  case RUA_COLUMNS_CHECK_TEXTS:
  case RUA_COLUMNS_CHECK_NUMBERED:
    break;
  }
  g_assert_not_reached ();
}

/* ---- texts ---- */

static gboolean
is_json (const char *text, gsize length, gboolean object)
{
  g_autoptr (RuaJsonScanner) scanner = rua_json_scanner_new (text, length, &RUA_KEPT_LIMITS);
  RuaJsonToken token = rua_json_scanner_next (scanner, NULL);

  if (object && token != RUA_JSON_TOKEN_OBJECT_BEGIN)
    return FALSE;
  return token != RUA_JSON_TOKEN_ERROR && rua_json_scanner_skip_value (scanner, NULL)
         && rua_json_scanner_next (scanner, NULL) == RUA_JSON_TOKEN_END;
}

/* Texts that end in NUL each, all of them UTF-8. */
static gboolean
are_texts (const char *text, gsize length, guint *n)
{
  *n = 0;
  if (length > 0 && text[length - 1] != '\0')
    return FALSE;
  for (gsize at = 0; at < length; at += strlen (text + at) + 1, ++*n)
    if (!g_utf8_validate (text + at, -1, NULL))
      return FALSE;
  return TRUE;
}

static gboolean
are_references (const RuaColumnsCheck *check, const char *text, gsize length)
{
  guint32 row;

  if (length % check->gap != 0)
    return FALSE;
  /* Those to records of any kind are looked at when they are translated. */
  for (gsize i = 0; check->gap == sizeof row && i < length; i += sizeof row) {
    memcpy (&row, text + i, sizeof row);
    if (row >= check->limit)
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_text_of (const RuaColumnsCheck *check, const char *text, gsize length, gboolean ascii)
{
  RuaField *field = check->column->field;
  guint n;

  switch (check->column->type) {
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_TOKEN:
  case RUA_FIELD_TYPE_JSON:
    if (memchr (text, '\0', length) || (!ascii && !g_utf8_validate (text, (gssize) length, NULL)))
      return FALSE;
    if (check->column->type == RUA_FIELD_TYPE_TOKEN)
      return rua_field_has_token (field, text, length);
    if (check->column->type == RUA_FIELD_TYPE_JSON)
      return is_json (text, length, check->column == check->column->table->extra);
    return length > 0 || check->column != rua_table_column (check->column->table, 0);
  case RUA_FIELD_TYPE_TEXTS:
    return are_texts (text, length, &n) && n > 0 && n % 2 == 0;
  case RUA_FIELD_TYPE_TEXT_LIST:
    return are_texts (text, length, &n);
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    return are_references (check, text, length);
  case RUA_FIELD_TYPE_BOOLEAN:
  case RUA_FIELD_TYPE_INTEGER:
  case RUA_FIELD_TYPE_NUMBER:
  case RUA_FIELD_TYPE_MONEY:
  case RUA_FIELD_TYPE_DATE:
  case RUA_FIELD_TYPE_REFERENCE:
    break;
  }
  return FALSE;
}

RUA_WIDE static gboolean
is_ascii (const guint8 *bytes, gsize length)
{
  guint64 high = 0, word;
  gsize i;

  for (i = 0; i + sizeof word <= length; i += sizeof word) {
    memcpy (&word, bytes + i, sizeof word);
    high |= word;
  }
  for (; i < length; i++)
    high |= bytes[i];
  return (high & G_GUINT64_CONSTANT (0x8080808080808080)) == 0;
}

static guint64
offset_at (const RuaColumnsCheck *check, const guint8 *offsets, guint32 i)
{
  return check->bits == 32 ? ((const guint32 *) (gconstpointer) offsets)[i] : ((const guint64 *) (gconstpointer) offsets)[i];
}

RUA_WIDE static gsize
count_ends (const guint8 *bytes, gsize length)
{
  gsize n = 0, i = 0;

  /* No count of so few overflows a byte. */
  for (; i + 128 <= length; i += 128) {
    guint8 few = 0;

    for (guint k = 0; k < 128; k++)
      few += bytes[i + k] == '\0';
    n += few;
  }
  for (; i < length; i++)
    n += bytes[i] == '\0';
  return n;
}

/* Whether plain texts of ASCII lie from @from to @to one behind the other, and none is empty; without looking into
 * each. As many bytes of 0 as there are texts, each of which ends in one, leave none within a text. */
static gboolean
are_plain_texts (const RuaColumnsCheck *check, const guint8 *offsets, const guint8 *bytes, guint64 from, guint64 to)
{
  guint64 at = from;

  if (check->bits != 32 || check->column->type != RUA_FIELD_TYPE_TEXT || count_ends (bytes, to - from) != check->n)
    return FALSE;
  for (guint32 i = 0; i < check->n; i++) {
    guint64 end = ((const guint32 *) (gconstpointer) offsets)[i + 1];

    if (end > to || end < at + 2 || bytes[end - from - 1] != '\0')
      return FALSE;
    at = end;
  }
  return is_ascii (bytes, to - from);
}

static gboolean
check_texts (RuaColumnsFile *file, const RuaColumnsCheck *check, const guint8 *offsets, GError **error)
{
  const char *field = rua_field_get_name (check->column->field);
  guint64 from = offset_at (check, offsets, 0), to = offset_at (check, offsets, check->n), at = from;
  g_autoptr (RuaColumnsBytes) buffer = NULL;
  const guint8 *bytes;
  gboolean ascii;

  if (from > to || to > check->texts.length || (check->first == 0 && from != 0) || (check->last && to != check->texts.length))
    return rua_columns_damaged (file, error, "%s: %s: its texts are not where they should be", check->kind, field);
  bytes = rua_columns_fetch (file, (RuaColumnsPiece){ check->texts.offset + from, to - from }, &buffer, error);
  if (!bytes)
    return FALSE;
  if (are_plain_texts (check, offsets, bytes, from, to))
    return TRUE;
  ascii = is_ascii (bytes, to - from);
  for (guint32 i = 0; i < check->n; i++) {
    guint64 end = offset_at (check, offsets, i + 1);
    const char *text = (const char *) bytes + (at - from);
    gsize length;

    if (end > to || end < at || end - at < check->gap || (at & (check->gap - 1u)) != 0)
      return rua_columns_damaged (file, error, "%s: %s: text %u is not where it should be", check->kind, field, check->first + i + 1);
    length = (gsize) (end - at) - check->gap;
    for (guint g = 0; g < check->gap; g++)
      if (text[length + g] != '\0')
        return rua_columns_damaged (file, error, "%s: %s: text %u does not end", check->kind, field, check->first + i + 1);
    if (!is_text_of (check, text, length, ascii))
      return rua_columns_damaged (file, error, "%s: %s: text %u is none that the field can have", check->kind, field, check->first + i + 1);
    at = end;
  }
  return TRUE;
}

static gboolean
check_numbered (RuaColumnsFile *file, const RuaColumnsCheck *check, const guint8 *bytes, GError **error)
{
  const RuaNumberedBlock *blocks = check->numbered->blocks + check->first;

  for (guint32 b = 0; b < check->n; b++)
    if (!rua_numbered_check (check->numbered, check->first + b,
                             bytes + ((const guint8 *) blocks[b].codes - (const guint8 *) blocks[0].codes)))
      return rua_columns_damaged (file, error, "%s: %s: a number from text %u on has too many digits", check->kind,
                                  rua_field_get_name (check->column->field), (check->first + b) * RUA_NUMBERED_ROWS + 1);
  return TRUE;
}

/* ---- all of it ---- */

/* @near has just been fetched; pages of the mapping need not be called again. */
static const guint8 *
fetch_near (RuaColumnsFile *file, RuaColumnsPiece piece, RuaColumnsPiece near, guint8 **buffer, GError **error)
{
  if (piece.offset >= near.offset && piece.offset + piece.length <= near.offset + near.length)
    return file->data + piece.offset;
  return rua_columns_fetch (file, piece, buffer, error);
}

static void
run_check (RuaColumnsFile *file, guint32 place, RuaColumnsPiece near)
{
  const RuaColumnsCheck *check = &g_array_index (file->checks, RuaColumnsCheck, place);
  g_autoptr (RuaColumnsBytes) buffer = NULL;
  g_autoptr (GError) error = NULL;
  const guint8 *bytes = fetch_near (file, check->values, near, &buffer, &error);
  gboolean fine = bytes != NULL;

  if (fine && check->type == RUA_COLUMNS_CHECK_TEXTS)
    fine = check_texts (file, check, bytes, &error);
  else if (fine && check->type == RUA_COLUMNS_CHECK_NUMBERED)
    fine = check_numbered (file, check, bytes, &error);
  else if (fine)
    fine = check_values (file, check, bytes, &error);
  if (fine)
    return;
  g_mutex_lock (&file->mutex);
  if (file->error == NULL || place < file->failed) {
    g_clear_error (&file->error);
    file->error = g_steal_pointer (&error);
    file->failed = place;
  }
  g_mutex_unlock (&file->mutex);
}

/* Checks are safe with any bytes, and what they find is told only if all segments are those that were written: so values are looked
 * at while they are in the cache, and while the disk brings the next. */
static gboolean
verify_group (guint task, gpointer data, GError **error)
{
  RuaColumnsFile *file = data;
  guint32 first = file->groups[task], end = file->groups[task + 1];
  guint64 from = file->segments[first].piece.offset, window = end_of (file, end - 1) / WINDOW;
  RuaColumnsPiece near;

  rua_columns_ahead_follow (file->ahead, end_of (file, end - 1), 0);
  if (!verify_segments (file, first, end, &near, error))
    return FALSE;
  for (guint32 i = file->first_checks[task]; i < file->first_checks[task + 1]; i++)
    run_check (file, file->order[i], near);
  rua_columns_ahead_follow (file->ahead, 0, end_of (file, end - 1) - from);
  /* Others may still be at work in the window that has just ended. */
  if (window != from / WINDOW && window > 1)
    give_pages_back (file, (window - 2) * WINDOW, WINDOW);
  return TRUE;
}

static void
find_groups (RuaColumnsFile *file)
{
  guint64 bytes = GROUP;

  file->groups = g_new (guint32, (gsize) file->n_segments + 1);
  file->n_groups = 0;
  for (guint32 s = 0; s < file->n_segments; s++) {
    if (bytes >= GROUP) {
      file->groups[file->n_groups++] = s;
      bytes = 0;
    }
    bytes += end_of (file, s) - file->segments[s].piece.offset;
  }
  file->groups[file->n_groups] = file->n_segments;
}

/* The group that holds the byte before @end. */
static guint32
find_group (const RuaColumnsFile *file, guint64 end)
{
  guint32 low = 0, high = file->n_groups;

  while (high - low > 1) {
    guint32 middle = low + (high - low) / 2;

    if (file->segments[file->groups[middle]].piece.offset < end)
      low = middle;
    else
      high = middle;
  }
  return low;
}

static void
order_checks (RuaColumnsFile *file)
{
  g_autofree guint32 *groups = g_new (guint32, MAX (file->checks->len, 1));
  g_autofree guint32 *next = g_new0 (guint32, (gsize) file->n_groups + 1);

  file->first_checks = g_new0 (guint32, (gsize) file->n_groups + 1);
  file->order = g_new (guint32, MAX (file->checks->len, 1));
  for (guint32 c = 0; c < file->checks->len; c++) {
    groups[c] = find_group (file, g_array_index (file->checks, RuaColumnsCheck, c).end);
    file->first_checks[groups[c] + 1]++;
  }
  for (guint32 g = 0; g < file->n_groups; g++)
    next[g + 1] = file->first_checks[g + 1] += file->first_checks[g];
  for (guint32 c = 0; c < file->checks->len; c++)
    file->order[next[groups[c]]++] = c;
}

gboolean
rua_columns_verify (RuaColumnsFile *file, GError **error)
{
  gboolean done;

  find_groups (file);
  order_checks (file);
  done = rua_parallel_run (file->n_groups, verify_group, file, file->progress, file->cancellable, error);
  g_clear_pointer (&file->ahead, rua_columns_ahead_free);
  give_pages_back (file, 0, file->size);
  if (!done || file->error == NULL)
    return done;
  g_propagate_error (error, g_steal_pointer (&file->error));
  return FALSE;
}
