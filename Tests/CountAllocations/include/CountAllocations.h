// Counts what a thread allocates, for tests that say a path allocates nothing.
//
// Linking this target replaces malloc and its kin in the whole test program by ones that count and then call the C
// library's own (glibc: __libc_malloc). Under a sanitizer, which brings a malloc itself, nothing is replaced or counted.

#ifndef COUNT_ALLOCATIONS_H
#define COUNT_ALLOCATIONS_H

#include <stdbool.h>
#include <stdint.h>

/// Whether allocations are counted in this build.
bool count_allocations_is_on(void);

/// How many blocks the calling thread has asked for since it began: malloc, calloc, realloc and the aligned ones.
uint64_t count_allocations_of_this_thread(void);

#endif
