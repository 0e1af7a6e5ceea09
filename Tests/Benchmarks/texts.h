// The texts that the client sends, and what a right server answers to each, both prepared before anything is measured.
#pragma once

#include <stdbool.h>
#include <stddef.h>

// `count` messages of `size` bytes, one after another, each ending in a newline and no two alike. The first `tail`
// messages are repeated at the end, so that up to `tail` messages from any place on are one run of bytes. Upper case
// has as many bytes as lower case here: a byte of the answer stands where its byte of the text stands.
struct tape {
  char *text;
  char *answer;
  size_t size;  // bytes of a message, newline included
  size_t bytes; // count * size: where the tape starts again
};

enum language { ASCII, PORTUGUESE };

// Exits with a message when a text cannot be made. No text holds `tchau`, so none can be a goodbye however it is cut.
struct tape tape_make(enum language language, size_t size, size_t count, size_t tail);
