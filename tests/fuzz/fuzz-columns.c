/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "columns-seal.h"

#include <string.h>

/* A columnar file, with its fingerprints put right, so that what lies behind them is reached, and once
 * as it is. Whatever it says, it is refused, or is an alliance whose every cell can be read, looked for,
 * changed and written. */

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) alliance = rua_columns_read (bytes, -1, "fuzz", NULL, NULL, &error);

  if ((alliance == NULL) != (error != NULL))
    g_error ("neither an alliance nor an error, or both");
  if (error != NULL && (error->domain != RUA_ERROR || !g_utf8_validate (error->message, -1, NULL)))
    g_error ("no error of ours: %s", error->message);
  if (alliance != NULL)
    columns_exercise (alliance);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree guint8 *sealed = g_memdup2 (data, size);

  check (data, size);
  if (size > 0 && columns_seal (sealed, size))
    check (sealed, size);
  return 0;
}
