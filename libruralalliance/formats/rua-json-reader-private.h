/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance-private.h"
#include "rua-json-private.h"
#include "rua-limits-private.h"
#include "rua-progress-private.h"

G_BEGIN_DECLS

#define RUA_DOCUMENT_FORMAT "rural-alliance"
#define RUA_DOCUMENT_VERSION 1
#define RUA_PROFILE_KIND "alliance"
/* A metric may say null for a part that it does not use; elsewhere null is no value. */
#define RUA_NULLABLE_KIND "metric"

/* Deeper than what a JSON field may hold, so that what can be set can be saved and read. */
#define RUA_DOCUMENT_LIMITS ((const RuaJsonLimits){ .depth = 128 })
/* What was taken in under limits that were raised is written whole. */
#define RUA_KEPT_LIMITS ((const RuaJsonLimits){ .depth = 2 * RUA_LIMITS_MOST_DEPTH, .string = G_MAXINT32 })

/* A field as the reader needs it in its inner loop. */
typedef struct {
  const char *name;
  gsize name_length;
  RuaFieldType type;
  guint index;
  RuaField *field;
} RuaJsonField;

/* A fault whose record has not told its id yet. */
typedef struct {
  RuaError code;
  guint64 line, column;
  const char *field;
  char *value;
  char *message;
  char *mend;
} RuaJsonPending;

/* Reads one document. Every function that reads returns FALSE only when nothing more can be read
 * (a syntax error, which is a fault then, or cancellation, which is @error); faults of values are
 * collected and reading goes on. */
typedef struct {
  RuaAlliance *alliance;
  RuaFaults *faults;
  GCancellable *cancellable;
  GError *error; /* cancelled */
  RuaJsonScanner *scanner;
  const char *text;
  gsize length;

  /* The record being read. */
  RuaTable *table;
  RuaKind *kind;
  gboolean is_profile;
  RuaAppender *appender;
  RuaJsonField *fields;
  guint n_fields;
  guint64 position;
  guint digits;
  gboolean takes_null;
  RuaLimitValues limits;
  GString *id;
  GString *extra;
  GString *packed;
  GArray *pending; /* of RuaJsonPending */
  guint64 steps;
  RuaProgress *progress;
  guint percent; /* told last */
} RuaJsonReader;

/* The whole of it: NULL with @faults, or with @error when cancelled. @limits may be NULL. */
RuaAlliance *rua_json_reader_read (GBytes *json,
                                   RuaFaults **faults,
                                   const char *name,
                                   const RuaLimitValues *limits,
                                   RuaProgress *progress,
                                   GCancellable *cancellable,
                                   GError **error);

/* The next token; RUA_JSON_TOKEN_ERROR after its fault was added, or when cancelled. */
RuaJsonToken rua_json_reader_next (RuaJsonReader *self);
gboolean rua_json_reader_skip (RuaJsonReader *self);
gboolean rua_json_reader_copy (RuaJsonReader *self, GString *compact);
/* Appends the current NAME and its value to a compact object without its closing brace. */
gboolean rua_json_reader_keep_member (RuaJsonReader *self, GString *object);

/* A fault at the current token. @field is NULL, or whose privacy says whether @value may be told.
 * @value NULL: that of the current token; "": none. */
void rua_json_reader_fault (RuaJsonReader *self,
                            RuaField *field,
                            RuaError code,
                            const char *value,
                            const char *mend,
                            const char *format,
                            ...) G_GNUC_PRINTF (6, 7);
/* Gives the faults of the record that ends here their key. */
void rua_json_reader_flush (RuaJsonReader *self);
const char *rua_json_token_words (RuaJsonToken token);

/* Field values, with the value's first token current. */
gboolean rua_json_reader_read_field (RuaJsonReader *self, const RuaJsonField *field, RuaJsonToken token);
/* Records, with [ or { current. */
gboolean rua_json_reader_read_array (RuaJsonReader *self, RuaTable *table);
gboolean rua_json_reader_read_profile (RuaJsonReader *self, RuaTable *table);
/* The "schema" section, with { current: own kinds and fields are added to the alliance, what is
 * not known to us to @unknown: members of a compact object by path. */
gboolean rua_json_reader_read_schema (RuaJsonReader *self, GString *unknown, gboolean *adds_to_profile);

/* The writer's side of the section; nothing is written where there is nothing of one's own. */
void rua_json_write_schema (RuaJsonWriter *writer, RuaSchema *schema, const char *unknown);
/* The document without its records: format, schema, members that we do not know. */
GBytes *rua_alliance_head_to_json (RuaAlliance *self);
/* The compact value of a member of a compact object, or NULL. */
char *rua_json_member (const char *object, const char *name);

G_END_DECLS
