// The variants of the pass, and which of them is in use.
#include "Pass.h"

static size_t run_baseline(uint8_t *bytes, size_t count, struct cascii_pass *pass) { return run(bytes, count, pass); }

#if defined(__x86_64__)
#include <cpuid.h>

__attribute__((target("avx2,bmi,bmi2,popcnt"))) static size_t run_avx2(uint8_t *bytes, size_t count,
                                                                      struct cascii_pass *pass) {
  return run(bytes, count, pass);
}

__attribute__((target("avx512bw,avx512vl,bmi,bmi2,popcnt"))) static size_t run_avx512(uint8_t *bytes, size_t count,
                                                                                     struct cascii_pass *pass) {
  return run(bytes, count, pass);
}

struct processor {
  bool avx2, avx512, cheap_avx512;
};

// By CPUID and XGETBV (Intel's manual, volume 1, chapters 14.3 and 15.2). The compiler's `__builtin_cpu_supports` reads
// tables of the C runtime, whose length depends on the age of that.
static struct processor processor(void) {
  unsigned eax, ebx, ecx, edx, popcnt_osxsave = 1U << 23 | 1U << 27, low, high;
  if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || (ecx & popcnt_osxsave) != popcnt_osxsave) return (struct processor){0};
  // Which registers the operating system saves: bits 1 and 2 for AVX, 5 to 7 for AVX-512.
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx)) return (struct processor){0};
  unsigned avx2_bmi_bmi2 = 1U << 5 | 1U << 3 | 1U << 8, f_bw_vl = 1U << 16 | 1U << 30 | 1U << 31, vbmi2 = 1U << 6;
  struct processor result;
  result.avx2 = (low & 0x06) == 0x06 && (ebx & avx2_bmi_bmi2) == avx2_bmi_bmi2;
  result.avx512 = result.avx2 && (low & 0xE6) == 0xE6 && (ebx & f_bw_vl) == f_bw_vl;
  // The first processors with AVX-512 (Skylake, Cascade Lake) lower their clock for a while whenever a program uses its
  // vectors, which costs more than the pass can gain. Those since Ice Lake and Zen 4 do not, and they have VBMI2.
  result.cheap_avx512 = result.avx512 && (ecx & vbmi2) != 0;
  return result;
}
#endif

static struct cascii_variant variants[3] = {{"baseline", run_baseline}};
static int variant_count = 1;
static int best_variant = 0;
cascii_function *cascii_in_use = run_baseline;

int cascii_variant_count(void) { return variant_count; }

struct cascii_variant cascii_variant(int number) {
  return variants[number < variant_count ? number : variant_count - 1];
}

int cascii_best_variant(void) { return best_variant; }

int cascii_variant_in_use(void) {
  cascii_function *function = __atomic_load_n(&cascii_in_use, __ATOMIC_RELAXED);
  int number = 0;
  while (variants[number].run != function) number++;
  return number;
}

void cascii_use_variant(int number) {
  __atomic_store_n(&cascii_in_use, cascii_variant(number).run, __ATOMIC_RELAXED);
}

#if defined(__x86_64__)
// A constructor and a pointer, not an ifunc: an ifunc is resolved before a static executable has relocated itself, and before a sanitizer
// is ready.
__attribute__((constructor)) static void choose_variant(void) {
  struct processor this = processor();
  if (this.avx2) variants[variant_count++] = (struct cascii_variant){"avx2", run_avx2};
  if (this.avx512) variants[variant_count++] = (struct cascii_variant){"avx512", run_avx512};
  if (this.avx2) best_variant = this.cheap_avx512 ? 2 : 1;
  cascii_use_variant(best_variant);
}
#endif
