/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-word-private.h"

#include <string.h>

typedef struct {
  gsize refs; /* under the mutex */
  char text[];
} Word;

static GMutex mutex;
static GHashTable *words; /* text -> Word */

static Word *
word_of (char *text)
{
  return (Word *) (gpointer) (text - G_STRUCT_OFFSET (Word, text));
}

static char *
share (const char *text)
{
  Word *word = g_hash_table_lookup (words, text);

  if (word == NULL) {
    gsize size = strlen (text) + 1;

    word = g_malloc (sizeof (Word) + size);
    word->refs = 0;
    memcpy (word->text, text, size);
    g_hash_table_insert (words, word->text, word);
  }
  word->refs++;
  return word->text;
}

static void
release (char *text)
{
  Word *word = word_of (text);

  if (--word->refs > 0)
    return;
  g_hash_table_remove (words, text);
  g_free (word);
}

static void
lock (void)
{
  g_mutex_lock (&mutex);
  if (words == NULL)
    words = g_hash_table_new (g_str_hash, g_str_equal);
}

char *
rua_word_share (const char *text)
{
  char *word;

  if (text == NULL)
    return NULL;
  lock ();
  word = share (text);
  g_mutex_unlock (&mutex);
  return word;
}

void
rua_word_release (char *word)
{
  if (word == NULL)
    return;
  g_mutex_lock (&mutex);
  release (word);
  g_mutex_unlock (&mutex);
}

char **
rua_words_share (const char *const *texts)
{
  guint n = g_strv_length ((char **) texts);
  char **shared = g_new (char *, n + 1);

  lock ();
  for (guint i = 0; i < n; i++)
    shared[i] = share (texts[i]);
  g_mutex_unlock (&mutex);
  shared[n] = NULL;
  return shared;
}

void
rua_words_release (char **shared)
{
  if (shared == NULL)
    return;
  g_mutex_lock (&mutex);
  for (guint i = 0; shared[i] != NULL; i++)
    release (shared[i]);
  g_mutex_unlock (&mutex);
  g_free (shared);
}
