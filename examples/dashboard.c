/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A dashboard in GTK 4: the co-operatives of an alliance, its charts, its claims with their verdicts and readings; names
 * and founding dates are edited, undone and redone, and what depends on them follows.
 *
 *     cc dashboard.c dashboard-evidence.c dashboard-screenshot.c $(pkg-config --cflags --libs ruralalliance-1 gtk4)
 *     ./a.out FILE
 *
 * --screenshot PNG saves what the window shows, prints its texts and ends; --rename, --founded and --undo do before that
 * what a hand would. */
#include "dashboard.h"

static char *screenshot, *new_name, *founding;
static gboolean undo;

/* ---- edits ---- */

static void
show_edited (Dashboard *self)
{
  g_autofree char *founded = self->edited ? rua_cooperative_dup_founded (self->edited) : NULL;
  const char *name = self->edited ? rua_cooperative_get_name (self->edited, NULL) : NULL;

  gtk_editable_set_text (self->name, name ? name : "");
  gtk_editable_set_text (self->founded, founded ? founded : "");
  gtk_widget_set_sensitive (GTK_WIDGET (self->name), self->edited != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->founded), self->edited != NULL);
}

static void
show_what_can_be_undone (Dashboard *self)
{
  GActionMap *actions = G_ACTION_MAP (self->window);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (actions, "undo")), rua_alliance_can_undo (self->alliance));
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (actions, "redo")), rua_alliance_can_redo (self->alliance));
}

/* The list follows by itself: its rows are bound to the records' properties. */
static void
on_changed (Dashboard *self)
{
  show_edited (self);
  dashboard_update_evidence (self);
}

static void
on_selected (Dashboard *self)
{
  if (self->edited)
    g_signal_handlers_disconnect_by_data (self->edited, self);
  g_set_object (&self->edited, RUA_COOPERATIVE (gtk_single_selection_get_selected_item (self->cooperatives)));
  if (self->edited)
    g_signal_connect_swapped (self->edited, "notify", G_CALLBACK (on_changed), self);
  gtk_label_set_text (self->message, "");
  show_edited (self);
}

/* What is refused stays in the entry, with the reason. */
static void
end_edit (Dashboard *self, gboolean done, GError *error)
{
  gtk_label_set_text (self->message, done ? "" : error->message);
  show_what_can_be_undone (self);
}

/* A change is what is undone in one step: all of it is made, or nothing. */
static void
edit (Dashboard *self, const char *title, gboolean (*change) (Dashboard *self, GError **error))
{
  g_autoptr (GError) error = NULL;
  gboolean done = rua_alliance_begin (self->alliance, title, &error);

  if (done) {
    done = change (self, &error);
    if (done)
      done = rua_alliance_commit (self->alliance, &error);
    else
      rua_alliance_rollback (self->alliance, NULL);
  }
  end_edit (self, done, error);
}

static gboolean
change_name (Dashboard *self, GError **error)
{
  g_auto (GStrv) languages = rua_record_dup_languages (RUA_RECORD (self->edited), "name");

  return rua_cooperative_set_name (self->edited, languages && languages[0] ? languages[0] : "en", gtk_editable_get_text (self->name), error);
}

static gboolean
change_founded (Dashboard *self, GError **error)
{
  const char *text = gtk_editable_get_text (self->founded);

  return *text ? rua_cooperative_set_founded (self->edited, text, error) : rua_record_unset (RUA_RECORD (self->edited), "founded", error);
}

static void
on_name (Dashboard *self)
{
  edit (self, "Another name", change_name);
}

static void
on_founded (Dashboard *self)
{
  edit (self, "Another founding date", change_founded);
}

static void
on_undo (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Dashboard *self = data;
  g_autoptr (GError) error = NULL;
  gboolean done = rua_alliance_undo (self->alliance, &error);

  end_edit (self, done, error);
}

static void
on_redo (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Dashboard *self = data;
  g_autoptr (GError) error = NULL;
  gboolean done = rua_alliance_redo (self->alliance, &error);

  end_edit (self, done, error);
}

/* ---- the window ---- */

static char *
say_members (RuaCooperative *cooperative, gint64 n_members, gpointer user_data)
{
  return n_members == G_MININT64 ? g_strdup ("not known") : g_strdup_printf ("%" G_GINT64_FORMAT, n_members);
}

static GtkExpression *
new_expression (const char *property, GtkExpression *of)
{
  GtkExpression *value = gtk_property_expression_new (RUA_TYPE_COOPERATIVE, of, property);

  if (!g_str_equal (property, "n-members"))
    return value;
  return gtk_cclosure_expression_new (G_TYPE_STRING, NULL, 1, &value, G_CALLBACK (say_members), NULL, NULL);
}

/* A cell is bound once, to whatever record its row comes to show. */
static void
set_up_cell (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer property)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_list_item_set_child (item, label);
  gtk_expression_bind (new_expression (property, gtk_property_expression_new (GTK_TYPE_LIST_ITEM, NULL, "item")), label, "label", item);
}

static void
add_column (GtkColumnView *view, const char *title, const char *property, gboolean expand)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) column = gtk_column_view_column_new (title, factory);
  g_autoptr (GtkSorter) sorter = GTK_SORTER (gtk_string_sorter_new (new_expression (property, NULL)));

  g_signal_connect (factory, "setup", G_CALLBACK (set_up_cell), (gpointer) property);
  gtk_column_view_column_set_sorter (column, sorter);
  gtk_column_view_column_set_expand (column, expand);
  gtk_column_view_append_column (view, column);
}

GtkWidget *
dashboard_scrolled (GtkWidget *child)
{
  GtkWidget *window = gtk_scrolled_window_new ();

  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (window), child);
  gtk_widget_set_vexpand (window, TRUE);
  return window;
}

static GtkEditable *
add_entry (GtkGrid *grid, int row, const char *title, GCallback on_activate, Dashboard *self)
{
  GtkWidget *label = gtk_label_new_with_mnemonic (title), *entry = gtk_entry_new ();

  gtk_label_set_mnemonic_widget (GTK_LABEL (label), entry);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (entry, TRUE);
  gtk_grid_attach (grid, label, 0, row, 1, 1);
  gtk_grid_attach (grid, entry, 1, row, 1, 1);
  g_signal_connect_swapped (entry, "activate", on_activate, self);
  return GTK_EDITABLE (entry);
}

static GtkWidget *
new_cooperatives (Dashboard *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6), *search = gtk_search_entry_new (), *view = gtk_column_view_new (NULL), *grid = gtk_grid_new ();
  GtkStringFilter *filter = gtk_string_filter_new (new_expression ("name", NULL));
  GListModel *records = G_LIST_MODEL (g_object_ref (rua_alliance_get_cooperatives (self->alliance)));
  GtkFilterListModel *found = gtk_filter_list_model_new (records, GTK_FILTER (filter));
  GtkSortListModel *sorted = gtk_sort_list_model_new (G_LIST_MODEL (found), g_object_ref (gtk_column_view_get_sorter (GTK_COLUMN_VIEW (view))));

  self->cooperatives = gtk_single_selection_new (G_LIST_MODEL (sorted));
  gtk_column_view_set_model (GTK_COLUMN_VIEW (view), GTK_SELECTION_MODEL (self->cooperatives));
  add_column (GTK_COLUMN_VIEW (view), "Co-operative", "name", TRUE);
  add_column (GTK_COLUMN_VIEW (view), "Founded", "founded", FALSE);
  add_column (GTK_COLUMN_VIEW (view), "Members", "n-members", FALSE);
  g_object_bind_property (search, "text", filter, "search", G_BINDING_DEFAULT);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 6);
  self->name = add_entry (GTK_GRID (grid), 0, "_Name", G_CALLBACK (on_name), self);
  self->founded = add_entry (GTK_GRID (grid), 1, "_Founded", G_CALLBACK (on_founded), self);
  self->message = GTK_LABEL (gtk_label_new (""));
  gtk_label_set_wrap (self->message, TRUE);
  gtk_label_set_xalign (self->message, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->message), "error");
  gtk_box_append (GTK_BOX (box), search);
  gtk_box_append (GTK_BOX (box), dashboard_scrolled (view));
  gtk_box_append (GTK_BOX (box), grid);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->message));
  g_signal_connect_swapped (self->cooperatives, "notify::selected-item", G_CALLBACK (on_selected), self);
  return box;
}

static GtkWidget *
new_header (void)
{
  GtkWidget *bar = gtk_header_bar_new (), *undo_button = gtk_button_new_from_icon_name ("edit-undo-symbolic");
  GtkWidget *redo_button = gtk_button_new_from_icon_name ("edit-redo-symbolic");

  gtk_widget_set_tooltip_text (undo_button, "Undo");
  gtk_widget_set_tooltip_text (redo_button, "Redo");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (undo_button), "win.undo");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (redo_button), "win.redo");
  gtk_header_bar_pack_start (GTK_HEADER_BAR (bar), undo_button);
  gtk_header_bar_pack_start (GTK_HEADER_BAR (bar), redo_button);
  return bar;
}

static void
dashboard_free (gpointer data)
{
  Dashboard *self = data;

  g_cancellable_cancel (self->checking);
  g_clear_object (&self->checking);
  if (self->edited)
    g_signal_handlers_disconnect_by_data (self->edited, self);
  g_clear_object (&self->edited);
  g_signal_handlers_disconnect_by_data (self->cooperatives, self);
  g_clear_object (&self->cooperatives);
  g_ptr_array_unref (self->charts);
  g_object_unref (self->alliance);
  g_free (self);
}

/* Takes @alliance. */
static Dashboard *
new_dashboard (GtkApplication *application, RuaAlliance *alliance)
{
  static const GActionEntry actions[] = { { "undo", on_undo }, { "redo", on_redo } };
  g_autoptr (RuaProfile) profile = rua_alliance_dup_profile (alliance);
  const char *title = profile ? rua_profile_get_title (profile, NULL) : NULL;
  GtkWidget *paned = gtk_paned_new (GTK_ORIENTATION_HORIZONTAL);
  Dashboard *self = g_new0 (Dashboard, 1);

  self->alliance = alliance;
  self->window = GTK_WINDOW (gtk_application_window_new (application));
  g_object_set_data_full (G_OBJECT (self->window), "dashboard", self, dashboard_free);
  g_action_map_add_action_entries (G_ACTION_MAP (self->window), actions, G_N_ELEMENTS (actions), self);
  gtk_paned_set_start_child (GTK_PANED (paned), new_cooperatives (self));
  gtk_paned_set_end_child (GTK_PANED (paned), dashboard_new_evidence (self));
  gtk_paned_set_position (GTK_PANED (paned), 420);
  gtk_window_set_titlebar (self->window, new_header ());
  gtk_window_set_title (self->window, title ? title : "A rural–urban alliance");
  gtk_window_set_default_size (self->window, 1200, 800);
  gtk_window_set_child (self->window, paned);
  on_selected (self);
  show_what_can_be_undone (self);
  return self;
}

/* ---- the program ---- */

static void
on_open (GApplication *application, GFile **files, int n_files, const char *hint, int *status)
{
  for (int i = 0; i < n_files; i++) {
    g_autofree char *location = g_file_get_uri (files[i]);
    g_autoptr (GError) error = NULL;
    RuaAlliance *alliance = rua_alliance_open (location, NULL, &error);
    Dashboard *self;

    if (!alliance) {
      g_printerr ("%s\n", error->message);
      *status = 2;
      continue;
    }
    self = new_dashboard (GTK_APPLICATION (application), alliance);
    gtk_window_present (self->window);
    if (new_name) {
      gtk_editable_set_text (self->name, new_name);
      g_signal_emit_by_name (self->name, "activate");
    }
    if (founding) {
      gtk_editable_set_text (self->founded, founding);
      g_signal_emit_by_name (self->founded, "activate");
    }
    if (undo)
      g_action_group_activate_action (G_ACTION_GROUP (self->window), "undo", NULL);
    if (screenshot)
      dashboard_save_screenshot (self, screenshot);
  }
}

static void
on_activate (GApplication *application, int *status)
{
  g_printerr ("usage: dashboard FILE\n");
  *status = 2;
}

int
main (int argc, char *argv[])
{
  static const GOptionEntry options[] = {
    { "screenshot", 0, 0, G_OPTION_ARG_FILENAME, &screenshot, "Save what the window shows, print its texts, and end", "PNG" },
    { "rename", 0, 0, G_OPTION_ARG_STRING, &new_name, "Rename the first co-operative", "NAME" },
    { "founded", 0, 0, G_OPTION_ARG_STRING, &founding, "Say when the first co-operative was founded", "DATE" },
    { "undo", 0, 0, G_OPTION_ARG_NONE, &undo, "Undo what was done last", NULL },
    { NULL },
  };
  g_autoptr (GtkApplication) application = gtk_application_new ("org.example.RuralAlliance.Dashboard", G_APPLICATION_HANDLES_OPEN | G_APPLICATION_NON_UNIQUE);
  int status = 0, ended;

  g_application_add_main_option_entries (G_APPLICATION (application), options);
  gtk_application_set_accels_for_action (application, "win.undo", (const char *const[]){ "<Control>z", NULL });
  gtk_application_set_accels_for_action (application, "win.redo", (const char *const[]){ "<Control><Shift>z", NULL });
  g_signal_connect (application, "open", G_CALLBACK (on_open), &status);
  g_signal_connect (application, "activate", G_CALLBACK (on_activate), &status);
  ended = g_application_run (G_APPLICATION (application), argc, argv);
  return status ? status : ended;
}
