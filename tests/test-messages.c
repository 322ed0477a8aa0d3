/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-error.h"
#include "rua-messages-private.h"
#include "rua-parallel-private.h"

#include <string.h>

/* ---- a catalogue of our own ---- */

#define HEADER 28

static void
put_number (GByteArray *out, guint offset, guint32 number)
{
  memcpy (out->data + offset, &number, sizeof number);
}

/* Pairs of a text and what it is in the other language, in the order of strcmp(). */
static GByteArray *
make (const char *const *pairs, guint n)
{
  GByteArray *out = g_byte_array_new ();

  g_byte_array_set_size (out, HEADER + 16 * n);
  memset (out->data, 0, out->len);
  put_number (out, 0, 0x950412DEu);
  put_number (out, 8, n);
  put_number (out, 12, HEADER);
  put_number (out, 16, HEADER + 8 * n);
  for (guint i = 0; i < 2 * n; i++) {
    guint entry = HEADER + (i % 2) * 8 * n + i / 2 * 8;

    put_number (out, entry, (guint32) strlen (pairs[i]));
    put_number (out, entry + 4, out->len);
    g_byte_array_append (out, (const guint8 *) pairs[i], (guint) strlen (pairs[i]) + 1);
  }
  return out;
}

static RuaMessages *
read_catalogue (GByteArray *data, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data->data, data->len);

  return rua_messages_new (bytes, error);
}

static const char *const small[] = {
  "", "Language: xx\n", "bare", "nackt", "may", "darf", "month\004May", "Mai", "nothing", "", "zeta", "Zett",
};

static void
test_small (void)
{
  g_autoptr (GByteArray) data = make (small, G_N_ELEMENTS (small) / 2);
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaMessages) messages = read_catalogue (data, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (rua_messages_get_n (messages), ==, 6);
  g_assert_cmpstr (rua_messages_find (messages, NULL, "bare"), ==, "nackt");
  g_assert_cmpstr (rua_messages_find (messages, NULL, "zeta"), ==, "Zett");
  g_assert_cmpstr (rua_messages_find (messages, NULL, "may"), ==, "darf");
  g_assert_cmpstr (rua_messages_find (messages, "month", "May"), ==, "Mai");
  /* A context is no part of the text, and the other way round. */
  g_assert_null (rua_messages_find (messages, "month", "may"));
  g_assert_null (rua_messages_find (messages, NULL, "May"));
  g_assert_null (rua_messages_find (messages, "mont", "May"));
  g_assert_null (rua_messages_find (messages, "months", "May"));
  g_assert_null (rua_messages_find (messages, "", "bare"));
  g_assert_null (rua_messages_find (messages, NULL, "bar"));
  g_assert_null (rua_messages_find (messages, NULL, "bare "));
  g_assert_null (rua_messages_find (messages, NULL, "zz"));
  /* What is empty is not translated; what stands for the empty text is the catalogue's header. */
  g_assert_null (rua_messages_find (messages, NULL, "nothing"));
  g_assert_null (rua_messages_find (messages, NULL, ""));
}

static void
test_empty (void)
{
  g_autoptr (GByteArray) data = make (NULL, 0);
  g_autoptr (RuaMessages) messages = read_catalogue (data, NULL);

  g_assert_cmpuint (rua_messages_get_n (messages), ==, 0);
  g_assert_null (rua_messages_find (messages, NULL, "bare"));
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Against GLib's hash table. */
static void
test_random (void)
{
  guint32 seed = (guint32) g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (guint trial = 0; trial < 50; trial++) {
    g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    guint n = (guint) g_rand_int_range (rand, 0, 200);
    g_autofree const char **pairs = NULL;
    g_autofree gpointer *keys = NULL;
    g_autoptr (GByteArray) data = NULL;
    g_autoptr (RuaMessages) messages = NULL;
    guint n_keys;

    for (guint i = 0; i < n; i++) {
      char *key = g_strdup_printf ("%s%c%c%s", g_rand_boolean (rand) ? "unit\004" : "", g_rand_int_range (rand, 'a', 'f'),
                                   g_rand_int_range (rand, 'a', 'z'), g_rand_boolean (rand) ? "é" : "");

      g_hash_table_replace (known, key, g_strdup_printf ("<%s>", key));
    }
    keys = g_hash_table_get_keys_as_array (known, &n_keys);
    qsort (keys, n_keys, sizeof *keys, compare_texts);
    pairs = g_new (const char *, 2 * n_keys + 1);
    for (guint i = 0; i < n_keys; i++) {
      pairs[2 * i] = keys[i];
      pairs[2 * i + 1] = g_hash_table_lookup (known, keys[i]);
    }
    data = make (pairs, n_keys);
    messages = read_catalogue (data, NULL);
    g_assert_nonnull (messages);
    for (guint i = 0; i < 300; i++) {
      gboolean in = g_rand_boolean (rand);
      g_autofree char *text = g_strdup_printf ("%c%c%s", g_rand_int_range (rand, 'a', 'g'), g_rand_int_range (rand, 'a', 'z'),
                                               g_rand_boolean (rand) ? "é" : "");
      g_autofree char *key = g_strconcat (in ? "unit\004" : "", text, NULL);

      g_assert_cmpstr (rua_messages_find (messages, in ? "unit" : NULL, text), ==, g_hash_table_lookup (known, key));
    }
  }
}

/* ---- damaged ones ---- */

static void
expect_refusal (GByteArray *data, const char *what)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaMessages) messages = read_catalogue (data, &error);

  g_assert_null (messages);
  g_assert_error (error, RUA_ERROR, RUA_ERROR_SYNTAX);
  if (!strstr (error->message, what))
    g_error ("“%s” does not say “%s”", error->message, what);
}

static void
test_refusals (void)
{
  guint n = G_N_ELEMENTS (small) / 2;
  static const char *const crooked[] = { "b", "2", "a", "1" }, *const twice[] = { "a", "1", "a", "2" };
  static const char *const broken[] = { "a", "\xFF\xFE" };
  const struct {
    guint offset;
    guint32 number;
    const char *what;
  } faults[] = {
    { 0, 0xDE120495u, "byte order" }, { 0, 7, "byte order" }, { 4, 1u << 16, "newer version" }, { 8, 100000, "beyond its end" },
    { 8, G_MAXUINT32, "beyond its end" }, { 12, 1 << 20, "beyond its end" }, { 16, G_MAXUINT32 - 3, "beyond its end" },
    { 12, 30, "crookedly" }, { HEADER, 1 << 20, "beyond its end" }, { HEADER + 4, G_MAXUINT32, "beyond its end" },
    { HEADER + 8, 2, "does not end" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    g_autoptr (GByteArray) data = make (small, n);

    put_number (data, faults[i].offset, faults[i].number);
    expect_refusal (data, faults[i].what);
  }
  {
    g_autoptr (GByteArray) data = make (crooked, 2), same = make (twice, 2), bytes = make (broken, 1);

    expect_refusal (data, "not in order");
    expect_refusal (same, "not in order");
    expect_refusal (bytes, "UTF-8");
  }
  for (guint length = 0; length < HEADER; length++) {
    g_autoptr (GByteArray) data = make (small, n);

    g_byte_array_set_size (data, length);
    expect_refusal (data, "cut off");
  }
}

/* Whatever a byte becomes, and wherever it is cut off, it is refused or read within its bounds. */
static void
test_damage (void)
{
  guint n = G_N_ELEMENTS (small) / 2;
  g_autoptr (GByteArray) whole = make (small, n);
  guint refused = 0;

  for (guint length = 0; length < whole->len; length++) {
    g_autoptr (GByteArray) data = make (small, n);

    g_byte_array_set_size (data, length);
    g_assert_null (read_catalogue (data, NULL));
  }
  for (guint at = 0; at < whole->len; at++)
    for (guint bit = 0; bit < 8; bit++) {
      g_autoptr (GByteArray) data = make (small, n);
      g_autoptr (RuaMessages) messages = NULL;

      data->data[at] ^= (guint8) (1u << bit);
      messages = read_catalogue (data, NULL);
      refused += messages == NULL;
      for (guint i = 0; messages && i < n; i++) {
        const char *found = rua_messages_find (messages, NULL, small[2 * i]);

        g_assert_true (!found || g_utf8_validate (found, -1, NULL));
      }
    }
  g_assert_cmpuint (refused, >, 100);
}

/* ---- the language of a thread ---- */

static void
test_names (void)
{
  static const char *const chinese[] = { "zh", "ZH", "zh-CN", "zh_CN.UTF-8", "zh-Hans", "zh-Hant", "zh-TW", "zh_HK@x" };
  static const char *const others[] = { "en", "en-GB", "fr", "zhx", "z", "", "C", "C.UTF-8", "de_DE.UTF-8", "cn" };

  for (guint i = 0; i < G_N_ELEMENTS (chinese); i++) {
    g_assert_nonnull (rua_messages_of (chinese[i]));
    g_assert_true (rua_messages_of (chinese[i]) == rua_messages_of ("zh"));
    g_assert_true (rua_set_language (chinese[i]));
    g_assert_cmpstr (rua_get_language (), ==, "zh");
  }
  for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
    g_assert_null (rua_messages_of (others[i]));
    g_assert_cmpint (rua_set_language (others[i]), ==, g_ascii_strncasecmp (others[i], "en", 2) == 0);
    g_assert_cmpstr (rua_get_language (), ==, "en");
  }
  g_assert_true (rua_set_language (NULL));
  g_assert_null (rua_messages_of (NULL));
}

static void
test_said (void)
{
  static const char *const own = "of no catalogue at all";

  g_assert_cmpstr (_("supported"), ==, "supported");
  g_assert_cmpstr (C_("kind", "household"), ==, "household");
  g_assert_cmpstr (rua_message_plural ("%u claim", "%u claims", 1), ==, "%u claim");
  g_assert_cmpstr (rua_message_plural ("%u claim", "%u claims", 0), ==, "%u claims");
  rua_set_language ("zh");
  g_assert_cmpstr (_("supported"), ==, "证据支持");
  g_assert_cmpstr (C_("kind", "household"), ==, "农户");
  g_assert_cmpstr (rua_message_token ("at_least"), ==, "至少");
  g_assert_cmpstr (rua_message_plural ("%u claim", "%u claims", 1), ==, "%u条论断");
  g_assert_cmpstr (rua_message_plural ("%u claim", "%u claims", 2), ==, "%u条论断");
  g_assert_true (_(own) == own);
  g_assert_true (rua_message_token (own) == own);
  g_assert_null (rua_message_token (NULL));
  g_assert_cmpstr (_(""), ==, "");
  rua_set_language (NULL);
  g_assert_cmpstr (_("supported"), ==, "supported");
}

static gpointer
say_elsewhere (gpointer data)
{
  g_autofree char *before = g_strdup (_("supported"));

  rua_set_language (data);
  return g_strconcat (before, " ", _("supported"), NULL);
}

/* One thread's language is not another's. */
static void
test_threads (void)
{
  g_autofree char *there = NULL;

  rua_set_language ("zh");
  there = g_thread_join (g_thread_new ("elsewhere", say_elsewhere, (gpointer) "en"));
  g_assert_cmpstr (there, ==, "supported supported");
  rua_set_language (NULL);
  g_free (there);
  there = g_thread_join (g_thread_new ("elsewhere", say_elsewhere, (gpointer) "zh"));
  g_assert_cmpstr (there, ==, "supported 证据支持");
  g_assert_cmpstr (_("supported"), ==, "supported");
}

static gboolean
count_chinese (guint task, gpointer data, GError **error)
{
  if (strcmp (_("supported"), "证据支持") == 0)
    g_atomic_int_inc ((gint *) data);
  g_usleep (100);
  return TRUE;
}

/* Those who help speak the language of the one whom they help, and the helped one goes on in it. */
static void
test_parallel (void)
{
  gint n = 0;

  rua_set_n_threads (4);
  rua_set_language ("zh");
  g_assert_true (rua_parallel_run (64, count_chinese, &n, NULL, NULL, NULL));
  g_assert_cmpint (n, ==, 64);
  g_assert_cmpstr (rua_get_language (), ==, "zh");
  rua_set_language (NULL);
  g_assert_true (rua_parallel_run (64, count_chinese, &n, NULL, NULL, NULL));
  g_assert_cmpint (n, ==, 64);
  rua_set_n_threads (0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/messages/small", test_small);
  g_test_add_func ("/messages/empty", test_empty);
  g_test_add_func ("/messages/random", test_random);
  g_test_add_func ("/messages/refusals", test_refusals);
  g_test_add_func ("/messages/damage", test_damage);
  /* Built without msgfmt, the library speaks English. */
  if (rua_messages_of ("zh")) {
    g_test_add_func ("/messages/names", test_names);
    g_test_add_func ("/messages/said", test_said);
    g_test_add_func ("/messages/threads", test_threads);
    g_test_add_func ("/messages/parallel", test_parallel);
  }
  return g_test_run ();
}
