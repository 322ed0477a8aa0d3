/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-chart.h"
#include "rua-picture-private.h"

G_BEGIN_DECLS

/* What a chart shows is data until it is drawn: items, and between some of them links. */

typedef enum {
  RUA_CHART_INTERVALS,
  RUA_CHART_PAIRS,
  RUA_CHART_WATERFALL,
  RUA_CHART_LORENZ,
  RUA_CHART_TIMELINE,
  RUA_CHART_PLACES,
  RUA_CHART_NETWORK,
} RuaChartType;

typedef struct {
  char *label;
  char *note;      /* what is said beside it; or NULL */
  double value;    /* NaN where unknown; of a time its first day */
  double low, high; /* its interval, or NaN; of a time: high is its last day, infinite while it goes on */
  double other;    /* of a pair, the second */
  guint level;     /* of a place, how deep it lies; of a node, its column */
  GArray *points;  /* RuaPoint of a curve */
} RuaChartItem;

typedef struct {
  guint from, to; /* items */
  double weight;
} RuaChartLink;

struct _RuaChart {
  GObject parent_instance;

  RuaChartType type;
  char *title;
  char *unit;         /* under the axis; or NULL */
  char *left_out;     /* what there was no room for; or NULL */
  GArray *items;      /* RuaChartItem */
  GArray *links;      /* RuaChartLink */
};

#define RUA_CHART_TEXT 15.0 /* height of letters */
#define RUA_CHART_SMALL 13.0

RuaChart *rua_chart_new (RuaChartType type, const char *title);
/* Takes both texts. */
RuaChartItem *rua_chart_add (RuaChart *self, char *label, char *note);
RuaChartItem *rua_chart_item (RuaChart *self, guint index);

RuaPicture *rua_chart_lay_out (RuaChart *self, double width);
/* For a page, whose style it takes; @prefix is for ids. */
char *rua_chart_to_inline_svg (RuaChart *self, double width, const char *prefix);

/* Each from @y down; the next free @y. */
double rua_chart_draw_rows (RuaChart *self, RuaPicture *picture, double y);
double rua_chart_draw_lorenz (RuaChart *self, RuaPicture *picture, double y);
double rua_chart_draw_timeline (RuaChart *self, RuaPicture *picture, double y);
double rua_chart_draw_places (RuaChart *self, RuaPicture *picture, double y);
double rua_chart_draw_network (RuaChart *self, RuaPicture *picture, double y);

/* Round numbers that part @low to @high into about @n steps: the distance between two. */
double rua_chart_step (double low, double high, guint n);

G_END_DECLS
