/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a window of the dashboard shows, as a picture and as text. */
#include "dashboard.h"

#define FRAMES 10 /* until lists have made their rows, and rows their sizes */

static void
print_texts (GtkWidget *widget)
{
  if (!gtk_widget_get_mapped (widget))
    return;
  if (GTK_IS_LABEL (widget) && *gtk_label_get_text (GTK_LABEL (widget)))
    g_print ("%s\n", gtk_label_get_text (GTK_LABEL (widget)));
  if (GTK_IS_TEXT (widget) && *gtk_editable_get_text (GTK_EDITABLE (widget)))
    g_print ("[%s]\n", gtk_editable_get_text (GTK_EDITABLE (widget)));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
    print_texts (child);
}

static void
save (GtkWidget *window, const char *file)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (window);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr (GdkTexture) texture = NULL;
  GskRenderNode *node;

  gdk_paintable_snapshot (paintable, snapshot, gtk_widget_get_width (window), gtk_widget_get_height (window));
  node = gtk_snapshot_free_to_node (snapshot);
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)), node, NULL);
  gsk_render_node_unref (node);
  if (!gdk_texture_save_to_png (texture, file))
    g_printerr ("%s cannot be written\n", file);
}

typedef struct {
  Dashboard *dashboard;
  char *file;
  guint frames;
} Wait;

static void
wait_free (gpointer data)
{
  g_free (((Wait *) data)->file);
  g_free (data);
}

static gboolean
on_frame (GtkWidget *window, GdkFrameClock *clock, gpointer data)
{
  Wait *wait = data;

  if (!wait->dashboard->is_checked || ++wait->frames < FRAMES)
    return G_SOURCE_CONTINUE;
  save (window, wait->file);
  print_texts (window);
  gtk_window_destroy (GTK_WINDOW (window));
  return G_SOURCE_REMOVE;
}

void
dashboard_save_screenshot (Dashboard *self, const char *file)
{
  Wait *wait = g_new0 (Wait, 1);

  wait->dashboard = self;
  wait->file = g_strdup (file);
  gtk_widget_add_tick_callback (GTK_WIDGET (self->window), on_frame, wait, wait_free);
}
