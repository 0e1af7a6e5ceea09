// ASCII text into upper case, many bytes at a time, by the widest vectors that the processor has.
#ifndef CASCII_H
#define CASCII_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The progress of a pass over a text; all zero before it begins.
struct cascii_pass {
  /// The bytes before this one are in upper case, and counted below.
  size_t done;
  /// Lines that begin before this byte are not stopped at.
  size_t from;
  /// The number of newlines.
  size_t newlines;
  /// Whether a byte was beyond ASCII. Such bytes are left as they are.
  bool beyond;
};

/// Puts the ASCII letters among `count` bytes into upper case, from `pass->done` on.
///
/// Stops at a line that may be a goodbye (a line follows a newline; the first byte begins none): behind bytes up to
/// U+0020 other than newlines, it has `tc`, or a `t` that is the last byte, or a byte that begins white space beyond
/// ASCII, or nothing more. It returns where that line begins. Everything from there on is unchanged, and `pass->done`
/// is at or before that position. Call again with `pass->from` past the line's beginning, and with a smaller `count`
/// to stop earlier. Returns `count` when all is done.
///
/// Reads and writes only these bytes, which need no alignment.
typedef size_t cascii_function(uint8_t *bytes, size_t count, struct cascii_pass *pass);

/// One variant of the pass.
struct cascii_variant {
  /// `baseline`, `avx2` or `avx512`.
  const char *name;
  cascii_function *run;
};

/// The variants that this processor can run, the baseline first.
int cascii_variant_count(void);
/// One of them by index; from `cascii_variant_count()` on, the last.
struct cascii_variant cascii_variant(int number);

/// The default, in use from before `main` on.
int cascii_best_variant(void);

/// The variant in use.
int cascii_variant_in_use(void);
/// Makes all threads use another variant; for tests.
void cascii_use_variant(int number);

/// What `cascii_upper_case` calls; do not use it directly.
extern cascii_function *cascii_in_use;

/// Runs the variant in use.
static inline size_t cascii_upper_case(uint8_t *bytes, size_t count, struct cascii_pass *pass) {
  return __atomic_load_n(&cascii_in_use, __ATOMIC_RELAXED)(bytes, count, pass);
}

#endif
