/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance-private.h"
#include "rua-csv-columns-private.h"

G_BEGIN_DECLS

/* One column of a file and the field that it becomes, as a mapping tells it. */
typedef struct {
  char *field;
  char *language; /* of a text in several languages; NULL: none told */
  char *column; /* by name; NULL: by number */
  guint number; /* from 1 */
  char *between; /* the items of a list; NULL: ";" */
  char *date_form;
  char **missing;
  char **yes;
  char **no;
  RuaCsvField read; /* decimal, grouping, trim, date as told */
} RuaCsvMapped;

typedef struct {
  RuaCsvDialect dialect;
  RuaCsvLimits limits;
  double seconds; /* to be read in; 0: no limit */
  guint most_faults;
  GPtrArray *columns; /* of RuaCsvMapped */
  GPtrArray *constants; /* name, text, name, text … */
  gboolean ignore_rest;
  char **ignored;
  RuaCsvMapped whole; /* what holds for columns that tell nothing themselves */
  char *encoding;
} RuaCsvMapping;

/* @json NULL or a JSON object; see doc/csv.md. */
RuaCsvMapping *rua_csv_mapping_new (const char *json, GError **error);
void rua_csv_mapping_free (RuaCsvMapping *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaCsvMapping, rua_csv_mapping_free)

G_END_DECLS
