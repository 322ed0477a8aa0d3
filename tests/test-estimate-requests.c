/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The envelope of a request: null and odd members, files, filters, and what is said of them. */
#include <glib/gstdio.h>
#include <string.h>

#include "rua-estimate.h"

#define TABLE "x,f,place,near\n1,true,hill,0\n2,false,river,1\n4,true,hill,1\n,true,hill,2.5\n"

static char *folder, *path;

typedef struct {
  const char *request; /* %s: the file's absolute path */
  gboolean refused;
  const char *says[3];
} Case;

static const Case cases[] = {
  /* What is null is not given. */
  { "{\"metric\":\"mean\",\"data\":\"t.csv\",\"columns\":{\"value\":\"x\"},\"options\":null,\"where\":null,\"nodes\":null}", FALSE, { "\"n\":3", "\"role\":\"value\"" } },
  { "{\"metric\":\"growth\",\"data\":null,\"columns\":null,\"options\":{\"start\":2,\"end\":3}}", FALSE, { "\"ratio\":1.5" } },
  { "{\"metric\":\"mean\",\"data\":null,\"columns\":{\"value\":\"x\"}}", TRUE, { "names no file", "\\\"data\\\"" } },
  { "{\"metric\":null}", TRUE, { "names no \\\"metric\\\"" } },
  { "{}", TRUE, { "names no \\\"metric\\\"" } },
  { "{\"metric\":7}", TRUE, { "names no \\\"metric\\\"" } },
  { "{\"metric\":\"maen\"}", TRUE, { "no metric \\\"maen\\\"", "geometric_mean" } },
  { "[]", TRUE, { "a request is a JSON object" } },
  { "7", TRUE, { "a request is a JSON object" } },
  { "null", TRUE, { "a request is a JSON object" } },
  { "{\"metric\":", TRUE, { "refused" } },
  { "", TRUE, { "refused" } },
  { "{\"metric\":\"mean\",\"metric\":\"count\"}", TRUE, { "metric" } },
  { "{\"metric\":\"mean\",\"options\":[]}", TRUE, { "are objects" } },
  { "{\"metric\":\"mean\",\"where\":[]}", TRUE, { "are objects" } },
  { "{\"metric\":\"mean\",\"where\":\"x = 1\"}", TRUE, { "are objects" } },
  { "{\"metric\":\"mean\",\"columns\":[]}", TRUE, { "\\\"columns\\\" is not an object" } },

  /* Files. */
  { "{\"metric\":\"mean\",\"data\":\"%s\",\"columns\":{\"value\":\"x\"}}", FALSE, { "\"n\":3" } },
  { "{\"metric\":\"mean\",\"data\":7,\"columns\":{\"value\":\"x\"}}", TRUE, { "not the name of a CSV file", "data" } },
  { "{\"metric\":\"mean\",\"data\":\"no.csv\",\"columns\":{\"value\":\"x\"}}", TRUE, { "\\\"data\\\"", "no.csv" } },
  { "{\"metric\":\"brokerage\",\"data\":\"t.csv\",\"nodes\":\"no.csv\",\"columns\":{\"from\":\"x\",\"to\":\"x\",\"node\":\"x\",\"group\":\"x\"}}", TRUE, { "\\\"nodes\\\"", "no.csv" } },
  { "{\"metric\":\"brokerage\",\"data\":\"t.csv\",\"nodes\":false,\"columns\":{}}", TRUE, { "not the name of a CSV file", "nodes" } },
  { "{\"metric\":\"brokerage\",\"data\":\"t.csv\",\"columns\":{\"from\":\"x\",\"to\":\"x\",\"node\":\"x\",\"group\":\"x\"}}", TRUE, { "names no file", "\\\"nodes\\\"" } },
  { "{\"metric\":\"mean\",\"data\":\"t.csv\",\"columns\":{\"value\":\"y\"}}", TRUE, { "\\\"y\\\"" } },

  /* Filters: a text, one of a list, a truth, a number as it is written; all of them at once. */
  { "{\"metric\":\"count\",\"data\":\"t.csv\",\"where\":{\"place\":\"hill\"}}", FALSE, { "\"n_total\":3" } },
  { "{\"metric\":\"count\",\"data\":\"t.csv\",\"where\":{\"place\":[\"hill\",\"river\"]}}", FALSE, { "\"n_total\":4" } },
  { "{\"metric\":\"count\",\"data\":\"t.csv\",\"where\":{\"place\":[]}}", FALSE, { "\"n_total\":0" } },
  { "{\"metric\":\"count\",\"data\":\"t.csv\",\"where\":{\"f\":true}}", FALSE, { "\"n_total\":3" } },
  { "{\"metric\":\"count\",\"data\":\"t.csv\",\"where\":{\"f\":[false]}}", FALSE, { "\"n_total\":1" } },
  { "{\"metric\":\"count\",\"data\":\"t.csv\",\"where\":{\"f\":[false,true]}}", FALSE, { "\"n_total\":4" } },
  { "{\"metric\":\"count\",\"data\":\"t.csv\",\"where\":{\"near\":1}}", FALSE, { "\"n_total\":2" } },
  { "{\"metric\":\"count\",\"data\":\"t.csv\",\"where\":{\"near\":[0,2.5]}}", FALSE, { "\"n_total\":2" } },
  { "{\"metric\":\"count\",\"data\":\"t.csv\",\"where\":{\"near\":1,\"place\":\"hill\"}}", FALSE, { "\"n_total\":1" } },
  { "{\"metric\":\"count\",\"data\":\"t.csv\",\"where\":{\"nowhere\":1}}", TRUE, { "\\\"nowhere\\\"" } },
  { "{\"metric\":\"count\",\"where\":{\"place\":\"hill\"}}", TRUE, { "names no file", "\\\"place\\\"" } },
  { "{\"metric\":\"mean\",\"data\":\"t.csv\",\"columns\":{\"value\":\"x\"},\"where\":{\"place\":\"hill\"}}", FALSE, { "\"mean\":2.5", "\"n\":2" } },
  /* The line of the file, whatever was left out before it. */
  { "{\"metric\":\"proportion\",\"data\":\"t.csv\",\"columns\":{\"value\":\"near\"},\"where\":{\"place\":\"hill\"}}", TRUE, { "line 5", "\\\"near\\\"" } },
  { "{\"metric\":\"mean\",\"data\":\"t.csv\",\"columns\":{\"value\":\"place\"},\"where\":{\"place\":\"river\"}}", TRUE, { "line 3", "\\\"place\\\"" } },

  /* A part of a survey, told by the texts of a column; with a filter besides. */
  { "{\"metric\":\"survey_estimate\",\"data\":\"t.csv\",\"columns\":{\"value\":\"near\"},\"options\":{\"statistic\":\"total\",\"domain\":{\"column\":\"f\",\"values\":[true]}}}", FALSE, { "\"estimate\":3.5" } },
  { "{\"metric\":\"survey_estimate\",\"data\":\"t.csv\",\"columns\":{\"value\":\"near\"},\"options\":{\"statistic\":\"total\",\"domain\":{\"column\":\"place\",\"values\":[\"river\"]}},\"where\":{\"near\":[1,2.5]}}", FALSE, { "\"estimate\":1" } },
  { "{\"metric\":\"survey_estimate\",\"data\":\"t.csv\",\"columns\":{\"value\":\"near\"},\"options\":{\"statistic\":\"total\",\"domain\":{\"column\":\"f\",\"values\":true}}}", TRUE, { "\\\"domain\\\" is not", "values" } },
  { "{\"metric\":\"survey_estimate\",\"data\":\"t.csv\",\"columns\":{\"value\":\"near\"},\"options\":{\"statistic\":\"total\",\"domain\":{\"column\":\"f\",\"values\":[],\"more\":1}}}", TRUE, { "\\\"domain\\\" is not" } },
  { "{\"metric\":\"survey_estimate\",\"data\":\"t.csv\",\"columns\":{\"value\":\"near\"},\"options\":{\"statistic\":\"total\",\"domain\":{\"kolumn\":\"f\",\"values\":[]}}}", TRUE, { "\\\"domain\\\"" } },
  { "{\"metric\":\"survey_estimate\",\"data\":\"t.csv\",\"columns\":{\"value\":\"near\",\"psu\":[\"place\",7]},\"options\":{\"statistic\":\"total\"}}", TRUE, { "\\\"psu\\\"", "name of a column" } },
  { "{\"metric\":\"survey_estimate\",\"data\":\"t.csv\",\"columns\":{\"value\":\"near\",\"psu\":[\"place\",null]},\"options\":{\"statistic\":\"total\"}}", TRUE, { "\\\"psu\\\"", "name of a column" } },
  { "{\"metric\":\"growth\",\"columns\":{\"value\":\"x\"},\"options\":{\"start\":2,\"end\":3}}", TRUE, { "no role \\\"value\\\"", "none" } },
  /* A whole number of more digits than 64 bits have. */
  { "{\"metric\":\"growth\",\"options\":{\"start\":100000000000000000000,\"end\":200000000000000000000}}", FALSE, { "\"ratio\":2" } },
};

static void
test_requests (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint asked = 0; asked < 2; asked++) {
      g_auto (GStrv) parts = g_strsplit (cases[i].request, "%s", 2);
      g_autofree char *request = g_strjoinv (path, parts);
      g_autofree char *answer = NULL;
      g_autoptr (GError) error = NULL;
      gboolean refused = 7;

      answer = rua_estimate_request (request, folder, asked ? &refused : NULL, NULL, &error);
      g_assert_no_error (error);
      if (asked)
        g_assert_cmpint (refused, ==, cases[i].refused);
      if (g_str_has_prefix (answer, "{\"status\":\"refused\",\"message\":\"") != cases[i].refused)
        g_error ("%s: %s", request, answer);
      for (guint k = 0; k < G_N_ELEMENTS (cases[i].says) && cases[i].says[k] != NULL; k++)
        if (strstr (answer, cases[i].says[k]) == NULL)
          g_error ("%s: %s does not say %s", request, answer, cases[i].says[k]);
      /* No number beside a refusal. */
      g_assert_cmpint (strstr (answer, "\"values\":{") == NULL, ==, cases[i].refused);
    }
}

int
main (int argc, char **argv)
{
  GError *error = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("rua-requests-XXXXXX", &error);
  g_assert_no_error (error);
  path = g_build_filename (folder, "t.csv", NULL);
  g_assert_true (g_file_set_contents (path, TABLE, -1, &error));
  g_test_add_func ("/estimate-requests/envelope", test_requests);
  status = g_test_run ();
  g_unlink (path);
  g_rmdir (folder);
  g_free (path);
  g_free (folder);
  return status;
}
