// Texts in ASCII and in Portuguese, the same in every run.
#define _GNU_SOURCE
#include "texts.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A sentence is one of each. About a tenth of its letters are not ASCII: each is one of those in `letters` below.
static const char *const subjects[] = {
    "A irmã do capitão",   "O vizinho de João",   "Minha mãe",           "Toda a população",     "Ninguém",
    "Você mesmo",          "O médico de plantão", "A estação de trem",   "Àquela hora Inês",     "Érica, minha amiga,",
    "O pão de queijo",     "Nossa velha canção",  "O cônsul brasileiro", "A tradutora do livro", "Essa lição de casa",
    "Lá na praça Antônio",
};
static const char *const verbs[] = {
    "nunca quis", "não encontra", "já recebeu", "poderá trazer",     "sempre vê",
    "procura",    "agora espera", "vai pôr",    "lembra bem de ter", "só queria",
};
static const char *const objects[] = {
    "uma resposta à pergunta", "a razão de tudo",     "o café da manhã",    "seis maçãs verdes", "um coração alegre",
    "dez lâmpadas novas",      "a carta do diretor",  "outras informações", "muito tempo livre", "o pôr do sol",
    "o início da sessão",      "os livros da escola", "música e poesia",
};
static const char *const endings[] = {
    "amanhã de tarde.", "antes das três.", "durante o inverno.", "até sexta-feira?",
    "em São Luís!",     "e mais nada.",    "perto do portão.",   "quando anoitece.",
};
#define PICK(list) list[random_below(sizeof list / sizeof *list)]

// Lower case and its upper case, in turn.
static const char letters[][3] = {"á", "Á", "à", "À", "â", "Â", "ã", "Ã", "ç", "Ç", "é", "É",
                                  "ê", "Ê", "í", "Í", "ó", "Ó", "ô", "Ô", "õ", "Õ", "ú", "Ú"};

_Noreturn static void die(const char *message) {
  fprintf(stderr, "client: %s\n", message);
  exit(70);
}

// xorshift64 (Marsaglia, 2003), with a fixed seed: every run sends the same.
static size_t random_below(size_t bound) {
  static uint64_t state = 0x9E3779B97F4A7C15;
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (size_t)((state >> 32) % bound);
}

static void fill_ascii(char *text, size_t count) {
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789    "
                                 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";
  for (size_t i = 0; i < count; i++) text[i] = alphabet[random_below(sizeof alphabet - 1)];
}

// It begins with its number, since sentences alone would repeat.
static void fill_portuguese(char *text, size_t count, size_t number) {
  char sentence[160];
  int length = snprintf(sentence, sizeof sentence, "%zu ", number);
  size_t filled = 0;
  for (;;) {
    size_t part = (size_t)length < count - filled ? (size_t)length : count - filled;
    memcpy(text + filled, sentence, part);
    filled += part;
    if (filled == count) break;
    length =
        snprintf(sentence, sizeof sentence, "%s %s %s %s ", PICK(subjects), PICK(verbs), PICK(objects), PICK(endings));
  }
  // A letter that does not fit whole gives way to a full stop. Every letter used here has two bytes.
  if ((unsigned char)text[count - 1] >= 0xC0) text[count - 1] = '.';
}

// Not the server's rule but a table of the letters that the texts above are made of: what the client expects must not
// come from the code that it checks.
static void to_upper_case(const char *text, char *answer, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if ((unsigned char)text[i] < 0x80) {
      answer[i] = text[i] >= 'a' && text[i] <= 'z' ? (char)(text[i] - 32) : text[i];
      continue;
    }
    size_t letter = 0;
    while (letter < sizeof letters / sizeof *letters && memcmp(letters[letter], text + i, 2) != 0) letter++;
    if (letter == sizeof letters / sizeof *letters) die("a text has a letter that the table of letters lacks");
    memcpy(answer + i, letters[letter | 1], 2);
    i++;
  }
}

struct tape tape_make(enum language language, size_t size, size_t count, size_t tail) {
  struct tape tape = {.size = size, .bytes = size * count};
  if (tail > count) die("more messages in flight than there are texts");
  tape.text = malloc(size * (count + tail));
  tape.answer = malloc(size * (count + tail));
  if (!tape.text || !tape.answer) die("no memory for the texts");
  for (size_t i = 0; i < count; i++) {
    char *text = tape.text + i * size;
    if (language == ASCII)
      fill_ascii(text, size - 1);
    else
      fill_portuguese(text, size - 1, i);
    text[size - 1] = '\n';
  }
  char *goodbye;
  while ((goodbye = memmem(tape.text, tape.bytes, "tchau", 5))) *goodbye = 'T';
  to_upper_case(tape.text, tape.answer, tape.bytes);
  memcpy(tape.text + tape.bytes, tape.text, size * tail);
  memcpy(tape.answer + tape.bytes, tape.answer, size * tail);
  return tape;
}
