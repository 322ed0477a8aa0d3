/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>
#include <ruralalliance.h>

/* What a window of the dashboard shows. */
typedef struct {
  GtkWindow *window;
  RuaAlliance *alliance;
  RuaCooperative *edited; /* whose fields the entries show; NULL where none is selected */
  GPtrArray *charts;      /* RuaChart */
  GtkSingleSelection *cooperatives;
  GtkEditable *name, *founded;
  GtkLabel *message;
  GtkDropDown *chooser;
  GtkDrawingArea *paper;
  GtkListView *verdicts;
  GCancellable *checking;
  gboolean is_checked; /* the verdicts are those of the alliance as it is */
} Dashboard;

GtkWidget *dashboard_scrolled (GtkWidget *child);

/* Charts above, claims below. */
GtkWidget *dashboard_new_evidence (Dashboard *self);
void dashboard_update_evidence (Dashboard *self);

/* Saves what the window shows to @file, when the claims are checked; prints its texts, a line each, and closes it. */
void dashboard_save_screenshot (Dashboard *self, const char *file);
