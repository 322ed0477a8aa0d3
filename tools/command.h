/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>
#include <ruralalliance.h>

/* What the verbs share: options, opening, printing, refusing. Results go to standard output, all
 * else to standard error. */

enum {
  STATUS_DONE = 0,
  STATUS_SEE_TO = 1, /* done, and there is something to see to */
  STATUS_FAILED = 2, /* could not be done */
};

typedef struct {
  const char *name;
  const char *arguments;   /* as --help shows them */
  const char *summary;     /* one line for the list of verbs */
  const char *description; /* what --help says below the options */
  int (*run) (int argc, char **argv);
} Verb;

extern const Verb verb_report, verb_check, verb_measure, verb_estimate, verb_explain, verb_convert, verb_import, verb_export, verb_validate, verb_schema, verb_erase, verb_exports, verb_merge, verb_enroll, verb_send, verb_conflicts, verb_clear;

/* Takes the options out of @argv and leaves the verb's name and at least @least, at most @most
 * arguments. FALSE: @status is what to end with, and whatever had to be said was said. */
gboolean command_parse (const Verb *verb, const GOptionEntry *entries, int *argc, char ***argv, int least, int most, int *status);
/* @format of @choices (ended by NULL), the first where none was asked for; NULL after complaining. */
const char *command_choose (const Verb *verb, const char *option, const char *value, const char *const *choices);

/* The place @file, under the limits of --limits; with @stranger read with all care, and not written. */
RuaStore *command_open_store (const char *file, gboolean stranger, GError **error);
/* The alliance kept in it, "-" for standard input. */
RuaAlliance *command_open (const char *file, GError **error);
RuaAlliance *command_load (RuaStore *store, GError **error);
/* Fractions of @progress on a terminal, until the next command_progress(). */
RuaProgress *command_progress_of (const char *what);
/* Every verb that reads a place has the option --limits. */
const char *command_get_limits (void);
GBytes *command_read (const char *file, GError **error);

/* One line on standard error; returns STATUS_FAILED. */
int command_fail (const Verb *verb, const GError *error);
int command_refuse (const Verb *verb, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Without line ends and other controls that the text of a document may hold. */
char *command_one_line (const char *message);

/* A member of the object that is being made; null where @text is NULL. */
void command_put_member (JsonBuilder *out, const char *name, const char *text);

/* To @output, or to standard output when that is NULL or "-". A file that is there is written over
 * only with @force. */
gboolean command_write (const char *output, gboolean force, const char *text, gssize length, GError **error);
/* STATUS_FAILED when what was printed did not reach its reader. */
int command_finish (const Verb *verb, int status);

/* On a terminal only; the next one takes its place, NULL takes it away. */
void command_progress (const char *what);
guint command_get_width (void);
gboolean command_has_colour (void);
