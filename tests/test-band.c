/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bands on pages: none is lost, none hangs over, and what is kept together stays so. */
#include "rua-band-private.h"

#define HEIGHT 100.0

static const RuaBandPlace *
place_of (GArray *places, guint index)
{
  g_assert_cmpuint (index, <, places->len);
  return &g_array_index (places, RuaBandPlace, index);
}

static void
assert_place (GArray *places, guint index, guint band, guint page, double y)
{
  const RuaBandPlace *place = place_of (places, index);

  g_assert_cmpuint (place->band, ==, band);
  g_assert_cmpuint (place->page, ==, page);
  g_assert_cmpfloat_with_epsilon (place->y, y, 1e-9);
}

static void
test_nothing (void)
{
  g_autoptr (GArray) places = rua_band_place_all (NULL, 0, HEIGHT);

  g_assert_cmpuint (places->len, ==, 0);
}

/* Space is between bands, and none at the head of a page. */
static void
test_space (void)
{
  const RuaBand bands[] = { { .height = 40, .space = 20 }, { .height = 40, .space = 20 }, { .height = 40, .space = 20 }, { .height = 60 } };
  g_autoptr (GArray) places = rua_band_place_all (bands, 4, HEIGHT);

  g_assert_cmpuint (places->len, ==, 4);
  assert_place (places, 0, 0, 0, 0);
  assert_place (places, 1, 1, 0, 60);
  assert_place (places, 2, 2, 1, 0);
  assert_place (places, 3, 3, 1, 40);
}

/* A title goes with what it heads, and a title of a title, too. */
static void
test_keep (void)
{
  const RuaBand bands[] = { { .height = 70 }, { .height = 10, .keep = TRUE }, { .height = 10, .keep = TRUE }, { .height = 20 }, { .height = 50 } };
  g_autoptr (GArray) places = rua_band_place_all (bands, 5, HEIGHT);

  assert_place (places, 1, 1, 1, 0);
  assert_place (places, 2, 2, 1, 10);
  assert_place (places, 3, 3, 1, 20);
  assert_place (places, 4, 4, 1, 40);
}

/* The last band may ask to be kept with one that is not there. */
static void
test_keep_at_the_end (void)
{
  const RuaBand bands[] = { { .height = 95 }, { .height = 10, .keep = TRUE } };
  g_autoptr (GArray) places = rua_band_place_all (bands, 2, HEIGHT);

  assert_place (places, 1, 1, 1, 0);
}

/* Kept together, and higher than any page: broken where the page ends, and begun where the one before has ended. */
static void
test_too_much_to_keep (void)
{
  RuaBand bands[12];
  g_autoptr (GArray) places = NULL;

  for (guint i = 0; i < 12; i++)
    bands[i] = (RuaBand) { .height = 15, .keep = i > 0 && i < 11 };
  places = rua_band_place_all (bands, 12, HEIGHT);
  assert_place (places, 1, 1, 0, 15);
  assert_place (places, 6, 6, 1, 0);
  assert_place (places, 11, 11, 1, 75);
}

/* The titles of columns come again on each page that the table goes on to. */
static void
test_head (void)
{
  RuaBand bands[14] = { { .height = 5, .keep = TRUE }, { .height = 5, .keep = TRUE } };
  g_autoptr (GArray) places = NULL;

  for (guint i = 2; i < 14; i++)
    bands[i] = (RuaBand) { .height = 30, .head = 0, .n_head = 2 };
  places = rua_band_place_all (bands, 14, HEIGHT);
  g_assert_cmpuint (places->len, ==, 14 + 3 * 2);
  for (guint page = 0; page < 4; page++) {
    assert_place (places, 5 * page, 0, page, 0);
    assert_place (places, 5 * page + 1, 1, page, 5);
    assert_place (places, 5 * page + 2, 2 + 3 * page, page, 10);
    g_assert_true (place_of (places, 5 * page)->is_again == (page > 0));
    g_assert_false (place_of (places, 5 * page + 2)->is_again);
  }
}

/* A row that fits a page only without the titles has it for itself. */
static void
test_row_as_high_as_a_page (void)
{
  const RuaBand bands[] = { { .height = 10, .keep = TRUE }, { .height = 20, .n_head = 1 }, { .height = 95, .n_head = 1 } };
  g_autoptr (GArray) places = rua_band_place_all (bands, 3, HEIGHT);

  g_assert_cmpuint (places->len, ==, 3);
  assert_place (places, 2, 2, 1, 0);
}

static void
test_higher_than_a_page (void)
{
  const RuaBand bands[] = { { .height = 10 }, { .height = 250 }, { .height = 10 } };
  g_autoptr (GArray) places = rua_band_place_all (bands, 3, HEIGHT);

  assert_place (places, 1, 1, 1, 0);
  assert_place (places, 2, 2, 2, 0);
}

/* ---- any bands ---- */

static double
kept_height (const RuaBand *bands, guint n, guint first)
{
  double height = bands[first].height;

  for (guint i = first; bands[i].keep && i + 1 < n; i++)
    height += bands[i + 1].space + bands[i + 1].height;
  return height;
}

static void
fill (RuaBand *bands, guint n)
{
  guint head = 0, n_head = 0;

  for (guint i = 0; i < n; i++) {
    bands[i] = (RuaBand) { .height = g_test_rand_double_range (1, 40), .space = g_test_rand_double_range (0, 10), .keep = g_test_rand_int_range (0, 3) == 0 };
    if (n_head > 0 && g_test_rand_int_range (0, 8) > 0) {
      bands[i].head = head;
      bands[i].n_head = n_head;
    } else {
      head = i;
      n_head = (guint) g_test_rand_int_range (0, 2);
      bands[i].keep |= n_head > 0;
    }
  }
}

static void
check (const RuaBand *bands, guint n, GArray *places)
{
  guint next = 0, page = 0;
  double y = 0;

  for (guint i = 0; i < places->len; i++) {
    const RuaBandPlace *place = place_of (places, i);
    const RuaBand *band = &bands[place->band];

    /* Downwards, and on no page that is left out. */
    if (place->page != page) {
      g_assert_cmpuint (place->page, ==, page + 1);
      g_assert_cmpfloat (place->y, ==, 0);
      page++;
      y = 0;
    }
    g_assert_cmpfloat (place->y + 1e-9, >=, y);
    y = place->y + band->height;
    g_assert_cmpfloat (y, <=, HEIGHT + 0.01);
    if (place->is_again) {
      /* It belongs to the first that is new below it. */
      guint k = i;

      while (place_of (places, k)->is_again)
        k++;
      g_assert_cmpuint (bands[place_of (places, k)->band].head, <=, place->band);
      g_assert_cmpuint (place->band, <, bands[place_of (places, k)->band].head + bands[place_of (places, k)->band].n_head);
      continue;
    }
    g_assert_cmpuint (place->band, ==, next);
    /* What could be kept on a page of its own is. */
    if (band->keep && place->band + 1 < n) {
      guint first = place->band;
      double head = 0;

      while (first > 0 && bands[first - 1].keep)
        first--;
      for (guint k = 0; k < bands[first].n_head; k++)
        head += bands[bands[first].head + k].height;
      if (kept_height (bands, n, first) + head <= HEIGHT)
        g_assert_cmpuint (place_of (places, i + 1)->page, ==, place->page);
    }
    next++;
  }
  g_assert_cmpuint (next, ==, n);
}

static void
test_random (void)
{
  for (guint trial = 0; trial < 2000; trial++) {
    guint n = (guint) g_test_rand_int_range (1, 80);
    g_autofree RuaBand *bands = g_new (RuaBand, n);
    g_autoptr (GArray) places = NULL;

    fill (bands, n);
    places = rua_band_place_all (bands, n, HEIGHT);
    check (bands, n, places);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/band/nothing", test_nothing);
  g_test_add_func ("/band/space", test_space);
  g_test_add_func ("/band/keep", test_keep);
  g_test_add_func ("/band/keep-at-the-end", test_keep_at_the_end);
  g_test_add_func ("/band/too-much-to-keep", test_too_much_to_keep);
  g_test_add_func ("/band/head", test_head);
  g_test_add_func ("/band/row-as-high-as-a-page", test_row_as_high_as_a_page);
  g_test_add_func ("/band/higher-than-a-page", test_higher_than_a_page);
  g_test_add_func ("/band/random", test_random);
  return g_test_run ();
}
