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
  guint8 superseded; /* a fact of its cell names it */
  guint8 is_erased;
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
  guint32 is_erased;
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
  guint32 is_erased;
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

  GHashTable *erased;   /* digests' first digits */
  GHashTable *adopted;  /* fact → its value or NULL: it is erased where it came from, and not yet here */
  gboolean is_unsettled; /* what has come since the last rewriting may be to be erased */
  guint n_rewritten;
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

static inline gboolean
rua_log_record_is_erased (RuaLog *self, guint32 record)
{
  return g_array_index (self->records, RuaLogRecord, record).is_erased != 0;
}

/* ---- erasure ---- */
#define RUA_ERASED_DIGITS 32

void rua_log_erasure_init (RuaLog *self);
void rua_log_erasure_clear (RuaLog *self);
/* The fact as it is kept where its record was erased; @key holds what stands for its key. */
void rua_log_settle_erased (RuaLog *self, RuaFactData *data, char **key);
/* What a fact that came tells of erasure. */
void rua_log_learn_erasure (RuaLog *self, const RuaFactData *data);
/* A fact that is here came again. Whether it is the same, if one of the two is erased. */
gboolean rua_log_same_erased (RuaLog *self, const RuaFactData *known, const RuaFactData *data);
void rua_log_adopt_erased (RuaLog *self, guint32 fact, const RuaFactData *data);
/* Changes of facts from @first on that are erased lose their titles. */
void rua_log_settle_changes (RuaLog *self, guint first);
void rua_log_erase_change (RuaLog *self, RuaLogChange *change);
/* All of the log put together anew, so that no text of what is erased is left in it; facts keep their numbers, records
 * and cells do not. @map gives what is left of a value, which it may change to NULL, and tells whether it did. */
typedef gboolean (*RuaLogMap) (gpointer data, const char *kind, const char *field, const char *value, gsize length, char **mapped);
void rua_log_rewrite (RuaLog *self, RuaLogMap map, gpointer data);

/* With its links made and its cell known: puts a fact among those of its cell. */
void rua_log_settle_fact (RuaLog *self, guint32 fact);
/* Whether @data is well-formed; an error says what is not. */
gboolean rua_log_check_form (const RuaFactData *data, GError **error);
gboolean rua_log_check_change_form (const RuaChangeData *data, GError **error);

G_END_DECLS
