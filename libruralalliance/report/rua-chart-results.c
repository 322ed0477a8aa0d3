/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-chart-private.h"

#include <math.h>
#include <string.h>

#include "rua-figure-words-private.h"

/* Charts of results: a row a result, its label above its line so that both fit a narrow page. */

#define MARGIN 8.0
#define BAND 22.0  /* height of a row's line */
#define GAP 8.0    /* between rows */
#define TICKS 4

static char *
label_of (RuaResult *result, const char *const *labels, guint index)
{
  const char *const *paths = rua_result_get_group_paths (result);
  GString *out = NULL;

  if (labels && index < g_strv_length ((char **) labels))
    return g_strdup (labels[index]);
  for (guint i = 0; paths && paths[i]; i++) {
    const char *label = rua_result_get_group_label (result, paths[i]);

    if (!out)
      out = g_string_new (NULL);
    g_string_append_printf (out, "%s%s", i ? C_("list", ", ") : "", label ? label : _("not known"));
  }
  return out ? g_string_free (out, FALSE) : g_strdup (rua_result_get_metric (result) ? rua_result_get_metric (result) : "");
}

static void
take_unit (RuaChart *self, RuaResult *result)
{
  RuaUnit *unit = rua_result_get_unit (result);
  g_autofree char *name = unit ? rua_unit_to_string (unit) : NULL;
  g_autofree char *words = name ? rua_wording_unit (name, FALSE) : NULL;

  if (!self->unit && words && *words)
    self->unit = g_steal_pointer (&words);
}

static RuaChartItem *
add_result (RuaChart *self, RuaResult *result, const char *const *labels, guint index)
{
  RuaChartItem *item = rua_chart_add (self, label_of (result, labels, index), NULL);

  take_unit (self, result);
  if (!rua_result_get_estimate (result, &item->value)) {
    item->value = NAN;
    item->note = g_strdup (rua_result_get_withheld (result) ? _("withheld") : _("not known"));
    return item;
  }
  if (!rua_result_get_low (result, &item->low) || !rua_result_get_high (result, &item->high))
    item->low = item->high = NAN;
  return item;
}

static void
add_results (RuaChart *self, GListModel *results, const char *const *labels)
{
  for (guint i = 0; i < g_list_model_get_n_items (results); i++) {
    g_autoptr (RuaResult) result = g_list_model_get_item (results, i);

    add_result (self, result, labels, i);
  }
}

/**
 * rua_chart_new_intervals:
 * @title: what stands above
 * @results: a list of [class@Result], of one unit: of one metric by group, or of several metrics
 * @labels: (nullable) (array zero-terminated=1): what to call each, in their order; %NULL for their groups, or
 *   their metrics where they have none
 *
 * Makes a chart of estimates with their intervals, a row a result, in their order.
 *
 * Returns: (transfer full): a chart
 *
 * Since: 1.0
 */
RuaChart *
rua_chart_new_intervals (const char *title, GListModel *results, const char *const *labels)
{
  RuaChart *self;

  g_return_val_if_fail (title != NULL, NULL);
  g_return_val_if_fail (G_IS_LIST_MODEL (results), NULL);

  self = rua_chart_new (RUA_CHART_INTERVALS, title);
  add_results (self, results, labels);
  return self;
}

/**
 * rua_chart_new_pairs:
 * @title: what stands above
 * @before: a list of [class@Result]
 * @after: a list of as many [class@Result], of the same unit, each beside the one that it is held against
 * @labels: (nullable) (array zero-terminated=1): what to call each pair; %NULL for the groups of @after
 *
 * Makes a chart of what was and what is: two dots a row (a dumbbell), the second filled. Pairs of which one is not
 * known keep the other.
 *
 * Returns: (transfer full): a chart
 *
 * Since: 1.0
 */
RuaChart *
rua_chart_new_pairs (const char *title, GListModel *before, GListModel *after, const char *const *labels)
{
  RuaChart *self;

  g_return_val_if_fail (title != NULL, NULL);
  g_return_val_if_fail (G_IS_LIST_MODEL (before) && G_IS_LIST_MODEL (after), NULL);
  g_return_val_if_fail (g_list_model_get_n_items (before) == g_list_model_get_n_items (after), NULL);

  self = rua_chart_new (RUA_CHART_PAIRS, title);
  for (guint i = 0; i < g_list_model_get_n_items (after); i++) {
    g_autoptr (RuaResult) first = g_list_model_get_item (before, i), second = g_list_model_get_item (after, i);
    RuaChartItem *item = add_result (self, second, labels, i);

    item->other = item->value;
    item->low = item->high = NAN;
    if (!rua_result_get_estimate (first, &item->value))
      item->value = NAN;
    g_clear_pointer (&item->note, g_free);
  }
  return self;
}

/**
 * rua_chart_new_waterfall:
 * @title: what stands above
 * @results: a list of [class@Result] of one unit: the parts, and the whole as the last
 * @labels: (nullable) (array zero-terminated=1): what to call each
 *
 * Makes a chart of how parts, which may be negative, come to a whole, as the parts of a price that the consumer pays. Each bar
 * begins where the one before ended, and the last is the whole as it was measured: where the parts do not come to
 * it, or one of them is not known, that is seen.
 *
 * Returns: (transfer full): a chart
 *
 * Since: 1.0
 */
RuaChart *
rua_chart_new_waterfall (const char *title, GListModel *results, const char *const *labels)
{
  RuaChart *self;

  g_return_val_if_fail (title != NULL, NULL);
  g_return_val_if_fail (G_IS_LIST_MODEL (results), NULL);

  self = rua_chart_new (RUA_CHART_WATERFALL, title);
  add_results (self, results, labels);
  return self;
}

/* "lorenz[0.4]" is 0.4. */
static gboolean
read_point (const char *key, double *p)
{
  char *end;

  if (!g_str_has_prefix (key, "lorenz["))
    return FALSE;
  *p = g_ascii_strtod (key + strlen ("lorenz["), &end);
  return *end == ']';
}

static gint
compare_points (gconstpointer a, gconstpointer b)
{
  const RuaPoint *x = a, *y = b;

  return x->x < y->x ? -1 : x->x > y->x;
}

/**
 * rua_chart_new_lorenz:
 * @title: what stands above
 * @results: a list of [class@Result] of the estimator `inequality` with the option `lorenz`, which names the points
 * @labels: (nullable) (array zero-terminated=1): what to call each curve
 *
 * Makes a chart of Lorenz curves, through the points that each result has, and the line of equality. The share of
 * the poorest may lie below 0 where there are negative incomes.
 *
 * Returns: (transfer full): a chart; a result without points has no curve, and is named
 *
 * Since: 1.0
 */
RuaChart *
rua_chart_new_lorenz (const char *title, GListModel *results, const char *const *labels)
{
  RuaChart *self;

  g_return_val_if_fail (title != NULL, NULL);
  g_return_val_if_fail (G_IS_LIST_MODEL (results), NULL);

  self = rua_chart_new (RUA_CHART_LORENZ, title);
  for (guint i = 0; i < g_list_model_get_n_items (results); i++) {
    g_autoptr (RuaResult) result = g_list_model_get_item (results, i);
    const char *const *keys = rua_result_get_keys (result);
    g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (RuaPoint));
    RuaChartItem *item = rua_chart_add (self, label_of (result, labels, i), NULL);
    double gini;

    for (guint k = 0; keys && keys[k]; k++) {
      RuaPoint point;

      if (read_point (keys[k], &point.x) && point.x > 0 && point.x < 1 && rua_result_get_named (result, keys[k], &point.y))
        g_array_append_val (points, point);
    }
    if (rua_result_get_named (result, "gini", &gini)) {
      g_autofree char *number = rua_wording_number (gini);

      item->note = g_strdup_printf (_("Gini %s"), number);
    }
    if (points->len > 0) {
      RuaPoint ends[] = { { 0, 0 }, { 1, 1 } };

      g_array_append_vals (points, ends, 2);
      g_array_sort (points, compare_points);
      item->points = g_steal_pointer (&points);
    } else if (!item->note) {
      item->note = g_strdup (rua_result_get_withheld (result) ? _("withheld") : _("not known"));
    }
  }
  return self;
}

/* ---- rows ---- */

typedef struct {
  double low, high, step; /* of the axis */
  double left, right;
} Scale;

static double
at (const Scale *scale, double value)
{
  return scale->left + (value - scale->low) / (scale->high - scale->low) * (scale->right - scale->left);
}

static void
widen (Scale *scale, double value)
{
  if (isnan (value))
    return;
  scale->low = MIN (scale->low, value);
  scale->high = MAX (scale->high, value);
}

static char *
say_tick (const Scale *scale, double value)
{
  return rua_wording_number (fabs (value) < scale->step * 1e-9 ? 0 : value);
}

static gboolean
fits (const Scale *scale, double low, double high)
{
  guint n = (guint) lround ((high - low) / scale->step);
  double needed = 0;

  for (guint i = 0; i <= n; i++) {
    g_autofree char *label = say_tick (scale, low + i * scale->step);

    needed = MAX (needed, rua_picture_text_width (label, RUA_CHART_SMALL));
  }
  return (needed + 10) * (n + 1) <= scale->right - scale->left;
}

static void
find_scale (RuaChart *self, Scale *scale)
{
  double sum = 0;

  scale->low = G_MAXDOUBLE;
  scale->high = -G_MAXDOUBLE;
  for (guint i = 0; i < self->items->len; i++) {
    const RuaChartItem *item = rua_chart_item (self, i);

    widen (scale, item->value);
    widen (scale, item->other);
    widen (scale, item->low);
    widen (scale, item->high);
    if (self->type == RUA_CHART_WATERFALL && i + 1 < self->items->len && !isnan (item->value))
      widen (scale, sum += item->value);
  }
  if (scale->low > scale->high)
    scale->low = scale->high = 0;
  /* Bars begin at nothing; dots need it only where it is not far. */
  if (self->type == RUA_CHART_WATERFALL || (scale->low > 0 && scale->low < 0.6 * scale->high))
    widen (scale, 0);
  if (scale->low == scale->high) {
    double by = scale->low == 0 ? 1 : fabs (scale->low) / 2;

    scale->low -= scale->low == 0 ? 0 : by;
    scale->high += by;
  }
  /* As many numbers under the axis as have room there. */
  for (guint n = TICKS; n > 0; n--) {
    double low, high;

    scale->step = rua_chart_step (scale->low, scale->high, n);
    low = floor (scale->low / scale->step + 1e-9) * scale->step;
    high = ceil (scale->high / scale->step - 1e-9) * scale->step;
    if (n == 1 || fits (scale, low, high)) {
      scale->low = low;
      scale->high = high;
      return;
    }
  }
}

/* The lines of the axis, where a row's marks are: not through what is written. */
static void
draw_grid (RuaPicture *picture, const Scale *scale, double y)
{
  guint n = (guint) lround ((scale->high - scale->low) / scale->step);

  for (guint i = 0; i <= n; i++) {
    double value = scale->low + i * scale->step, x = at (scale, value);

    rua_picture_line (picture, fabs (value) < scale->step * 1e-9 ? RUA_INK_FAINT : RUA_INK_RULE, 1, x, y - BAND / 2, x, y + BAND / 2);
  }
}

static double
draw_axis (RuaChart *self, RuaPicture *picture, const Scale *scale, double y)
{
  guint n = (guint) lround ((scale->high - scale->low) / scale->step);

  for (guint i = 0; i <= n; i++) {
    double value = scale->low + i * scale->step, x = at (scale, value);
    g_autofree char *label = say_tick (scale, value);
    double half = rua_picture_text_width (label, RUA_CHART_SMALL) / 2;

    rua_picture_text (picture, RUA_INK_FAINT, RUA_ANCHOR_MIDDLE, RUA_CHART_SMALL, FALSE, CLAMP (x, MARGIN + half, picture->width - MARGIN - half),
                      y + RUA_CHART_SMALL + 3, label);
  }
  y += RUA_CHART_SMALL + 8;
  if (self->unit)
    y += rua_picture_lines (picture, RUA_INK_FAINT, RUA_CHART_SMALL, FALSE, MARGIN, y, picture->width - 2 * MARGIN, self->unit);
  return y;
}

static void
draw_interval (RuaPicture *picture, const RuaChartItem *item, const Scale *scale, double y)
{
  if (!isnan (item->low) && !isnan (item->high)) {
    double from = at (scale, item->low), to = at (scale, item->high);

    rua_picture_line (picture, RUA_INK_FIRST, 2, from, y, to, y);
    rua_picture_line (picture, RUA_INK_FIRST, 2, from, y - 5, from, y + 5);
    rua_picture_line (picture, RUA_INK_FIRST, 2, to, y - 5, to, y + 5);
  }
  if (!isnan (item->value))
    rua_picture_circle (picture, RUA_INK_FIRST, at (scale, item->value), y, 5, FALSE);
}

static void
draw_pair (RuaPicture *picture, const RuaChartItem *item, const Scale *scale, double y)
{
  if (!isnan (item->value) && !isnan (item->other) && fabs (at (scale, item->other) - at (scale, item->value)) > 12) {
    double from = at (scale, item->value), to = at (scale, item->other), in = to > from ? 6 : -6;

    rua_picture_line (picture, RUA_INK_FAINT, 2, from + in, y, to - in, y);
  }
  if (!isnan (item->value))
    rua_picture_circle (picture, RUA_INK_SECOND, at (scale, item->value), y, 6, TRUE);
  if (!isnan (item->other))
    rua_picture_circle (picture, RUA_INK_FIRST, at (scale, item->other), y, 6, FALSE);
}

static void
draw_bar (RuaPicture *picture, const RuaChartItem *item, const Scale *scale, double y, double from, gboolean is_whole)
{
  double a = at (scale, from), b = at (scale, from + item->value);

  if (isnan (item->value))
    return;
  rua_picture_rectangle (picture, is_whole ? RUA_INK_FAINT : item->value < 0 ? RUA_INK_SECOND : RUA_INK_FIRST, MIN (a, b), y - BAND / 2 + 3, MAX (fabs (b - a), 1),
                         BAND - 6);
}

static char *
say_value (RuaChart *self, const RuaChartItem *item)
{
  g_autofree char *value = isnan (item->value) ? NULL : rua_wording_number (item->value);
  g_autofree char *other = isnan (item->other) ? NULL : rua_wording_number (item->other);

  if (self->type == RUA_CHART_PAIRS)
    return g_strdup_printf ("%s → %s", value ? value : _("not known"), other ? other : _("not known"));
  return value ? g_steal_pointer (&value) : g_strdup (item->note ? item->note : _("not known"));
}

double
rua_chart_draw_rows (RuaChart *self, RuaPicture *picture, double y)
{
  Scale scale = { .left = MARGIN + 8, .right = picture->width - MARGIN - 8 };
  double sum = 0;

  find_scale (self, &scale);
  for (guint i = 0; i < self->items->len; i++) {
    const RuaChartItem *item = rua_chart_item (self, i);
    gboolean is_whole = self->type == RUA_CHART_WATERFALL && i + 1 == self->items->len;
    g_autofree char *value = say_value (self, item);
    RuaInk ink = isnan (item->value) && isnan (item->other) ? RUA_INK_FAINT : RUA_INK_TEXT;
    double beside = rua_picture_text_width (value, RUA_CHART_TEXT) + 16, room = picture->width - 2 * MARGIN;

    /* Beside the label, or below it where it takes more than its half. */
    if (beside <= room / 2) {
      rua_picture_text (picture, ink, RUA_ANCHOR_END, RUA_CHART_TEXT, TRUE, picture->width - MARGIN, y + RUA_CHART_TEXT, value);
      y += rua_picture_lines (picture, RUA_INK_TEXT, RUA_CHART_TEXT, FALSE, MARGIN, y, room - beside, item->label);
    } else {
      y += rua_picture_lines (picture, RUA_INK_TEXT, RUA_CHART_TEXT, FALSE, MARGIN, y, room, item->label);
      y += rua_picture_lines (picture, ink, RUA_CHART_TEXT, TRUE, MARGIN, y, room, value);
    }
    y += BAND / 2;
    draw_grid (picture, &scale, y);
    if (self->type == RUA_CHART_INTERVALS)
      draw_interval (picture, item, &scale, y);
    else if (self->type == RUA_CHART_PAIRS)
      draw_pair (picture, item, &scale, y);
    else
      draw_bar (picture, item, &scale, y, is_whole ? 0 : sum, is_whole);
    if (!isnan (item->value))
      sum += item->value;
    y += BAND / 2 + GAP;
  }
  return draw_axis (self, picture, &scale, y);
}

/* ---- Lorenz curves ---- */

double
rua_chart_draw_lorenz (RuaChart *self, RuaPicture *picture, double y)
{
  static const RuaInk curve_inks[] = { RUA_INK_FIRST, RUA_INK_SECOND, RUA_INK_GOOD, RUA_INK_BAD };
  double left = MARGIN + 44, side = MIN (picture->width - left - MARGIN - 12, 420), low = 0;

  for (guint i = 0; i < self->items->len; i++) {
    const GArray *points = rua_chart_item (self, i)->points;

    for (guint k = 0; points && k < points->len; k++)
      low = MIN (low, g_array_index (points, RuaPoint, k).y);
  }
  low = floor (low * 5 - 1e-9 * (low < 0)) / 5;
  for (int i = (int) lround (low * 5); i <= 5; i++) {
    g_autofree char *label = g_strdup_printf ("%d%%", i * 20);
    double line = y + side * (1 - (i / 5.0 - low) / (1 - low));

    rua_picture_line (picture, i == 0 ? RUA_INK_FAINT : RUA_INK_RULE, 1, left, line, left + side, line);
    rua_picture_text (picture, RUA_INK_FAINT, RUA_ANCHOR_END, RUA_CHART_SMALL, FALSE, left - 6, line + 4, label);
    if (i < 0)
      continue;
    rua_picture_line (picture, RUA_INK_RULE, 1, left + side * i / 5, y, left + side * i / 5, y + side);
    rua_picture_text (picture, RUA_INK_FAINT, RUA_ANCHOR_MIDDLE, RUA_CHART_SMALL, FALSE, left + side * i / 5, y + side + RUA_CHART_SMALL + 4, label);
  }
  rua_picture_dashes (picture, RUA_INK_FAINT, 1.5, left, y + side * (1 - (0 - low) / (1 - low)), left + side, y);
  for (guint i = 0; i < self->items->len; i++) {
    const GArray *points = rua_chart_item (self, i)->points;
    g_autofree RuaPoint *path = points ? g_new (RuaPoint, points->len) : NULL;

    for (guint k = 0; points && k < points->len; k++) {
      const RuaPoint *point = &g_array_index (points, RuaPoint, k);

      path[k] = (RuaPoint){ left + side * point->x, y + side * (1 - (point->y - low) / (1 - low)) };
      if (k > 0 && k + 1 < points->len)
        rua_picture_circle (picture, curve_inks[i % G_N_ELEMENTS (curve_inks)], path[k].x, path[k].y, 3, FALSE);
    }
    if (points)
      rua_picture_path (picture, curve_inks[i % G_N_ELEMENTS (curve_inks)], 2, path, points->len);
  }
  y += side + RUA_CHART_SMALL + 14;
  y += rua_picture_lines (picture, RUA_INK_FAINT, RUA_CHART_SMALL, FALSE, MARGIN, y, picture->width - 2 * MARGIN,
                          _("Share of all (upwards) that the poorest share (to the right) have; dashed: all have the same"));
  for (guint i = 0; i < self->items->len; i++) {
    const RuaChartItem *item = rua_chart_item (self, i);
    g_autofree char *text = item->note ? g_strdup_printf ("%s: %s", item->label, item->note) : g_strdup (item->label);

    rua_picture_rectangle (picture, item->points ? curve_inks[i % G_N_ELEMENTS (curve_inks)] : RUA_INK_RULE, MARGIN, y + 7, 18, 4);
    y += rua_picture_lines (picture, RUA_INK_TEXT, RUA_CHART_TEXT, FALSE, MARGIN + 26, y, picture->width - 2 * MARGIN - 26, text);
  }
  return y;
}
