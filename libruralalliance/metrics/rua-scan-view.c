/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-scan-private.h"

#include <string.h>

/* A batch as a lane sees it: codes, cells and chosen rows, each worked out when first asked for and
 * shared by all metrics that ask. */

RuaScanView *
rua_scan_view_new (RuaScan *scan)
{
  RuaScanView *self = g_new0 (RuaScanView, 1);
  gsize n_coders = scan->coders->len, n_keyings = scan->keyings->len,
        n_selections = scan->selections->len;

  self->scan = scan;
  self->run = rua_program_run_new_on (scan->base);
  self->run->externals = scan->externals;
  self->codes = g_new (guint32, MAX (n_coders, 1) * RUA_BATCH);
  self->code_stamps = g_new0 (guint64, MAX (n_coders, 1));
  self->cells = g_new (guint32, MAX (n_keyings, 1) * RUA_BATCH);
  self->cell_stamps = g_new0 (guint64, MAX (n_keyings, 1));
  self->chosen = g_new (guint32, MAX (n_selections, 1) * RUA_BATCH);
  self->n_chosen = g_new0 (guint, MAX (n_selections, 1));
  self->chosen_stamps = g_new0 (guint64, MAX (n_selections, 1));
  self->n_open = g_new0 (guint64, MAX (n_selections, 1));
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
  g_free (self->n_chosen);
  g_free (self->chosen_stamps);
  g_free (self->n_open);
  g_free (self);
}

void
rua_scan_view_begin (RuaScanView *self, guint32 first, guint n)
{
  rua_program_run_begin (self->run, first, n);
}

const guint32 *
rua_scan_view_codes (RuaScanView *self, const RuaCoder *coder)
{
  guint place = 0;
  guint32 *codes;

  while (g_ptr_array_index (self->scan->coders, place) != coder)
    place++;
  codes = self->codes + (gsize) place * RUA_BATCH;
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
  guint32 *cells = self->cells + (gsize) place * RUA_BATCH;
  const RuaKeying *keying = part->keying;
  const guint32 *codes[RUA_MAX_CODERS];

  if (self->cell_stamps[place] == self->run->stamp)
    return cells;
  for (guint k = 0; keying->listed == NULL && k < keying->n; k++)
    codes[k] = keying->strides[k] != 0 ? rua_scan_view_codes (self, keying->coders[k]) : NULL;
  rua_keying_read (keying, self->run, codes, cells);
  self->cell_stamps[place] = self->run->stamp;
  return cells;
}

static void
look_alive (RuaScanView *self)
{
  const RuaScan *scan = self->scan;
  guint32 first = self->run->first;
  guint n = self->run->n, n_alive = 0;

  if (self->alive_stamp == self->run->stamp)
    return;
  self->alive_stamp = self->run->stamp;
  self->all_alive = scan->present == NULL && rua_table_is_dense (scan->table);
  if (self->all_alive)
    return;
  if (scan->present != NULL)
    memcpy (self->alive, scan->present + first, n);
  else
    for (guint i = 0; i < n; i++)
      self->alive[i] = rua_table_is_alive (scan->table, first + i);
  for (guint i = 0; i < n; i++)
    n_alive += self->alive[i] != 0;
  self->all_alive = n_alive == n;
}

const guint32 *
rua_scan_view_chosen (RuaScanView *self, const RuaScanPart *part, guint *n_chosen)
{
  guint place = part->selection;
  guint32 *chosen = self->chosen + (gsize) place * RUA_BATCH;
  RuaNode *where = g_array_index (self->scan->selections, RuaNode *, place);
  guint n = self->run->n, count = 0, n_open = 0;
  const guint8 *truths;

  if (self->chosen_stamps[place] != self->run->stamp) {
    self->chosen_stamps[place] = self->run->stamp;
    look_alive (self);
    truths = where != NULL ? rua_program_run_node (self->run, where) : NULL;
    if (truths == NULL && self->all_alive)
      count = n;
    else if (self->all_alive)
      for (guint i = 0; i < n; i++) {
        n_open += truths[i] == RUA_TRI_UNKNOWN;
        chosen[count] = i;
        count += truths[i] == RUA_TRI_TRUE;
      }
    else
      for (guint i = 0; i < n; i++) {
        guint8 truth = truths != NULL ? truths[i] : RUA_TRI_TRUE;

        n_open += self->alive[i] != 0 && truth == RUA_TRI_UNKNOWN;
        chosen[count] = i;
        count += self->alive[i] != 0 && truth == RUA_TRI_TRUE;
      }
    self->n_open[place] += n_open;
    self->n_chosen[place] = count;
  }
  *n_chosen = self->n_chosen[place];
  return *n_chosen == n ? NULL : chosen;
}
