/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-dictionary-private.h"
#include "rua-limits-private.h"
#include "rua-log-private.h"
#include "rua-number-index-private.h"
#include "rua-roster-private.h"

G_BEGIN_DECLS

/* What a value may be: as deep as what is kept of a document. */
#define RUA_LOG_JSON_LIMITS ((const RuaJsonLimits){ .depth = 2 * RUA_LIMITS_MOST_DEPTH, .string = G_MAXINT32 })

/* Facts are numbers in arrays: no object and no allocation for each. */

/* Station code << 40 | sequence: both are held below these. */
#define RUA_SEQUENCE_BITS 40
#define RUA_SEQUENCE_MAX ((G_GINT64_CONSTANT (1) << RUA_SEQUENCE_BITS) - 1)
#define RUA_STATIONS_MAX ((1u << 24) - 1)

/* The current fact of a cell has to be looked for among its heads. */
#define RUA_FACT_SOUGHT (RUA_NO_FACT - 1)

/* Codes of optional texts are their code + 1; 0 is NULL. */
typedef struct {
  gint64 clock;
  guint32 name;
  guint32 cell;
  guint32 value;
  guint32 author;
  guint32 first_link; /* the links to its parents lie one behind the other */
  guint32 n_parents;
  guint32 next_in_cell;
  guint32 next_head;
  guint32 superseded; /* a fact of its cell names it */
} RuaLogFact;

/* A fact's name, whose fact may not have come. */
typedef struct {
  guint32 fact;
  guint32 first_link; /* of those who name it, the last to come */
} RuaLogName;

typedef struct {
  guint32 name;  /* the parent's */
  guint32 child; /* the fact that names it */
  guint32 next;  /* of the same parent */
} RuaLogLink;

#define RUA_NO_LINK G_MAXUINT32

typedef struct {
  guint32 facts; /* a chain, the last to come first */
  guint32 heads; /* a chain that may hold superseded ones */
  guint32 current;
  guint32 next_in_record;
  guint32 before; /* 0: not kept; 1: was unknown; else its code + 2 */
} RuaLogCell;

typedef struct {
  guint32 cells; /* a chain */
} RuaLogRecord;

typedef struct {
  gint64 highest;
  gint64 clock;
  guint32 n_facts;
} RuaLogStation;

typedef struct {
  gint64 first_sequence;
  gint64 n_facts;
  gint64 clock;
  guint32 station;
  guint32 author;
  guint32 title;
  guint32 origin;
} RuaLogChange;

struct _RuaLog {
  char *lineage;
  char *station;
  gboolean takes_gaps;
  gboolean last_wins;
  gint64 latest; /* the clock that the next one must be greater than */
  RuaLogWall wall;
  gpointer wall_data;
  RuaRoster *roster;

  RuaDictionary stations;
  RuaDictionary kinds;
  RuaDictionary keys;
  RuaDictionary fields;
  RuaDictionary values;
  RuaDictionary authors; /* and titles and origins */

  GArray *facts;            /* of RuaLogFact */
  RuaNumberIndex name_keys; /* station code << 40 | sequence */
  GArray *names;            /* of RuaLogName */
  GArray *links;            /* of RuaLogLink */
  RuaNumberIndex cell_keys; /* record << 32 | field code */
  GArray *cells;            /* of RuaLogCell */
  RuaNumberIndex record_keys; /* kind code << 32 | key code */
  GArray *records;            /* of RuaLogRecord */
  GArray *station_facts;      /* of RuaLogStation, by code */
  GArray *station_order;      /* of guint32: codes of those with facts */

  GArray *changes;            /* of RuaLogChange */
  RuaNumberIndex change_keys; /* station code << 40 | first sequence */
  GArray *changes_sorted;     /* of guint32, by that key; NULL when it must be made again */

  GArray *lent_parents; /* of RuaFactName: what get_fact() lends out */
};

static inline RuaLogFact *
rua_log_fact (RuaLog *self, guint32 fact)
{
  return &g_array_index (self->facts, RuaLogFact, fact);
}

static inline RuaLogCell *
rua_log_cell (RuaLog *self, guint32 cell)
{
  return &g_array_index (self->cells, RuaLogCell, cell);
}

static inline guint64
rua_log_name_key (RuaLog *self, guint32 name)
{
  return self->name_keys.numbers[name];
}

static inline const char *
rua_log_text (const RuaDictionary *dictionary, guint32 code)
{
  gsize length;

  return rua_dictionary_get (dictionary, code, &length);
}

static inline const char *
rua_log_optional (const RuaDictionary *dictionary, guint32 code)
{
  return code ? rua_log_text (dictionary, code - 1) : NULL;
}

/* The record of this kind and key, or RUA_NO_NUMBER; with its cells: a chain. */
guint32 rua_log_find_record (RuaLog *self, const char *kind, const char *key);
guint32 rua_log_make_cell (RuaLog *self, const char *kind, const char *key, const char *field);
static inline guint32
rua_log_get_cell_record (RuaLog *self, guint32 cell)
{
  return (guint32) (self->cell_keys.numbers[cell] >> 32);
}

/* With its links made and its cell known: puts a fact among those of its cell. */
void rua_log_settle_fact (RuaLog *self, guint32 fact);
/* Whether @data is well-formed; an error says what is not. */
gboolean rua_log_check_form (const RuaFactData *data, GError **error);
gboolean rua_log_check_change_form (const RuaChangeData *data, GError **error);

G_END_DECLS
