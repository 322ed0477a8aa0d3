/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "power-vfs.h"

#include "file-calls.h"

#include <sqlite3.h>

typedef struct {
  sqlite3_file base;
  int node; /* of the disk, or -1 */
  char *folder; /* to be synced with the file, as SQLite does with a new journal; or NULL */
  sqlite3_file real[]; /* as long as the VFS below wants it */
} File;

static PowerDisk *disk;
static sqlite3_vfs vfs;

static sqlite3_vfs *
below (void)
{
  return vfs.pAppData;
}

/* What @call gives, unseen by file-calls.c. */
#define BLIND(call) \
  int result; \
  file_calls_set_blind (TRUE); \
  result = (call); \
  file_calls_set_blind (FALSE)

#define REAL(file) (((File *) (file))->real)

static int
file_close (sqlite3_file *file)
{
  BLIND (REAL (file)->pMethods->xClose (REAL (file)));
  g_clear_pointer (&((File *) file)->folder, g_free);
  return result;
}

static int
file_read (sqlite3_file *file, void *data, int n, sqlite3_int64 offset)
{
  return REAL (file)->pMethods->xRead (REAL (file), data, n, offset);
}

static int
file_write (sqlite3_file *file, const void *data, int n, sqlite3_int64 offset)
{
  BLIND (REAL (file)->pMethods->xWrite (REAL (file), data, n, offset));
  if (result == SQLITE_OK)
    power_disk_write (disk, ((File *) file)->node, data, (gsize) n, offset);
  return result;
}

static int
file_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  BLIND (REAL (file)->pMethods->xTruncate (REAL (file), size));
  if (result == SQLITE_OK)
    power_disk_truncate (disk, ((File *) file)->node, size);
  return result;
}

static int
file_sync (sqlite3_file *file, int flags)
{
  File *self = (File *) file;
  BLIND (self->real->pMethods->xSync (self->real, flags));

  if (result != SQLITE_OK)
    return result;
  power_disk_sync (disk, self->node);
  if (self->folder != NULL)
    power_disk_sync_folder (disk, self->folder);
  g_clear_pointer (&self->folder, g_free);
  return result;
}

static int
file_size (sqlite3_file *file, sqlite3_int64 *size)
{
  return REAL (file)->pMethods->xFileSize (REAL (file), size);
}

static int
file_lock (sqlite3_file *file, int type)
{
  return REAL (file)->pMethods->xLock (REAL (file), type);
}

static int
file_unlock (sqlite3_file *file, int type)
{
  return REAL (file)->pMethods->xUnlock (REAL (file), type);
}

static int
file_check_lock (sqlite3_file *file, int *out)
{
  return REAL (file)->pMethods->xCheckReservedLock (REAL (file), out);
}

static int
file_control (sqlite3_file *file, int op, void *argument)
{
  BLIND (REAL (file)->pMethods->xFileControl (REAL (file), op, argument));
  return result;
}

static int
file_sector_size (sqlite3_file *file)
{
  return POWER_SECTOR;
}

static int
file_characteristics (sqlite3_file *file)
{
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int
file_shm_map (sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
  BLIND (REAL (file)->pMethods->xShmMap (REAL (file), page, size, extend, out));
  return result;
}

static int
file_shm_lock (sqlite3_file *file, int offset, int n, int flags)
{
  return REAL (file)->pMethods->xShmLock (REAL (file), offset, n, flags);
}

static void
file_shm_barrier (sqlite3_file *file)
{
  REAL (file)->pMethods->xShmBarrier (REAL (file));
}

static int
file_shm_unmap (sqlite3_file *file, int delete)
{
  BLIND (REAL (file)->pMethods->xShmUnmap (REAL (file), delete));
  return result;
}

/* The second version: without the third's memory mapping, whose writes nobody would see. */
static const sqlite3_io_methods methods = {
  2, file_close, file_read, file_write, file_truncate, file_sync, file_size, file_lock, file_unlock, file_check_lock,
  file_control, file_sector_size, file_characteristics, file_shm_map, file_shm_lock, file_shm_barrier, file_shm_unmap,
};

static int
vfs_open (sqlite3_vfs *self, sqlite3_filename name, sqlite3_file *file, int flags, int *out_flags)
{
  File *opened = (File *) file;
  gboolean was_there = name != NULL && g_file_test (name, G_FILE_TEST_EXISTS);
  BLIND (below ()->xOpen (below (), name, opened->real, flags, out_flags));

  opened->base.pMethods = NULL;
  opened->node = -1;
  opened->folder = NULL;
  if (opened->real->pMethods == NULL)
    return result;
  opened->base.pMethods = &methods;
  if (result != SQLITE_OK || name == NULL || (flags & SQLITE_OPEN_DELETEONCLOSE))
    return result;
  opened->node = power_disk_open (disk, name, FALSE);
  if (!was_there && (flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL)))
    opened->folder = g_path_get_dirname (name);
  return result;
}

static int
vfs_delete (sqlite3_vfs *self, const char *name, int sync_folder)
{
  BLIND (below ()->xDelete (below (), name, sync_folder));

  if (result == SQLITE_OK) {
    power_disk_unlink (disk, name);
    if (sync_folder) {
      g_autofree char *folder = g_path_get_dirname (name);
      power_disk_sync_folder (disk, folder);
    }
  }
  return result;
}

static int
vfs_access (sqlite3_vfs *self, const char *name, int flags, int *out)
{
  return below ()->xAccess (below (), name, flags, out);
}

static int
vfs_full_path (sqlite3_vfs *self, const char *name, int n, char *out)
{
  return below ()->xFullPathname (below (), name, n, out);
}

static int
vfs_randomness (sqlite3_vfs *self, int n, char *out)
{
  return below ()->xRandomness (below (), n, out);
}

static int
vfs_sleep (sqlite3_vfs *self, int microseconds)
{
  return below ()->xSleep (below (), microseconds);
}

static int
vfs_time (sqlite3_vfs *self, double *out)
{
  return below ()->xCurrentTime (below (), out);
}

static int
vfs_last_error (sqlite3_vfs *self, int n, char *out)
{
  return below ()->xGetLastError (below (), n, out);
}

static int
vfs_time_64 (sqlite3_vfs *self, sqlite3_int64 *out)
{
  return below ()->xCurrentTimeInt64 (below (), out);
}

void
power_vfs_install (PowerDisk *told)
{
  sqlite3_vfs *real = sqlite3_vfs_find (NULL);

  g_assert_null (disk);
  disk = told;
  vfs = (sqlite3_vfs) {
    .iVersion = 2,
    .szOsFile = (int) sizeof (File) + real->szOsFile,
    .mxPathname = real->mxPathname,
    .zName = "power",
    .pAppData = real,
    .xOpen = vfs_open,
    .xDelete = vfs_delete,
    .xAccess = vfs_access,
    .xFullPathname = vfs_full_path,
    .xRandomness = vfs_randomness,
    .xSleep = vfs_sleep,
    .xCurrentTime = vfs_time,
    .xGetLastError = vfs_last_error,
    .xCurrentTimeInt64 = vfs_time_64,
  };
  g_assert_cmpint (sqlite3_vfs_register (&vfs, TRUE), ==, SQLITE_OK);
}

void
power_vfs_remove (void)
{
  g_assert_nonnull (disk);
  sqlite3_vfs_unregister (&vfs);
  sqlite3_vfs_register (vfs.pAppData, TRUE);
  disk = NULL;
}
