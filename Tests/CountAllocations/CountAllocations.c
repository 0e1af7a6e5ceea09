// malloc and its kin over glibc's own: counted for each thread, and made to fail for those that have a plan.

#include "CountAllocations.h"

#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif

#ifdef SANITIZED

bool count_allocations_is_on(void) { return false; }

uint64_t count_allocations_of_this_thread(void) { return 0; }

allocation_plan *allocation_plan_make(void) { return NULL; }
void allocation_plan_obey(allocation_plan *plan) { (void)plan; }
void allocation_plan_fail(allocation_plan *plan, size_t least, size_t most, long count) {
    (void)plan, (void)least, (void)most, (void)count;
}
long allocation_plan_failed(allocation_plan *plan) { return (void)plan, 0; }
long allocation_plan_live(allocation_plan *plan) { return (void)plan, 0; }

#else

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *block);

struct allocation_plan {
    // Blocks of these sizes are meant.
    _Atomic size_t least, most;
    // So many are still to fail; negative for all.
    atomic_long left;
    atomic_long failed;
    // Allocated and not yet freed, by the threads that obey.
    atomic_long live;
};

// The model matters: any other may call malloc to make room for the variable, from within malloc.
#define THREAD_LOCAL _Thread_local __attribute__((tls_model("initial-exec")))
static THREAD_LOCAL uint64_t allocations;
static THREAD_LOCAL allocation_plan *plan_of_thread;

bool count_allocations_is_on(void) { return true; }

uint64_t count_allocations_of_this_thread(void) { return allocations; }

allocation_plan *allocation_plan_make(void) {
    allocation_plan *plan = __libc_calloc(1, sizeof *plan);
    plan->most = SIZE_MAX;
    return plan;
}

void allocation_plan_obey(allocation_plan *plan) { plan_of_thread = plan; }

void allocation_plan_fail(allocation_plan *plan, size_t least, size_t most, long count) {
    plan->left = 0;
    plan->least = least;
    plan->most = most;
    plan->live = 0;
    plan->left = count;
}

long allocation_plan_failed(allocation_plan *plan) { return plan->failed; }

long allocation_plan_live(allocation_plan *plan) { return plan->live; }

static bool is_meant(size_t size) {
    return size >= plan_of_thread->least && size <= plan_of_thread->most;
}

static bool must_fail(size_t size) {
    allocations++;
    if (!plan_of_thread || plan_of_thread->left == 0 || !is_meant(size)) return false;
    // One thread obeys a plan whose count matters.
    if (plan_of_thread->left > 0) plan_of_thread->left--;
    plan_of_thread->failed++;
    errno = ENOMEM;
    return true;
}

// Of the size that malloc made of it: what was asked for is not known any more when it is freed.
static void *born(void *block) {
    if (block && plan_of_thread && is_meant(malloc_usable_size(block))) plan_of_thread->live++;
    return block;
}

static void dies(void *block) {
    if (block && plan_of_thread && is_meant(malloc_usable_size(block))) plan_of_thread->live--;
}

void *malloc(size_t size) { return must_fail(size) ? NULL : born(__libc_malloc(size)); }

void *calloc(size_t count, size_t size) {
    return must_fail(count * size) ? NULL : born(__libc_calloc(count, size));
}

void *realloc(void *block, size_t size) {
    if (must_fail(size)) return NULL;
    dies(block);
    return born(__libc_realloc(block, size));
}

void *memalign(size_t alignment, size_t size) {
    return must_fail(size) ? NULL : born(__libc_memalign(alignment, size));
}

void *aligned_alloc(size_t alignment, size_t size) {
    return memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
    void *memory = memalign(alignment, size);
    if (memory == NULL) return ENOMEM;
    *block = memory;
    return 0;
}

void free(void *block) {
    dies(block);
    __libc_free(block);
}

#endif
