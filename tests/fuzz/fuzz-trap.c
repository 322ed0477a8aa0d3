/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>
#include <stdlib.h>

#include "rua-parallel.h"

/* GLib ends a process by a trap, which libFuzzer does not notice: what was tried would be lost. Threads cost more
 * than they save where inputs are small, and what they do first is chance. */

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
  rua_set_n_threads (1);
  return 0;
}
