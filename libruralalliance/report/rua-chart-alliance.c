/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-chart-private.h"

#include <math.h>

#include "rua-date.h"
#include "rua-telling-private.h"

/* Charts of an alliance itself: when, where, and who is linked with whom. */

#define MARGIN 8.0
#define GAP 6.0
#define MOST_TIMES 60
#define MOST_PLACES 80
#define MOST_NODES 24 /* of a column */

static RuaTelling
telling_of (RuaAlliance *alliance, const char *language)
{
  return (RuaTelling){ .alliance = alliance, .language = language };
}

/* ---- when ---- */

/**
 * rua_chart_new_timeline:
 * @title: what stands above
 * @alliance: an alliance
 * @language: (nullable): in which things are named, as of [method@Report.set_language]
 *
 * Makes a chart of what has a date: projects and phases as bars, events as dots, in the order of dates. The first
 * 60 are shown, and how many more there are is said. What has no date has no place on it.
 *
 * Returns: (transfer full): a chart
 *
 * Since: 1.0
 */
RuaChart *
rua_chart_new_timeline (const char *title, RuaAlliance *alliance, const char *language)
{
  RuaTelling telling = telling_of (alliance, language);
  g_autoptr (GArray) times = NULL;
  RuaChart *self;

  g_return_val_if_fail (title != NULL, NULL);
  g_return_val_if_fail (RUA_IS_ALLIANCE (alliance), NULL);

  self = rua_chart_new (RUA_CHART_TIMELINE, title);
  times = rua_telling_list_times (&telling);
  for (guint i = 0; i < MIN (times->len, MOST_TIMES); i++) {
    const RuaToldTime *time = &g_array_index (times, RuaToldTime, i);
    RuaChartItem *item = rua_chart_add (self, g_strdup (time->what), g_strdup (time->when));

    item->value = time->first;
    item->high = time->last == G_MAXINT32 ? INFINITY : time->last;
  }
  if (times->len > MOST_TIMES)
    self->left_out = g_strdup_printf (_("and %u more"), times->len - MOST_TIMES);
  return self;
}

static int
year_of (double day)
{
  int year, month, of_month;

  rua_date_day_to_civil ((gint32) day, &year, &month, &of_month);
  return year;
}

typedef struct {
  double first, last; /* days */
  double left, right;
} Span;

static double
at (const Span *span, double day)
{
  return span->left + (MIN (day, span->last) - span->first) / (span->last - span->first) * (span->right - span->left);
}

static Span
find_span (RuaChart *self, RuaPicture *picture, int *from, int *to)
{
  Span span = { .left = MARGIN + 10, .right = picture->width - MARGIN - 10 };
  double last = -G_MAXDOUBLE, first = G_MAXDOUBLE;

  for (guint i = 0; i < self->items->len; i++) {
    const RuaChartItem *item = rua_chart_item (self, i);

    first = MIN (first, item->value);
    last = MAX (last, isinf (item->high) ? item->value : item->high);
  }
  *from = year_of (first);
  *to = year_of (last) + 1;
  span.first = rua_date_civil_to_day (*from, 1, 1);
  span.last = rua_date_civil_to_day (*to, 1, 1);
  return span;
}

static void
draw_years (RuaPicture *picture, const Span *span, int from, int to, double top, double bottom)
{
  int step = (int) MAX (1, rua_chart_step (from, to, 7));

  for (int year = (from + step - 1) / step * step; year <= to; year += step) {
    double x = at (span, rua_date_civil_to_day (year, 1, 1));
    g_autofree char *label = g_strdup_printf ("%d", year);
    double half = rua_picture_text_width (label, RUA_CHART_SMALL) / 2;

    rua_picture_line (picture, RUA_INK_RULE, 1, x, top, x, bottom);
    rua_picture_text (picture, RUA_INK_FAINT, RUA_ANCHOR_MIDDLE, RUA_CHART_SMALL, FALSE, CLAMP (x, MARGIN + half, picture->width - MARGIN - half),
                      bottom + RUA_CHART_SMALL + 3, label);
  }
}

static void
draw_time (RuaPicture *picture, const RuaChartItem *item, const Span *span, double y)
{
  double from = at (span, item->value), to = at (span, item->high);

  /* A year is an instant on a line of many years; a project without an end goes on over the edge. */
  if (to - from < 8) {
    rua_picture_circle (picture, RUA_INK_SECOND, (from + to) / 2, y, 5, FALSE);
    return;
  }
  rua_picture_rectangle (picture, RUA_INK_FIRST, from, y - 4, to - from, 8);
  if (isinf (item->high)) {
    RuaPoint arrow[] = { { to, y - 7 }, { to + 8, y }, { to, y + 7 } };

    rua_picture_path (picture, RUA_INK_FIRST, 2, arrow, 3);
  }
}

double
rua_chart_draw_timeline (RuaChart *self, RuaPicture *picture, double y)
{
  g_autoptr (RuaPicture) lines = rua_picture_new (picture->width);
  guint first = picture->marks->len;
  double top = y;
  int from, to;
  Span span = find_span (self, picture, &from, &to);

  for (guint i = 0; i < self->items->len; i++) {
    const RuaChartItem *item = rua_chart_item (self, i);
    double beside = rua_picture_text_width (item->note, RUA_CHART_SMALL) + 12;

    rua_picture_text (picture, RUA_INK_FAINT, RUA_ANCHOR_END, RUA_CHART_SMALL, FALSE, picture->width - MARGIN, y + RUA_CHART_TEXT, item->note);
    y += rua_picture_lines (picture, RUA_INK_TEXT, RUA_CHART_SMALL, FALSE, MARGIN, y + 2, picture->width - 2 * MARGIN - beside, item->label) + 8;
    draw_time (picture, item, &span, y);
    y += 6 + GAP;
  }
  draw_years (lines, &span, from, to, top, y);
  rua_picture_lay_under (picture, first, lines);
  return y + RUA_CHART_SMALL + 8;
}

/* ---- where ---- */

/* No households: one alone at a place would be told of. */
static const char *const placed[] = { "site", "cooperative", "station", "consumer-group", "hub" };

/* "2 sites, 1 co-operative": what is on record at a place itself. */
static char *
say_placed (RuaTelling *telling, RuaRecord *place, GPtrArray *const *records)
{
  GString *out = NULL;

  for (guint k = 0; k < G_N_ELEMENTS (placed); k++) {
    g_autofree char *count = NULL;
    RuaTable *table = rua_alliance_get_table (telling->alliance, placed[k]);
    guint n = 0;

    for (guint i = 0; i < records[k]->len; i++) {
      g_autoptr (RuaRecord) at_place = NULL;
      RuaRecord *record = g_ptr_array_index (records[k], i);

      if (rua_kind_find_field (rua_record_get_kind (record), "place"))
        at_place = rua_record_dup_reference (record, "place");
      n += at_place == place;
    }
    if (n == 0)
      continue;
    count = rua_wording_count_kind (n, rua_table_get_kind (table));
    if (!out)
      out = g_string_new (count);
    else
      g_string_append_printf (out, C_("list", ", %s"), count);
  }
  return out ? g_string_free (out, FALSE) : NULL;
}

static void
add_places (RuaChart *self, RuaTelling *telling, GPtrArray *places, GPtrArray *const *records, RuaRecord *parent, guint level, GHashTable *done)
{
  for (guint i = 0; i < places->len; i++) {
    RuaRecord *place = g_ptr_array_index (places, i);
    g_autoptr (RuaRecord) in = rua_record_dup_reference (place, "parent");

    /* A ring of parents has no first: whoever is left is taken as one. */
    if (in != parent || !g_hash_table_add (done, place))
      continue;
    rua_chart_add (self, rua_telling_name (telling, place), say_placed (telling, place, records))->level = level;
    add_places (self, telling, places, records, place, level + 1, done);
  }
}

/**
 * rua_chart_new_places:
 * @title: what stands above
 * @alliance: an alliance
 * @language: (nullable): in which places are named, as of [method@Report.set_language]
 *
 * Makes a chart of the tree of places, each with what is on record there: sites, co-operatives, stations,
 * consumer groups and hubs. Households are not counted: one alone at a place would be told of. The first 80 are shown, and how many more there are is said.
 *
 * Returns: (transfer full): a chart
 *
 * Since: 1.0
 */
RuaChart *
rua_chart_new_places (const char *title, RuaAlliance *alliance, const char *language)
{
  RuaTelling telling = telling_of (alliance, language);
  g_autoptr (GPtrArray) places = NULL;
  g_autoptr (GHashTable) done = g_hash_table_new (NULL, NULL);
  GPtrArray *records[G_N_ELEMENTS (placed)];
  RuaChart *self;

  g_return_val_if_fail (title != NULL, NULL);
  g_return_val_if_fail (RUA_IS_ALLIANCE (alliance), NULL);

  self = rua_chart_new (RUA_CHART_PLACES, title);
  places = rua_telling_records (&telling, "place");
  for (guint k = 0; k < G_N_ELEMENTS (placed); k++)
    records[k] = rua_telling_records (&telling, placed[k]);
  add_places (self, &telling, places, records, NULL, 0, done);
  for (guint i = 0; i < places->len; i++) {
    RuaRecord *place = g_ptr_array_index (places, i);

    if (!g_hash_table_add (done, place))
      continue;
    rua_chart_add (self, rua_telling_name (&telling, place), say_placed (&telling, place, records));
    add_places (self, &telling, places, records, place, 1, done);
  }
  for (guint k = 0; k < G_N_ELEMENTS (placed); k++)
    g_ptr_array_unref (records[k]);
  if (self->items->len > MOST_PLACES) {
    self->left_out = g_strdup_printf (_("and %u more"), self->items->len - MOST_PLACES);
    g_array_set_size (self->items, MOST_PLACES);
  }
  return self;
}

double
rua_chart_draw_places (RuaChart *self, RuaPicture *picture, double y)
{
  double last[MOST_PLACES + 1] = { 0 }; /* where the last place of each level stands */

  for (guint i = 0; i < self->items->len; i++) {
    const RuaChartItem *item = rua_chart_item (self, i);
    /* However deep, half of the width is left for names. */
    double indent = MIN (22.0, (picture->width / 2) / (item->level + 1)), x = MARGIN + 8 + item->level * indent, middle = y + RUA_CHART_TEXT * 0.7;

    if (item->level > 0) {
      rua_picture_line (picture, RUA_INK_RULE, 1.5, x - indent, last[item->level - 1] + 5, x - indent, middle);
      rua_picture_line (picture, RUA_INK_RULE, 1.5, x - indent, middle, x - 6, middle);
    }
    last[MIN (item->level, MOST_PLACES)] = middle;
    rua_picture_circle (picture, item->note ? RUA_INK_FIRST : RUA_INK_FAINT, x, middle, 4, item->note == NULL);
    y += rua_picture_lines (picture, RUA_INK_TEXT, RUA_CHART_TEXT, FALSE, x + 10, y, picture->width - MARGIN - x - 10, item->label);
    if (item->note)
      y += rua_picture_lines (picture, RUA_INK_FAINT, RUA_CHART_SMALL, FALSE, x + 10, y - 2, picture->width - MARGIN - x - 10, item->note);
    y += GAP - 2;
  }
  return y;
}

/* ---- who with whom ---- */

typedef struct {
  RuaChart *chart;
  RuaTelling *telling;
  GHashTable *nodes; /* of a record, its item + 1 */
  guint n_left_out;
} Net;

static void
add_nodes (Net *net, const char *kind, guint column)
{
  g_autoptr (GPtrArray) records = rua_telling_records (net->telling, kind);

  for (guint i = 0; i < records->len; i++) {
    RuaRecord *record = g_ptr_array_index (records, i);

    if (i >= MOST_NODES) {
      net->n_left_out += records->len - i;
      return;
    }
    rua_chart_add (net->chart, rua_telling_name (net->telling, record), NULL)->level = column;
    g_hash_table_insert (net->nodes, g_object_ref (record), GUINT_TO_POINTER (net->chart->items->len));
  }
}

static gboolean
find_node (Net *net, RuaRecord *record, guint *item)
{
  gpointer found = record ? g_hash_table_lookup (net->nodes, record) : NULL;

  *item = GPOINTER_TO_UINT (found) - 1;
  return found != NULL;
}

static void
add_link (Net *net, RuaRecord *a, RuaRecord *b, double weight)
{
  RuaChartLink link = { .weight = weight };

  if (!find_node (net, a, &link.from) || !find_node (net, b, &link.to) || link.from == link.to)
    return;
  for (guint i = 0; i < net->chart->links->len; i++) {
    RuaChartLink *other = &g_array_index (net->chart->links, RuaChartLink, i);

    if (other->from == link.from && other->to == link.to) {
      other->weight += weight;
      return;
    }
  }
  g_array_append_val (net->chart->links, link);
}

static RuaRecord *
dup_link (RuaRecord *record, const char *field)
{
  return record && rua_kind_find_field (rua_record_get_kind (record), field) ? rua_record_dup_reference (record, field) : NULL;
}

/* A station serves the co-operatives of its site, its place or its project. */
static void
link_stations (Net *net)
{
  static const char *const shared[] = { "site", "place", "project" };
  g_autoptr (GPtrArray) cooperatives = rua_telling_records (net->telling, "cooperative"), stations = rua_telling_records (net->telling, "station");

  for (guint c = 0; c < cooperatives->len; c++)
    for (guint s = 0; s < stations->len; s++)
      for (guint f = 0; f < G_N_ELEMENTS (shared); f++) {
        g_autoptr (RuaRecord) a = dup_link (g_ptr_array_index (cooperatives, c), shared[f]);
        g_autoptr (RuaRecord) b = dup_link (g_ptr_array_index (stations, s), shared[f]);

        if (a && a == b) {
          add_link (net, g_ptr_array_index (cooperatives, c), g_ptr_array_index (stations, s), 1);
          break;
        }
      }
}

/* What was sold, and whoever organises a group from a station. */
static void
link_groups (Net *net)
{
  g_autoptr (GPtrArray) sales = rua_telling_records (net->telling, "sale"), postings = rua_telling_records (net->telling, "posting");
  g_autoptr (GPtrArray) groups = rua_telling_records (net->telling, "consumer-group");

  for (guint i = 0; i < sales->len; i++) {
    g_autoptr (RuaRecord) cooperative = dup_link (g_ptr_array_index (sales, i), "cooperative"), buyer = dup_link (g_ptr_array_index (sales, i), "buyer");

    add_link (net, cooperative, buyer, 1);
  }
  for (guint g = 0; g < groups->len; g++) {
    g_autoptr (RuaRecord) organiser = dup_link (g_ptr_array_index (groups, g), "organiser");

    for (guint p = 0; organiser && p < postings->len; p++) {
      g_autoptr (RuaRecord) person = dup_link (g_ptr_array_index (postings, p), "person"), position = dup_link (g_ptr_array_index (postings, p), "position");
      g_autoptr (RuaRecord) station = person == organiser ? dup_link (position, "station") : NULL;

      add_link (net, station, g_ptr_array_index (groups, g), 1);
    }
  }
}

/**
 * rua_chart_new_network:
 * @title: what stands above
 * @alliance: an alliance
 * @language: (nullable): in which they are named, as of [method@Report.set_language]
 *
 * Makes a chart of co-operatives, the stations of social workers, and consumer groups, linked where one serves the other: a
 * station the co-operatives of its site, place or project, and the groups that one of its workers organises; a
 * co-operative the groups that it sold to, the more often the thicker. The first 24 of each are shown, and how many more
 * there are is said.
 *
 * Returns: (transfer full): a chart
 *
 * Since: 1.0
 */
RuaChart *
rua_chart_new_network (const char *title, RuaAlliance *alliance, const char *language)
{
  RuaTelling telling = telling_of (alliance, language);
  Net net = { .telling = &telling };

  g_return_val_if_fail (title != NULL, NULL);
  g_return_val_if_fail (RUA_IS_ALLIANCE (alliance), NULL);

  net.chart = rua_chart_new (RUA_CHART_NETWORK, title);
  net.nodes = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  add_nodes (&net, "cooperative", 0);
  add_nodes (&net, "station", 1);
  add_nodes (&net, "consumer-group", 2);
  link_stations (&net);
  link_groups (&net);
  if (net.n_left_out > 0)
    net.chart->left_out = g_strdup_printf (_("and %u more"), net.n_left_out);
  g_hash_table_unref (net.nodes);
  return net.chart;
}

/* The label under the dot, no wider than its column. */
double
rua_chart_draw_network (RuaChart *self, RuaPicture *picture, double y)
{
  static const RuaInk column_inks[] = { RUA_INK_GOOD, RUA_INK_FIRST, RUA_INK_SECOND };
  const char *const heads[] = { _("Co-operatives"), _("Stations"), _("Consumer groups") };
  double column = (picture->width - 2 * MARGIN) / 3, bottom = 0, ends[3];
  g_autofree RuaPoint *places = g_new0 (RuaPoint, self->items->len);
  guint first;

  for (guint c = 0; c < 3; c++)
    ends[c] = y + rua_picture_lines (picture, RUA_INK_FAINT, RUA_CHART_SMALL, TRUE, MARGIN + c * column, y, column - 8, heads[c]) + 6;
  ends[0] = ends[1] = ends[2] = MAX (ends[0], MAX (ends[1], ends[2]));
  first = picture->marks->len;
  for (guint i = 0; i < self->items->len; i++) {
    const RuaChartItem *item = rua_chart_item (self, i);
    double *end = &ends[item->level];

    places[i] = (RuaPoint){ MARGIN + item->level * column + 8, *end + 8 };
    rua_picture_circle (picture, column_inks[item->level], places[i].x, places[i].y, 6, FALSE);
    *end += 16 + rua_picture_lines (picture, RUA_INK_TEXT, RUA_CHART_SMALL, FALSE, MARGIN + item->level * column, *end + 16, column - 10, item->label) + GAP;
    bottom = MAX (bottom, *end);
  }
  {
    g_autoptr (RuaPicture) lines = rua_picture_new (picture->width);
    double most = 1;

    for (guint i = 0; i < self->links->len; i++)
      most = MAX (most, g_array_index (self->links, RuaChartLink, i).weight);
    for (guint i = 0; i < self->links->len; i++) {
      const RuaChartLink *link = &g_array_index (self->links, RuaChartLink, i);
      RuaPoint a = places[link->from], b = places[link->to], middle = { (a.x + b.x) / 2, 0 };
      RuaPoint curve[4] = { a, { middle.x, a.y }, { middle.x, b.y }, b };

      rua_picture_curve (lines, RUA_INK_RULE, 1.5 + 4.5 * (most > 1 ? link->weight / most : 0), curve);
    }
    rua_picture_lay_under (picture, first, lines);
  }
  return bottom;
}
