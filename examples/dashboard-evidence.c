/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The right side of the dashboard: charts, and claims with their verdicts and readings. */
#include "dashboard.h"

#include <rua-chart-draw.h>

/* ---- claims ---- */

static char *
say_verdict (GtkListItem *item, RuaVerdict *verdict, gpointer user_data)
{
  const char *type = verdict ? rua_verdict_type_to_string (rua_verdict_get_verdict_type (verdict)) : "";
  const char *name;
  double value;

  if (!verdict)
    return g_strdup ("");
  name = rua_verdict_get_name (verdict);
  if (!name)
    name = rua_record_get_texts (RUA_RECORD (rua_verdict_get_claim (verdict)), "title", NULL);
  if (!name)
    name = rua_record_get_id (RUA_RECORD (rua_verdict_get_claim (verdict)));
  if (rua_verdict_get_value (verdict, &value))
    return g_strdup_printf ("%s: %s (%.4g)", type, name ? name : "", value);
  return g_strdup_printf ("%s: %s", type, name ? name : "");
}

static void
set_up_verdict (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *expander = gtk_tree_expander_new (), *label = gtk_label_new (NULL);
  GtkExpression *row = gtk_property_expression_new (GTK_TYPE_LIST_ITEM, NULL, "item");
  GtkExpression *verdict = gtk_property_expression_new (GTK_TYPE_TREE_LIST_ROW, gtk_expression_ref (row), "item");
  GtkExpression *text = gtk_cclosure_expression_new (G_TYPE_STRING, NULL, 1, &verdict, G_CALLBACK (say_verdict), NULL, NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_tree_expander_set_child (GTK_TREE_EXPANDER (expander), label);
  gtk_list_item_set_child (item, expander);
  gtk_expression_bind (row, expander, "list-row", item);
  gtk_expression_bind (text, label, "label", item);
}

static GListModel *
list_readings (gpointer verdict, gpointer user_data)
{
  GListModel *readings = rua_verdict_list_readings (verdict);

  if (readings && g_list_model_get_n_items (readings) > 0)
    return readings;
  g_clear_object (&readings);
  return NULL;
}

static void
on_checked (GObject *checker, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  Dashboard *self = data;
  GtkTreeListModel *tree;

  if (!rua_checker_run_finish (RUA_CHECKER (checker), result, &error)) {
    /* The window may be gone, or a later check be on its way. */
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      gtk_label_set_text (self->message, error->message);
    return;
  }
  tree = gtk_tree_list_model_new (rua_checker_list_verdicts (RUA_CHECKER (checker)), FALSE, FALSE, list_readings, NULL, NULL);
  {
    g_autoptr (GtkSelectionModel) model = GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (tree)));

    gtk_list_view_set_model (self->verdicts, model);
  }
  self->is_checked = TRUE;
}

/* In a thread of its own, on the alliance as it is now; a check that is on its way is of no use any more. */
static void
check (Dashboard *self)
{
  g_autoptr (RuaChecker) checker = rua_checker_new (self->alliance);

  self->is_checked = FALSE;
  g_cancellable_cancel (self->checking);
  g_clear_object (&self->checking);
  self->checking = g_cancellable_new ();
  rua_checker_run_async (checker, self->checking, NULL, on_checked, self);
}

/* ---- charts ---- */

static void
draw_chart (GtkDrawingArea *paper, cairo_t *cairo, int width, int height, gpointer data)
{
  Dashboard *self = data;
  guint chosen = gtk_drop_down_get_selected (self->chooser);

  cairo_set_source_rgb (cairo, 1, 1, 1);
  cairo_paint (cairo);
  if (chosen < self->charts->len)
    rua_chart_draw (g_ptr_array_index (self->charts, chosen), cairo, width);
}

/* A chart is as high as it needs to be for the width there is. */
static void
fit_paper (Dashboard *self)
{
  guint chosen = gtk_drop_down_get_selected (self->chooser);
  int width = MAX (gtk_widget_get_width (GTK_WIDGET (self->paper)), 360);

  if (chosen < self->charts->len)
    gtk_drawing_area_set_content_height (self->paper, (int) rua_chart_get_height (g_ptr_array_index (self->charts, chosen), width));
  gtk_widget_queue_draw (GTK_WIDGET (self->paper));
}

static void
make_charts (Dashboard *self)
{
  RuaTable *metrics = rua_alliance_get_table (self->alliance, "metric");

  g_ptr_array_set_size (self->charts, 0);
  g_ptr_array_add (self->charts, rua_chart_new_places ("Places, and what is there", self->alliance, NULL));
  g_ptr_array_add (self->charts, rua_chart_new_network ("Co-operatives, stations and consumers", self->alliance, NULL));
  g_ptr_array_add (self->charts, rua_chart_new_timeline ("What happened", self->alliance, NULL));
  for (guint i = 0; i < rua_table_get_n_records (metrics); i++) {
    g_autoptr (RuaRecord) metric = rua_table_dup_record (metrics, i);
    g_autoptr (GListModel) groups = rua_metric_measure_groups (RUA_METRIC (metric), self->alliance, NULL, NULL);

    if (groups && g_list_model_get_n_items (groups) > 1)
      g_ptr_array_add (self->charts, rua_chart_new_intervals (rua_record_get_texts (metric, "title", NULL), groups, NULL));
  }
}

static GtkStringList *
list_titles (Dashboard *self)
{
  GtkStringList *titles = gtk_string_list_new (NULL);

  for (guint i = 0; i < self->charts->len; i++)
    gtk_string_list_append (titles, rua_chart_get_title (g_ptr_array_index (self->charts, i)));
  return titles;
}

void
dashboard_update_evidence (Dashboard *self)
{
  make_charts (self);
  fit_paper (self);
  check (self);
}

/* ---- the side ---- */

GtkWidget *
dashboard_new_evidence (Dashboard *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6), *paned = gtk_paned_new (GTK_ORIENTATION_VERTICAL);
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  self->charts = g_ptr_array_new_with_free_func (g_object_unref);
  make_charts (self);
  self->chooser = GTK_DROP_DOWN (gtk_drop_down_new (G_LIST_MODEL (list_titles (self)), NULL));
  self->paper = GTK_DRAWING_AREA (gtk_drawing_area_new ());
  gtk_drawing_area_set_draw_func (self->paper, draw_chart, self, NULL);
  g_signal_connect_swapped (self->paper, "resize", G_CALLBACK (fit_paper), self);
  g_signal_connect_swapped (self->chooser, "notify::selected", G_CALLBACK (fit_paper), self);
  g_signal_connect (factory, "setup", G_CALLBACK (set_up_verdict), NULL);
  self->verdicts = GTK_LIST_VIEW (gtk_list_view_new (NULL, factory));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->chooser));
  gtk_box_append (GTK_BOX (box), dashboard_scrolled (GTK_WIDGET (self->paper)));
  gtk_paned_set_start_child (GTK_PANED (paned), box);
  gtk_paned_set_end_child (GTK_PANED (paned), dashboard_scrolled (GTK_WIDGET (self->verdicts)));
  gtk_paned_set_position (GTK_PANED (paned), 380);
  check (self);
  return paned;
}
