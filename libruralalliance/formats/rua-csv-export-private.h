/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance-private.h"

G_BEGIN_DECLS

/* A column of CSV that is written. */
typedef struct {
  RuaColumn *column; /* NULL: the members of a record that no field holds, as one JSON object */
  RuaFieldType type;
  const char *name;
  char *language; /* of a text in several languages, the one this column is for */
  gboolean any;   /* refers to records of any kind */
  gboolean whole; /* a text in all its languages, as a JSON object */
} RuaCsvMember;

/* Given the text piece by piece. @rows of the table's are then written. */
typedef gboolean (*RuaCsvSink) (gpointer data, const char *text, gsize length, guint32 rows, GError **error);

/* The columns that hold all of the table, to the order of the languages of a text: an array of
 * RuaCsvMember. */
GArray *rua_csv_list_exact_members (RuaTable *table);
/* The header of a column. */
char *rua_csv_member_dup_header (const RuaCsvMember *self);
/* A table in such columns: lists are JSON arrays, so that they are told from texts. */
gboolean rua_csv_write_exact (RuaTable *table, GArray *members, RuaCsvSink sink, gpointer data, GCancellable *cancellable, GError **error);

G_END_DECLS
