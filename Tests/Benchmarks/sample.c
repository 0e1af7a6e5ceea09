// CPU time is read from schedstat, which counts nanoseconds where /proc/PID/stat counts ticks. The figure of a thread
// that runs lags by up to one tick: 4 ms in a window of a second, at either end.
#include "sample.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int64_t nanoseconds_of(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t monotonic_nanoseconds(void) { return nanoseconds_of(CLOCK_MONOTONIC); }

// Leaves an empty text for a thread that has ended meanwhile, which then counts nothing.
static void read_file(char *text, size_t capacity, const char *folder, const char *thread, const char *file) {
  char path[512];
  snprintf(path, sizeof path, "%s/%s/%s", folder, thread, file);
  FILE *stream = fopen(path, "re");
  text[stream ? fread(text, 1, capacity - 1, stream) : 0] = 0;
  if (stream) fclose(stream);
}

static int64_t number_after(const char *text, const char *label) {
  const char *found = strstr(text, label);
  return found ? strtoll(found + strlen(label), NULL, 10) : 0;
}

int take_sample(struct sample *sample, long server) {
  *sample = (struct sample){0};
  if (server > 0) {
    char folder[64], text[4096];
    snprintf(folder, sizeof folder, "/proc/%ld/task", server);
    DIR *threads = opendir(folder);
    if (!threads) return -1;
    for (struct dirent *thread; (thread = readdir(threads));) {
      if (thread->d_name[0] == '.') continue;
      read_file(text, sizeof text, folder, thread->d_name, "schedstat");
      sample->server_cpu += strtoll(text, NULL, 10);
      read_file(text, sizeof text, folder, thread->d_name, "status");
      sample->voluntary_switches += number_after(text, "\nvoluntary_ctxt_switches:");
      sample->involuntary_switches += number_after(text, "\nnonvoluntary_ctxt_switches:");
    }
    closedir(threads);
  }
  sample->client_cpu = nanoseconds_of(CLOCK_PROCESS_CPUTIME_ID);
  sample->nanoseconds = monotonic_nanoseconds();
  return 0;
}
