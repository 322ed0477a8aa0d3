/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An exchange file that was damaged or forged on its way. */
#include "exchange-case.h"

#include <string.h>


/* ---- damage ---- */

static GBytes *
small_batch (RuaLog **hub)
{
  g_autoptr (RuaLog) station = NULL;

  case_set_up (hub, &station);
  case_edit (station, "h1", 3, "1.5");
  case_edit (station, "h1", 2, "\"\xe8\x8d\x89\"");
  return case_send (station, "hub");
}

static void
test_every_byte (void)
{
  g_autoptr (RuaLog) hub = NULL;
  g_autoptr (GBytes) good = small_batch (&hub);
  gsize size;
  const char *bytes = g_bytes_get_data (good, &size);
  const guint step = g_getenv ("RUA_SLOW_MACHINE") ? 37 : 1;

  for (gsize i = 0; i < size; i += step)
    for (guint bit = 0; bit < 8; bit++) {
      g_autofree char *bad = g_memdup2 (bytes, size);
      g_autoptr (GBytes) changed = NULL;

      bad[i] ^= (char) (1u << bit);
      changed = g_bytes_new_static (bad, size);
      case_refuse (hub, changed, "b.ruax:");
    }
  for (gsize i = 0; i < size; i += step) {
    g_autoptr (GBytes) shorter = g_bytes_new_from_bytes (good, 0, i);

    case_refuse (hub, shorter, "b.ruax:");
  }
  for (gsize i = 0; i < size; i += step) {
    g_autoptr (GString) more = g_string_new_len (bytes, (gssize) size);
    g_autoptr (GBytes) longer = NULL;

    g_string_insert_c (more, (gssize) i, more->str[i]);
    longer = g_bytes_new (more->str, more->len);
    case_refuse (hub, longer, "b.ruax:");
  }
  g_assert_true (case_take (hub, good, NULL, NULL, NULL));
}

static void
test_lines (void)
{
  g_autoptr (RuaLog) hub = NULL;
  g_autoptr (GBytes) good = small_batch (&hub);
  g_auto (GStrv) lines = g_strsplit (g_bytes_get_data (good, NULL), "\n", -1);
  guint n = g_strv_length (lines) - 1;

  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < n; j++) {
      /* Line i stands before line j, where it stood as well or not. */
      for (guint keep = 0; keep < 2; keep++) {
        g_autoptr (GString) out = g_string_new (NULL);
        g_autoptr (GBytes) bytes = NULL;

        for (guint k = 0; k < n; k++) {
          if (k == j)
            g_string_append_printf (out, "%s\n", lines[i]);
          if (k != i || keep)
            g_string_append_printf (out, "%s\n", lines[k]);
        }
        bytes = g_bytes_new (out->str, out->len);
        if (!g_bytes_equal (bytes, good))
          case_refuse (hub, bytes, "b.ruax:");
      }
    }
  for (guint i = 0; i < n; i++) {
    g_autoptr (GString) out = g_string_new (NULL);
    g_autoptr (GBytes) bytes = NULL;

    for (guint k = 0; k < n; k++)
      if (k != i)
        g_string_append_printf (out, "%s\n", lines[k]);
    bytes = g_bytes_new (out->str, out->len);
    case_refuse (hub, bytes, "b.ruax:");
  }
}

/* Whoever has the key can seal anything; that makes it no better. */
static void
test_forged (void)
{
  static const struct {
    guint line;
    const char *json;
    const char *expected;
  } cases[] = {
    { 2, "{\"fact\":\"gaopo.1\"}", "b.ruax:3: here the member \"clock\" has to stand" },
    { 2, "{\"fact\":\"gaopo.1\",\"clock\":-1}", "b.ruax:3: a count, clock or sequence is no whole number of at least 0" },
    { 2, "{\"fact\":\"gaopo.1\",\"clock\":1.5}", "b.ruax:3: a count, clock or sequence is no whole number of at least 0" },
    { 2, "{\"fact\":\"gaopo.01\",\"clock\":1}", "b.ruax:3: this is no name of a fact" },
    { 2, "{\"fact\":\"Gaopo.1\",\"clock\":1}", "b.ruax:3: this is no name of a fact" },
    { 2, "{\"fact\":\"gaopo.1\",\"clock\":1,\"kind\":\"\",\"key\":\"h1\",\"field\":\"f\"}", "it does not name a kind" },
    { 2, "{\"fact\":\"gaopo.1\",\"clock\":1,\"kind\":\"k\",\"key\":\"h1\",\"field\":\"\",\"value\":false}", "b.ruax:3: k: fact gaopo.1: it says of a record neither" },
    { 2, "{\"fact\":\"gaopo.1\",\"clock\":1,\"kind\":\"k\",\"key\":\"h1\",\"field\":\"f\",\"value\":null}", "b.ruax:3: a value that is unknown is left out" },
    { 2, "{\"fact\":\"gaopo.1\",\"clock\":1,\"kind\":\"k\",\"key\":\"h1\",\"field\":\"f\",\"value\":\"\\u0041\"}", "b.ruax:3: the line is not written in its canonical form" },
    { 2, "{\"fact\":\"gaopo.1\", \"clock\":1,\"kind\":\"k\",\"key\":\"h1\",\"field\":\"f\"}", "b.ruax:3: the line is not written in its canonical form" },
    { 2, "{\"fact\":\"gaopo.1\",\"clock\":1,\"kind\":\"k\",\"key\":\"h1\",\"field\":\"f\",\"parents\":[]}", "b.ruax:3: an empty list of parents is left out" },
    { 2, "{\"fact\":\"gaopo.1\",\"clock\":1,\"kind\":\"k\",\"key\":\"h1\",\"field\":\"f\",\"parents\":[\"gaopo.4\"]}", "it replaces a fact that its station made later" },
    { 2, "{\"fact\":\"gaopo.1\",\"clock\":1,\"kind\":\"k\",\"key\":\"h1\",\"field\":\"f\",\"more\":1}", "b.ruax:3:" },
    { 2, "{\"fact\":\"gaopo.1\",\"clock\":1,\"kind\":\"k\",\"key\":\"h1\",\"field\":\"f\",\"value\":[1,]}", "b.ruax:3:" },
    { 2, "{\"fact\":\"baojing.1\",\"clock\":1,\"kind\":\"k\",\"key\":\"h1\",\"field\":\"f\"}", "b.ruax:3: the header names no facts of 'baojing'" },
    { 2, "{\"fact\":\"gaopo.2\",\"clock\":1,\"kind\":\"k\",\"key\":\"h1\",\"field\":\"f\"}", "b.ruax:3: the change on the line before is not this fact's" },
    { 3, "{\"fact\":\"gaopo.3\",\"clock\":1,\"kind\":\"k\",\"key\":\"h1\",\"field\":\"f\"}", "b.ruax:4: the fact gaopo.3 stands where gaopo.2 is to come" },
    { 4, "{\"fact\":\"gaopo.9\",\"clock\":1,\"kind\":\"k\",\"key\":\"h1\",\"field\":\"f\"}", "b.ruax:5: the fact gaopo.9 is not among those that the header names" },
    { 1, "{\"change\":\"gaopo.1\",\"facts\":9,\"clock\":1}", "b.ruax:2: the change has facts that are not in this batch" },
    { 1, "{\"change\":\"gaopo.1\",\"facts\":0,\"clock\":1}", "b.ruax:2: a count, clock or sequence is no whole number of at least 1" },
    { 1, "{\"change\":\"gaopo.2\",\"facts\":1,\"clock\":1}", "b.ruax:3: the change on the line before is not this fact's" },
    { 1, "{\"change\":\"baojing.1\",\"facts\":1,\"clock\":1}", "b.ruax:2: the header names no facts of 'baojing'" },
    { 1, "{\"other\":\"gaopo.1\"}", "b.ruax:2: the line is neither a fact nor a change" },
    { 1, "[]", "b.ruax:2:" },
    { 1, "", "b.ruax:2:" },
    { 1, "{\"change\":\"gaopo.1\",\"facts\":3,\"clock\":1,\"title\":\"\\u0000\"}", "b.ruax:2:" },
    { 4, "{\"change\":\"gaopo.3\",\"facts\":1,\"clock\":1}", "b.ruax:5:" },
    { 2, "{\"fact\":\"gaopo.1\",\"clock\":1,\"kind\":\"k\",\"key\":\"h1\",\"field\":\"f\",\"erased\":false}", "b.ruax:3:" },
    { 2, "{\"fact\":\"gaopo.1\",\"clock\":1,\"kind\":\"k\",\"key\":\"h1\",\"field\":\"f\",\"erased\":true,\"value\":1}", "b.ruax:3:" },
    { 2, "{\"fact\":\"gaopo.1\",\"clock\":1,\"kind\":\"k\",\"key\":\"~!h1\",\"field\":\"f\"}", "it is not of a record that was erased, and its key says so" },
    { 2, "{\"fact\":\"gaopo.1\",\"clock\":1,\"kind\":\"k\",\"key\":\"~!h1\",\"field\":\"f\",\"erased\":true}", "it is not of a record that was erased, and its key says so" },
    { 2, "{\"fact\":\"gaopo.1\",\"clock\":1,\"kind\":\"k\",\"key\":\"~!00112233445566778899aabbccddeeff\",\"field\":\"f\",\"value\":1,\"erased\":true}",
      "it is not of a record that was erased, and its key says so" },
    { 1, "{\"change\":\"gaopo.1\",\"facts\":3,\"clock\":1,\"title\":\"T\",\"erased\":true}", "b.ruax:2: a change that is erased has a title" },
  };
  guint8 key[RUA_KEY_LENGTH];

  case_key ("gaopo", key);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaLog) hub = NULL;
    g_autoptr (GBytes) good = small_batch (&hub);
    g_autoptr (GPtrArray) lines = case_split (good);
    g_autoptr (GBytes) forged = NULL;

    g_free (lines->pdata[cases[i].line]);
    lines->pdata[cases[i].line] = g_strdup (cases[i].json);
    forged = case_join (lines, key, CASE_ZEROS);
    case_refuse (hub, forged, cases[i].expected);
  }
}

static void
test_forged_header (void)
{
  static const struct {
    const char *from, *to, *expected;
  } cases[] = {
    { "\"version\":1", "\"version\":2", "b.ruax:1: the exchange file is of version 2, this library knows version 1" },
    { "[0,5]", "[0,4]", "b.ruax:6: the change has facts that are not in this batch" },
    { "[0,5]", "[0,6]", "b.ruax:9: the facts gaopo.6 to gaopo.6 are not there" },
    { "[0,5]", "[5,0]", "b.ruax:1:" },
    { "{\"gaopo\":[0,5]}", "{\"baojing\":[0,5]}", "b.ruax:1: 'gaopo' does not send facts of 'gaopo' alone" },
    { "{\"gaopo\":[0,5]}", "{\"baojing\":[0,5],\"gaopo\":[0,5]}", "b.ruax:1: 'gaopo' does not send facts of 'gaopo' alone" },
    { "{\"gaopo\":[0,5]}", "{\"gaopo\":[0,5],\"baojing\":[0,5]}", "b.ruax:1: the stations of the header are no stations, or not in their order" },
    { "{\"gaopo\":[0,5]}", "{}", "b.ruax:1: 'gaopo' does not send facts of 'gaopo' alone" },
    { "\"batch\":1", "\"batch\":0", "b.ruax:1: a count, clock or sequence is no whole number of at least 1" },
    { "{\"gaopo\":5}", "{\"gaopo\":5},\"receipt\":{\"batch\":1,\"through\":1,\"hash\":\"" CASE_ZEROS "\"}", "b.ruax:1: only a hub gives receipts, and 'gaopo' is none" },
    { "\"previous\":\"0", "\"previous\":\"A", "b.ruax:1: a hash is not 64 hexadecimal digits" },
    { "\"previous\":\"0", "\"previous\":\"1", "what the sender wrote earlier is not what is here" },
    { "\"schema\":\"1.0\"", "\"schema\":\"1.0\",\"own_schema\":[]", "b.ruax:1:" },
    { "\"to\":\"hub\"", "\"to\":\"Hub\"", "b.ruax:1: a sender or receiver is no name of a station" },
    { "rural-alliance-exchange", "rural-alliance-exchanges", "b.ruax:1: this is no exchange file" },
  };
  guint8 key[RUA_KEY_LENGTH];

  case_key ("gaopo", key);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaLog) hub = NULL;
    g_autoptr (GBytes) good = small_batch (&hub);
    g_autoptr (GPtrArray) lines = case_split (good);
    g_autoptr (GString) header = g_string_new (lines->pdata[0]);
    g_autoptr (GBytes) forged = NULL;

    g_assert_cmpuint (g_string_replace (header, cases[i].from, cases[i].to, 1), ==, 1);
    g_free (lines->pdata[0]);
    lines->pdata[0] = g_strdup (header->str);
    forged = case_join (lines, key, strstr (cases[i].to, "\"1") && strstr (cases[i].from, "previous") ? "1000000000000000000000000000000000000000000000000000000000000000" : CASE_ZEROS);
    case_refuse (hub, forged, cases[i].expected);
  }
}

/* Every fault is told, with its line. */
static void
test_all_told (void)
{
  g_autoptr (RuaLog) hub = NULL;
  g_autoptr (GBytes) good = small_batch (&hub);
  g_autoptr (GPtrArray) lines = case_split (good);
  g_autoptr (GBytes) forged = NULL;
  g_autofree char *told = NULL;
  guint8 key[RUA_KEY_LENGTH];

  case_key ("gaopo", key);
  g_free (lines->pdata[2]);
  lines->pdata[2] = g_strdup ("{\"fact\":\"gaopo.1\",\"clock\":1,\"kind\":\"household\",\"key\":\"h1\",\"field\":\"\",\"value\":3}");
  g_free (lines->pdata[4]);
  lines->pdata[4] = g_strdup ("{\"fact\":\"gaopo.3\"}");
  key[0] ^= 1;
  forged = case_join (lines, key, CASE_ZEROS);
  g_assert_false (case_take (hub, forged, NULL, NULL, &told));
  g_assert_nonnull (strstr (told, "b.ruax:3: household: fact gaopo.1: "));
  g_assert_nonnull (strstr (told, "\nb.ruax:5: "));
  g_assert_nonnull (strstr (told, "\nb.ruax:9: the seal is not one made with the key of 'gaopo'"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/exchange/every-byte", test_every_byte);
  g_test_add_func ("/exchange/lines", test_lines);
  g_test_add_func ("/exchange/forged", test_forged);
  g_test_add_func ("/exchange/forged-header", test_forged_header);
  g_test_add_func ("/exchange/all-told", test_all_told);
  return g_test_run ();
}
