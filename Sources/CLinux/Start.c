// What has to happen before the Swift runtime starts, for a process that has no /proc: a static executable in an empty root.
#define _GNU_SOURCE
#include "CLinux.h"

#include <stdlib.h>
#include <unistd.h>

static int argument_count = 0;
static char **arguments = NULL;

// glibc hands the arguments to constructors; priorities from 101 on run before those without one, the runtime's among them.
__attribute__((constructor(101))) static void keep_arguments(int count, char **values, char **environment) {
  (void)environment;
  argument_count = count;
  arguments = values;
  // The runtime needs its own path, to find its crash reporter, and ends the process if it finds none.
  if (access("/proc/self/exe", F_OK) != 0) setenv("SWIFT_ROOT", "/", 0);
}

int clinux_argument_count(void) { return argument_count; }
const char *clinux_argument(int index) { return index < argument_count ? arguments[index] : NULL; }
