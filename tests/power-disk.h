/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-random-private.h"

G_BEGIN_DECLS

/* A record of all that was done to the files of a folder, in order, from which can be made what would
 * be on the disk had the power failed after any of it.
 *
 * What was synced is there. Of what was not, each sector of each write, each truncation and each change of a
 * name is there or not, whatever came before or after it: writes are lost, torn and reordered, names stay
 * away or stay on. Sectors that were being written may hold anything. What no write touched is never
 * harmed, which is what SQLite, too, takes for granted ("powersafe overwrite"). */
typedef struct _PowerDisk PowerDisk;

#define POWER_SECTOR 512

/* @folder is on the disk as it is now. */
PowerDisk *power_disk_new (const char *folder);
void power_disk_free (PowerDisk *self);

/* Files by number; the same file may come to have another name. Negative where it is not below the folder. */
int power_disk_open (PowerDisk *self, const char *path, gboolean truncate);
void power_disk_write (PowerDisk *self, int file, gconstpointer data, gsize length, gint64 offset);
void power_disk_truncate (PowerDisk *self, int file, gint64 length);
void power_disk_sync (PowerDisk *self, int file);
/* What was done to names in the folder @path. */
void power_disk_sync_folder (PowerDisk *self, const char *path);
void power_disk_make_folder (PowerDisk *self, const char *path);
void power_disk_rename (PowerDisk *self, const char *from, const char *to);
/* Two names are exchanged at once. */
void power_disk_exchange (PowerDisk *self, const char *one, const char *other);
void power_disk_link (PowerDisk *self, const char *from, const char *to);
void power_disk_unlink (PowerDisk *self, const char *path);

/* What the program was told is safe, from here on: @version. */
void power_disk_acknowledge (PowerDisk *self, guint version);

guint power_disk_get_n_steps (PowerDisk *self);
/* The last version acknowledged in the first @n_steps; 0 when none was. */
guint power_disk_get_acknowledged (PowerDisk *self, guint n_steps);
/* The power fails after @n_steps: what is on the disk then is put into @folder, which is made. */
void power_disk_fail (PowerDisk *self, guint n_steps, RuaRandom *random, const char *folder);

/* Everything that this process does below the folder by the C library's calls goes to @self from now on, until
 * file_calls_forget(). Needs file-calls.c. */
void power_disk_watch_calls (PowerDisk *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PowerDisk, power_disk_free)

G_END_DECLS
