/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-faults-private.h"
#include "rua-limits-private.h"
#include "rua-log-private.h"
#include "rua-progress.h"
#include "rua-roster-private.h"

G_BEGIN_DECLS

/* The exchange file *.ruax: what one copy of an alliance tells another. Lines of
 *
 *   LENGTH SP JSON LF
 *
 * with LENGTH the bytes of the JSON, which is canonical: a header, changes and facts, a trailer. The manual's page
 * "offline" has it byte by byte. */
#define RUA_EXCHANGE_FORMAT "rural-alliance-exchange"
#define RUA_EXCHANGE_VERSION 1
#define RUA_EXCHANGE_HEAD "{\"format\":\"" RUA_EXCHANGE_FORMAT "\"" /* after the first line's length */

/* Facts of a station: those after one, through another. */
typedef struct {
  const char *station;
  gint64 after; /* 0: from the first on */
  gint64 through;
} RuaExchangeRange;

typedef struct {
  const char *lineage;
  const char *from;
  const char *to;
  gint64 batch;
  GArray *facts;    /* of RuaExchangeRange, by station */
  gboolean is_part; /* of other stations only what concerns the receiver: their sequences have gaps */
  char previous[RUA_HASH_LENGTH + 1];
  const char *schema;     /* the version of the built-in schema */
  const char *own_schema; /* kinds and fields of one's own, or NULL */
  const char *made;
  GArray *has; /* of RuaExchangeRange, by station, `after` 0: what the sender has */
  gboolean has_receipt;
  gint64 receipt_batch, receipt_through;
  char receipt_hash[RUA_HASH_LENGTH + 1];
} RuaExchangeHeader;

void rua_exchange_header_init (RuaExchangeHeader *self);
void rua_exchange_header_clear (RuaExchangeHeader *self);

/* A record of the baseline that comes into the receiver's part: "before" is [place, {field: value, …}]. */
typedef struct {
  const char *kind;
  const char *key;
  const char *before;
} RuaExchangeRecord;

/* What stands in a file that is whole and was made by who it says. */
typedef struct {
  char *name; /* for messages */
  RuaExchangeHeader header;
  GArray *records; /* of RuaExchangeRecord; only in a part */
  GArray *facts;   /* of RuaFactData */
  GArray *lines;   /* of guint32: where each stands */
  GArray *changes; /* of RuaChangeData */
  char hash[RUA_HASH_LENGTH + 1];
  GStringChunk *texts;
  GArray *parents; /* of RuaFactName */
} RuaBatch;

void rua_batch_free (RuaBatch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaBatch, rua_batch_free)

/* ---- lines ---- */
void rua_exchange_append_record (GString *out, const RuaExchangeRecord *record);
void rua_exchange_append_fact (GString *out, const RuaFactData *fact);
void rua_exchange_append_change (GString *out, const RuaChangeData *change);
void rua_exchange_append_header (GString *out, const RuaExchangeHeader *header);
void rua_exchange_append_trailer (GString *out, guint64 count, const char *hash, const char *mac);
/* {"gaopo":12,…} of the throughs, and back. */
void rua_exchange_append_vector (GString *out, const GArray *ranges);
GArray *rua_exchange_parse_vector (const char *json, GStringChunk *texts); /* NULL: it is none */
/* The last in @ranges of this station, or 0. */
gint64 rua_exchange_through (const GArray *ranges, const char *station);
void rua_exchange_add_range (GArray *ranges, const char *station, gint64 after, gint64 through);

/* ---- the chain ---- */
/* h := SHA256 (h ‖ line), in hexadecimal digits; the line without its length and LF. */
typedef struct {
  GChecksum *sum;
  guint8 hash[32];
} RuaChain;

void rua_chain_init (RuaChain *self);
void rua_chain_clear (RuaChain *self);
gboolean rua_chain_set (RuaChain *self, const char *hash); /* FALSE: these are not 64 such digits */
void rua_chain_add (RuaChain *self, const char *line, gsize length);
void rua_chain_get (RuaChain *self, char hash[RUA_HASH_LENGTH + 1]);
/* The hash of all that a station has written, but for what can be erased, up to one of its facts: that is where the next one goes on. @more, which
 * may be NULL, is looked into for what the log has not. FALSE: not all of that is here. */
gboolean rua_chain_follow (RuaChain *self, RuaLog *log, RuaLog *more, const char *station, gint64 through);
/* HMAC-SHA256 of the header's line, the count and the chain's hash, each ended by LF. */
void rua_exchange_sign (const guint8 key[RUA_KEY_LENGTH],
                        const char *header,
                        gsize header_length,
                        guint64 count,
                        const char *hash,
                        char mac[RUA_HASH_LENGTH + 1]);
/* Takes as long for wrong ones as for right ones. */
gboolean rua_exchange_equal (const char *a, const char *b, gsize length);

/* ---- reading ---- */
gboolean rua_exchange_is_one (const char *head, gsize length);

typedef struct {
  RuaLog *log;            /* of the receiver: its lineage, station and roster */
  RuaLimitValues limits;  /* settled */
  RuaProgress *progress;
  GCancellable *cancellable;
} RuaExchangeReading;

/* What can be told without the facts that are here already: that the file is whole, from a peer, and well-formed. NULL,
 * with all faults in @faults or with @error when it was cancelled. In any thread, while nobody changes the log. */
RuaBatch *rua_batch_read (const RuaExchangeReading *reading, GBytes *bytes, const char *name, RuaFaults *faults, GError **error);

/* One line, whose faults are told with the number of the line. */
typedef struct {
  RuaBatch *batch;
  RuaFaults *faults;
  const RuaExchangeReading *reading;
  guint64 line;
  gsize offset; /* of the JSON from the line's begin, for columns */
  GString *canonical;
  GString *value;
  const char *recent[4]; /* texts that come again and again: kind, field, author, station */
} RuaExchangeLine;

gboolean rua_exchange_read_header (RuaExchangeLine *self, const char *json, gsize length);
/* A record, a fact or a change, put at the end of those of the batch. */
gboolean rua_exchange_read_entry (RuaExchangeLine *self, const char *json, gsize length);
gboolean rua_exchange_read_trailer (RuaExchangeLine *self,
                                    const char *json,
                                    gsize length,
                                    guint64 *count,
                                    char hash[RUA_HASH_LENGTH + 1],
                                    char mac[RUA_HASH_LENGTH + 1]);
void rua_exchange_tell_fact (RuaFaults *faults, guint64 line, const RuaFactData *fact, const GError *error);
gboolean rua_exchange_refuse (RuaExchangeLine *self, RuaError code, const char *mend, const char *format, ...) G_GNUC_PRINTF (4, 5);

/* What this copy has of each station without a gap; what a part of the alliance was given, where this is one. */
GArray *rua_exchange_list_had (RuaLog *log, RuaLog *more, GStringChunk *texts);

/* ---- taking in ---- */
/* Whether it follows on what is here, and contradicts none of it; @more (or NULL) is what other batches bring. */
gboolean rua_batch_check (RuaBatch *self, RuaLog *log, RuaLog *more, RuaFaults *faults);
/* FALSE: the log has another change of this name. */
gboolean rua_exchange_check_change (RuaLog *log, const RuaChangeData *change);
/* The facts that are new here go to the log, and the roster learns what was told. Nothing is left to go wrong. */
void rua_batch_take (RuaBatch *self, RuaLog *log, guint *n_new, guint *n_known);

/* ---- writing ---- */
typedef struct {
  const char *to;         /* one of the roster */
  const char *schema;     /* the version of the built-in schema */
  const char *own_schema; /* or NULL */
  /* Whether a fact concerns a receiver that has a part; NULL: all do. */
  gboolean (*concerns) (gpointer data, const RuaFactData *fact);
  gpointer data;
  /* To a receiver that has a part: the records of the baseline in it, and all facts that concern it. What the receiver
   * was told of before does not say what it has: records come into a part, and it was not given their facts. NULL: only
   * facts after those that it was told of. */
  const GArray *records; /* of RuaExchangeRecord */
  gint64 after;     /* a station's own facts from after this one on; -1: after the last that a receipt named */
  const char *made; /* NULL: now */
  RuaProgress *progress;
  GCancellable *cancellable;
} RuaExchangeWriting;

/* What the receiver has not: of a station its own facts after the last that a receipt named; of a hub those of all
 * others, too, after those that it was told of. */
GBytes *rua_batch_write (RuaLog *log, const RuaExchangeWriting *writing, GError **error);

G_END_DECLS
