/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-band-private.h"

/* Heights are sums of rounded numbers: what fits but for a thousandth of a point, fits. */
#define SLACK 0.001

/* Of the band and those that it is to be kept with, one above the other. */
static double
measure_kept (const RuaBand *bands, guint n_bands, guint first)
{
  double height = bands[first].height;

  for (guint i = first; bands[i].keep && i + 1 < n_bands; i++)
    height += bands[i + 1].space + bands[i + 1].height;
  return height;
}

static double
measure_head (const RuaBand *bands, guint band)
{
  double height = 0;

  for (guint i = 0; i < bands[band].n_head; i++)
    height += bands[bands[band].head + i].height;
  return height;
}

static void
put (GArray *places, guint band, guint page, double y, gboolean is_again)
{
  RuaBandPlace place = { .band = band, .page = page, .y = y, .is_again = is_again };

  g_array_append_val (places, place);
}

GArray *
rua_band_place_all (const RuaBand *bands, guint n_bands, double height)
{
  GArray *places = g_array_sized_new (FALSE, FALSE, sizeof (RuaBandPlace), n_bands);
  guint page = 0;
  double y = 0;

  for (guint i = 0; i < n_bands; i++) {
    double needed = bands[i].height, fresh = measure_head (bands, i);

    /* What is kept together is looked at where it begins. */
    if (i == 0 || !bands[i - 1].keep) {
      double kept = measure_kept (bands, n_bands, i);

      if (kept + fresh <= height + SLACK)
        needed = kept;
    }
    if (y > 0 && y + bands[i].space + needed > height + SLACK) {
      page++;
      y = 0;
      for (guint k = 0; k < bands[i].n_head && bands[i].height + fresh <= height + SLACK; k++) {
        put (places, bands[i].head + k, page, y, TRUE);
        y += bands[bands[i].head + k].height;
      }
    } else if (y > 0) {
      y += bands[i].space;
    }
    put (places, i, page, y, FALSE);
    y += bands[i].height;
  }
  return places;
}
