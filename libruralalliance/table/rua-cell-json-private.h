/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-json-private.h"
#include "rua-table-private.h"

G_BEGIN_DECLS

/* A cell's value as JSON: what documents and facts say. */

#define RUA_LANGUAGE_UNDETERMINED "und" /* BCP 47: a text whose language nobody told, among others that are told */

/* How a row is called by those who refer to it. NULL in place of the names: by its id. */
typedef struct {
  const char *(*name) (gpointer data, RuaTable *table, guint32 row);
  guint32 (*find) (gpointer data, RuaTable *table, const char *key, gsize length); /* or RUA_NO_ROW */
  gpointer data;
} RuaRowNames;

/* @word is the cell's raw value; @digits the decimals of money. */
void rua_cell_write (RuaJsonWriter *writer, RuaColumn *column, guint64 word, guint digits, const RuaRowNames *names);
/* Canonical and compact. */
void rua_cell_append (GString *out, RuaColumn *column, guint64 word, guint digits, const RuaRowNames *names);

/* Packed texts and lists as JSON, compact. @is_whole: an object by language even where only one text is there, without
 * a language. */
void rua_texts_append_json (GString *out, const char *packed, gsize length, gboolean is_whole);
void rua_text_list_append_json (GString *out, const char *packed, gsize length);
/* In place of what @packed held; FALSE where the JSON is none that such a field can have. */
gboolean rua_texts_read_json (const char *json, gsize length, const RuaJsonLimits *limits, GString *packed);
gboolean rua_text_list_read_json (const char *json, gsize length, const RuaJsonLimits *limits, GString *packed);
/* A BCP 47 tag, as far as its form goes. */
gboolean rua_texts_is_language (const char *text, gsize length);

typedef enum {
  RUA_CELL_TAKEN,
  RUA_CELL_UNFIT,     /* the field cannot hold this */
  RUA_CELL_NO_TARGET, /* it refers to a record that is not there */
} RuaCellReading;

/* @json is canonical and compact. The column's dictionary may learn texts. */
RuaCellReading rua_cell_read (RuaColumn *column, const char *json, gsize length, guint digits, const RuaRowNames *names, guint64 *word);
/* Calls @found for each record that the value of a reference or list of references names; @table is NULL where there
 * is no such kind. FALSE: the field cannot hold this. @found answers FALSE to stop. */
typedef gboolean (*RuaTargetFunc) (gpointer data, RuaTable *table, const char *key, gsize length);
gboolean rua_cell_each_target (RuaColumn *column, const char *json, gsize length, RuaTargetFunc found, gpointer data);

G_END_DECLS
