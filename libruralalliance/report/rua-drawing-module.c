/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Only in the module: what its other files call is the library's, by what it lends. */
#include "rua-drawing-private.h"
#include "rua-messages-private.h"
#include "rua-version.h"

#include <gmodule.h>

#include <string.h>

static const RuaDrawingHost *host;

RuaPicture *
rua_chart_lay_out (RuaChart *self, double width)
{
  return host->chart_lay_out (self, width);
}

const char *
rua_message_in (const char *context, const char *text)
{
  return host->message_in (context, text);
}

guint
rua_manuscript_get_n_blocks (const RuaManuscript *self)
{
  return host->manuscript_get_n_blocks (self);
}

const RuaBlock *
rua_manuscript_get_block (const RuaManuscript *self, guint index)
{
  return host->manuscript_get_block (self, index);
}

guint32
rua_picture_colour (RuaInk ink)
{
  return host->picture_colour (ink);
}

void
rua_picture_free (RuaPicture *self)
{
  host->picture_free (self);
}

gboolean
rua_span_is_web_address (const RuaSpan *self)
{
  return host->span_is_web_address (self);
}

RuaWords *
rua_words_new (void)
{
  return host->words_new ();
}

void
rua_words_free (RuaWords *self)
{
  host->words_free (self);
}

RuaWords *
rua_words_add (RuaWords *self, RuaStyle style, const char *text)
{
  return host->words_add (self, style, text);
}

RuaWords *
rua_words_add_link (RuaWords *self, RuaStyle style, const char *target, const char *text)
{
  return host->words_add_link (self, style, target, text);
}

guint
rua_words_get_n_spans (const RuaWords *self)
{
  return host->words_get_n_spans (self);
}

const RuaSpan *
rua_words_get_span (const RuaWords *self, guint index)
{
  return host->words_get_span (self, index);
}

gboolean
rua_words_is_empty (const RuaWords *self)
{
  return host->words_is_empty (self);
}

char *
rua_words_to_plain (const RuaWords *self)
{
  return host->words_to_plain (self);
}

G_MODULE_EXPORT const RuaDrawing *
rua_drawing_enter (const RuaDrawingHost *lent)
{
  if (strcmp (lent->version, RUA_VERSION_STRING) != 0)
    return NULL;
  host = lent;
  return &rua_drawing_table;
}
