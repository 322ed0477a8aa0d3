/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "power-disk.h"

G_BEGIN_DECLS

/* The SQLite VFS "power": the default one below it does the work, and @disk is told of it. It is the default
 * until power_vfs_remove(). What it does is hidden from power_disk_watch_calls(), so that both may be used. */
void power_vfs_install (PowerDisk *disk);
void power_vfs_remove (void);

G_END_DECLS
