/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What this process, and the libraries in it, ask the system to do to files below one folder. A test
 * that is linked with file-calls.c sees each call before it is made, and may let it fail; it sees it
 * after it was made, too. Calls that the C library makes inside itself (fwrite, say) pass unseen. */

typedef enum {
  FILE_CALL_OPEN,
  FILE_CALL_WRITE,
  FILE_CALL_TRUNCATE,
  FILE_CALL_SYNC,
  FILE_CALL_CLOSE,
  FILE_CALL_RENAME,
  FILE_CALL_LINK,
  FILE_CALL_UNLINK, /* of a folder, too */
  FILE_CALL_MKDIR,
  FILE_CALL_CHMOD, /* of the owner, too */
} FileCallType;

#define FILE_CALL_N_TYPES (FILE_CALL_CHMOD + 1)

typedef struct {
  FileCallType type;
  int fd;           /* -1 where there is none */
  const char *path; /* of the file, as it is now */
  const char *to;   /* RENAME, LINK */
  gconstpointer data;
  gsize length; /* WRITE; TRUNCATE: the new size */
  gint64 offset; /* WRITE */
  int flags;     /* OPEN; RENAME: as of renameat2() */
} FileCall;

/* 0 to go on, or the errno with which the call fails. Of a WRITE @length may be made shorter: then
 * fewer bytes are written, and the caller is told so. */
typedef int (*FileCallBefore) (FileCall *call, gpointer data);
/* @result: what the call gave, never an error. */
typedef void (*FileCallAfter) (const FileCall *call, gssize result, gpointer data);

/* From now on, what is done below @folder (an absolute path), until file_calls_forget(). */
void file_calls_watch (const char *folder, FileCallBefore before, FileCallAfter after, gpointer data);
void file_calls_forget (void);
/* Whether this thread's calls go unseen for now: of what tells about itself in another way. */
void file_calls_set_blind (gboolean blind);
const char *file_call_type_to_string (FileCallType type);

G_END_DECLS
