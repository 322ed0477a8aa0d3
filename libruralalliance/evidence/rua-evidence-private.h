/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"
#include "rua-date.h"
#include "rua-messages-private.h"

G_BEGIN_DECLS

/* "kind/id", as references name a record; the id may be unknown. Never told. */
char *rua_evidence_dup_key (RuaRecord *record);
/* "kind/id" as findings tell it: "kind/#12", its place, where its kind is of people. */
char *rua_evidence_dup_about (RuaRecord *record);
/* Its id, as messages quote it; "kind #12" where its kind is of people. */
char *rua_evidence_dup_words (RuaRecord *record);
/* The best name that a record has: a name or title in this thread's language or whatever there is, else its words.
 * Names of fields that are not public are not used. */
char *rua_evidence_dup_name (RuaRecord *record);
/* The day a date field begins, or ends for @last. */
gboolean rua_evidence_get_day (RuaRecord *record, const char *field, gboolean last, gint32 *day);
/* The folder that the alliance's own file is in; NULL for one that is not in a file. */
char *rua_evidence_dup_folder (RuaAlliance *alliance);
/* Whether @place is @above or lies in it. */
gboolean rua_evidence_is_within (RuaPlace *place, RuaPlace *above);
/* A number as one reads it: three digits after the point, fewer for large ones. */
char *rua_evidence_format (double value);
/* The same, with as many digits as it takes to see on which side of @other it lies. */
char *rua_evidence_format_beside (double value, double other);

/* Lets go of what is in *@pointer, as an expression. */
void rua_evidence_let_go (gpointer pointer);

/* for (every record of a table). In the loops below, `continue` goes on and `break` does too: leave
 * them by returning. */
#define RUA_EVIDENCE_FOREACH(table, Type, record)                                                  \
  for (guint record##_i = 0, record##_n = rua_table_get_n_records (table);                         \
       record##_i < record##_n; record##_i++)                                                      \
    for (g_autoptr (RuaRecord) record##_held = rua_table_dup_record (table, record##_i);           \
         record##_held != NULL; rua_evidence_let_go (&record##_held))                              \
      for (Type *record = (Type *)record##_held; record != NULL; record = NULL)

/* for (every record of a GListModel that is ours to let go) */
#define RUA_EVIDENCE_FOREACH_ITEM(list, Type, record)                                              \
  for (g_autoptr (GListModel) record##_list = (list); record##_list != NULL;                       \
       rua_evidence_let_go (&record##_list))                                                       \
    for (guint record##_i = 0, record##_n = g_list_model_get_n_items (record##_list);              \
         record##_i < record##_n; record##_i++)                                                    \
      for (g_autoptr (GObject) record##_held = g_list_model_get_item (record##_list, record##_i);  \
           record##_held != NULL; rua_evidence_let_go (&record##_held))                            \
        for (Type *record = (Type *)record##_held; record != NULL; record = NULL)

G_END_DECLS
