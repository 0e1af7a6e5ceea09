"""The bytes that a client is still owed, in order."""
from collections import deque


class Expected:
    """A queue of answers; what comes is compared with its front, however it is cut. Shared answers are not copied."""

    def __init__(self):
        self.answers = deque()
        self.offset = 0
        self.owed = 0

    def add(self, answer):
        if answer:
            self.answers.append(answer)
            self.owed += len(answer)

    def match(self, data):
        """Takes what has come off the front; says what is wrong with it, or None."""
        rest = memoryview(data)
        while rest:
            if not self.answers:
                return f"{bytes(rest[:40])!r} where nothing more is owed"
            answer = memoryview(self.answers[0])[self.offset:]
            count = min(len(answer), len(rest))
            if answer[:count] != rest[:count]:
                place = next(place for place in range(count) if answer[place] != rest[place])
                begin = max(0, place - 8)
                return f"{bytes(rest[begin:place + 16])!r} instead of {bytes(answer[begin:place + 16])!r}"
            rest = rest[count:]
            self.owed -= count
            self.offset += count
            if self.offset == len(self.answers[0]):
                self.answers.popleft()
                self.offset = 0
        return None
