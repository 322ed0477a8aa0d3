/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-messages.h"

G_BEGIN_DECLS

/* What the library says to people, in the language of the thread that says it. A message is written in English where
 * it is said, and looked up in a catalogue that the library carries: the process's locale has no part in it, for a
 * library may not set one, and few machines have the one that is asked for. */

/* A catalogue as msgfmt writes it, in this machine's byte order; the other one is refused. */
typedef struct _RuaMessages RuaMessages;

/* Every offset and every text of it is checked here, so that looking up need not. */
RuaMessages *rua_messages_new (GBytes *bytes, GError **error);
void rua_messages_free (RuaMessages *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaMessages, rua_messages_free)
guint rua_messages_get_n (const RuaMessages *self);
/* @context (may be NULL) tells apart what is one word in English. NULL where it has none. */
const char *rua_messages_find (const RuaMessages *self, const char *context, const char *text);

/* The catalogue of a language, whatever else its name tells: "zh", "zh-Hant", "zh_CN.UTF-8"; NULL where there is none. */
const RuaMessages *rua_messages_of (const char *language);
/* What this thread says from now on is in the language (NULL: English, as for one without a catalogue). What it was
 * is to be put back. */
const RuaMessages *rua_messages_use (const RuaMessages *messages);
const RuaMessages *rua_messages_get_used (void);
/* The language of this thread as a tag, "zh"; NULL for English. */
const char *rua_messages_get_language (void);

/* In this thread's language, else as it is. */
const char *rua_message (const char *text) G_GNUC_FORMAT (1);
const char *rua_message_in (const char *context, const char *text) G_GNUC_FORMAT (2);
/* The form for so many. Catalogues have one form, as Chinese has. */
const char *rua_message_plural (const char *one, const char *many, guint64 n) G_GNUC_FORMAT (1)
  G_GNUC_FORMAT (2);
/* A token of the model, such as “at_least”: the catalogue's word for it, else itself. */
const char *rua_message_token (const char *token);

#define _(text) rua_message (text)
#define N_(text) (text)
#define C_(context, text) rua_message_in (context, text)
#define NC_(context, text) (text)

G_END_DECLS
