/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Charts: what they show, that unknown has no mark, and that nothing stands off the page. */
#include "rua-chart-private.h"
#include "rua-result-private.h"

#include <math.h>
#include <string.h>

#include "metrics-case.h"

static RuaResult *
make_result (const char *metric, double estimate, double low, double high)
{
  RuaResult *result = rua_result_new (metric, NULL, "mean");

  result->estimate = estimate;
  result->low = low;
  result->high = high;
  rua_result_take_unit (result, rua_unit_new ("kg", NULL));
  return result;
}

static GListStore *
make_results (guint n, const double *estimates)
{
  GListStore *list = g_list_store_new (RUA_TYPE_RESULT);

  for (guint i = 0; i < n; i++) {
    g_autofree char *name = g_strdup_printf ("m%u", i);
    g_autoptr (RuaResult) result = make_result (name, estimates[i], estimates[i] - 1, estimates[i] + 2);

    g_list_store_append (list, result);
  }
  return list;
}

static guint
count_marks (const RuaPicture *picture, RuaMarkType type, RuaInk ink)
{
  guint n = 0;

  for (guint i = 0; i < picture->marks->len; i++) {
    const RuaMark *mark = &g_array_index (picture->marks, RuaMark, i);

    n += mark->type == type && mark->ink == ink;
  }
  return n;
}

static const RuaMark *
find_mark (const RuaPicture *picture, RuaMarkType type, RuaInk ink, guint index)
{
  for (guint i = 0; i < picture->marks->len; i++) {
    const RuaMark *mark = &g_array_index (picture->marks, RuaMark, i);

    if (mark->type == type && mark->ink == ink && index-- == 0)
      return mark;
  }
  g_assert_not_reached ();
}

/* All that is drawn lies on the paper. */
static void
assert_on_paper (const RuaPicture *picture)
{
  for (guint i = 0; i < picture->marks->len; i++) {
    const RuaMark *mark = &g_array_index (picture->marks, RuaMark, i);
    double left = mark->x, right = mark->x, top = mark->y, bottom = mark->y;

    if (mark->type == RUA_MARK_RECTANGLE) {
      right += mark->width;
      bottom += mark->height;
    } else if (mark->type == RUA_MARK_CIRCLE) {
      left -= mark->size, top -= mark->size, right += mark->size, bottom += mark->size;
    } else if (mark->type == RUA_MARK_TEXT) {
      double width = rua_picture_text_width (mark->text, mark->size);

      left -= mark->anchor == RUA_ANCHOR_END ? width : mark->anchor == RUA_ANCHOR_MIDDLE ? width / 2 : 0;
      right = left + width;
      top -= mark->size;
    } else {
      left = top = G_MAXDOUBLE;
      right = bottom = -G_MAXDOUBLE;
      for (guint k = 0; k < mark->points->len; k++) {
        const RuaPoint *point = &g_array_index (mark->points, RuaPoint, k);

        left = MIN (left, point->x), right = MAX (right, point->x), top = MIN (top, point->y), bottom = MAX (bottom, point->y);
      }
    }
    if (!(left >= -0.01 && right <= picture->width + 0.01 && top >= -0.01 && bottom <= picture->height + 0.01))
      g_error ("mark %u (type %d, “%s”) spans %g to %g of %g, and %g to %g of %g", i, mark->type, mark->text ? mark->text : "", left, right, picture->width, top,
               bottom, picture->height);
  }
}

static void
assert_well_formed (const char *svg)
{
  static const GMarkupParser parser = { NULL };
  g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&parser, 0, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_markup_parse_context_parse (context, svg, -1, &error);
  g_assert_no_error (error);
  g_markup_parse_context_end_parse (context, &error);
  g_assert_no_error (error);
}

/* ---- results ---- */

static void
test_intervals (void)
{
  const double estimates[] = { 3, NAN, 8 };
  const char *const labels[] = { "Tea", "Rice", "Honey", NULL };
  g_autoptr (GListStore) results = make_results (3, estimates);
  g_autoptr (RuaChart) chart = rua_chart_new_intervals ("Yields", G_LIST_MODEL (results), labels);
  g_autoptr (RuaPicture) picture = rua_chart_lay_out (chart, 480);
  g_autofree char *description = rua_chart_dup_description (chart), *svg = rua_chart_to_svg (chart, 480);

  g_assert_cmpstr (rua_chart_get_title (chart), ==, "Yields");
  g_assert_cmpuint (rua_chart_get_n_items (chart), ==, 3);
  g_assert_cmpstr (description, ==, "Tea: 3 (2 to 5); Rice: not known; Honey: 8 (7 to 10) (kg)");
  /* A dot for each that is known, and three lines for its interval; none for what is not. */
  g_assert_cmpuint (count_marks (picture, RUA_MARK_CIRCLE, RUA_INK_FIRST), ==, 2);
  g_assert_cmpuint (count_marks (picture, RUA_MARK_LINE, RUA_INK_FIRST), ==, 6);
  g_assert_cmpfloat (find_mark (picture, RUA_MARK_CIRCLE, RUA_INK_FIRST, 0)->x, <, find_mark (picture, RUA_MARK_CIRCLE, RUA_INK_FIRST, 1)->x);
  assert_on_paper (picture);
  assert_well_formed (svg);
  g_assert_nonnull (strstr (svg, ">not known</text>"));
  g_assert_nonnull (strstr (svg, "<title id=\"chart-title\">Yields</title>"));
  g_assert_nonnull (strstr (svg, description));
  g_assert_cmpfloat (rua_chart_get_height (chart, 480), ==, picture->height);
  g_assert_cmpfloat (rua_chart_get_height (chart, 1), ==, rua_chart_get_height (chart, 240));
}

/* Where a value stands on the paper goes with the value: twice as far is twice as far. */
static void
test_scale (void)
{
  const double estimates[] = { 10, 20, 40 };
  g_autoptr (GListStore) results = make_results (3, estimates);
  g_autoptr (RuaChart) chart = rua_chart_new_intervals ("x", G_LIST_MODEL (results), NULL);
  g_autoptr (RuaPicture) picture = rua_chart_lay_out (chart, 640);
  double x[3];

  for (guint i = 0; i < 3; i++)
    x[i] = find_mark (picture, RUA_MARK_CIRCLE, RUA_INK_FIRST, i)->x;
  g_assert_cmpfloat_with_epsilon (x[2] - x[1], 2 * (x[1] - x[0]), 1e-6);
  g_assert_cmpstr (rua_chart_item (chart, 0)->label, ==, "m0");
}

static void
test_pairs (void)
{
  const double first[] = { 5, NAN, 9, NAN }, second[] = { 8, 4, NAN, NAN };
  g_autoptr (GListStore) before = make_results (4, first), after = make_results (4, second);
  g_autoptr (RuaChart) chart = rua_chart_new_pairs ("Incomes", G_LIST_MODEL (before), G_LIST_MODEL (after), NULL);
  g_autoptr (RuaPicture) picture = rua_chart_lay_out (chart, 400);
  g_autofree char *description = rua_chart_dup_description (chart);

  g_assert_cmpstr (description, ==, "m0: from 5 to 8; m1: from not known to 4; m2: from 9 to not known; m3: from not known to not known (kg)");
  g_assert_cmpuint (count_marks (picture, RUA_MARK_CIRCLE, RUA_INK_SECOND), ==, 2);
  g_assert_cmpuint (count_marks (picture, RUA_MARK_CIRCLE, RUA_INK_FIRST), ==, 2);
  g_assert_true (find_mark (picture, RUA_MARK_CIRCLE, RUA_INK_SECOND, 0)->is_hollow);
  assert_on_paper (picture);
}

/* Each bar begins where the one before ended; the whole begins at nothing. */
static void
test_waterfall (void)
{
  const double parts[] = { 6, 3, -2, 7 };
  g_autoptr (GListStore) results = make_results (4, parts);
  g_autoptr (RuaChart) chart = rua_chart_new_waterfall ("Price", G_LIST_MODEL (results), NULL);
  g_autoptr (RuaPicture) picture = rua_chart_lay_out (chart, 480);
  const RuaMark *a = find_mark (picture, RUA_MARK_RECTANGLE, RUA_INK_FIRST, 0), *b = find_mark (picture, RUA_MARK_RECTANGLE, RUA_INK_FIRST, 1);
  const RuaMark *c = find_mark (picture, RUA_MARK_RECTANGLE, RUA_INK_SECOND, 0), *whole = find_mark (picture, RUA_MARK_RECTANGLE, RUA_INK_FAINT, 0);

  g_assert_cmpfloat_with_epsilon (b->x, a->x + a->width, 1e-6);
  g_assert_cmpfloat_with_epsilon (c->x + c->width, b->x + b->width, 1e-6);
  g_assert_cmpfloat_with_epsilon (whole->x, a->x, 1e-6);
  g_assert_cmpfloat_with_epsilon (whole->x + whole->width, c->x, 1e-6);
  assert_on_paper (picture);
}

static void
test_lorenz (void)
{
  g_autoptr (GListStore) results = g_list_store_new (RUA_TYPE_RESULT);
  g_autoptr (RuaResult) curve = rua_result_new ("gini", NULL, "inequality"), none = rua_result_new ("other", NULL, "inequality");
  g_autoptr (RuaChart) chart = NULL;
  g_autoptr (RuaPicture) picture = NULL;
  g_autofree char *description = NULL;
  const GArray *points;

  rua_result_put_named (curve, "lorenz[0.8]", 0.5, NULL);
  rua_result_put_named (curve, "lorenz[0.2]", -0.05, NULL);
  rua_result_put_named (curve, "lorenz[0.4]", NAN, "why");
  rua_result_put_named (curve, "lorenz[x]", 0.3, NULL);
  rua_result_put_named (curve, "gini", 0.41, NULL);
  g_list_store_append (results, curve);
  g_list_store_append (results, none);
  chart = rua_chart_new_lorenz ("Incomes", G_LIST_MODEL (results), NULL);
  picture = rua_chart_lay_out (chart, 480);
  description = rua_chart_dup_description (chart);
  points = rua_chart_item (chart, 0)->points;
  g_assert_cmpuint (points->len, ==, 4);
  g_assert_cmpfloat (g_array_index (points, RuaPoint, 1).x, ==, 0.2);
  g_assert_cmpfloat (g_array_index (points, RuaPoint, 1).y, ==, -0.05);
  g_assert_null (rua_chart_item (chart, 1)->points);
  g_assert_cmpstr (description, ==, "gini: Gini 0.41; other: not known");
  g_assert_cmpuint (count_marks (picture, RUA_MARK_CIRCLE, RUA_INK_FIRST), ==, 2);
  g_assert_cmpuint (count_marks (picture, RUA_MARK_LINE, RUA_INK_FIRST), ==, 1);
  assert_on_paper (picture);
}

static void
test_nothing (void)
{
  g_autoptr (GListStore) none = g_list_store_new (RUA_TYPE_RESULT);
  g_autoptr (RuaAlliance) alliance = case_empty ();
  RuaChart *charts[] = {
    rua_chart_new_intervals ("t", G_LIST_MODEL (none), NULL), rua_chart_new_pairs ("t", G_LIST_MODEL (none), G_LIST_MODEL (none), NULL),
    rua_chart_new_waterfall ("t", G_LIST_MODEL (none), NULL), rua_chart_new_lorenz ("t", G_LIST_MODEL (none), NULL),
    rua_chart_new_timeline ("t", alliance, NULL), rua_chart_new_places ("t", alliance, NULL), rua_chart_new_network ("t", alliance, NULL),
  };

  for (guint i = 0; i < G_N_ELEMENTS (charts); i++) {
    g_autofree char *svg = rua_chart_to_svg (charts[i], 300), *description = rua_chart_dup_description (charts[i]);

    g_assert_cmpuint (rua_chart_get_n_items (charts[i]), ==, 0);
    g_assert_cmpstr (description, ==, "Nothing is known to show.");
    assert_well_formed (svg);
    g_object_unref (charts[i]);
  }
}

/* Whatever the numbers, the names and the width, all is on the paper. */
static void
test_random_results (void)
{
  static const double sizes[] = { 0, 1e-9, 0.01, 1, 12, 1e4, 1e9, 1e15 };
  static const char *const words[] = { "Tea", "合作社与城市消费者", "a-very-long-word-that-cannot-be-broken-anywhere-at-all", "Rice of the terraces", "<&>\"'", "" };
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (guint round = 0, n_rounds = g_getenv ("RUA_SLOW_MACHINE") != NULL ? 60 : 600; round < n_rounds; round++) {
    guint n = (guint) g_rand_int_range (rand, 1, 8);
    double first[8], second[8], size = sizes[g_rand_int_range (rand, 0, G_N_ELEMENTS (sizes))], width = g_rand_double_range (rand, 100, 900);
    const char *labels[9] = { NULL };
    g_autoptr (GListStore) a = NULL, b = NULL;
    g_autoptr (RuaChart) chart = NULL;
    g_autoptr (RuaPicture) picture = NULL;
    g_autofree char *svg = NULL;

    for (guint i = 0; i < n; i++) {
      first[i] = g_rand_int_range (rand, 0, 5) == 0 ? NAN : size * g_rand_double_range (rand, -1, 3);
      second[i] = g_rand_int_range (rand, 0, 5) == 0 ? NAN : size * g_rand_double_range (rand, 0, 3);
      labels[i] = words[g_rand_int_range (rand, 0, G_N_ELEMENTS (words))];
    }
    a = make_results (n, first);
    b = make_results (n, second);
    switch (g_rand_int_range (rand, 0, 3)) {
    case 0:
      chart = rua_chart_new_intervals (words[round % G_N_ELEMENTS (words)], G_LIST_MODEL (a), labels);
      break;
    case 1:
      chart = rua_chart_new_pairs ("t", G_LIST_MODEL (a), G_LIST_MODEL (b), labels);
      break;
    default:
      chart = rua_chart_new_waterfall ("t", G_LIST_MODEL (a), labels);
    }
    picture = rua_chart_lay_out (chart, width);
    assert_on_paper (picture);
    svg = rua_chart_to_svg (chart, width);
    assert_well_formed (svg);
    g_assert_null (strstr (svg, "nan"));
    g_assert_null (strstr (svg, "inf"));
  }
}

static void
test_step (void)
{
  g_assert_cmpfloat_with_epsilon (rua_chart_step (0, 1, 4), 0.5, 1e-12);
  g_assert_cmpfloat_with_epsilon (rua_chart_step (0, 8478, 4), 5000, 1e-9);
  g_assert_cmpfloat_with_epsilon (rua_chart_step (2001, 2021, 7), 5, 1e-9);
  g_assert_cmpfloat_with_epsilon (rua_chart_step (-0.003, 0.001, 4), 0.001, 1e-12);
}

/* ---- an alliance ---- */

static RuaAlliance *
make_alliance (void)
{
  RuaAlliance *alliance = case_empty ();

  case_add (alliance, "place", "id", "china", "name", "China", NULL);
  case_add (alliance, "place", "id", "hill", "name", "Hill", "parent", "@china", NULL);
  case_add (alliance, "place", "id", "town", "name", "Town", "parent", "@china", NULL);
  case_add (alliance, "site", "id", "s", "name", "Site", "place", "@hill", NULL);
  case_add (alliance, "cooperative", "id", "tea", "name", "Tea makers", "site", "@s", "founded", "2011-05-02", NULL);
  case_add (alliance, "cooperative", "id", "rice", "name", "Rice growers", "place", "@town", NULL);
  case_add (alliance, "station", "id", "st", "name", "Station", "site", "@s", NULL);
  case_add (alliance, "consumer-group", "id", "g", "name", "Mothers", "place", "@town", NULL);
  case_add (alliance, "project", "id", "p", "title", "Project", "started", "2009", NULL);
  case_add (alliance, "event", "id", "e", "title", "Flood", "started", "2012-06", "ended", "2012-06", NULL);
  case_add (alliance, "product", "id", "leaf", "name", "Leaf", NULL);
  for (guint i = 0; i < 3; i++)
    case_add (alliance, "sale", "product", "@leaf", "cooperative", "@tea", "buyer", "@consumer-group/g", NULL);
  return alliance;
}

static void
test_timeline (void)
{
  g_autoptr (RuaAlliance) alliance = make_alliance ();
  g_autoptr (RuaChart) chart = rua_chart_new_timeline ("Times", alliance, NULL);
  g_autoptr (RuaPicture) picture = rua_chart_lay_out (chart, 480);
  g_autofree char *description = rua_chart_dup_description (chart);

  g_assert_cmpstr (description, ==, "Project (project): since 2009; Tea makers (co-operative, founded): 2 May 2011; Flood: Jun 2012");
  /* What has no end has an arrow; what took a day is a dot. */
  g_assert_cmpuint (count_marks (picture, RUA_MARK_RECTANGLE, RUA_INK_FIRST), ==, 2);
  g_assert_cmpuint (count_marks (picture, RUA_MARK_LINE, RUA_INK_FIRST), ==, 1);
  g_assert_cmpuint (count_marks (picture, RUA_MARK_CIRCLE, RUA_INK_SECOND), ==, 1);
  assert_on_paper (picture);
}

static void
test_places (void)
{
  g_autoptr (RuaAlliance) alliance = make_alliance ();
  g_autoptr (RuaChart) chart = rua_chart_new_places ("Places", alliance, NULL);
  g_autoptr (RuaPicture) picture = rua_chart_lay_out (chart, 300);
  g_autofree char *description = rua_chart_dup_description (chart);

  g_assert_cmpstr (description, ==, "China; Hill: 1 site; Town: 1 co-operative, 1 consumer group");
  g_assert_cmpuint (rua_chart_item (chart, 0)->level, ==, 0);
  g_assert_cmpuint (rua_chart_item (chart, 2)->level, ==, 1);
  assert_on_paper (picture);
}

/* A chain of a hundred places stays on the paper, and a ring of them comes to an end. */
static void
test_deep_places (void)
{
  g_autoptr (RuaAlliance) alliance = case_empty ();
  g_autoptr (RuaChart) chart = NULL, ring = NULL;
  g_autoptr (RuaPicture) picture = NULL;
  g_autoptr (RuaRecord) first = NULL;

  for (guint i = 0; i < 100; i++) {
    g_autofree char *id = g_strdup_printf ("p%u", i), *parent = i > 0 ? g_strdup_printf ("@p%u", i - 1) : g_strdup ("-");

    case_add (alliance, "place", "id", id, "name", id, "parent", parent, NULL);
  }
  chart = rua_chart_new_places ("Deep", alliance, NULL);
  picture = rua_chart_lay_out (chart, 320);
  g_assert_cmpuint (rua_chart_get_n_items (chart), ==, 80);
  g_assert_cmpstr (chart->left_out, ==, "and 20 more");
  assert_on_paper (picture);
  first = rua_alliance_find (alliance, "place", "p0");
  case_set (first, alliance, "parent", "@p99");
  ring = rua_chart_new_places ("Ring", alliance, NULL);
  g_assert_cmpuint (rua_chart_get_n_items (ring), ==, 80);
}

static void
test_network (void)
{
  g_autoptr (RuaAlliance) alliance = make_alliance ();
  g_autoptr (RuaChart) chart = rua_chart_new_network ("Net", alliance, NULL);
  g_autoptr (RuaPicture) picture = rua_chart_lay_out (chart, 480);
  g_autofree char *description = rua_chart_dup_description (chart), *svg = rua_chart_to_svg (chart, 480);

  g_assert_cmpstr (description, ==, "Tea makers; Rice growers; Station; Mothers; Tea makers – Station; Tea makers – Mothers");
  g_assert_cmpuint (chart->links->len, ==, 2);
  g_assert_cmpfloat (g_array_index (chart->links, RuaChartLink, 1).weight, ==, 3);
  g_assert_cmpuint (count_marks (picture, RUA_MARK_CURVE, RUA_INK_RULE), ==, 2);
  g_assert_cmpfloat (find_mark (picture, RUA_MARK_CURVE, RUA_INK_RULE, 1)->size, >, find_mark (picture, RUA_MARK_CURVE, RUA_INK_RULE, 0)->size);
  assert_on_paper (picture);
  assert_well_formed (svg);
}

/* ---- other forms ---- */

static void
test_pixels (void)
{
  const double estimates[] = { 3, NAN, 8 };
  g_autoptr (GListStore) results = make_results (3, estimates);
  g_autoptr (RuaChart) chart = rua_chart_new_intervals ("合作社 & Tea", G_LIST_MODEL (results), NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) png = rua_chart_to_png (chart, 400, 2, &error), pdf = NULL, again = NULL;
  const guint8 *data;
  gsize length;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED)) {
    g_test_skip ("built without cairo");
    return;
  }
  g_assert_no_error (error);
  data = g_bytes_get_data (png, &length);
  g_assert_cmpmem (data, 8, "\x89PNG\r\n\x1a\n", 8);
  g_assert_cmpuint (data[16] << 24 | data[17] << 16 | data[18] << 8 | data[19], ==, 800);
  g_assert_cmpuint (data[20] << 24 | data[21] << 16 | data[22] << 8 | data[23], ==, 2 * (guint) rua_chart_get_height (chart, 400));
  pdf = rua_chart_to_pdf (chart, 400, &error);
  g_assert_no_error (error);
  data = g_bytes_get_data (pdf, &length);
  g_assert_cmpmem (data, 5, "%PDF-", 5);
  again = rua_chart_to_pdf (chart, 400, &error);
  g_assert_true (g_bytes_equal (pdf, again));
}

static void
test_hostile_texts (void)
{
  const double estimates[] = { 1 };
  const char *const labels[] = { "</text><script>alert(1)</script>\x1b\xE2\x80\xAE", NULL };
  g_autoptr (GListStore) results = make_results (1, estimates);
  g_autoptr (RuaChart) chart = rua_chart_new_intervals ("</title>\x01<img>", G_LIST_MODEL (results), labels);
  g_autofree char *svg = rua_chart_to_svg (chart, 400), *inside = rua_chart_to_inline_svg (chart, 400, "c1");

  assert_well_formed (svg);
  g_assert_null (strstr (svg, "<script"));
  g_assert_null (strstr (svg, "<img"));
  g_assert_null (strchr (svg, '\x1b'));
  g_assert_null (strchr (svg, '\x01'));
  g_assert_null (strstr (svg, "\xE2\x80\xAE"));
  g_assert_true (g_str_has_prefix (inside, "<svg "));
  g_assert_nonnull (strstr (inside, "aria-labelledby=\"c1-title c1-description\""));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chart/intervals", test_intervals);
  g_test_add_func ("/chart/scale", test_scale);
  g_test_add_func ("/chart/pairs", test_pairs);
  g_test_add_func ("/chart/waterfall", test_waterfall);
  g_test_add_func ("/chart/lorenz", test_lorenz);
  g_test_add_func ("/chart/nothing", test_nothing);
  g_test_add_func ("/chart/random-results", test_random_results);
  g_test_add_func ("/chart/step", test_step);
  g_test_add_func ("/chart/timeline", test_timeline);
  g_test_add_func ("/chart/places", test_places);
  g_test_add_func ("/chart/deep-places", test_deep_places);
  g_test_add_func ("/chart/network", test_network);
  g_test_add_func ("/chart/pixels", test_pixels);
  g_test_add_func ("/chart/hostile-texts", test_hostile_texts);
  return g_test_run ();
}
