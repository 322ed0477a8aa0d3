/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-messages-private.h"

#include <gio/gio.h>
#include <string.h>

#include "rua-error.h"

#define MAGIC 0x950412DEu
#define HEADER_SIZE                                                                                \
  28 /* magic, revision, n, texts, translations, and two of a table that is not used */

struct _RuaMessages {
  GBytes *bytes;
  const char *data;
  guint n;
  const guint32 *texts;        /* length and offset of each, in the order of strcmp() */
  const guint32 *translations; /* the same of what they are in the language */
};

/* ---- reading ---- */

static gboolean
refuse (GError **error, const char *what)
{
  g_set_error (error, RUA_ERROR, RUA_ERROR_SYNTAX,
               "catalogue of messages: %s; make it anew with msgfmt", what);
  return FALSE;
}

static guint32
number_at (const char *data, gsize offset)
{
  guint32 number;

  memcpy (&number, data + offset, sizeof number);
  return number;
}

static gboolean
check_texts (const RuaMessages *self, const guint32 *texts, gsize size, GError **error)
{
  for (guint i = 0; i < self->n; i++) {
    guint64 length = texts[2 * i], offset = texts[2 * i + 1];

    if (offset + length >= size)
      return refuse (error, "a text lies beyond its end");
    if (self->data[offset + length] != '\0')
      return refuse (error, "a text does not end");
    if (!g_utf8_validate (self->data + offset, -1, NULL))
      return refuse (error, "a text is not UTF-8");
  }
  return TRUE;
}

static const char *
text_at (const RuaMessages *self, guint i)
{
  return self->data + self->texts[2 * i + 1];
}

static gboolean
check (RuaMessages *self, GError **error)
{
  gsize size;
  guint64 texts, translations;

  self->data = g_bytes_get_data (self->bytes, &size);
  if (size < HEADER_SIZE)
    return refuse (error, "it is cut off");
  if (GPOINTER_TO_SIZE (self->data) % sizeof (guint32) != 0)
    return refuse (error, "it lies crookedly in memory");
  if (number_at (self->data, 0) != MAGIC)
    return refuse (error, "it is none, or was made for another byte order");
  if (number_at (self->data, 4) >> 16 != 0)
    return refuse (error, "it is of a newer version");
  self->n = number_at (self->data, 8);
  texts = number_at (self->data, 12);
  translations = number_at (self->data, 16);
  if (texts % sizeof (guint32) != 0 || translations % sizeof (guint32) != 0)
    return refuse (error, "its tables lie crookedly");
  if (texts + 8 * (guint64)self->n > size || translations + 8 * (guint64)self->n > size)
    return refuse (error, "its tables lie beyond its end");
  self->texts = (const guint32 *)(const void *)(self->data + texts);
  self->translations = (const guint32 *)(const void *)(self->data + translations);
  if (!check_texts (self, self->texts, size, error)
      || !check_texts (self, self->translations, size, error))
    return FALSE;
  for (guint i = 1; i < self->n; i++)
    if (strcmp (text_at (self, i - 1), text_at (self, i)) >= 0)
      return refuse (error, "its texts are not in order");
  return TRUE;
}

RuaMessages *
rua_messages_new (GBytes *bytes, GError **error)
{
  g_autoptr (RuaMessages) self = g_new0 (RuaMessages, 1);

  self->bytes = g_bytes_ref (bytes);
  return check (self, error) ? g_steal_pointer (&self) : NULL;
}

void
rua_messages_free (RuaMessages *self)
{
  if (!self)
    return;
  g_bytes_unref (self->bytes);
  g_free (self);
}

guint
rua_messages_get_n (const RuaMessages *self)
{
  return self->n;
}

/* A key is the text, or "context\4text"; compared in its pieces, so that looking up allocates nothing. */
static int
compare (const char *context, const char *text, const char *key)
{
  for (; context && *context; context++, key++)
    if (*context != *key)
      return (guchar)*context < (guchar)*key ? -1 : 1;
  if (context) {
    if (*key != '\004')
      return '\004' < (guchar)*key ? -1 : 1;
    key++;
  }
  return strcmp (text, key);
}

const char *
rua_messages_find (const RuaMessages *self, const char *context, const char *text)
{
  guint from = 0, to = self->n;

  /* That of the empty text is the catalogue's own header. */
  if (!*text)
    return NULL;
  while (from < to) {
    guint middle = from + (to - from) / 2;
    int order = compare (context, text, text_at (self, middle));

    if (order == 0) {
      const char *found = self->data + self->translations[2 * middle + 1];

      return *found ? found : NULL;
    }
    if (order < 0)
      to = middle;
    else
      from = middle + 1;
  }
  return NULL;
}

/* ---- the catalogues that the library carries ---- */

#ifdef RUA_HAVE_CATALOGUES
#include "rua-message-catalogues.h"

static RuaMessages *
load (const char *name)
{
  g_autofree char *path = g_strdup_printf ("/ruralalliance/messages/%s.mo", name);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_resource_lookup_data (rua_message_catalogues_get_resource (), path,
                                                     G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
  RuaMessages *messages = bytes ? rua_messages_new (bytes, &error) : NULL;

  if (!messages)
    g_error ("%s", error->message);
  return messages;
}

const RuaMessages *
rua_messages_of (const char *language)
{
  static gsize chinese = 0;

  if (!language || strcspn (language, "-_.@") != 2 || g_ascii_strncasecmp (language, "zh", 2) != 0)
    return NULL;
  if (g_once_init_enter (&chinese))
    g_once_init_leave (&chinese, (gsize)load ("zh_CN"));
  return (const RuaMessages *)chinese;
}
#else
const RuaMessages *
rua_messages_of (const char *language)
{
  return NULL;
}
#endif

/* ---- the language of a thread ---- */

static GPrivate current; /* const RuaMessages; NULL: English */

const RuaMessages *
rua_messages_use (const RuaMessages *messages)
{
  const RuaMessages *before = g_private_get (&current);

  if (messages != before)
    g_private_set (&current, (gpointer)messages);
  return before;
}

const RuaMessages *
rua_messages_get_used (void)
{
  return g_private_get (&current);
}

const char *
rua_messages_get_language (void)
{
  return g_private_get (&current) ? "zh" : NULL;
}

/**
 * rua_set_language:
 * @language: (nullable): a language tag, such as `zh` or `zh-Hans`, or the name of a locale, such as
 *   `zh_CN.UTF-8`; %NULL for English
 *
 * Chooses the language of what the library says to people in this thread from now on: reasons of verdicts,
 * findings, methods and warnings of results, explanations, reports. What was made before stays as it is; a
 * report that has a language of its own is told in that one. Errors, which programs read and people look up,
 * are in English always, and so are words that programs compare, such as verdicts and units.
 *
 * The locale of the process has no part in this, and is not changed.
 *
 * Returns: whether there is a catalogue of the language; without one, all is said in English
 *
 * Since: 1.0
 */
gboolean
rua_set_language (const char *language)
{
  const RuaMessages *messages = rua_messages_of (language);

  rua_messages_use (messages);
  return messages != NULL || !language
         || (strcspn (language, "-_.@") == 2 && g_ascii_strncasecmp (language, "en", 2) == 0);
}

/**
 * rua_get_language:
 *
 * Gets the language of what the library says to people in this thread.
 *
 * Returns: a language tag: `en`, unless [func@RuralAlliance.set_language] chose another
 *
 * Since: 1.0
 */
const char *
rua_get_language (void)
{
  const char *language = rua_messages_get_language ();

  return language ? language : "en";
}

/* ---- looking up ---- */

static const char *
find (const char *context, const char *text)
{
  const RuaMessages *messages = g_private_get (&current);

  return messages ? rua_messages_find (messages, context, text) : NULL;
}

const char *
rua_message (const char *text)
{
  const char *found = find (NULL, text);

  return found ? found : text;
}

const char *
rua_message_in (const char *context, const char *text)
{
  const char *found = find (context, text);

  return found ? found : text;
}

const char *
rua_message_plural (const char *one, const char *many, guint64 n)
{
  const char *found = find (NULL, one);

  return found ? found : n == 1 ? one : many;
}

const char *
rua_message_token (const char *token)
{
  const char *found = token ? find ("token", token) : NULL;

  return found ? found : token;
}
