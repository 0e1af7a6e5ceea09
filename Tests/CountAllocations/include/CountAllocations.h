// Counts what a thread allocates, for tests that say a path allocates nothing, and lets allocations fail, for tests that say
// what a failed one costs.
//
// Linking this target replaces malloc and its kin in the whole test program by ones that count and then call the C
// library's own (glibc: __libc_malloc). Under a sanitizer, which brings a malloc itself, nothing is replaced, counted or failed.

#ifndef COUNT_ALLOCATIONS_H
#define COUNT_ALLOCATIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Whether allocations are counted in this build.
bool count_allocations_is_on(void);

/// How many blocks the calling thread has asked for since it began: malloc, calloc, realloc and the aligned ones.
uint64_t count_allocations_of_this_thread(void);

/// Which allocations are to fail, of the threads that obey it. Any thread may change it at any time. It lives for ever.
typedef struct allocation_plan allocation_plan;

/// A plan by which nothing fails.
allocation_plan *allocation_plan_make(void);

/// From now on the calling thread's allocations follow the plan; NULL follows none.
void allocation_plan_obey(allocation_plan *plan);

/// Lets the next `count` allocations of `least` to `most` bytes fail; with a negative count all of them.
void allocation_plan_fail(allocation_plan *plan, size_t least, size_t most, long count);

/// How many allocations have failed by the plan.
long allocation_plan_failed(allocation_plan *plan);

/// How many more blocks of the sizes meant its threads have allocated than freed. The sizes are those that malloc makes of
/// what it is asked for, a little larger.
long allocation_plan_live(allocation_plan *plan);

#endif
