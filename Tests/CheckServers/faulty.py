#!/usr/bin/env python3
"""Servers with one fault each: `faulty.py NAME PORT` serves, `faulty.py --list` tells which cases each fault must fail.

A checker that cannot tell them from the right server (right.py) is worth nothing. The cases listed are sure to
fail, each on a fresh server. Others may fail as well: a server that greets late fails whatever waits for its greeting.
"""
import contextlib
import os
import re
import select
import signal
import socket
import sys
import threading
import time

sys.dont_write_bytecode = True  # the sources' folder stays as it is
from right import GOODBYE, READ, Server, greeting, main, sequence_length

FAULTS = {}


def fails(cases):
    """Registers a server under its class's name, in kebab case."""
    def register(server):
        server.cases = cases.split()
        FAULTS[re.sub("(?<!^)([A-Z])", r"-\1", server.__name__).lower()] = server
        return server
    return register


# --- Greeting


@fails("1.1")
class GreetsWithoutTheFullStop(Server):
    """Leaves out one character of the greeting."""
    def greeting(self, client):
        return super().greeting(client).replace(b").", b")")


@fails("1.1")
class GreetsWithoutANewline(Server):
    """Does not end the line of the greeting."""
    def greeting(self, client):
        return super().greeting(client).rstrip()


@fails("1.1")
class GreetsInOtherWords(Server):
    """Writes one letter of the greeting large."""
    def greeting(self, client):
        return super().greeting(client).replace(b"eco", b"Eco")


@fails("1.1")
class PromptsBehindTheGreeting(Server):
    """Greets as it should, and adds a prompt."""
    def greeting(self, client):
        return super().greeting(client) + b"> "


@fails("1.1 1.2 1.3 1.5")
class NeverGreets(Server):
    """Echoes, and says nothing of its own."""
    def greeting(self, client):
        return b""


@fails("1.5 7.11")
class AddressOfALoopVariable(Server):
    """Of those who come at once, everybody's thread serves the last, since all look at the same variable."""
    nobodys = []

    def accept_some(self):
        time.sleep(0.05)  # so that those who come at once are all here
        socks = []
        with contextlib.suppress(BlockingIOError):
            while True:
                socks.append(self.listener.accept())
        for _ in socks[1:]:
            self.accepted += 1
            socks[-1][0].sendall(greeting(self.accepted))
        self.nobodys += socks[:-1]
        for sock, address in socks[-1:]:
            self.welcome(sock, address)


@fails("1.1 1.2 1.3 1.5")
class GreetsLate(Server):
    """Greets only once the client has spoken."""
    def greeting(self, client):
        return b""

    def received(self, client, data):
        client.pending += b"" if hasattr(client, "spoke") else super().greeting(client)
        client.spoke = True
        super().received(client, data)


@fails("1.1 1.2 1.3 1.4")
class SaysNothing(Server):
    """Accepts, and never says a word."""
    silent = []

    def welcome(self, sock, address):
        self.silent.append(sock)


@fails("1.1 1.2 1.3 1.4")
class Drips(Server):
    """Sends one letter after the other, and never a newline."""
    def welcome(self, sock, address):
        threading.Thread(target=self.drip, args=(sock,), daemon=True).start()

    def drip(self, sock):
        with sock, contextlib.suppress(OSError):
            while True:
                sock.sendall(b"S")
                time.sleep(0.01)


@fails("1.2 1.3")
class WrongNumbering(Server):
    """Counts each client twice."""
    def number(self):
        return 2 * self.accepted


@fails("1.3")
class NumbersFromZero(Server):
    """Numbers a client before it counts it."""
    def number(self):
        return self.accepted - 1


@fails("1.2")
class NumbersThePresent(Server):
    """The number is how many clients are there now."""
    def number(self):
        return len(self.clients) + 1


@fails("1.2 1.5")
class EverybodyIsOne(Server):
    """Never counts."""
    def number(self):
        return 1


@fails("1.5")
class OneNumberForAll(Server):
    """The number moves on only when a client ends: those who come together share one."""
    gone = 0

    def number(self):
        return self.gone + 1

    def end(self, client):
        self.gone += 1
        super().end(client)


# --- Texts


@fails("1.4 2.1 2.2 2.3 3.2 3.6 4.6 4.7 4.10")
class AnswersLate(Server):
    """Sends an answer only when the next read has come."""
    def received(self, client, data):
        client.pending += getattr(client, "late", b"")
        client.late, client.leaving = self.answer(client, data)
        if client.leaving:
            client.pending += client.late
        self.flush(client)

    def ended(self, client):
        client.pending += getattr(client, "late", b"")
        super().ended(client)


class Keeps(Server):
    """Keeps what it reads until it answers, which is at the end of the stream at the latest."""
    def keep(self, client, data):
        client.kept = getattr(client, "kept", b"") + data

    def ended(self, client):
        client.pending += self.answer(client, getattr(client, "kept", b""))[0]
        super().ended(client)


@fails("2.2 2.3 3.2 3.6 3.7 4.2 4.3 4.6 4.7 4.10 7.4")
class WaitsForTheNewline(Keeps):
    """Answers nothing but whole lines, before the end of the stream."""
    def received(self, client, data):
        self.keep(client, data)
        end = client.kept.rfind(b"\n") + 1
        data, client.kept = client.kept[:end], client.kept[end:]
        if data:
            super().received(client, data)


@fails("2.3 2.4 2.6 4.5 4.7 5.2 5.5")
class AnswersTheFirstLine(Server):
    """Answers one line of a read and drops what comes behind it."""
    def upper(self, text):
        return super().upper(text[:text.find("\n") + 1] or text)


@fails("2.4 4.6 4.7")
class DropsEmptyLines(Server):
    """Takes an empty line for nothing said."""
    def upper(self, text):
        return super().upper(re.sub("(?m)^\r?\n", "", text))


@fails("2.4 3.8 4.3")
class StripsCarriageReturns(Server):
    """Takes CR LF for a newline and answers with its own."""
    def upper(self, text):
        return super().upper(text.replace("\r", ""))


@fails("1.1 2.1 2.3 2.4 4.1 4.3")
class EndsLinesInItsOwnWay(Server):
    """Writes CR LF, whatever it has read."""
    def greeting(self, client):
        return super().greeting(client).replace(b"\n", b"\r\n")

    def upper(self, text):
        return super().upper(text).replace("\r\n", "\n").replace("\n", "\r\n")


@fails("2.7")
class ReadsOnWhileItWasFull(Keeps):
    """Waits for more after a read that has filled its buffer."""
    read_size = 1024

    def received(self, client, data):
        self.keep(client, data)
        if len(data) < self.read_size:
            data, client.kept = client.kept, b""
            super().received(client, data)


@fails("2.1 2.2 2.3 2.4")
class ReadsUntilItIsFull(Keeps):
    """Answers nothing before its buffer is full, or the stream ends."""
    def received(self, client, data):
        self.keep(client, data)
        while len(client.kept) >= 1024 and not client.leaving:
            data, client.kept = client.kept[:1024], client.kept[1024:]
            super().received(client, data)


@fails("2.1 2.2 2.3 2.4")
class ReadsUntilTheEnd(Keeps):
    """Answers when the stream has ended."""
    def received(self, client, data):
        self.keep(client, data)


@fails("2.1 2.2 2.3 2.4")
class SendsANulToo(Server):
    """Sends strlen + 1 bytes."""
    def encode(self, text):
        return super().encode(text) + (b"\0" if text else b"")


@fails("2.1")
class AnswersFromAStaleBuffer(Server):
    """Takes what its buffer holds up to a NUL, and never puts one behind what it has read."""
    def received(self, client, data):
        buffer = getattr(client, "buffer", b"")
        client.buffer = data + buffer[len(data):]
        super().received(client, client.buffer)


@fails("1.4")
class SharesABuffer(Server):
    """Reads all clients into one buffer, and answers a moment later from what is in it then."""
    shared, answer_at, waiting = b"", None, []

    def received(self, client, data):
        self.shared = data
        self.waiting.append(client)
        self.answer_at = self.answer_at or time.monotonic() + 0.05

    def sleep_seconds(self):
        seconds, wait = super().sleep_seconds(), self.answer_at and max(0, self.answer_at - time.monotonic())
        return wait if seconds is None else seconds if wait is None else min(seconds, wait)

    def run_timers(self):
        super().run_timers()
        if self.answer_at and self.answer_at <= time.monotonic():
            waiting, self.waiting, self.answer_at = self.waiting, [], None
            for client in waiting:
                if client in self.clients:
                    self.guarded(lambda client: Server.received(self, client, self.shared), client)


@fails("2.5")
class CutsLongLines(Server):
    """Answers no more than 64 KiB of a line."""
    def up_to_goodbye(self, client, text):
        text, goodbye = super().up_to_goodbye(client, text)
        end = text.find("\n") if "\n" in text else len(text)
        begun = getattr(client, "length", 0)
        client.length = begun + end if end == len(text) else len(text) - text.rfind("\n") - 1
        return text[:min(end, max(0, 65536 - begun))] + text[end:], goodbye


@fails("2.3 2.6 4.5 5.2 5.5")
class AnswersOutOfOrder(Server):
    """Takes the lines of a read from a stack."""
    def upper(self, text):
        return super().upper("".join(reversed(re.findall("[^\n]*\n|[^\n]+", text))))


# --- Echo


@fails("2.5 3.1")
class LeavesOutTheZ(Server):
    """Stops one letter before the end of the alphabet."""
    def upper(self, text):
        return "z".join(super(LeavesOutTheZ, self).upper(part) for part in text.split("z"))


@fails("3.2 3.3 3.4 3.5")
class UpperCasesAsciiOnly(Server):
    """Upper-cases the bytes, of which only ASCII has upper case."""
    def upper(self, text):
        return self.encode(text).upper().decode("utf-8", "surrogateescape")


@fails("2.1 3.1 3.4")
class UpperCasesInTurkish(Server):
    """Gives the i its dot."""
    def upper(self, text):
        return super().upper(text.replace("i", "\u0130"))


@fails("3.2 3.3 3.4 3.5 3.6")
class UpperCasesLatin(Server):
    """Takes the bytes for Latin-1, where each is a character."""
    def upper(self, text):
        upper = self.encode(text).decode("latin-1").upper().encode("latin-1", "replace")
        return upper.decode("utf-8", "surrogateescape")


@fails("3.4")
class UpperCasesOneToOne(Server):
    """Leaves a character as it is if its upper case is more than one."""
    def upper(self, text):
        return "".join(upper if len(upper := character.upper()) == 1 else character for character in text)


@fails("3.2")
class HoldsNothing(Server):
    """Takes half a character at the end of a read for bytes that are not UTF-8."""
    def held_length(self, data):
        return 0


@fails("3.5 3.6")
class ReplacesInvalidBytes(Server):
    """Decodes with errors='replace': what is not UTF-8 comes back as U+FFFD."""
    def encode(self, text):
        return super().encode(text).decode("utf-8", "replace").encode()


@fails("3.2 3.5 3.6 3.7 3.9")
class DecodesEachReadByItself(ReplacesInvalidBytes):
    """The same, and without a memory for halves."""
    def held_length(self, data):
        return 0


@fails("3.5 3.6")
class DropsInvalidBytes(Server):
    """Decodes with errors='ignore'."""
    def encode(self, text):
        return text.encode("utf-8", "ignore")


@fails("3.5 3.6")
class ClosesAtInvalidBytes(Server):
    """Ends the session at bytes that are not UTF-8."""
    def answer(self, client, data):
        answer, goodbye = super().answer(client, data)
        try:
            answer.decode()
        except UnicodeDecodeError as error:
            return answer[:error.start], True
        return answer, goodbye


@fails("3.5 3.6")
class DiesAtInvalidBytes(Server):
    """Bytes that are not UTF-8 raise an error that nobody catches: the process exits."""
    def encode(self, text):
        return text.encode()


@fails("3.6")
class HoldsTooLong(Server):
    """Holds what follows a first byte until there are enough bytes, though they can no longer become a character."""
    def held_length(self, data):
        return next((count for count in (1, 2, 3) if sequence_length(data[-count:][0]) > count), 0)


@fails("3.7")
class DropsTheHalfAtTheEnd(Server):
    """Forgets the held bytes when the stream ends."""
    def ended(self, client):
        client.held = b""
        super().ended(client)


@fails("3.8")
class StopsAtNul(Server):
    """Takes the read for a string of C."""
    def upper(self, text):
        return super().upper(text.split("\0")[0])


# --- Goodbye


@fails("4.1 4.3 4.5 4.6 4.7 4.9 5.3")
class GoodbyeOnlyWithoutANewline(Server):
    """Compares whole reads with `tchau`."""
    def is_line_goodbye(self, line):
        return False


@fails("4.2 4.7")
class GoodbyeOnlyWithANewline(Server):
    """Looks for a goodbye in lines only."""
    def is_message_goodbye(self, message):
        return False


@fails("4.3 4.8")
class StripsTheAnswer(Server):
    """Answers the goodbye without the white space around it."""
    def up_to_goodbye(self, client, text):
        text, goodbye = super().up_to_goodbye(client, text)
        return (text.strip() + "\n" if goodbye else text), goodbye


@fails("4.3 4.8")
class ComparesBeforeStripping(Server):
    """White space around it hides the goodbye."""
    def is_goodbye(self, text):
        return text == GOODBYE


@fails("4.4")
class GoodbyeToTchauAmigo(Server):
    """Looks at the first word only."""
    def is_goodbye(self, text):
        return text.split()[:1] == [GOODBYE]


@fails("4.4")
class GoodbyeInAnyCase(Server):
    """Compares the answer, which is in upper case."""
    def is_goodbye(self, text):
        return text.strip().upper() == GOODBYE.upper()


@fails("4.4 4.10")
class GoodbyeIfTheReadBeginsWithIt(Server):
    """Compares as many bytes as `tchau` has, at the beginning of the read."""
    def up_to_goodbye(self, client, text):
        text, goodbye = super().up_to_goodbye(client, text)
        return text, goodbye or text.startswith(GOODBYE)


@fails("4.5 4.6 4.7 4.9 4.10 5.3")
class GoodbyeInReadsOnly(Server):
    """Looks at reads, as the lesson does, and not at lines."""
    def up_to_goodbye(self, client, text):
        return text, self.is_goodbye(text)


@fails("4.6 4.7 4.10")
class ForgetsTheBeginningOfALine(Server):
    """Takes a line to begin where the read does."""
    def begun(self, line):
        return ""


@fails("4.7")
class GoodbyeAtTheEndOfAnyRead(Server):
    """Takes the unterminated rest of any read for a message."""
    def up_to_goodbye(self, client, text):
        text, goodbye = super().up_to_goodbye(client, text)
        return text, goodbye or self.is_goodbye(text.split("\n")[-1])


@fails("4.8")
class StripsAsciiOnly(Server):
    """Knows the white space of C."""
    def is_goodbye(self, text):
        return text.strip(" \t\n\v\f\r") == GOODBYE


@fails("4.9 5.3")
class AnswersWhatFollowsAGoodbye(Server):
    """Answers the whole read, and looks for a goodbye afterwards."""
    def up_to_goodbye(self, client, text):
        return text, super().up_to_goodbye(client, text)[1]


# --- End


@fails("3.7 5.1 5.2 7.7")
class ForgetsTheEndOfStream(Server):
    """Stops listening to a client that has ended its side, and never closes."""
    def ended(self, client):
        self.selector.unregister(client.sock)
        self.clients.remove(client)
        vars(self).setdefault("forgotten", []).append(client)


@fails("5.2")
class ClosesBeforeTheAnswersAreSent(Server):
    """Sees the end of the stream behind a read, and closes before it has answered it."""
    def received(self, client, data):
        time.sleep(0.001)  # what happens to others now and then happens here each time
        with contextlib.suppress(BlockingIOError):
            if client.sock.recv(1, socket.MSG_PEEK) == b"":
                return self.close(client)
        super().received(client, data)


@fails("5.3 5.4")
class LosesTheLastBytes(Server):
    """Closes at once: with input unread, the kernel sends a reset."""
    def end(self, client):
        self.close(client)


@fails("5.4")
class ResetsTalkers(Server):
    """Drops what is there when it ends, and does not wait for what is still under way."""
    def end(self, client):
        super().end(client)
        with contextlib.suppress(BlockingIOError):
            while client in self.clients:
                self.drop(client)
        self.close(client)


@fails("5.5 7.1")
class SendsOnce(Server):
    """Believes that send() takes everything."""
    def flush(self, client):
        with contextlib.suppress(BlockingIOError):
            client.sock.send(client.pending)
        client.pending.clear()
        super().flush(client)


# --- Refusals


@fails("6.1")
class DiesWithoutDescriptors(Server):
    """Takes EMFILE for the end of the world."""
    def out_of_descriptors(self):
        raise


@fails("6.1")
class SpinsWithoutDescriptors(Server):
    """Tries again at once: the listener stays ready."""
    def out_of_descriptors(self):
        pass


@fails("6.1")
class NeverAcceptsAgain(Server):
    """Pauses accepting when descriptors run out, and nothing resumes it."""
    def out_of_descriptors(self):
        self.set_accepting(False)


# --- Slow and vanished clients


@fails("7.1")
class BuffersWithoutBound(Server):
    """Reads on, whatever is pending."""
    def watch(self, client, wanted):
        super().watch(client, READ | wanted)

    def step(self, client):
        super().step(client)
        if client.pending and not client.leaving:
            self.read(client)


@fails("7.1")
class BuffersAndWorks(BuffersWithoutBound):
    """The same, with work between two reads: that nothing is read for a while does not mean that reading has stopped."""
    has_worked = False

    def read(self, client):
        if client.pending and not self.has_worked:
            self.has_worked = True
            until = time.process_time() + 0.6
            while time.process_time() < until:
                pass
        super().read(client)


@fails("7.2")
class WaitsForTheReader(Server):
    """Blocks in send()."""
    def flush(self, client):
        client.sock.setblocking(True)
        client.sock.sendall(client.pending)
        client.pending.clear()
        client.sock.setblocking(False)
        super().flush(client)


@fails("7.3")
class ReadsOneUntilItIsEmpty(Server):
    """Reads a client for as long as it goes on talking."""
    def read(self, client):
        super().read(client)
        while not client.leaving and self.wait(client, 10):
            if client.pending:
                self.flush(client)
            else:
                super().read(client)

    def wait(self, client, milliseconds):
        poll = select.poll()
        poll.register(client.sock, select.POLLOUT if client.pending else select.POLLIN)
        return poll.poll(milliseconds)


@fails("7.4")
class WaitsForTheRestOfTheLine(Server):
    """Blocks in recv() while a line has no end."""
    def received(self, client, data):
        super().received(client, data)
        if not (data.endswith(b"\n") or client.pending or client.leaving):
            client.sock.setblocking(True)
            client.sock.recv(1, socket.MSG_PEEK)
            client.sock.setblocking(False)


@fails("1.4 1.5 7.2 7.3 7.4 7.11")
class ServesOneAtATime(Server):
    """Accepts a client once the one before has left."""
    accept_batch = 1

    def welcome(self, sock, address):
        self.set_accepting(False)
        super().welcome(sock, address)

    def close(self, client):
        super().close(client)
        self.set_accepting(self.leave_by is None)


@fails("7.5 7.6")
class DiesOfAReset(Server):
    """Does not catch ConnectionResetError."""
    def guarded(self, action, client):
        with contextlib.suppress(BlockingIOError):
            action(client)


@fails("7.6")
class StopsAfterAThousand(Server):
    """Has a place for each of a thousand clients, and gives none back."""
    def welcome(self, sock, address):
        super().welcome(sock, address)
        self.set_accepting(self.accepted < 1000)


@fails("7.7")
class LeaksADescriptorPerClient(Server):
    """Opens something for each client, and never closes it."""
    def welcome(self, sock, address):
        with contextlib.suppress(OSError):
            os.open(os.devnull, os.O_RDONLY)
        super().welcome(sock, address)


@fails("6.1 7.8")
class SpinsWhenIdle(Server):
    """Asks for events without ever sleeping."""
    def sleep_seconds(self):
        return 0


@fails("7.9")
class ThreadsThatNeverEnd(Server):
    """Starts a thread for each client, which outlives it."""
    def welcome(self, sock, address):
        threading.Thread(target=threading.Event().wait, daemon=True).start()
        super().welcome(sock, address)


@fails("7.10")
class KeepsEveryMessage(Server):
    """Remembers what everybody ever said."""
    def received(self, client, data):
        vars(self).setdefault("said", []).append(data)
        super().received(client, data)


@fails("7.11")
class ServesAHundred(Server):
    """Accepts everybody, but never says a word to who comes when a hundred are there."""
    def welcome(self, sock, address):
        if len(self.clients) < 100:
            super().welcome(sock, address)
        else:
            vars(self).setdefault("ignored", []).append(sock)


# --- Leaving, and what it says of itself


@fails("8.1")
class CannotBeStartedAgain(Server):
    """Does without SO_REUSEADDR: the port stays taken for a minute."""
    def options(self):
        return [option for option in super().options() if option[1] != socket.SO_REUSEADDR]


@fails("8.2")
class DiesOfSigterm(Server):
    """Leaves signals as they are."""
    def watch_signals(self):
        pass


@fails("8.2")
class IgnoresSigterm(Server):
    """Does not let anybody ask it to leave."""
    def watch_signals(self):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)


@fails("8.2")
class LeavesWithoutAnswering(Server):
    """Exits with 0 as soon as it is asked to, whatever it has received."""
    def watch_signals(self):
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))


@fails("9.1")
class WaitsForItsReader(Server):
    """Prints from the loop, which stops when the pipe is full."""
    def say(self, text):
        os.write(1, f"{text}\n".encode())


if __name__ == "__main__":
    if sys.argv[1:] == ["--list"]:
        for name, server in FAULTS.items():
            print(name, ",".join(server.cases), sep="\t")
    elif len(sys.argv) == 3 and sys.argv[1] in FAULTS:
        main(FAULTS[sys.argv[1]], sys.argv[2])
    else:
        sys.exit("usage: faulty.py NAME PORT, or faulty.py --list")
