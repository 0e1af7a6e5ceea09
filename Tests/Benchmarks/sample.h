// What a server and its client have used so far, by the kernel's account.
#pragma once

#include <stdint.h>

struct sample {
  int64_t nanoseconds; // monotonic
  int64_t client_cpu;  // nanoseconds of this process
  int64_t server_cpu;  // nanoseconds of all threads of the server, user and system
  int64_t voluntary_switches;
  int64_t involuntary_switches;
};

int64_t monotonic_nanoseconds(void);

// Samples this process and the server, process `server`; 0 is no server. Returns -1 if the server is gone, 0 otherwise.
int take_sample(struct sample *sample, long server);
