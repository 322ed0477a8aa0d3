/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include "rua-fault.h"

G_BEGIN_DECLS

/* Collects every fault of one input, up to a limit; what lies beyond is counted.
 * All members of RuaFaultInfo may be left out (NULL, 0). */
typedef struct {
  RuaError code;
  guint64 line;
  guint64 column;
  const char *kind;
  const char *key;
  const char *field;
  const char *value; /* NULL where the privacy class of the field withholds it */
  const char *message;
  const char *mend;
} RuaFaultInfo;

typedef struct _RuaFaults RuaFaults;

#define RUA_FAULTS_DEFAULT_LIMIT 100

RuaFaults *rua_faults_new (const char *file, guint limit);
void rua_faults_free (RuaFaults *self);
void rua_faults_add (RuaFaults *self, const RuaFaultInfo *info);
gboolean rua_faults_is_full (RuaFaults *self);
guint64 rua_faults_get_count (RuaFaults *self);
/* Those of another input behind its own, in the order of @other, which is empty afterwards: then they
 * are told input by input. */
void rua_faults_take (RuaFaults *self, RuaFaults *other);
GListModel *rua_faults_to_model (RuaFaults *self); /* GListStore of RuaFault, transfer full */
/* FALSE and a GError with one line a fault when there is any, TRUE when there is none. */
gboolean rua_faults_raise (RuaFaults *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaFaults, rua_faults_free)

/* Of a text that is told in a message at most so many bytes, never half a character; that there was more is told. */
#define RUA_LONGEST_TOLD 80
/* Texts of an input as messages tell them: control characters as \n or \u001b. */
char *rua_clean (const char *text);
/* A message that tells such texts; of the domain RUA_ERROR. */
void rua_set_clean_error (GError **error, RuaError code, const char *format, ...) G_GNUC_PRINTF (3, 4);
char *rua_shorten (const char *text, gsize length, gsize most);

G_END_DECLS
