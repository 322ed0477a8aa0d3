/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-scan-private.h"
#include "rua-table-core-private.h"
#include "rua-wide-private.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* A batch as a lane sees it: codes, cells, chosen and unknown rows, each worked out when first asked for and
 * shared by all metrics that ask. */

RuaScanView *
rua_scan_view_new (RuaScan *scan)
{
  RuaScanView *self = g_new0 (RuaScanView, 1);
  gsize n_coders = scan->coders->len, n_keyings = scan->keyings->len,
        n_selections = scan->selections->len;

  self->scan = scan;
  self->run = rua_program_run_new_through (scan->base);
  self->run->externals = scan->externals;
  self->room = scan->base->room;
  self->codes = g_new (guint32, MAX (n_coders, 1) * self->room);
  self->code_stamps = g_new0 (guint64, MAX (n_coders, 1));
  self->cells = g_new (guint32, MAX (n_keyings, 1) * self->room);
  self->cell_stamps = g_new0 (guint64, MAX (n_keyings, 1));
  self->chosen = g_new (RuaScanRows, MAX (n_selections, 1));
  self->chosen_stamps = g_new0 (guint64, MAX (n_selections, 1));
  self->n_open = g_new0 (guint64, MAX (n_selections, 1));
  self->unknown_numbers = g_new0 (RuaScanUnknown, scan->base->program->nodes->len + 1);
  self->unknown_codes = g_new0 (RuaScanUnknown, MAX (n_coders, 1));
  self->joined = g_malloc0 (MAX (scan->n_joints, 1) * sizeof *self->joined);
  self->n_joined = g_new0 (guint, MAX (scan->n_joints, 1));
  self->sets = g_new (RuaScanRows, RUA_SCAN_SETS);
  self->places = g_new (guint32, (n_selections + RUA_SCAN_SETS) * (self->room + 8));
  for (guint s = 0; s < n_selections; s++)
    self->chosen[s].places = self->places + (gsize) s * (self->room + 8);
  for (guint s = 0; s < RUA_SCAN_SETS; s++)
    self->sets[s].places = self->places + (n_selections + s) * (self->room + 8);
  return self;
}

void
rua_scan_view_free (RuaScanView *self)
{
  if (self == NULL)
    return;
  rua_program_run_free (self->run);
  g_free (self->codes);
  g_free (self->code_stamps);
  g_free (self->cells);
  g_free (self->cell_stamps);
  g_free (self->chosen);
  g_free (self->chosen_stamps);
  g_free (self->n_open);
  g_free (self->unknown_numbers);
  g_free (self->unknown_codes);
  g_free (self->joined);
  g_free (self->n_joined);
  g_free (self->sets);
  g_free (self->places);
  g_free (self);
}

void
rua_scan_view_begin (RuaScanView *self, guint32 first, guint n)
{
  rua_program_run_begin (self->run, first, n);
  self->n_sets = 0;
}

const guint32 *
rua_scan_view_codes (RuaScanView *self, const RuaCoder *coder)
{
  guint place = 0;
  guint32 *codes;

  /* Words are codes but for the unknown. */
  if (coder->kind == RUA_CODER_WORD && self->scan->base->known[coder->node->slot])
    return rua_program_run_node (self->run, coder->node);
  while (g_ptr_array_index (self->scan->coders, place) != coder)
    place++;
  codes = self->codes + (gsize) place * self->room;
  if (self->code_stamps[place] != self->run->stamp) {
    rua_coder_read (coder, self->run, codes);
    self->code_stamps[place] = self->run->stamp;
  }
  return codes;
}

const guint32 *
rua_scan_view_cells (RuaScanView *self, const RuaScanPart *part)
{
  guint place = part->keying_place;
  guint32 *cells = self->cells + (gsize) place * self->room;
  const RuaKeying *keying = part->keying;
  const guint32 *codes[RUA_MAX_CODERS];

  if (keying->single != NULL)
    return rua_scan_view_codes (self, keying->single);
  if (self->cell_stamps[place] == self->run->stamp)
    return cells;
  for (guint k = 0; keying->listed == NULL && k < keying->n; k++)
    codes[k] = keying->strides[k] != 0 ? rua_scan_view_codes (self, keying->coders[k]) : NULL;
  rua_keying_read (keying, self->run, codes, cells);
  self->cell_stamps[place] = self->run->stamp;
  return cells;
}

/* ---- sets of rows ---- */

/* A bit for each byte that is 1, the others being 0. */
static void
pack_bits (const guint8 *flags, guint n, guint64 *bits)
{
  guint i = 0;

  memset (bits, 0, RUA_BATCH_WORDS * sizeof (guint64));
#ifdef __SSE2__
  for (; i + 16 <= n; i += 16) {
    __m128i sixteen = _mm_loadu_si128 ((const __m128i *) (gconstpointer) (flags + i));

    /* Of each byte its highest bit is taken. */
    bits[i >> 6] |= (guint64) (guint) _mm_movemask_epi8 (_mm_slli_epi16 (sixteen, 7)) << (i & 63);
  }
#endif
#if G_BYTE_ORDER == G_LITTLE_ENDIAN
  for (; i + 8 <= n; i += 8) {
    guint64 eight;

    memcpy (&eight, flags + i, sizeof eight);
    /* Byte k goes to bit 56 + k; no two products meet in a bit. */
    bits[i >> 6] |= ((eight * G_GUINT64_CONSTANT (0x0102040810204080)) >> 56) << (i & 63);
  }
#endif
  for (; i < n; i++)
    bits[i >> 6] |= (guint64) flags[i] << (i & 63);
}

static guint
count_bits (const guint64 *bits)
{
  guint n = 0;

  for (guint w = 0; w < RUA_BATCH_WORDS; w++)
    n += (guint) __builtin_popcountll (bits[w]);
  return n;
}

RUA_WIDE static guint
flag_unknown_numbers (const double *numbers, guint n, guint8 *flags)
{
  guint n_unknown = 0;

  for (guint i = 0; i < n; i++)
    n_unknown += numbers[i] != numbers[i];
  if (n_unknown > 0)
    for (guint i = 0; i < n; i++)
      flags[i] = numbers[i] != numbers[i];
  return n_unknown;
}

RUA_WIDE static guint
flag_codes (const guint32 *codes, guint32 code, guint n, guint8 *flags)
{
  guint n_found = 0;

  for (guint i = 0; i < n; i++)
    n_found += codes[i] == code;
  if (n_found > 0)
    for (guint i = 0; i < n; i++)
      flags[i] = codes[i] == code;
  return n_found;
}

const guint64 *
rua_scan_view_unknown (RuaScanView *self, const RuaScanRole *role, const double *numbers)
{
  RuaScanUnknown *found;
  guint n = self->run->n;
  guint8 flags[RUA_BATCH];

  if (self->scan->base->known[role->node != NULL ? role->node->slot : role->coder->node->slot])
    return NULL;
  if (role->node != NULL) {
    found = &self->unknown_numbers[role->node->slot];
    if (found->stamp != self->run->stamp)
      found->n = flag_unknown_numbers (numbers, n, flags);
  } else {
    const guint32 *codes = rua_scan_view_codes (self, role->coder);
    guint place = 0;

    while (g_ptr_array_index (self->scan->coders, place) != role->coder)
      place++;
    found = &self->unknown_codes[place];
    if (found->stamp != self->run->stamp)
      found->n = flag_codes (codes, role->coder->n_codes, n, flags);
  }
  if (found->stamp != self->run->stamp) {
    found->stamp = self->run->stamp;
    if (found->n > 0)
      pack_bits (flags, n, found->bits);
  }
  return found->n > 0 ? found->bits : NULL;
}

/* @flags: 1 where the row is there. */
static void
look_alive (const RuaScanView *self, guint8 *flags)
{
  const RuaScan *scan = self->scan;
  guint32 first = self->run->first;
  guint n = self->run->n;

  if (scan->present == NULL && rua_table_is_dense (scan->table))
    memset (flags, 1, n);
  else if (scan->present != NULL)
    for (guint i = 0; i < n; i++)
      flags[i] = scan->present[first + i] != 0;
  else
    for (guint i = 0; i < n; i++)
      flags[i] = rua_table_is_alive (scan->table, first + i) != 0;
}

RuaScanRows *
rua_scan_view_chosen (RuaScanView *self, const RuaScanPart *part)
{
  guint place = part->selection;
  RuaScanRows *chosen = &self->chosen[place];
  RuaNode *where = g_array_index (self->scan->selections, RuaNode *, place);
  guint n = self->run->n, n_open = 0;
  guint8 flags[RUA_BATCH];

  if (self->chosen_stamps[place] == self->run->stamp)
    return chosen;
  self->chosen_stamps[place] = self->run->stamp;
  chosen->listed = FALSE;
  if (where == NULL && self->scan->present == NULL && rua_table_is_dense (self->scan->table)) {
    for (guint w = 0; w < RUA_BATCH_WORDS; w++)
      chosen->bits[w] = n >= (w + 1) << 6 ? G_MAXUINT64 : n > w << 6 ? (G_GUINT64_CONSTANT (1) << (n & 63)) - 1 : 0;
    chosen->n = n;
    return chosen;
  }
  look_alive (self, flags);
  if (where != NULL) {
    const guint8 *truths = rua_program_run_node (self->run, where);

    for (guint i = 0; i < n && !self->scan->base->known[where->slot]; i++)
      n_open += flags[i] & (truths[i] == RUA_TRI_UNKNOWN);
    for (guint i = 0; i < n; i++)
      flags[i] &= truths[i] == RUA_TRI_TRUE;
  }
  self->n_open[place] += n_open;
  pack_bits (flags, n, chosen->bits);
  chosen->n = count_bits (chosen->bits);
  return chosen;
}

RuaScanRows *
rua_scan_view_rows (RuaScanView *self, const guint64 *bits)
{
  RuaScanRows *found;

  for (guint i = 0; i < self->n_sets; i++)
    if (memcmp (self->sets[i].bits, bits, sizeof self->sets[i].bits) == 0)
      return &self->sets[i];
  /* The last gives way where there are too many. */
  if (self->n_sets < RUA_SCAN_SETS)
    self->n_sets++;
  found = &self->sets[self->n_sets - 1];
  memcpy (found->bits, bits, sizeof found->bits);
  found->n = count_bits (bits);
  found->listed = FALSE;
  return found;
}

/* Of the bits of each byte their places, in order; what stands behind them is of no meaning. */
typedef struct {
  guint8 places[256][8];
  guint8 n[256];
} ByteBits;

static const ByteBits *
get_byte_bits (void)
{
  static ByteBits all;
  static gsize made = 0;

  if (g_once_init_enter (&made)) {
    for (guint byte = 0; byte < 256; byte++)
      for (guint bit = 0; bit < 8; bit++)
        if (byte >> bit & 1)
          all.places[byte][all.n[byte]++] = (guint8) bit;
    g_once_init_leave (&made, 1);
  }
  return &all;
}

/* Eight rows at a time, whatever their bits: there is no branch to foresee. */
guint
rua_scan_list_bits (const guint64 *bits, guint n_words, guint32 *places)
{
  const ByteBits *bytes = get_byte_bits ();
  guint n = 0;

  for (guint w = 0; w < n_words; w++)
    for (guint at = 0; at < 64; at += 8) {
      guint8 byte = (guint8) (bits[w] >> at), eight[8];
      guint32 *to = places + n;

      memcpy (eight, bytes->places[byte], sizeof eight);
      for (guint k = 0; k < 8; k++)
        to[k] = (w << 6) + at + eight[k];
      n += bytes->n[byte];
    }
  return n;
}

const guint32 *
rua_scan_view_places (const RuaScanView *self, RuaScanRows *rows)
{
  if (rows->n == self->run->n)
    return NULL;
  if (!rows->listed)
    rua_scan_list_bits (rows->bits, (self->run->n + 63) / 64, rows->places);
  rows->listed = TRUE;
  return rows->places;
}
