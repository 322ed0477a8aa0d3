/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance-private.h"
#include "rua-store.h"

G_BEGIN_DECLS

/* What the tests of faults share: the stores, versions of an alliance that tell each other apart, folders to
 * be filled and removed, and how often to try. */

typedef struct {
  const char *words; /* "json" */
  const char *name;  /* of the file or folder to save to */
} FaultStore;

extern const FaultStore fault_stores[];
extern const guint fault_n_stores;

/* Takes `--trials=N` out of the arguments: how often a test of N trials is tried; 0 without. */
void fault_take_arguments (int *argc, char *argv[]);
guint fault_trials (guint otherwise);

char *fault_make_folder (void);
void fault_remove (const char *path);
guint fault_count_files (const char *folder);
/* All below @folder: names, types and bytes. */
char *fault_describe (const char *folder);

/* Of @n_rows households and as many incomes, @version in every one. */
RuaAlliance *fault_alliance (guint version, guint n_rows);
/* The same, out of one alliance that is there and changes to it that are few. */
void fault_edit (RuaAlliance *alliance, guint version);
char *fault_document (RuaAlliance *alliance);

G_END_DECLS
