// The pass itself, once for all instruction sets: clang's vectors compile to the instructions of the function that this is inlined into. A
// block of 64 bytes is one vector of AVX-512, two of AVX2, four of SSE2 or NEON.
#ifndef CASCII_PASS_H
#define CASCII_PASS_H

#include "CASCII.h"

#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the first byte is a mask's lowest bit");

#define ALWAYS_INLINE static inline __attribute__((always_inline))

// These are macros, because passing vectors between functions depends on the instruction set.
#define VECTORS(n)                                                                                                     \
  typedef uint8_t bytes##n __attribute__((vector_size(n)));                                                            \
  typedef int8_t signed##n __attribute__((vector_size(n)));                                                            \
  typedef bool flags##n __attribute__((ext_vector_type(n)));
VECTORS(64)
VECTORS(32)
VECTORS(16)
VECTORS(8)

// A bit for each byte for which a comparison holds, the first byte's lowest.
#define BITS(n, comparison)                                                                                            \
  ({                                                                                                                   \
    flags##n flags_ = __builtin_convertvector((comparison), flags##n);                                                 \
    uint##n##_t bits_;                                                                                                 \
    memcpy(&bits_, &flags_, sizeof bits_);                                                                             \
    (uint64_t) bits_;                                                                                                  \
  })

// Signed comparisons, the only ones of SSE2 and AVX2: 'a' to 'z' are shifted to the lowest 26 values.
#define UPPER_CASE(n, v) ((v) ^ ((bytes##n)((signed##n)((v) + (uint8_t)(0x80 - 'a')) < -0x80 + 26) & 0x20))
#define NEWLINES(n, v) BITS(n, (v) == '\n')
// What a goodbye can begin with, and newlines; bytes beyond ASCII are negative.
#define OPENINGS(n, v) BITS(n, ((v) == 't') | ((signed##n)(v) <= ' '))
#define BEYOND(n, v) BITS(n, (signed##n)(v) < 0)

// Whether a line can be a goodbye, judging by blanks, control characters and two letters. If not, it is not a goodbye, or it has only
// blanks and ends in a newline.
ALWAYS_INLINE bool may_be_goodbye(const uint8_t *bytes, size_t at, size_t count) {
  while (at < count && bytes[at] <= ' ' && bytes[at] != '\n') at++;
  if (at == count) return true;
  // The first bytes of white space beyond ASCII.
  if (bytes[at] == 0xC2 || (bytes[at] >= 0xE1 && bytes[at] <= 0xE3)) return true;
  return bytes[at] == 't' && (at + 1 == count || bytes[at + 1] == 'c');
}

// The beginning of the first line that may be a goodbye, or `count`. `openings` has a bit for each line to examine, the lowest for the byte
// at `base`.
static __attribute__((noinline)) size_t first_stop(const uint8_t *bytes, size_t base, uint64_t openings, size_t from,
                                                   size_t count) {
  if (from > base) openings = from - base < 64 ? openings & ~0ULL << (from - base) : 0;
  for (; openings; openings &= openings - 1) {
    size_t at = base + (size_t)__builtin_ctzll(openings);
    if (may_be_goodbye(bytes, at, count)) return at;
  }
  return count;
}

// Two vectors of n bytes for n to 2n bytes; they overlap unless there are 2n.
#define PAIR(n)                                                                                                        \
  if (count >= n) {                                                                                                    \
    bytes##n head, tail;                                                                                               \
    memcpy(&head, bytes, n);                                                                                           \
    memcpy(&tail, bytes + count - n, n);                                                                               \
    uint64_t newlines = NEWLINES(n, head) | NEWLINES(n, tail) << (count - n);                                          \
    uint64_t openings = OPENINGS(n, head) | OPENINGS(n, tail) << (count - n);                                          \
    openings &= newlines << 1 & ~newlines;                                                                             \
    if (__builtin_expect(openings != 0, 0)) {                                                                          \
      size_t stop = first_stop(bytes, 0, openings, pass->from, count);                                                 \
      if (stop < count) return stop;                                                                                   \
    }                                                                                                                  \
    pass->newlines += (size_t)__builtin_popcountll(newlines);                                                          \
    pass->beyond |= BEYOND(n, head | tail) != 0;                                                                       \
    head = UPPER_CASE(n, head);                                                                                        \
    tail = UPPER_CASE(n, tail);                                                                                        \
    memcpy(bytes, &head, n);                                                                                           \
    memcpy(bytes + count - n, &tail, n);                                                                               \
    pass->done = count;                                                                                                \
    return count;                                                                                                      \
  }

// Less than a block: all at once, so that nothing is changed if the pass stops.
ALWAYS_INLINE size_t run_short(uint8_t *bytes, size_t count, struct cascii_pass *pass) {
  PAIR(32)
  PAIR(16)
  PAIR(8)
  for (; pass->done < count; pass->done++) {
    size_t at = pass->done;
    uint8_t byte = bytes[at];
    bool opens = at > 0 && bytes[at - 1] == '\n' && at >= pass->from;
    if (opens && byte != '\n' && may_be_goodbye(bytes, at, count)) return at;
    pass->newlines += byte == '\n';
    pass->beyond |= byte >= 0x80;
    bytes[at] = (uint8_t)(byte - 'a') < 26 ? byte ^ 0x20 : byte;
  }
  return count;
}

ALWAYS_INLINE size_t run(uint8_t *bytes, size_t count, struct cascii_pass *pass) {
  if (count < 64) return run_short(bytes, count, pass);
  size_t at = pass->done, stop = count;
  uint64_t follows = at > 0 && bytes[at - 1] == '\n';
  bytes64 all = {0};
  while (at < count) {
    // The last block ends with the text, and overlaps what is already done.
    size_t base = at <= count - 64 ? at : count - 64;
    uint64_t fresh = ~0ULL << (at - base);
    bytes64 block;
    memcpy(&block, bytes + base, 64);
    uint64_t newlines = NEWLINES(64, block);
    if (newlines | follows) {
      uint64_t openings = (newlines << 1 | follows) & OPENINGS(64, block) & ~newlines & fresh;
      if (__builtin_expect(openings != 0, 0)) {
        stop = first_stop(bytes, base, openings, pass->from, count);
        if (stop < count) break;
      }
      pass->newlines += (size_t)__builtin_popcountll(newlines & fresh);
    }
    follows = newlines >> 63;
    all |= block;
    block = UPPER_CASE(64, block);
    memcpy(bytes + base, &block, 64);
    at = base + 64;
    if (newlines) continue;
    // A long line: two blocks at a time, until one has a newline.
    for (; count - at >= 128; at += 128) {
      bytes64 two[2];
      memcpy(two, bytes + at, 128);
      if (BITS(64, (two[0] == '\n') | (two[1] == '\n'))) break;
      all |= two[0] | two[1];
      two[0] = UPPER_CASE(64, two[0]);
      two[1] = UPPER_CASE(64, two[1]);
      memcpy(bytes + at, two, 128);
    }
  }
  pass->done = at;
  pass->beyond |= BEYOND(64, all) != 0;
  return stop;
}

#endif
