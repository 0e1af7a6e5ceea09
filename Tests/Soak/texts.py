"""Texts and the answers that the protocol owes for them."""
from typing import NamedTuple

# Longer, shorter and equal upper cases; all older than any Unicode that is about.
CHARACTERS = list("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789 .,;:") + list("áçãõéüñßŉΐжщ中日🙂")
# Bytes that are not UTF-8, what they are answered, and how many of them count as invalid.
INVALID = [(b"\xff", b"\xff", 1), (b"\xe2\xc3\xa1", b"\xe2\xc3\x81", 1), (b"\xe0\x80", b"\xe0\x80", 2), (b"\xc0", b"\xc0", 1)]


class Text(NamedTuple):
    """What is sent, what comes back, and how many bytes of it are no UTF-8."""
    sent: bytes
    answer: bytes
    invalid: int = 0


def ascii_text(length, letter="a"):
    """A line of so many bytes, whose answer is as long as itself."""
    return Text(letter.encode() * (length - 1) + b"\n", letter.upper().encode() * (length - 1) + b"\n")


def random_text(random, length, with_invalid=True):
    """A line of so many characters. It begins with a sign that no goodbye has."""
    sent, answer, invalid = [b"#"], [b"#"], 0
    for _ in range(length):
        if with_invalid and random.random() < 0.02:
            bytes_, upper, count = random.choice(INVALID)
            sent.append(bytes_)
            answer.append(upper)
            invalid += count
        else:
            character = random.choice(CHARACTERS)
            sent.append(character.encode())
            answer.append(character.upper().encode())
    return Text(b"".join(sent) + b"\n", b"".join(answer) + b"\n", invalid)


class Texts:
    """A supply of random texts, made once: making them costs more than sending them."""

    def __init__(self, random):
        self.random = random
        self.short = [random_text(random, random.randrange(1, 200)) for _ in range(256)]
        self.long = [random_text(random, random.randrange(2000, 20000)) for _ in range(16)]

    def any(self):
        return self.random.choice(self.long if self.random.random() < 0.03 else self.short)
