/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* duckdb THREADS DATABASE|:memory: [FILE.sql | @TIMES FILE.sql]...: runs SQL, statement by statement, in one
 * process. In the SQL $D, $OUT and $DB stand for the environment's. Each pass over a file prints
 * "pass SECONDS". With READ_ONLY=1 the database is opened for reading alone.
 *
 * The package of npm that brings libduckdb.so has no header: what is used of DuckDB's C API is declared here. */

typedef void *duckdb_database, *duckdb_connection, *duckdb_config;
typedef struct {
  uint64_t counts[3];
  void *columns;
  char *message;
  void *internal;
} duckdb_result;

int duckdb_create_config (duckdb_config *config);
int duckdb_set_config (duckdb_config config, const char *name, const char *value);
int
duckdb_open_ext (const char *path, duckdb_database *database, duckdb_config config, char **error);
int duckdb_connect (duckdb_database database, duckdb_connection *connection);
int duckdb_query (duckdb_connection connection, const char *sql, duckdb_result *result);
const char *duckdb_result_error (duckdb_result *result);
void duckdb_destroy_result (duckdb_result *result);
void duckdb_disconnect (duckdb_connection *connection);
void duckdb_close (duckdb_database *database);

static void
fail (const char *what, const char *why)
{
  fprintf (stderr, "duckdb: %s: %s\n", what, why != NULL ? why : "failed");
  exit (2);
}

static double
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + time.tv_nsec * 1e-9;
}

static char *
read_file (const char *path)
{
  FILE *file = fopen (path, "rb");
  char *text = calloc (1, 1 << 20);
  size_t n;

  if (file == NULL)
    fail (path, strerror (errno));
  n = fread (text, 1, (1 << 20) - 1, file);
  if (ferror (file) || n == (1 << 20) - 1)
    fail (path, "cannot be read");
  fclose (file);
  return text;
}

static char *
fill_in (const char *sql)
{
  static const char *const names[] = { "OUT", "DB", "D" };
  char *out = malloc (1 << 21);
  size_t n = 0;

  while (*sql != '\0') {
    const char *value = NULL;
    size_t length = 0;

    for (int i = 0; i < 3 && *sql == '$' && value == NULL; i++)
      if (strncmp (sql + 1, names[i], strlen (names[i])) == 0) {
        length = strlen (names[i]) + 1;
        value = getenv (names[i]);
        if (value == NULL)
          fail (names[i], "is not set");
      }
    if (value != NULL) {
      n += (size_t)sprintf (out + n, "%s", value);
      sql += length;
    } else {
      out[n++] = *sql++;
    }
  }
  out[n] = '\0';
  return out;
}

static void
run (duckdb_connection connection, const char *sql)
{
  char *copy = strdup (sql), *rest = NULL;

  for (char *statement = strtok_r (copy, ";", &rest); statement != NULL;
       statement = strtok_r (NULL, ";", &rest)) {
    duckdb_result result;

    if (statement[strspn (statement, " \n")] == '\0')
      continue;
    if (duckdb_query (connection, statement, &result) != 0)
      fail (statement, duckdb_result_error (&result));
    duckdb_destroy_result (&result);
  }
  free (copy);
}

int
main (int argc, char **argv)
{
  duckdb_config config;
  duckdb_database database;
  duckdb_connection connection;
  char *error = NULL;

  if (argc < 4) {
    fprintf (stderr, "usage: duckdb THREADS DATABASE|:memory: [@TIMES] FILE.sql...\n");
    return 2;
  }
  duckdb_create_config (&config);
  duckdb_set_config (config, "threads", argv[1]);
  if (getenv ("READ_ONLY") != NULL)
    duckdb_set_config (config, "access_mode", "READ_ONLY");
  if (duckdb_open_ext (strcmp (argv[2], ":memory:") != 0 ? argv[2] : NULL, &database, config,
                       &error)
      != 0)
    fail (argv[2], error);
  duckdb_connect (database, &connection);
  for (int i = 3; i < argc; i++) {
    int times = 1;
    char *text, *sql;

    if (argv[i][0] == '@' && i + 1 < argc)
      times = atoi (argv[i++] + 1);
    text = read_file (argv[i]);
    sql = fill_in (text);
    for (int k = 0; k < times; k++) {
      double start = now ();

      run (connection, sql);
      printf ("pass %.4f\n", now () - start);
    }
    free (sql);
    free (text);
  }
  fflush (stdout);
  /* A database that was written has to be closed; one that was read is simply left. */
  if (getenv ("READ_ONLY") == NULL && strcmp (argv[2], ":memory:") != 0) {
    duckdb_disconnect (&connection);
    duckdb_close (&database);
  }
  _Exit (0);
}
