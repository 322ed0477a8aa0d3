/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>
#include <stdlib.h>

/* GLib ends a process by a trap, which libFuzzer does not notice: what was tried would be lost. */

int LLVMFuzzerInitialize (int *argc, char ***argv);

static void
end (int number)
{
  abort ();
}

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  signal (SIGTRAP, end);
  return 0;
}
