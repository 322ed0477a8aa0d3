/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-numbered-private.h"
#include "rua-table-private.h"

G_BEGIN_DECLS

/* See rua_text_run_new(). Shared by the columns of an alliance and of its snapshots. */
struct _RuaTextRun {
  gint refs; /* atomic */
  guint32 n;
  guint8 gap;  /* bytes behind each text that are not the text's */
  gboolean wide;
  gconstpointer offsets;
  const char *texts;
  GBytes *offset_bytes;
  GBytes *text_bytes;
  RuaNumbered *numbered; /* instead of offsets and texts; NULL */
  /* The index: made when a text is first looked for. */
  GMutex mutex;
  guint32 *slots; /* atomic: code + 1, 0 for empty */
  guint32 mask;
  guint64 seed;
};

/* @numbered is taken; @owner has the codes of its blocks. */
RuaTextRun *rua_text_run_new_numbered (RuaNumbered *numbered, GBytes *owner);
RuaTextRun *rua_text_run_ref (RuaTextRun *self);
gboolean rua_text_run_find (RuaTextRun *self, const char *text, gsize length, guint32 *code);
gsize rua_text_run_get_index_size (RuaTextRun *self);
/* The hash of dictionaries and runs. */
guint32 rua_text_hash (guint64 seed, const char *text, gsize length);

static inline const char *
rua_text_run_get (const RuaTextRun *self, guint32 code, gsize *length)
{
  guint64 from, to;

  if (self->numbered)
    return rua_numbered_get (self->numbered, code, length);
  if (self->wide) {
    from = ((const guint64 *) self->offsets)[code];
    to = ((const guint64 *) self->offsets)[code + 1];
  } else {
    from = ((const guint32 *) self->offsets)[code];
    to = ((const guint32 *) self->offsets)[code + 1];
  }
  *length = (gsize) (to - from) - self->gap;
  return self->texts + from;
}

G_END_DECLS
