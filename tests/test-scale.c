/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cronbach's alpha: what it must be, what nobody can know, and what is no scale; values of R stand among the vectors. */
#include "estimate-ask.h"

#include <math.h>

#include "rua-random-private.h"

#define COLUMNS "{\"value\":\"v\",\"item\":\"i\",\"unit\":\"u\"}"

static RuaRandom source;

/* Whoever did not answer an item, or whose answer is unknown, is left out, and told of. */
static void
test_incomplete (void)
{
  static const char csv[] = "u,i,v\na,x,5\na,y,4\na,z,5\nb,x,1\nb,y,2\nb,z,1\nc,x,3\nc,y,3\nc,z,4\nd,x,2\nd,y,3\nd,z,\n"
                            "e,x,4\ne,y,2\ne,z,3\nf,x,1\n";
  g_autoptr (Answer) answer = ask ("cronbach_alpha", csv, COLUMNS, NULL);

  assert_value (answer, "n", 4);
  assert_value (answer, "n_items", 3);
  assert_value (answer, "n_incomplete", 2);
  /* Of R, as the formula stands. */
  assert_value (answer, "alpha", 0.90147783251231539);
  assert_value (answer, "ci_low", 0.34987206680231875);
  assert_value (answer, "ci_high", 0.99331360364508225);
  assert_value (answer, "alpha_without[x]", 0.85);
  assert_value (answer, "alpha_without[y]", 0.93939393939393945);
  assert_value (answer, "alpha_without[z]", 0.72222222222222232);
}

static void
test_unknown (void)
{
  const Known known[] = {
    { "cronbach_alpha", "u,i,v\n", COLUMNS, NULL, "alpha", NAN, "no records" },
    { "cronbach_alpha", "u,i,v\na,x,1\nb,x,2\n", COLUMNS, NULL, "alpha", NAN, "one item is no scale" },
    { "cronbach_alpha", "u,i,v\na,x,1\nb,y,2\n", COLUMNS, NULL, "alpha", NAN, "nobody answered every item" },
    { "cronbach_alpha", "u,i,v\na,x,1\na,y,2\n", COLUMNS, NULL, "alpha", NAN, "at least two records" },
    { "cronbach_alpha", "u,i,v\na,x,1\na,y,2\nb,x,2\nb,y,1\n", COLUMNS, NULL, "alpha", NAN, "do not vary" },
    /* All items say the same; two that contradict each other agree less than not at all. */
    { "cronbach_alpha", "u,i,v\na,x,1\na,y,2\nb,x,4\nb,y,5\n", COLUMNS, NULL, "alpha", 1, NULL },
    { "cronbach_alpha", "u,i,v\na,x,1\na,y,2\nb,x,4\nb,y,5\n", COLUMNS, NULL, "ci_low", NAN, "all items agree" },
    { "cronbach_alpha", "u,i,v\na,x,1\na,y,2\nb,x,4\nb,y,5\n", COLUMNS, NULL, "alpha_without[x]", NAN, "one item is no scale" },
    { "cronbach_alpha", "u,i,v\na,x,1\na,y,3\nb,x,2\nb,y,1\n", COLUMNS, NULL, "alpha", -8, NULL },
  };

  assert_known (known, G_N_ELEMENTS (known));
}

static void
test_refused (void)
{
  assert_refused (ask ("cronbach_alpha", "u,i,v\na,x,1\na,y,2\na,x,3\n", COLUMNS, NULL), "answered before", "x", NULL);
  assert_refused (ask ("cronbach_alpha", "u,i,v\na,x,1\na,x,3\nb,x,1\nb,y,1\n", COLUMNS, NULL), "answered before", NULL);
  assert_refused (ask ("cronbach_alpha", "u,i,v\na,x,often\n", COLUMNS, NULL), "often", NULL);
  assert_refused (ask ("cronbach_alpha", "u,i,v\na,x,1\n", "{\"value\":\"v\",\"item\":\"i\"}", NULL), "unit", NULL);
}

/* A scale of answers, each times @factor and @offset more, in the order that @by_item says. */
static GString *
write_scale (guint n, guint n_items, const int *answers, double factor, double offset, gboolean by_item)
{
  GString *csv = g_string_new ("u,i,v\n");

  for (guint k = 0; k < n * n_items; k++) {
    guint u = by_item ? k % n : k / n_items, item = by_item ? k / n : k % n_items;

    g_string_append_printf (csv, "p%u,q%u,%.17g\n", u, item, answers[u * n_items + item] * factor + offset);
  }
  return csv;
}

/* Neither the order, nor the unit, nor where it begins says anything. */
static void
test_relations (void)
{
  for (int round = 0; round < 50; round++) {
    guint n = 3 + rua_random_below (&source, 30), n_items = 2 + rua_random_below (&source, 6);
    g_autofree int *answers = g_new (int, n * n_items);

    for (guint u = 0; u < n; u++) {
      int trait = (int) rua_random_below (&source, 5);

      for (guint t = 0; t < n_items; t++)
        answers[u * n_items + t] = trait + (int) rua_random_below (&source, 4);
    }
    {
      g_autoptr (GString) one = NULL, other = NULL;
      g_autoptr (Answer) first = NULL, second = NULL;

      one = write_scale (n, n_items, answers, 1, 0, FALSE);
      other = write_scale (n, n_items, answers, 0.25, 1048576, TRUE);
      first = ask ("cronbach_alpha", one->str, COLUMNS, NULL);
      second = ask ("cronbach_alpha", other->str, COLUMNS, NULL);
      if (!has (first, "alpha") || isnan (get (first, "alpha")))
        continue;
      assert_close (get (second, "alpha"), get (first, "alpha"), 1e-9);
      if (isnan (get (first, "ci_low")))
        continue;
      assert_close (get (second, "ci_low"), get (first, "ci_low"), 1e-9);
      g_assert_cmpfloat (get (first, "ci_low"), <, get (first, "alpha"));
      g_assert_cmpfloat (get (first, "ci_high"), >, get (first, "alpha"));
      g_assert_cmpfloat (get (first, "ci_high"), <, 1);
    }
  }
}

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  ask_init ();
  rua_random_init (&source, (guint32) g_test_rand_int ());
  g_test_add_func ("/scale/incomplete", test_incomplete);
  g_test_add_func ("/scale/unknown", test_unknown);
  g_test_add_func ("/scale/refused", test_refused);
  g_test_add_func ("/scale/relations", test_relations);
  status = g_test_run ();
  ask_clear ();
  return status;
}
