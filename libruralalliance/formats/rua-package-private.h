/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance-private.h"
#include "rua-faults-private.h"
#include "rua-json-private.h"
#include "rua-limits-private.h"
#include "rua-progress.h"

G_BEGIN_DECLS

/* A folder with datapackage.json and a CSV file for each kind: a Tabular Data Package, version 1, of
 * the Frictionless specifications. doc/stores.md says what is in it. */

#define RUA_PACKAGE_DESCRIPTOR "datapackage.json"
/* Of the descriptor: the head of the alliance's document, in packages that this library wrote. */
#define RUA_PACKAGE_HEAD "rural-alliance"
/* Of the document's unknown members: what a package says of itself that we do not know. */
#define RUA_PACKAGE_MEMBER "datapackage"
#define RUA_PACKAGE_EXTRA "*" /* the column with the members that no field holds */
#define RUA_PACKAGE_MOST_RESOURCES 10000

/* ---- writing ---- */

/* Makes the files in @folder, which is open and in which there is none of them; each is on the disk
 * afterwards. @shown is what to call the folder in messages. */
gboolean rua_package_write (RuaAlliance *self, int folder, const char *shown, RuaProgress *progress, GCancellable *cancellable, GError **error);
/* A new file in the folder, whole and on the disk. */
gboolean rua_package_put (int folder, const char *name, const char *shown, const char *text, gsize length, GError **error);
gboolean rua_package_fail (const char *shown, const char *name, int reason, GError **error);

/* ---- reading ---- */

/* One table as the descriptor tells it. */
typedef struct {
  char *name;
  char *path;
  char *encoding;
  char separator;
  char quote;
  gboolean no_header;
  char *hash; /* as written: sha256:…, or an MD5 without a name */
  gint64 bytes; /* -1: not told */
  GPtrArray *missing; /* words for unknown */
  GPtrArray *fields; /* of RuaPackageField */
  guint64 line, column; /* in the descriptor */
} RuaPackageResource;

/* One column. */
typedef struct {
  char *name;
  char *type;
  char *format;
  char decimal;
  gunichar grouping;
  GPtrArray *yes, *no;
} RuaPackageField;

typedef struct {
  gboolean is_ours;
  char *head; /* JSON with what stands before it in the file blanked out, so that lines fit; of ours */
  char *unknown; /* the members that we do not know: a compact object, or NULL */
  GPtrArray *resources; /* of RuaPackageResource */
} RuaPackage;

/* What a descriptor says, faults and all. NULL where it is no descriptor of a package. */
RuaPackage *rua_package_parse (const char *text, gsize length, const RuaLimitValues *limits, RuaFaults *faults);
void rua_package_free (RuaPackage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaPackage, rua_package_free)

/* NULL with @faults, or with @error when it could not be read or was cancelled. @folder is a path. */
RuaAlliance *rua_package_read (const char *folder,
                               const RuaLimitValues *limits,
                               RuaFaults **faults,
                               RuaProgress *progress,
                               GCancellable *cancellable,
                               GError **error);

/* A file of the package, by a path that may not leave the folder: no absolute path, no "..", no
 * link. -1 and a fault at (@line, @column) of the descriptor. */
int rua_package_open (int folder, const char *path, guint64 line, guint64 column, guint64 *length, RuaFaults *faults);

/* Where in all the work one table's reading stands. */
typedef struct {
  RuaProgress *progress;
  guint64 before, of; /* bytes */
} RuaPackageSpan;

/* The rows of a table's file, into the table; references stay pending. What is wrong goes to @faults,
 * which has the file's name. FALSE and @error only when cancelled. */
gboolean rua_package_read_rows (RuaTable *table,
                                const RuaPackageResource *resource,
                                gboolean is_ours,
                                GBytes *bytes,
                                const char *shown,
                                const RuaLimitValues *limits,
                                RuaFaults *faults,
                                const RuaPackageSpan *span,
                                GCancellable *cancellable,
                                GError **error);

G_END_DECLS
