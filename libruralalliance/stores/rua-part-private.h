/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-exchange-private.h"
#include "rua-ledger-private.h"

G_BEGIN_DECLS

/* The part of an alliance that a station is given: what was chosen, what is of it, and what these refer to. It is worked
 * out from the alliance as it is, each time anew, and what is remembered of it is only how it was chosen. */
typedef struct _RuaPart RuaPart;

/* How it is remembered: {"only":["household.village=gaopo"],"since":{"hub":12}}, with what the station was given when it
 * was enrolled. NULL and an error where a choice is none that can be made in this alliance. */
char *rua_part_describe (RuaAlliance *alliance,
                         const char *const *only,
                         const char *since,
                         GError **error);
/* The choices of a description, or NULL: it is none. */
char **rua_part_list_choices (const char *description);
/* The "since" of one, or NULL. */
char *rua_part_dup_since (const char *description);

/* NULL and an error where what was chosen once is none that can be chosen now. */
RuaPart *rua_part_new (RuaAlliance *alliance, const char *description, GError **error);
void rua_part_free (RuaPart *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaPart, rua_part_free)

gboolean rua_part_has_row (RuaPart *self, RuaTable *table, guint32 row);
/* Facts of its records, and those that say that one of them has gone or moves out. */
gboolean rua_part_has_fact (RuaPart *self, const RuaFactData *fact);
/* Its records that are of the baseline: of RuaExchangeRecord, whose texts are @texts' and the schema's. */
GArray *rua_part_list_records (RuaPart *self, GStringChunk *texts);

/* ---- choices ---- */
#define RUA_PART_MOST_STEPS 8

/* KIND, KIND=ID or KIND.FIELD…=VALUE */
typedef struct {
  RuaTable *table;
  gboolean is_whole;                 /* KIND */
  guint fields[RUA_PART_MOST_STEPS]; /* from the table on, through references */
  guint n_fields;
  char *value;
  gint64 number; /* of an integer or a truth */
  char *json;    /* the value as the last field's */
} RuaChoice;

RuaChoice *rua_choice_new (RuaAlliance *alliance, const char *text, GError **error);
void rua_choice_free (RuaChoice *self);
/* Whether there is what the choice names, where it names a record. */
gboolean rua_choice_check_there (RuaChoice *self, const char *text, GError **error);
gboolean rua_choice_meets_row (RuaChoice *self, guint32 row);
/* Whether a record meets the choice by what its first field, or its key, says in the log. */
gboolean
rua_choice_meets_value (RuaChoice *self, RuaLedger *ledger, const char *json, gsize length);

G_END_DECLS
