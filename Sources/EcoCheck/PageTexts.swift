// swift-format-ignore-file
// The pages of Docs/check, for `eco explain`: made by `make docs`, which is to be run after each change of a page.

/// Their texts, by name. A test compares them with the files.
enum PageTexts {
    static let english: [(name: String, text: String)] = [
        (
            "address-in-use",
            #"""
# Address in use

The server cannot be started again at once, because it does not set `SO_REUSEADDR` on its listener.

**What you see.** Case 8.1: the server ends some sessions, is killed and started again on the same port, and `bind`
fails with "Address already in use" (`EADDRINUSE`). A minute later it works.

**Why it happens.** The side that ends a connection first keeps it in the state TIME_WAIT for a while after that (60 s
on Linux), even if the process is gone. This has two reasons: if the last ACK is lost, the other side repeats its FIN
and needs an answer; and late segments of the old connection must not get into a new one between the same addresses and
ports. Here the server ends first (after `tchau`), so TIME_WAIT is on its port. `bind` refuses a port that is used in
any way, unless both the old sockets and the new one have `SO_REUSEADDR`.

**How servers commonly get it wrong.**

```python
listener = socket.socket()
listener.bind(('localhost', 9090))       # fails while a connection of the last run is in TIME_WAIT
listener.listen()
```

**What to do instead.** Set the option before `bind`.

```python
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)   # before bind
listener.bind(('localhost', 9090))
listener.listen()
# in one call: listener = socket.create_server(('localhost', 9090)), which sets the option on Unix
```

The accepted sockets inherit the option from the listener. So the first start after the change may fail once more: the
sockets of the run before did not have it. It does not let two servers listen on one port: on Linux the second still
gets `EADDRINUSE`. `SO_REUSEPORT` does, but is not the solution. If `bind` fails with the option too, an old process is
still alive: `ss -ltnp` names it. Java: `ServerSocket` sets the option by itself on Linux. C: `setsockopt` with an `int`
of 1. On Windows the option means something else; leave it out.

See [the protocol, Defaults](../protocol.md#defaults) and [5. End](../protocol.md#5-end)
(`eco explain protocol` prints it).
"""#
        ),
        (
            "address-of-a-loop-variable",
            #"""
# The address of a loop variable

Each thread gets the address of the variable in which the accept loop keeps its client, not the client itself. By the
time it reads the variable, it holds another client.

**What you see.** Several clients connect at the same time. One of them gets two greetings, and two threads answer it;
another waits for its greeting for ever. It happens now and then if several clients connect at once (cases 1.5, 7.6,
7.11), and hardly ever by hand.

**Why it happens.** `pthread_create` returns before the new thread runs. If it was given `&client`, and `client` is the
variable that the loop assigns in every turn, the next `accept` changes what the thread is about to read. The same
happens to a closure that captures the variable and not its value, and to a counter that the threads themselves
increase.

**How servers commonly get it wrong.**

```c
int client;
for (;;) {
    client = accept(listener, NULL, NULL);
    pthread_create(&thread, NULL, serve, &client);    /* one variable for all threads */
}
```

```python
while True:
    conn, address = listener.accept()
    threading.Thread(target=lambda: serve(conn)).start()   # conn is looked up when the thread runs
```

**What to do instead.** Give each thread its own copy, including the number.

```c
for (;;) {
    struct session *session = malloc(sizeof *session);
    session->client = accept(listener, NULL, NULL);
    session->number = ++count;                        /* here, where one thread counts */
    pthread_create(&thread, NULL, serve, session);    /* serve() frees it */
}
```

```python
    threading.Thread(target=serve, args=(conn, number)).start()   # evaluated now
```

Go before 1.22: `go func(conn net.Conn) { … }(conn)`. JavaScript: `let` or `const`, not `var`. Java takes only variables
that never change into a lambda, but a field of the server object is shared all the same. C++: capture by value,
`[client]`, not `[&]`.

See [the protocol, 1. Greeting](../protocol.md#1-greeting) (`eco explain protocol` prints it).
"""#
        ),
        (
            "blocked-output",
            #"""
# Blocked output

The server prints a line for each client, and stalls when nobody reads its output.

**What you see.** Case 9.1: standard output is a full pipe, 400 clients come and go, and from the first line on, or
after some hundred, nobody is greeted or answered any more. In a terminal the same happens after Ctrl-S.

**Why it happens.** A pipe holds 64 KiB on Linux. When it is full, `write` waits until someone reads, and so does
`print`. If the accepting loop prints, the server accepts no client. If the clients' threads print, each of them holds
the lock of standard output or waits for it, and all of them stall. If the reader has gone, `write` fails with `EPIPE`
instead, and an exception ends the loop.

**How servers commonly get it wrong.**

```python
while True:
    conn, address = listener.accept()
    print(address, flush=True)            # waits for whoever reads the pipe
    threading.Thread(target=serve, args=(conn,), daemon=True).start()
```

**What to do instead.** The threads that serve only put the line into a bounded queue; a separate thread writes, and may
wait.

```python
lines = queue.Queue(maxsize=1000)

def say(line):
    with contextlib.suppress(queue.Full):                 # no room: the line is lost, the client is not
        lines.put_nowait(line)

def write_lines():
    while True:
        os.write(1, (lines.get() + '\n').encode())        # only this thread waits; no lock of print's is held

threading.Thread(target=write_lines, daemon=True).start()
```

Count what was dropped and say so later. If the reader goes away, `os.write` raises an exception: this thread ends, the
queue fills, and the server serves on. Not a cure: making descriptor 1 non-blocking, since the shell and other programs
share it and would have their output cut; and a queue without a bound, which fills memory. Java and C: `System.out` and
`stdout` have a lock of that kind, too, so the same queue and thread.

See [the protocol, What the server says of itself](../protocol.md#what-the-server-says-of-itself)
(`eco explain protocol` prints it).
"""#
        ),
        (
            "buffers-without-bound",
            #"""
# Buffers without bound

The server goes on reading from a client that does not read its answers, and keeps all of them in memory.

**What you see.** Case 7.1: a client sends more than the kernel can hold and reads nothing. The server takes all of it,
and its memory grows with it. A server that is right stops reading after a while, so that the client cannot send any
more.

**Why it happens.** TCP has flow control: a receiver whose queue is full lets the sender wait. It works only if the
program in between passes it on. The client does not read, so the server cannot send. If the server then stops reading
as well, its receive queue fills, and the client has to wait. A program that puts unsent answers into a list of its own
breaks this chain: its memory becomes the queue, and a single client can fill it.

**How servers commonly get it wrong.**

```python
async def serve(reader, writer):
    while data := await reader.read(4096):
        writer.write(upper(data))         # never waits: what the kernel does not take is kept in memory
    writer.close()
```

**What to do instead.** Do not read before the last answer has gone out, or most of it.

```python
async def serve(reader, writer):
    while data := await reader.read(4096):
        writer.write(upper(data))
        await writer.drain()              # waits once more than 64 KiB are unsent; meanwhile nothing is read
    writer.close()
```

`upper` is that of [decoding-each-read.md](decoding-each-read.md), with a decoder for each connection. In a loop with
`selectors` it is one rule: while something is unsent, ask for writability only, and not for readability
([one-client-holds-up-all.md](one-client-holds-up-all.md) has such a loop). With a thread per client, `sendall` does
this by itself: it blocks, and a blocked thread does not read. Queues between threads need a bound:
`queue.Queue(maxsize=…)`, in Java `new ArrayBlockingQueue<>(n)` and not a `LinkedBlockingQueue` without a number. The
other thing that grows is a line that never ends, if it is kept until its newline comes. Ten thousand such clients
within their bounds still take much memory, so bound the sum too.

See [the protocol, Slow and vanished clients](../protocol.md#slow-and-vanished-clients) (`eco explain protocol` prints it).
"""#
        ),
        (
            "busy-waiting",
            #"""
# Busy waiting

The server keeps asking whether something has come, instead of letting the kernel wake it.

**What you see.** Case 7.8: some clients are connected and say nothing, and the server uses processor time all the same:
a little, or a whole processor. `top` shows it without any check.

**Why it happens.** A non-blocking call returns at once, with "nothing there" if there is nothing. In a loop, that makes
millions of useless calls per second. A pause of 10 ms reduces that to a hundred per second for each such thread, but
every text then waits for up to 10 ms. The kernel knows when bytes arrive. A thread that waits in `recv`, `select` or
`epoll_wait` costs nothing until then. Another way to spin: asking for writability all the time. A socket with room in
its send queue is always writable, so that `select` returns at once.

**How servers commonly get it wrong.**

```python
while True:
    for conn in list(clients):
        try:
            data = conn.recv(1024)                   # conn is non-blocking
        except BlockingIOError:
            continue                                 # nothing there: the next one, and round again
        conn.sendall(data.upper())
# the same with select(..., 0), or with EVENT_READ | EVENT_WRITE all the time
```

**What to do instead.** Wait without a timeout, for what is really needed.

```python
while True:
    for key, _ in selector.select():                 # sleeps until something has come
        turn(selector, key.fileobj, key.data)        # asks for EVENT_WRITE only while something is unsent
```

`turn` is that of [one-client-holds-up-all.md](one-client-holds-up-all.md). If there are timeouts, wait until the next
one is due; if there are none, for ever. To wake the loop from another thread or a signal, write to a pipe or an
`eventfd` that is in the loop as well. A thread for each client just blocks in `recv`. A spin that begins when a client
leaves is another mistake: [forgetting-end-of-stream.md](forgetting-end-of-stream.md). In C, `epoll` reports `EPOLLHUP`
and `EPOLLERR` even if no event was asked for: take the descriptor out, or close it.

See [the protocol, Slow and vanished clients](../protocol.md#slow-and-vanished-clients)
(`eco explain protocol` prints it).
"""#
        ),
        (
            "bytes-that-are-not-text",
            #"""
# Bytes that are not text

Bytes that are not UTF-8 end the session or the server, or come back as something else; a NUL ends the text.

**What you see.** Case 3.5: after `61 FF 62` the connection ends, or the answer is not `41 FF 42`. Often the server's
output has a traceback, and with a single-threaded server every later case fails too. Case 3.8: the answer stops before
byte 00, or control characters are missing.

**Why it happens.** TCP carries any bytes, and the client decides which. Decoders are strict by default: they raise an
exception, and if nobody catches it, it ends the thread or the program. Those that are not strict put `U+FFFD` in place
of the wrong bytes. Taking them for Latin-1 changes them as well: `E9` is `é` there, and its upper case is `C9`. NUL is
an ordinary byte (U+0000), but C's strings end at it, and with them `strlen`, `strcpy` and `printf("%s")`.

**How servers commonly get it wrong.**

```python
while data := conn.recv(1024):
    try:
        text = data.decode('utf-8')
    except UnicodeDecodeError:
        break                                          # one wrong byte, and the client is thrown out
    conn.sendall(text.rstrip('\0').upper().encode())   # and its NULs are lost
```

**What to do instead.** Let each wrong byte pass as itself. Python has an error handler that makes a stand-in of it and
the byte again.

```python
decoder = codecs.getincrementaldecoder('utf-8')('surrogateescape')
while data := conn.recv(4096):
    text = decoder.decode(data)                        # FF becomes U+DCFF, a stand-in without upper case
    conn.sendall(text.upper().encode('utf-8', 'surrogateescape'))   # and is FF again
```

The valid bytes around it still change: `E2 C3 A1` is a sequence that breaks off and then `á`, and gives `E2 C3 81`.
Such a text cannot be printed or logged as it is: `print(text)` may raise an exception, `print(ascii(text))` does not.
Java: a `CharsetDecoder` with `CodingErrorAction.REPORT` tells by `CoderResult.length()` how many bytes to copy as they
are. C: carry the length along, use `memchr` and `send`, and no function that looks for a NUL.

See [the protocol, 3. Echo](../protocol.md#3-echo) (`eco explain protocol` prints it).
"""#
        ),
        (
            "closing-with-unread-input",
            #"""
# Closing with unread input

The server calls `close` while bytes of the client are still unread, and the last answer is lost.

**What you see.** Case 5.3: the client sends `tchau` and 200 KB behind it; instead of `TCHAU` and the end of the stream
it gets a reset ("connection reset by peer"), with the answer or without. Case 5.4: the client goes on sending after the
end, and its next sends or its read fail. Both may pass on one run and fail on the next.

**Why it happens.** `close` means that the program will read no more. If the socket's receive queue is not empty then,
the kernel does not send a FIN but a reset (RST), to tell the client that its bytes were lost (RFC 1122, 4.2.2.13; RFC
2525, 2.17). Everything in the server's send queue is thrown away. Some systems also drop what the client has received
and not read yet. Linux lets it read that, but then reports an error where the end should be. If the queue is empty at
`close`, the same happens when more arrives later.

**How servers commonly get it wrong.**

```python
for piece in pieces(data):
    conn.sendall(piece.upper())
    if piece.strip() == b'tchau':
        conn.close()                     # what came behind the goodbye is unread: reset
        return
```

**What to do instead.** End the sending side, go on reading and dropping for a bounded time, then close.

```python
def end(conn):
    until, room = time.monotonic() + 2, 1 << 20           # at most 2 s and 1 MiB
    with contextlib.suppress(OSError):                    # timed out, or the client is gone already
        conn.shutdown(socket.SHUT_WR)                     # a FIN behind the last answer
        while room > 0 and (left := until - time.monotonic()) > 0:
            conn.settimeout(left)
            data = conn.recv(65536)
            if not data: break                            # the client has ended its side too: nothing can be lost
            room -= len(data)
    conn.close()
```

The bounds matter: without them a client that never ends its side holds a thread and a descriptor for ever. `SO_LINGER`
is not the cure: it makes `close` wait for the sending, but reads nothing. Java: `shutdownOutput()` and
`setSoTimeout()`; C: `shutdown(fd, SHUT_WR)` and `poll` with a timeout.

See [the protocol, 5. End](../protocol.md#5-end) (`eco explain protocol` prints it).
"""#
        ),
        (
            "comparing-before-stripping",
            #"""
# Comparing before stripping

The server compares the unstripped text with `tchau`, or strips the answer too, or takes too much or too little for a
goodbye.

**What you see.** Cases 4.1 and 4.2: the session does not end, or ends without the answer. Case 4.3: `  tchau \r\n` is
not taken for a goodbye, or the answer is not `  TCHAU \r\n`. Case 4.4: `TCHAU`, `Tchau`, `tchau amigo` or `tchau!` ends
the session. Case 4.8: Unicode's white space around `tchau` is not recognised.

**Why it happens.** What ends a line depends on the client: `\n`, `\r\n`, or nothing. So the comparison has to ignore
white space, and the answer, which is an echo, has to keep it. And there is more white space than ASCII's: the no-break
space (U+00A0), the ideographic one (U+3000), the line separator (U+2028). Functions for bytes know only the six of
ASCII, and those for text do not agree with each other.

**How servers commonly get it wrong.**

```python
while data := conn.recv(1024):
    text = data.decode().strip()                   # now the answer has lost its white space
    if text.lower().startswith('tchau'):           # TCHAU and "tchau amigo" are no goodbyes
        return                                     # and the goodbye is not answered
    conn.sendall(text.upper().encode())
# the opposite, seen as often: if data == b'tchau\n': return
```

**What to do instead.** Answer first and whole; strip a copy, for the comparison only. `decoder` is that of
[decoding-each-read.md](decoding-each-read.md).

```python
while data := conn.recv(4096):
    text = decoder.decode(data)
    conn.sendall(text.upper().encode('utf-8', 'surrogateescape'))   # with its white space
    if text.strip() == 'tchau':                                     # str.strip(), not bytes.strip(); case counts
        return
```

`str.strip()` of Python takes just what the protocol takes: U+0009 to U+000D, U+001C to U+0020, U+0085, U+00A0, U+1680,
U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F, U+3000. Java: `trim()` takes everything up to U+0020, NUL included,
and nothing above; `strip()` leaves U+0085, U+00A0, U+2007 and U+202F. C: `isspace` knows ASCII's six; write the list
above into a `switch`. When a goodbye comes in pieces or among other lines, see
[reads-are-not-messages.md](reads-are-not-messages.md).

See [the protocol, 4. Goodbye](../protocol.md#4-goodbye) (`eco explain protocol` prints it).
"""#
        ),
        (
            "decoding-each-read",
            #"""
# Decoding each read by itself

The server decodes every read by itself, as if a character could not begin in one read and end in the next.

**What you see.** Case 3.2: a character whose bytes come in two reads ends the session, or comes back as `U+FFFD`, or in
lower case. Case 3.6: bytes that can no longer become a character are not answered until something else comes. Case 3.7:
half a character at the end of the stream is lost. Case 3.9: random text fails, at another place each time.

**Why it happens.** A character takes 1 to 4 bytes in UTF-8, and TCP knows nothing of characters. A read may end after
the `C3` of `C3 A1` (`á`). By itself `C3` is not valid. Only the next byte shows whether it is an error, so `C3` has to
be kept until then. `E0 80` need not wait: after `E0` only `A0` to `BF` can follow. So at most three bytes have to be
kept.

**How servers commonly get it wrong.**

```python
while data := conn.recv(1024):
    text = data.decode('utf-8')                    # raises when the read ends within a character
    # errors='replace' makes U+FFFD of each half; errors='ignore' loses both
    conn.sendall(text.upper().encode('utf-8'))
```

Another mistake is to keep the whole read until everything decodes: after one wrong byte, it grows for ever.

**What to do instead.** A decoder with a memory, one for each connection.

```python
decoder = codecs.getincrementaldecoder('utf-8')('surrogateescape')

def upper(data, final=False):
    text = decoder.decode(data, final)             # keeps the beginning of a character for the next call
    held = decoder.getstate()[0]
    if held[:1] == b'\xed' and held[1:2] >= b'\xa0':  # begins no character, and Python waits all the same
        text += decoder.decode(b'', True)
    return text.upper().encode('utf-8', 'surrogateescape')

while data := conn.recv(4096):
    conn.sendall(upper(data))
conn.sendall(upper(b'', final=True))               # half a character goes back unchanged
```

Java: a `CharsetDecoder` called with `endOfInput` false leaves the cut bytes in its input buffer; `compact()` keeps
them. C: walk the bytes by Table 3-7 of the Unicode Standard, and keep the last sequence if it has only begun. The
decoders of Python and Java are strict but for `ED A0` to `ED BF`, the beginning of a surrogate, which they keep until a
third byte has come; the protocol answers it at once.

See [the protocol, 3. Echo](../protocol.md#3-echo) (`eco explain protocol` prints it). For what is not UTF-8 at all:
[bytes-that-are-not-text.md](bytes-that-are-not-text.md).
"""#
        ),
        (
            "errors-that-end-the-server",
            #"""
# Errors that end the server

An error of one connection ends the server, its accepting loop or one of its worker threads.

**What you see.** Case 7.5: fifty clients have sent and reset, one after the other, and the next is not served. Case
7.6: the same after three thousand that connected and closed at once. Case 7.11: of five hundred clients at the same
time some are not greeted. With a thread pool the server may seem healthy until the last thread has died.

**Why it happens.** A client may leave at any moment, between any two calls. After a reset `recv` and `send` fail
(`ECONNRESET`, `EPIPE`), and `getpeername` too (`ENOTCONN`). On Linux even `accept` reports network errors of the new
connection, as its manual page says. All of this is normal. But an exception propagates until it is caught; if the
accepting loop sends the greeting itself, the exception ends the loop. In C, a send to a client that is gone raises
SIGPIPE, which ends the process silently.

**How servers commonly get it wrong.**

```python
def worker(accepted):                     # one of N threads
    while True:
        conn = accepted.get()
        greet(conn)                       # the client has gone: an exception, and now there are N - 1 threads
        talk(conn)
        conn.close()
```

**What to do instead.** One place per connection, outside the conversation and inside the loop, that takes every error.

```python
def worker(accepted):
    while True:
        with accepted.get() as conn:          # closed in every case
            try:
                greet(conn)
                talk(conn)
            except OSError:
                pass                          # this client's end, and nobody else's
            except Exception:
                traceback.print_exc()         # a mistake of ours: say so, and serve on
```

Greet on the client's own thread, and let a thread that cannot be started (`RuntimeError` in Python, `OutOfMemoryError`
in Java) cost that client only. Errors of `accept`: [out-of-descriptors.md](out-of-descriptors.md). C: `send` with
`MSG_NOSIGNAL`. Java: a `try` with resources around each client, within the loop. For 7.11 also look at the backlog
(`listen(1)` lets crowds wait a second and more for a repeated SYN), and at a pool's size.

See [the protocol, 1. Greeting](../protocol.md#1-greeting) and
[Slow and vanished clients](../protocol.md#slow-and-vanished-clients) (`eco explain protocol` prints it).
"""#
        ),
        (
            "forgetting-end-of-stream",
            #"""
# Forgetting the end of the stream

The server does not notice that the client has ended its side, or notices and closes before the answers are sent.

**What you see.** Case 5.1: the client ends its side, and the server never ends its own. Often the server is at 100 %
CPU from then on, and later cases are slow. Case 5.2: the client sends 200 KB and ends its side at once, and a part of
the answers is missing.

**Why it happens.** `shutdown(SHUT_WR)` sends a FIN: no more bytes in this direction. The other direction stays open, so
the client can wait for its answers (a half-close). In the server `recv` gives what is in the queue first, and then 0
bytes: at once, without an error, and again at every call. The program itself has to notice that this is the end. And
the end of the input says nothing about the output: answers may still be in the program's own queue, or with a worker.

**How servers commonly get it wrong.**

```python
while True:
    data = conn.recv(1024)              # b'' at once, for ever
    conn.sendall(data.upper())          # sends nothing, and raises nothing
    if data.strip() == b'tchau':        # never true again
        break
conn.close()
```

The opposite in event loops: `if events & (EPOLLRDHUP | EPOLLHUP): close(fd)`, although there is something left to read.

**What to do instead.** Read to the end, answer everything, and then end the server's side. `upper` is that of
[decoding-each-read.md](decoding-each-read.md), `end` that of
[closing-with-unread-input.md](closing-with-unread-input.md).

```python
while data := conn.recv(4096):          # b'' is false: the client will send no more
    conn.sendall(upper(data))           # returns when the kernel has all of it
conn.sendall(upper(b'', final=True))    # half a character that was kept
end(conn)                               # FIN behind the last answer, then close
```

In an event loop a hang-up event only means: read until `recv` returns nothing. Close once the connection's own queue is
empty. In Java the end is -1 from `read` (`available()` is 0 whenever nothing is there yet). In C it is 0 from `recv`;
-1 with `EAGAIN` or `EINTR` is not the end.

See [the protocol, 5. End](../protocol.md#5-end) (`eco explain protocol` prints it).
"""#
        ),
        (
            "greeting-and-numbers",
            #"""
# The greeting and its number

The greeting comes late, differs by a byte, or carries a number that is not this client's.

**What you see.** Case 1.1: the client connects and says nothing, and no greeting comes, or one that is not `Servidor de
eco (cliente N).` and one newline, or something follows it (a prompt, an empty line). Case 1.2: four clients, one after
the other, do not get four numbers in a row. Case 1.3: the first client of a fresh server is not number 1. Case 1.5: of
fifty clients that come five at a time, two get the same number.

**Why it happens.** The kernel completes a connection by itself, even before `accept` returns. The client then waits,
and sees nothing until the server sends. N counts the clients that were accepted and not refused since the server
started. It is not the number of clients connected now: that one goes down when a client leaves. And `count += 1` is a
read, an addition and a write. Another thread can come in between, or between the counting and the use of the count.

**How servers commonly get it wrong.**

```python
count = 0

def serve(conn):                      # runs on a thread of its own
    global count
    count += 1                        # many threads count
    data = conn.recv(1024)            # the greeting waits until the client speaks
    conn.sendall(f'Servidor de eco (cliente {count})\n'.encode())  # no full stop; and others have counted meanwhile
```

**What to do instead.** Count where you accept, hand the number over, and greet before the first `recv`.

```python
def accept_all(listener):
    for number in itertools.count(1):             # one thread counts: from 1, and never down
        conn, _ = listener.accept()
        threading.Thread(target=serve, args=(conn, number)).start()

def serve(conn, number):
    conn.sendall(f'Servidor de eco (cliente {number}).\n'.encode())
    talk(conn)                                    # from here on, recv and answer
```

If several threads accept, count under a lock or with an atomic: `AtomicInteger.incrementAndGet()` in Java,
`atomic_fetch_add(&count, 1) + 1` in C. In Java, flush a buffered writer, and write `"\n"`: `println` ends a line as the
platform does. In C, send `strlen` bytes of the greeting; with the `sizeof` of an array its NUL or its unused rest goes
out as well.

See [the protocol, 1. Greeting](../protocol.md#1-greeting) (`eco explain protocol` prints it).
"""#
        ),
        (
            "leaks",
            #"""
# Leaks

When a client has left, something of it stays behind: its descriptor, its thread or process, or memory.

**What you see.** Case 7.7: after the clients have left, the server has more descriptors open than before. Case 7.9: it
has more threads or child processes than before (zombies, `Z` in `ps`, are processes too). Case 7.10: after group upon
group of 200 sessions its memory has grown by 4 KiB or more for each.

**Why it happens.** The kernel gives a descriptor back at `close`, and not when the client leaves: the socket then stays
half open (in `ss`: CLOSE-WAIT) until the server closes it, too. A thread ends when its function returns; one that is
blocked in `recv` for a client that vanished without a FIN waits for ever. A process that has ended stays a zombie until
its parent calls `waitpid`. And no garbage collector frees what a list still refers to.

**How servers commonly get it wrong.**

```python
clients = []

def serve(conn):
    clients.append(conn)                          # nothing ever takes it out
    while data := conn.recv(1024):                # an exception here jumps over the close
        conn.sendall(data.upper())
        if data.strip() == b'tchau':
            return                                # and so does this return
    conn.close()
```

**What to do instead.** Release what a client uses where it was acquired, in a construct that covers every path.

```python
clients = set()

def serve(conn):
    clients.add(conn)
    try:
        talk(conn)
    finally:                                      # at return and at an exception alike
        clients.discard(conn)
        end(conn)                                 # lingers a little, and closes in every case
```

`end` is that of [closing-with-unread-input.md](closing-with-unread-input.md). The same goes for a list of all threads,
a dictionary by number, a history of texts. Turn on TCP keepalive (`SO_KEEPALIVE`) for clients that vanish. Java:
`try (socket) { … }`, and remove from maps in `finally`. C: one exit per function (`goto out`), `pthread_detach` for
threads that nobody joins, `waitpid(-1, NULL, WNOHANG)` in a loop after SIGCHLD. After `fork` both processes have the
descriptor: the parent closes its copy.

See [the protocol, 5. End](../protocol.md#5-end) and [Slow and vanished clients](../protocol.md#slow-and-vanished-clients)
(`eco explain protocol` prints it).
"""#
        ),
        (
            "leaving-without-answering",
            #"""
# Leaving without answering

SIGTERM ends the server at once, with input unread and answers unsent.

**What you see.** Case 8.2: a client has sent texts, the server gets a SIGTERM, and the answers are missing or the
connection is reset; or the exit status is not 0 (-15 in Python's `subprocess`, 143 in a shell).

**Why it happens.** By default SIGTERM ends a process in the middle of whatever it does. The kernel then closes its
descriptors. A socket with unread bytes sends a reset, which takes unsent answers with it
([closing-with-unread-input.md](closing-with-unread-input.md)). `exit` in a signal handler is no better: the other
threads end with the process. SIGTERM is how systemd, Docker and Kubernetes stop a service, so this happens at every
update.

**How servers commonly get it wrong.**

```python
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))     # exit status 0, and all answers lost

while True:
    conn, _ = listener.accept()
    threading.Thread(target=serve, args=(conn,), daemon=True).start()
```

**What to do instead.** Let the signal wake the accepting loop; tell each conversation that its stream ends; wait for
them.

```python
wake, poke = socket.socketpair()
poke.setblocking(False)
signal.set_wakeup_fd(poke.fileno())                             # a signal makes wake readable
signal.signal(signal.SIGTERM, lambda *_: None)
while listener in select.select([listener, wake], [], [])[0]:   # until SIGTERM has come and nobody waits
    conn, _ = listener.accept()                                 # so the backlog is taken before leaving
    clients.add(conn)                                           # serve() takes it out
    threading.Thread(target=serve, args=(conn,)).start()
listener.close()
for conn in list(clients):
    with contextlib.suppress(OSError):                          # it may have gone
        conn.shutdown(socket.SHUT_RD)                           # recv gives what is queued, and then b''
```

Then the main thread just ends: Python waits for all threads that are not daemons, and exits with 0. Set a limit in case
a client never reads: a `threading.Timer(10, os._exit, [75])` whose `daemon` is set to true. Java: a shutdown hook does
the same, and has to end with `Runtime.halt(0)`, or the status is 143. C: `signalfd`, or a pipe that the handler writes
to.

See [the protocol, Leaving](../protocol.md#leaving) (`eco explain protocol` prints it).
"""#
        ),
        (
            "one-client-at-a-time",
            #"""
# One client at a time

The server accepts a client, serves it to its end, and only then accepts the next.

**What you see.** Case 1.4: two clients are connected, but only the first is greeted, or the second gets no answer while
the first is silent. When the first leaves, the second is suddenly served.

**Why it happens.** A connection does not need `accept` to be established. The kernel completes it and puts it into the
listener's queue (the backlog). So the second client is connected: its `connect` has returned, and even what it sends is
acknowledged and kept. It cannot tell whether the server is busy or slow. Meanwhile the server's only thread is blocked
in a `recv` for the first client, for as long as that client is silent.

**How servers commonly get it wrong.** With a plain loop, or with code that looks as if it started a thread but does not:

```python
while True:
    conn, _ = listener.accept()
    threading.Thread(target=serve(conn)).start()      # calls serve here and now; the thread gets its result, None
    # the same with: thread.run() instead of thread.start(), or thread.join() right after start()
```

**What to do instead.** Let something else serve the client, so that this thread is back in `accept` at once.

```python
while True:
    conn, _ = listener.accept()
    threading.Thread(target=serve, args=(conn,), daemon=True).start()   # the function and its arguments, not its result
```

A thread for each client is the simplest way. A loop over all sockets (`selectors`, `asyncio`, epoll) does it with one
thread; see [one-client-holds-up-all.md](one-client-holds-up-all.md). In Java the usual slips are `thread.run()` and a
pool of fixed size: with `newFixedThreadPool(10)` the eleventh client waits. In C it is `fork` with a `waitpid` right
behind it. Note that `eco --model sequential` serves one client at a time on purpose, and so cannot pass this case.

See [the protocol, 1. Greeting](../protocol.md#1-greeting) and [What each model keeps](../protocol.md#what-each-model-keeps)
(`eco explain protocol` prints it).
"""#
        ),
        (
            "one-client-holds-up-all",
            #"""
# One client holds up all

A loop (or a lock) that serves all clients waits for one of them.

**What you see.** A second client gets no answer in time, while another client does not read its answers (case 7.2),
sends without a pause (case 7.3), or while ten clients have sent half a line or half a character (case 7.4).

**Why it happens.** An event loop has one thread. Whatever waits in it makes everybody wait: a `recv` that needs more
than is there, a `sendall` to a client that does not read. A readable socket has one byte or more, not necessarily a
line. A writable socket has some room, not necessarily enough. And a client that sends faster than the server reads is
always readable: "read until nothing is left" never ends.

**How servers commonly get it wrong.**

```python
for key, _ in selector.select():
    conn = key.fileobj
    data = conn.recv(1024)
    while not data.endswith(b'\n'):       # half a line, and the loop stands still
        data += conn.recv(1024)
    conn.sendall(data.upper())            # a client that does not read, and it stands still as well
```

**What to do instead.** For each ready client: one bounded read, or one send of what fits. Then on to the next.

```python
def turn(selector, conn, out):                    # conn is non-blocking; out: a bytearray of what is unsent
    with contextlib.suppress(BlockingIOError):
        if not out:
            data = conn.recv(4096)                # one bounded read per turn: a flood waits for its turn
            if not data:
                selector.unregister(conn)
                return conn.close()
            out += answer(conn, data)
        del out[:conn.send(out)]                  # what fits now; select() tells when there is room again
    selector.modify(conn, selectors.EVENT_WRITE if out else selectors.EVENT_READ, out)
```

The loop is `for key, _ in selector.select(): turn(selector, key.fileobj, key.data)`. An `OSError` in `turn` is this
client's end: take it out and close it. An incomplete line or character is kept with its connection (here in `answer`),
and nothing waits for its rest. With a thread per client the kernel's scheduler shares the processor. There the same
mistake is a lock held during `sendall` or `recv`, or a thread pool that is smaller than the number of clients.

See [the protocol, Slow and vanished clients](../protocol.md#slow-and-vanished-clients)
(`eco explain protocol` prints it).
"""#
        ),
        (
            "out-of-descriptors",
            #"""
# Out of descriptors

`accept` fails because no descriptor is left, and the server dies of it or tries again without a pause.

**What you see.** Case 6.1: the limit on descriptors is lowered, and 40 clients connect. Then the server is gone, or no
longer answers the clients that it has, or uses a whole processor while nothing happens, or greets no client even after
all of them have left.

**Why it happens.** Every connection is a descriptor, and a process may have only so many (`ulimit -n`, often 1024).
When they are used up, `accept` fails with `EMFILE` (`ENFILE` if it is the whole system). The client stays in the
backlog. So the listener is still readable, `select` and epoll report it at once, and `accept` fails again: a loop that
never rests. The error is no fault of the listener: as soon as a client leaves, `accept` works again.

**How servers commonly get it wrong.**

```python
while True:
    try:
        conn, _ = listener.accept()
    except OSError:
        continue                          # at once again, at 100 % CPU; without the try, the server ends here
    threading.Thread(target=serve, args=(conn,), daemon=True).start()
```

**What to do instead.** Wait a little; the client keeps its place in the backlog, and the other threads serve on.

```python
SHORTAGE = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
while True:
    try:
        conn, _ = listener.accept()
    except OSError as error:
        if error.errno in (errno.EBADF, errno.ENOTSOCK): raise     # a mistake in the program
        if error.errno in SHORTAGE: time.sleep(0.1)                # only the accepting thread sleeps
        continue                          # anything else was about one client: on to the next
    threading.Thread(target=serve, args=(conn,), daemon=True).start()
```

An event loop must not sleep: it takes the listener out of the poller, and puts it back at the next close or by a timer.
To tell the client instead, keep one descriptor in reserve (`/dev/null`): close it, accept, send
`Servidor cheio: limite de N clientes.`, close, open the reserve again. A limit of your own, below that of the system,
is kinder still. And close each descriptor on every path: [leaks.md](leaks.md).

See [the protocol, Refusals](../protocol.md#refusals) (`eco explain protocol` prints it).
"""#
        ),
        (
            "own-line-ends",
            #"""
# The server's own line ends

The server strips the line end from what it reads, and adds its own to what it sends.

**What you see.** `oi\n` comes back as `OI\r\n`, or `oi\r\n` as `OI\n` (case 2.4); the greeting ends in `\r\n` (1.1). On
a terminal both look the same.

**Why it happens.** Many functions that read and write lines treat them as text: they remove LF, CR LF or CR when they
read, and add the line end of their system when they write. This protocol echoes bytes: a newline is LF alone, CR is
white space like any other, and all of it goes back as it came.

**How servers commonly get it wrong.**

```python
for line in conn.makefile('r'):                # universal newlines: CR LF is read as LF
    conn.sendall(line.strip().upper().encode() + b'\r\n')
```

```java
String line = reader.readLine();               // without its end, whatever it was
writer.println(line.toUpperCase(Locale.ROOT)); // the system's line separator
```

**What to do instead.** Read bytes, and send back what was read.

```python
while data := conn.recv(4096):
    conn.sendall(upper(data))                  # the newline is in it, if one came
```

Strip a copy, and only to compare it with `tchau`. A text that comes without a newline (which may come later, or never)
is answered without one. Python: `newline=''` or binary files leave line ends alone. Java: `InputStream` and
`OutputStream`, and `print("…\n")` for the greeting. Windows' text mode changes them as well: open in binary mode.

See [the protocol, 2. Texts](../protocol.md#2-texts) (`eco explain protocol` prints it).
"""#
        ),
        (
            "parent-keeps-its-copy",
            #"""
# The parent keeps its copy

After `fork` both processes have the client's connection, and only one of them closes it.

**What you see.** The goodbye is answered, but the end of the stream never comes (cases 4.1, 5.1, 5.2 and all others
that wait for the end). The server keeps one more descriptor after each client (7.7), until none is left. `eco check
--spawn` sees that two processes have the connection.

**Why it happens.** `fork` copies the table of descriptors: parent and child each have one for the same connection. The
kernel ends the connection when the last of them is closed. The child closes its own when it is done. The parent went
back to `accept` and still has one, and each child that it starts later inherits it.

**How servers commonly get it wrong.**

```c
for (;;) {
    int client = accept(listener, NULL, NULL);
    if (fork() == 0) {
        serve(client);
        exit(0);
    }                                   /* the parent goes on, and client stays open */
}
```

```python
while True:
    conn, address = listener.accept()
    multiprocessing.Process(target=serve, args=(conn,)).start()
```

**What to do instead.** Each process closes what it does not use: the parent the client, the child the listener.

```c
    pid_t child = fork();
    if (child == 0) {
        close(listener);
        serve(client);
        exit(0);
    }
    close(client);                      /* whether or not there is a child */
```

```python
    process = multiprocessing.Process(target=serve, args=(conn,))
    process.start()
    conn.close()                        # the child has its own
```

A child that has ended stays a zombie until its parent waits for it: `waitpid(-1, NULL, WNOHANG)` after SIGCHLD, or
SIGCHLD ignored. `shutdown(client, SHUT_WR)` ends the sending side however many copies there are, which hides the leak
and does not mend it.

See [the protocol, 5. End](../protocol.md#5-end) (`eco explain protocol` prints it).
"""#
        ),
        (
            "partial-send",
            #"""
# Partial send

The server calls `send` and does not look at how many bytes it took.

**What you see.** Case 5.5: 8 MB are sent as far as they go, and only then are the answers read. Some of their bytes are
missing, in the middle or at the end. Small texts all come back right, which is why this stays unseen for so long.

**Why it happens.** `send` copies bytes into the socket's send queue. Its room depends on the client: if the client does
not read, its receive queue fills, then the server's send queue. A non-blocking `send` takes what fits and returns that
number. A blocking one waits until all is taken, but may return early as well when a signal comes. In Python, a socket
with a timeout is non-blocking inside, so that its `send` takes only a part too.

**How servers commonly get it wrong.**

```python
conn.settimeout(30)                      # from now on the socket is non-blocking inside
while data := conn.recv(65536):
    answer = upper(data)
    conn.send(answer)                    # returns how many bytes were taken; the rest is lost
```

**What to do instead.** `sendall`, or what it does: go on with the rest.

```python
def send_all(conn, answer):              # what conn.sendall(answer) does on a blocking socket
    rest = memoryview(answer)            # a view: cutting it copies nothing
    while rest:
        rest = rest[conn.send(rest):]    # send says how many bytes it took
```

On a non-blocking socket the loop would get `BlockingIOError`: keep the rest with the connection, ask for writability,
do not read this client until it is gone (see [buffers-without-bound.md](buffers-without-bound.md)). After an error or a
timeout of `sendall` nobody knows how much has gone out, so the only thing left is to close. Java: `OutputStream.write`
sends all, `SocketChannel.write` a part: loop while `buffer.hasRemaining()`. C: loop over
`send(fd, p, n, MSG_NOSIGNAL)`, take -1 with `EINTR` as "again", and with `EAGAIN` as "when it is writable".

See [the protocol, 5. End](../protocol.md#5-end) and
[Slow and vanished clients](../protocol.md#slow-and-vanished-clients) (`eco explain protocol` prints it).
"""#
        ),
        (
            "reading-until-full",
            #"""
# Reading until the buffer is full

The server waits for more than the client has sent: until its buffer is full, or while each read fills it, or until the end.

**What you see.** Case 2.7: a text of exactly 1,024 or 4,096 bytes (or whatever size the buffer has) gets no answer
until the client sends something else. Or no text is answered until enough bytes have come to fill the buffer, or until
the client has ended its side: `eco check` tries this, and says how many bytes it took.

**Why it happens.** `recv` may bring less than was asked for. The advice that often follows is "so call it again until
the buffer is full". But a client that waits for its answer says nothing more, and both wait for ever. "Read on while
the buffer was filled" works for every length but one: if a read took exactly what was there, the next one waits. And
`read()` without a number reads to the end of the stream.

**How servers commonly get it wrong.**

```python
data = b''
while len(data) < 1024:                   # until it is full
    data += conn.recv(1024 - len(data))

data = conn.recv(1024)
while len(data) % 1024 == 0:              # as long as a read was full
    data += conn.recv(1024)

data = conn.makefile('rb').read()         # until the end
```

**What to do instead.** Answer what one read has brought; what is longer comes with the next one.

```python
while data := conn.recv(4096):
    conn.sendall(answer(data))
```

If a loop has to empty the socket, as with edge-triggered epoll, make the socket non-blocking, and stop at `EAGAIN`, not
at a short read. `MSG_WAITALL`, `fread`, `readNBytes`, `io.ReadFull` and `recv_exactly` wait until they have all that
they were asked for: they are for protocols that say a length first. Java's `InputStream.read(buffer)` and Go's
`conn.Read` return what there is.

See [the protocol, 2. Texts](../protocol.md#2-texts) (`eco explain protocol` prints it).
"""#
        ),
        (
            "reads-are-not-messages",
            #"""
# Reads are not messages

The server takes what one `recv` returns for one line or one message.

**What you see.** Case 2.1: the second line is not answered. Case 2.3: of several lines only the first is. Case 2.5: the
answer to a long line stops at the buffer's size, or has newlines in it that nobody sent. Case 2.6: the answers are out
of order. Cases 4.5, 4.6, 4.7, 4.9, 4.10: a goodbye among other lines or typed key by key goes unseen, `oi\ntchau` in
one read or the end of a longer line ends the session, or what follows the goodbye is answered.

**Why it happens.** TCP carries a stream of bytes and keeps no boundaries. Segments, queues, timing and the size of your
buffer decide where a read ends: three sends can arrive in one read, one send in a hundred. Order holds within the
stream only. Two threads that answer two pieces of it overtake each other.

**How servers commonly get it wrong.**

```python
while data := conn.recv(1024):
    line = data.split(b'\n')[0]              # the other lines of this read are lost
    conn.sendall(line.upper() + b'\n')       # and a line in two reads gets two newlines
    if data.strip() == b'tchau':             # sees neither b'oi\ntchau\n' nor b'tch', then b'au\n'
        break
```

**What to do instead.** Answer pieces as they come, and remember the line under way from read to read. `decoder` is that
of [decoding-each-read.md](decoding-each-read.md); the function returns after a goodbye, and its caller ends the
connection.

```python
line = ''                                                 # the line under way, however many reads it takes
while data := conn.recv(4096):
    held = decoder.getstate()[0]                          # half a character from the read before
    text = decoder.decode(data)
    message = not held and not decoder.getstate()[0] and '\n' not in text and text.strip() == 'tchau'
    for piece in re.findall(r'[^\n]*\n|[^\n]+', text):    # splitlines() would also cut at "\r" and U+2028
        conn.sendall(piece.upper().encode('utf-8', 'surrogateescape'))
        line = re.sub(r'\s+', ' ', line + piece)[:8]      # eight characters tell; a long line fills no memory
        if message or piece.endswith('\n') and line.strip() == 'tchau':
            return                                        # what follows is dropped
        if piece.endswith('\n'): line = ''
```

A server without a goodbye needs none of this: it could answer each read and forget it. In C, do not let `strtok` or
`strchr` run over the read's end; in Java, use the count that `read` returns, not the length of the array.

See [the protocol, 2. Texts](../protocol.md#2-texts) and [4. Goodbye](../protocol.md#4-goodbye)
(`eco explain protocol` prints it).
"""#
        ),
        (
            "stale-and-shared-buffers",
            #"""
# Stale and shared buffers

The answer contains bytes that do not belong to this text: bytes of an earlier text, bytes of another client, or a NUL.

**What you see.** Something follows a right answer: the end of a longer earlier text (`sim` comes back as `SIM` and then
` TESTANDO`), or `\x00`. Or a client gets what another client sent. This can show in any case, often first in 2.1 or
1.4; `eco check` recognises it by the bytes that came.

**Why it happens.** `recv` fills the first bytes of a buffer and says how many. It puts no NUL behind them, and whatever
the buffer held before is still there. `strlen` counts up to the next NUL, wherever that happens to be. A server that
sends `strlen + 1` bytes, or the whole buffer, sends bytes that nobody said. And a buffer that two threads share (a
global one, a `static` one, a field of the server object) holds whatever either of them read last.

**How servers commonly get it wrong.**

```c
static char buffer[4096];                         /* one for all threads */
ssize_t count = recv(client, buffer, sizeof buffer, 0);
upper(buffer, strlen(buffer));                    /* no NUL was received */
send(client, buffer, strlen(buffer) + 1, 0);      /* a NUL that nobody has said */
```

```python
buffer = bytearray(4096)
count = conn.recv_into(buffer)
conn.sendall(buffer.upper())                      # all 4096, whatever count is
```

**What to do instead.** Keep the count with the bytes, and give each client a buffer of its own.

```c
char buffer[4096];                                /* on the stack of this client's thread */
ssize_t count = recv(client, buffer, sizeof buffer, 0);
if (count <= 0) return;
upper(buffer, count);
send_all(client, buffer, count);
```

Compare with `tchau` by length and `memcmp`, not by `strcmp`. Java: `buffer.flip()` before what was read is used,
`clear()` or `compact()` before the next read, and `new String(bytes, 0, count, UTF_8)`. Go: `buffer[:count]`. Python's
`recv` returns a new `bytes` of just the right length. A list of texts, a `StringBuilder` and a decoder are buffers too:
each connection needs its own.

See [the protocol, 3. Echo](../protocol.md#3-echo) (`eco explain protocol` prints it).
"""#
        ),
        (
            "upper-case",
            #"""
# Upper case

The server changes the case of ASCII only, or of each character into exactly one other.

**What you see.** Case 3.1: something that is no letter comes back changed (`{` as `[`). Case 3.3: `olá, não há ação`
comes back as `OLá, NãO Há AçãO`. Case 3.4: `ß` comes back as it was, or the answer is cut short. In any case:
`i` comes back as `İ`, which is Turkish, or `E2`, the first byte of `€`, as `C2`, which is Latin-1.

**Why it happens.** In UTF-8 an accented letter is two bytes or more, all above 127; functions that work on bytes leave
those alone. And Unicode's upper case is not one to one. `ß` becomes `SS`, `ﬃ` becomes `FFI`, `ŉ` becomes `ʼN` (2 bytes
to 3), `ΐ` becomes three characters (2 bytes to 6). A function from one character to one character cannot express that,
and a buffer of the text's size is too small for the answer, which can be three times as long. Some functions use the
machine's language, and in Turkish the upper case of `i` has a dot. And a server that decodes the bytes as Latin-1,
where each byte is a character, changes single bytes: `E2`, the first byte of `€`, is `â` there, and becomes `C2`.

**How servers commonly get it wrong.**

```python
data = conn.recv(1024)
conn.sendall(data.upper())                # upper() of bytes knows a to z only

def upper(text):                          # or character by character
    answer = list(text)
    for i, character in enumerate(answer):
        if len(character.upper()) == 1:   # ß, ŉ, ΐ and ﬃ stay as they are
            answer[i] = character.upper()
    return ''.join(answer)
```

**What to do instead.** Decode, take the upper case of the text as a whole, encode, and look at the length only then.

```python
decoder = codecs.getincrementaldecoder('utf-8')('surrogateescape')
while data := conn.recv(4096):
    text = decoder.decode(data)
    answer = text.upper().encode('utf-8', 'surrogateescape')   # upper() of str is Unicode's full mapping
    conn.sendall(answer)                                       # as many bytes as it has now
```

Java: `text.toUpperCase(Locale.ROOT)` is the full mapping; without the locale a Turkish machine makes `İ` of `i`, and
`Character.toUpperCase` is one to one. C: `toupper` is for one byte (and undefined for a negative `char`), `towupper`
for one character; ICU's `u_strToUpper` with the locale `""` is the full mapping, and so is a table made of
UnicodeData.txt and the lines of SpecialCasing.txt that have no condition. Taking 32 away, or clearing a bit, is right
for `a` to `z` and for nothing else.

See [the protocol, 3. Echo](../protocol.md#3-echo) (`eco explain protocol` prints it).
"""#
        ),
        (
            "waiting-for-a-newline",
            #"""
# Waiting for a newline

The server reads lines, but its clients may send text without a newline and wait for the answer.

**What you see.** Case 2.2: the text was sent, and no answer comes; both sides wait for each other. Case 2.4: an empty
line ends the session or is not answered, or `\r\n` comes back as `\n`.

**Why it happens.** TCP delivers bytes as they come and gives a newline no meaning. `recv` returns as soon as there is
at least one byte. `readline` is a layer above: it calls `recv` again and again until a newline is among the bytes. Such
layers often also normalise: they take `\r\n` or `\r` for a newline, or drop the end of the line, and then it is lost.

**How servers commonly get it wrong.**

```python
with conn.makefile('r', encoding='utf-8') as lines:   # text mode: "\r\n" turns into "\n"
    for line in lines:                                # does not return without a newline
        text = line.strip()
        if not text:
            break                                     # an empty line is taken for the end of the stream
        conn.sendall((text.upper() + '\n').encode())
```

**What to do instead.** Answer what has come as soon as it has come, and do not change newlines.

```python
decoder = codecs.getincrementaldecoder('utf-8')('surrogateescape')
while data := conn.recv(4096):           # what has come, one byte or more; b'' is the end of the stream
    text = decoder.decode(data)          # keeps a cut character for the next read
    conn.sendall(text.upper().encode('utf-8', 'surrogateescape'))
    if text.strip() == 'tchau':          # only a first step: see the page on reads and messages
        break
```

Java: `BufferedReader.readLine()` waits for a line's end, takes `\r` for one, and drops it; use
`InputStream.read(byte[])`, which returns what is there. C: `fgets`, `getline` and `fread` wait, and so does `recv` with
`MSG_WAITALL`; plain `recv` does not. For the goodbye, and for lines in general, see
[reads-are-not-messages.md](reads-are-not-messages.md).

See [the protocol, 2. Texts](../protocol.md#2-texts) (`eco explain protocol` prints it).
"""#
        ),
    ]

    static let portuguese: [(name: String, text: String)] = [
        (
            "address-in-use",
            #"""
# Endereço em uso

Não dá para iniciar o servidor de novo logo em seguida, porque ele não liga `SO_REUSEADDR` no socket que escuta.

**O que você vê.** Caso 8.1: sessões são encerradas pelo servidor, ele é morto e iniciado de novo na mesma porta, e
`bind` falha com "Address already in use" (`EADDRINUSE`). Um minuto depois, funciona.

**Por que acontece.** O lado que encerra a conexão primeiro a mantém depois disso por algum tempo no estado TIME_WAIT
(60 s no Linux), mesmo que o processo já não exista. Há dois motivos: se o último ACK se perde, o outro lado repete seu
FIN, e alguém precisa responder; e segmentos atrasados da conexão antiga não podem entrar em uma nova entre os mesmos
endereços e portas. Aqui é o servidor que encerra primeiro (depois de `tchau`), e por isso o TIME_WAIT fica na porta
dele. `bind` recusa uma porta que esteja em qualquer uso, a não ser que tanto os sockets antigos como o novo tenham
`SO_REUSEADDR`.

**Como servidores costumam errar.**

```python
listener = socket.socket()
listener.bind(('localhost', 9090))       # falha enquanto uma conexão da última execução está em TIME_WAIT
listener.listen()
```

**O que fazer.** Ligue a opção antes de `bind`.

```python
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)   # antes de bind
listener.bind(('localhost', 9090))
listener.listen()
# em uma só chamada: listener = socket.create_server(('localhost', 9090)), que liga a opção no Unix
```

Os sockets aceitos herdam a opção do socket que escuta. Por isso o primeiro início depois da mudança ainda pode falhar
uma vez: os sockets da execução anterior não a tinham. Ela não deixa dois servidores escutarem na mesma porta: no Linux,
o segundo continua recebendo `EADDRINUSE`. `SO_REUSEPORT` deixa, e não é a cura. Se `bind` falha mesmo com a opção, um
processo antigo ainda vive: `ss -ltnp` diz qual. Java: no Linux, `ServerSocket` liga a opção sozinho. C: `setsockopt`
com um `int` igual a 1. No Windows, a opção quer dizer outra coisa, e é melhor deixá-la de fora.

Veja [o protocolo, Defaults](../../protocol.md#defaults) e [5. End](../../protocol.md#5-end)
(em inglês; `eco explain protocol` o mostra).
"""#
        ),
        (
            "address-of-a-loop-variable",
            #"""
# O endereço de uma variável do laço

Cada thread fica sabendo onde o laço de accept guarda o seu cliente, e não qual cliente é. Quando ela olha, já há outro lá.

**O que você vê.** Vários clientes se conectam ao mesmo tempo. Um deles recebe duas saudações, e duas threads o atendem; outro espera a
sua saudação para sempre. Acontece de vez em quando, onde vários se conectam de uma vez (casos 1.5, 7.6, 7.11), e quase nunca à mão.

**Por que acontece.** `pthread_create` retorna antes que a nova thread rode. Se recebeu `&client`, e `client` é a variável que o laço
atribui a cada volta, o próximo `accept` muda o que a thread está para ler. O mesmo acontece com uma closure que captura a variável e
não o seu valor, e com um contador que as próprias threads aumentam.

**Como servidores costumam errar.**

```c
int client;
for (;;) {
    client = accept(listener, NULL, NULL);
    pthread_create(&thread, NULL, serve, &client);    /* uma variável para todas as threads */
}
```

```python
while True:
    conn, address = listener.accept()
    threading.Thread(target=lambda: serve(conn)).start()   # conn só é procurada quando a thread roda
```

**O que fazer.** Dê a cada thread uma cópia só dela, com número e tudo.

```c
for (;;) {
    struct session *session = malloc(sizeof *session);
    session->client = accept(listener, NULL, NULL);
    session->number = ++count;                        /* aqui, onde uma só thread conta */
    pthread_create(&thread, NULL, serve, session);    /* serve() o libera */
}
```

```python
    threading.Thread(target=serve, args=(conn, number)).start()   # avaliados agora
```

Go antes do 1.22: `go func(conn net.Conn) { … }(conn)`. JavaScript: `let` ou `const`, não `var`. Java só aceita numa lambda variáveis
que nunca mudam, mas um campo do objeto servidor é compartilhado do mesmo jeito. C++: capture por valor, `[client]`, não `[&]`.

Veja [o protocolo, 1. Greeting](../../protocol.md#1-greeting) (em inglês; `eco explain protocol` o mostra).
"""#
        ),
        (
            "blocked-output",
            #"""
# Saída bloqueada

O servidor imprime uma linha para cada cliente, e para quando ninguém lê o que ele imprime.

**O que você vê.** Caso 9.1: a saída padrão é um pipe cheio, 400 clientes vêm e vão, e desde a primeira linha, ou depois
de algumas centenas, ninguém mais é saudado nem respondido. Em um terminal, o mesmo acontece depois de Ctrl-S.

**Por que acontece.** No Linux, um pipe guarda 64 KiB. Quando está cheio, `write` espera até que alguém leia, e `print`
também. Se quem imprime é o laço que aceita, o servidor não aceita mais ninguém. Se são as threads dos clientes, cada
uma segura ou espera a única trava da saída padrão, e todas param. Se o leitor se foi, `write` falha com `EPIPE`, e uma
exceção acaba com o laço.

**Como servidores costumam errar.**

```python
while True:
    conn, address = listener.accept()
    print(address, flush=True)            # espera por quem lê o pipe
    threading.Thread(target=serve, args=(conn,), daemon=True).start()
```

**O que fazer.** Quem atende só põe a linha em uma fila com limite; uma thread própria escreve, e pode esperar.

```python
lines = queue.Queue(maxsize=1000)

def say(line):
    with contextlib.suppress(queue.Full):                 # sem espaço: perde-se a linha, não o cliente
        lines.put_nowait(line)

def write_lines():
    while True:
        os.write(1, (lines.get() + '\n').encode())        # só esta thread espera, e sem a trava de print

threading.Thread(target=write_lines, daemon=True).start()
```

Conte o que foi descartado e diga isso depois. Se o leitor se vai, `os.write` lança uma exceção: esta thread termina, a
fila enche, e o servidor continua atendendo. Não são curas: tornar não bloqueante o descritor 1, porque o shell e outros
programas o compartilham e teriam sua saída cortada; nem uma fila sem limite, que enche a memória. Java e C:
`System.out` e `stdout` também têm uma trava assim; servem a mesma fila e a mesma thread.

Veja [o protocolo, What the server says of itself](../../protocol.md#what-the-server-says-of-itself)
(em inglês; `eco explain protocol` o mostra).
"""#
        ),
        (
            "buffers-without-bound",
            #"""
# Buffers sem limite

O servidor continua lendo de um cliente que não lê suas respostas, e guarda todas elas na memória.

**O que você vê.** Caso 7.1: um cliente envia mais do que o núcleo comporta e não lê nada. O servidor recebe tudo, e sua memória cresce
junto. Um servidor correto para de ler depois de algum tempo, de modo que o cliente não consegue enviar mais.

**Por que acontece.** O TCP tem controle de fluxo: um receptor com a fila cheia faz o emissor esperar. Isso só funciona
se o programa no meio passar a espera adiante. O cliente não lê, e por isso o servidor não consegue enviar. Se o
servidor então também para de ler, sua fila de recepção enche, e o cliente precisa esperar. Um programa que põe as
respostas não enviadas em uma lista própria quebra essa corrente: sua memória vira a fila, e um único cliente pode
enchê-la.

**Como servidores costumam errar.**

```python
async def serve(reader, writer):
    while data := await reader.read(4096):
        writer.write(upper(data))         # nunca espera: o que o núcleo não aceita fica na memória
    writer.close()
```

**O que fazer.** Não leia antes que a última resposta tenha saído, ou quase toda ela.

```python
async def serve(reader, writer):
    while data := await reader.read(4096):
        writer.write(upper(data))
        await writer.drain()              # espera quando há mais de 64 KiB por enviar; enquanto isso nada é lido
    writer.close()
```

`upper` é a de [decoding-each-read.md](decoding-each-read.md), com um decodificador para cada conexão. Em um laço com
`selectors`, é uma regra só: enquanto houver algo por enviar, peça apenas o evento de escrita, e não o de leitura
([one-client-holds-up-all.md](one-client-holds-up-all.md) tem um laço assim). Em uma thread por cliente, `sendall` faz
isso sozinho: ele bloqueia, e quem está bloqueado não lê. Filas entre threads precisam de um limite:
`queue.Queue(maxsize=…)`, em Java `new ArrayBlockingQueue<>(n)` e não um `LinkedBlockingQueue` sem número. A outra coisa
que cresce é uma linha que nunca termina, se for guardada até vir a quebra de linha. Dez mil clientes assim, cada um
dentro do seu limite, ainda são muito: limite também a soma.

Veja [o protocolo, Slow and vanished clients](../../protocol.md#slow-and-vanished-clients)
(em inglês; `eco explain protocol` o mostra).
"""#
        ),
        (
            "busy-waiting",
            #"""
# Espera ocupada

O servidor pergunta sem parar se chegou alguma coisa, em vez de deixar o núcleo acordá-lo.

**O que você vê.** Caso 7.8: alguns clientes estão conectados e calados, e mesmo assim o servidor gasta tempo de
processador: um pouco, ou um processador inteiro. O `top` mostra isso sem nenhum verificador.

**Por que acontece.** Uma chamada não bloqueante retorna na hora, com "nada aqui" se não há nada. Em um laço, são
milhões de chamadas por segundo que não fazem nada. Com uma pausa de 10 ms, são cem por segundo em cada thread que faz
isso, e cada texto espera até 10 ms. O núcleo sabe quando chegam bytes. Uma thread que espera em `recv`, `select` ou
`epoll_wait` não custa nada até lá. Outro jeito de girar em falso: pedir o tempo todo o evento de escrita. Um socket com
espaço na fila de envio está sempre pronto para escrita, de modo que `select` retorna na hora.

**Como servidores costumam errar.**

```python
while True:
    for conn in list(clients):
        try:
            data = conn.recv(1024)                   # conn não bloqueia
        except BlockingIOError:
            continue                                 # nada aqui: o próximo, e mais uma volta
        conn.sendall(data.upper())
# o mesmo com select(..., 0), ou com EVENT_READ | EVENT_WRITE o tempo todo
```

**O que fazer.** Espere sem tempo limite, pelo que é mesmo necessário.

```python
while True:
    for key, _ in selector.select():                 # dorme até chegar alguma coisa
        turn(selector, key.fileobj, key.data)        # só pede EVENT_WRITE enquanto algo falta enviar
```

`turn` é a de [one-client-holds-up-all.md](one-client-holds-up-all.md). Se há prazos, espere até o mais próximo; se não
há, para sempre. Para acordar o laço a partir de outra thread ou de um sinal, escreva em um pipe ou `eventfd` que também
esteja no laço. Uma thread por cliente simplesmente bloqueia em `recv`. Um giro em falso que começa quando um cliente
sai é outro erro: [forgetting-end-of-stream.md](forgetting-end-of-stream.md). Em C, `epoll` anuncia `EPOLLHUP` e
`EPOLLERR` mesmo que nenhum evento tenha sido pedido: retire o descritor, ou feche-o.

Veja [o protocolo, Slow and vanished clients](../../protocol.md#slow-and-vanished-clients)
(em inglês; `eco explain protocol` o mostra).
"""#
        ),
        (
            "bytes-that-are-not-text",
            #"""
# Bytes que não são texto

Bytes que não são UTF-8 encerram a sessão ou o servidor, ou voltam como outra coisa; um NUL encerra o texto.

**O que você vê.** Caso 3.5: depois de `61 FF 62` a conexão termina, ou a resposta não é `41 FF 42`. Muitas vezes
aparece um traceback na saída do servidor, e com um servidor de uma só thread todos os casos seguintes também falham.
Caso 3.8: a resposta para antes do byte 00, ou faltam caracteres de controle.

**Por que acontece.** O TCP leva quaisquer bytes, e quem decide quais é o cliente. Decodificadores são rigorosos por
padrão: lançam uma exceção, e se ninguém a captura, ela encerra a thread ou o programa. Os que não são rigorosos põem
`U+FFFD` no lugar dos bytes errados. Tomá-los por Latin-1 também os muda: ali `E9` é `é`, e sua maiúscula é `C9`. NUL é
um byte comum (U+0000), mas as strings de C terminam nele, e com elas `strlen`, `strcpy` e `printf("%s")`.

**Como servidores costumam errar.**

```python
while data := conn.recv(1024):
    try:
        text = data.decode('utf-8')
    except UnicodeDecodeError:
        break                                          # um byte errado, e o cliente é posto para fora
    conn.sendall(text.rstrip('\0').upper().encode())   # e seus NULs se perdem
```

**O que fazer.** Deixe cada byte errado passar como ele mesmo. Python tem um tratador de erros que o troca por um
substituto, e de volta pelo byte.

```python
decoder = codecs.getincrementaldecoder('utf-8')('surrogateescape')
while data := conn.recv(4096):
    text = decoder.decode(data)                        # FF vira U+DCFF, um substituto sem maiúscula
    conn.sendall(text.upper().encode('utf-8', 'surrogateescape'))   # e é FF outra vez
```

Os bytes válidos em volta mudam, sim: `E2 C3 A1` é uma sequência interrompida e depois `á`, e dá `E2 C3 81`. Um texto
desses não pode ser impresso ou registrado como está: `print(text)` pode lançar uma exceção, `print(ascii(text))` não.
Java: um `CharsetDecoder` com `CodingErrorAction.REPORT` diz, por `CoderResult.length()`, quantos bytes copiar como são.
C: leve o tamanho junto, use `memchr` e `send`, e nenhuma função que procure um NUL.

Veja [o protocolo, 3. Echo](../../protocol.md#3-echo) (em inglês; `eco explain protocol` o mostra).
"""#
        ),
        (
            "closing-with-unread-input",
            #"""
# Fechar com entrada não lida

O servidor chama `close` enquanto ainda há bytes do cliente por ler, e a última resposta se perde.

**O que você vê.** Caso 5.3: o cliente envia `tchau` e mais 200 KB; em vez de `TCHAU` e do fim do fluxo, recebe um reset
("connection reset by peer"), com a resposta ou sem ela. Caso 5.4: o cliente continua falando depois do fim, e seus
próximos envios ou sua leitura falham. Ambos podem passar em uma execução e falhar na seguinte.

**Por que acontece.** `close` quer dizer que ninguém mais vai ler. Se nessa hora a fila de recepção do socket não está
vazia, o núcleo não envia um FIN e sim um reset (RST), para avisar ao cliente que seus bytes se perderam (RFC 1122,
4.2.2.13; RFC 2525, 2.17). O que ainda estava na fila de envio do servidor é jogado fora. Alguns sistemas descartam
também o que o cliente recebeu e ainda não leu. O Linux o deixa ler isso, mas depois informa um erro onde deveria estar
o fim. Se a fila está vazia no `close`, o mesmo acontece quando chega mais alguma coisa depois.

**Como servidores costumam errar.**

```python
for piece in pieces(data):
    conn.sendall(piece.upper())
    if piece.strip() == b'tchau':
        conn.close()                     # o que veio atrás da despedida não foi lido: reset
        return
```

**O que fazer.** Encerre o lado de envio, continue lendo e descartando por um tempo limitado, e então feche.

```python
def end(conn):
    until, room = time.monotonic() + 2, 1 << 20           # no máximo 2 s e 1 MiB
    with contextlib.suppress(OSError):                    # o tempo acabou, ou o cliente já se foi
        conn.shutdown(socket.SHUT_WR)                     # um FIN atrás da última resposta
        while room > 0 and (left := until - time.monotonic()) > 0:
            conn.settimeout(left)
            data = conn.recv(65536)
            if not data: break                            # o cliente também encerrou: nada mais pode se perder
            room -= len(data)
    conn.close()
```

Os limites importam: sem eles, um cliente que nunca encerra o lado dele segura uma thread e um descritor para sempre.
`SO_LINGER` não é a cura: faz `close` esperar pelo envio, mas não lê nada. Java: `shutdownOutput()` e `setSoTimeout()`;
C: `shutdown(fd, SHUT_WR)` e `poll` com tempo limite.

Veja [o protocolo, 5. End](../../protocol.md#5-end) (em inglês; `eco explain protocol` o mostra).
"""#
        ),
        (
            "comparing-before-stripping",
            #"""
# Comparar antes de tirar os espaços

O servidor compara o texto com `tchau` como ele veio, ou tira os espaços também da resposta, ou toma coisas demais ou de
menos por despedida.

**O que você vê.** Casos 4.1 e 4.2: a sessão não termina, ou termina sem a resposta. Caso 4.3: `  tchau \r\n` não é
despedida, ou a resposta não é `  TCHAU \r\n`. Caso 4.4: `TCHAU`, `Tchau`, `tchau amigo` ou `tchau!` encerra a sessão.
Caso 4.8: o espaço em branco do Unicode em volta de `tchau` não é reconhecido.

**Por que acontece.** O que termina uma linha depende do cliente: `\n`, `\r\n` ou nada. Por isso a comparação precisa
ignorar o espaço em branco, e a resposta, que é um eco, precisa mantê-lo. E há mais espaço em branco do que o do ASCII:
o espaço inseparável (U+00A0), o ideográfico (U+3000), o separador de linhas (U+2028). Funções para bytes conhecem só os
seis do ASCII, e as funções para texto não concordam entre si.

**Como servidores costumam errar.**

```python
while data := conn.recv(1024):
    text = data.decode().strip()                   # agora a resposta perdeu seu espaço em branco
    if text.lower().startswith('tchau'):           # TCHAU e "tchau amigo" não são despedidas
        return                                     # e a despedida fica sem resposta
    conn.sendall(text.upper().encode())
# o oposto, visto com a mesma frequência: if data == b'tchau\n': return
```

**O que fazer.** Responda primeiro, e ao texto inteiro; tire os espaços de uma cópia, só para comparar. `decoder` é o de
[decoding-each-read.md](decoding-each-read.md).

```python
while data := conn.recv(4096):
    text = decoder.decode(data)
    conn.sendall(text.upper().encode('utf-8', 'surrogateescape'))   # com seu espaço em branco
    if text.strip() == 'tchau':                                     # str.strip(), não bytes.strip(); só minúsculas
        return
```

`str.strip()` de Python tira exatamente o que o protocolo tira: U+0009 a U+000D, U+001C a U+0020, U+0085, U+00A0,
U+1680, U+2000 a U+200A, U+2028, U+2029, U+202F, U+205F, U+3000. Java: `trim()` tira tudo até U+0020, inclusive NUL, e
nada acima; `strip()` deixa U+0085, U+00A0, U+2007 e U+202F. C: `isspace` conhece os seis do ASCII; escreva a lista
acima em um `switch`. Quando uma despedida vem em pedaços ou entre outras linhas, veja
[reads-are-not-messages.md](reads-are-not-messages.md).

Veja [o protocolo, 4. Goodbye](../../protocol.md#4-goodbye) (em inglês; `eco explain protocol` o mostra).
"""#
        ),
        (
            "decoding-each-read",
            #"""
# Decodificar cada leitura por si

O servidor decodifica cada leitura como se nenhum caractere pudesse estar metade nesta e metade na próxima.

**O que você vê.** Caso 3.2: um caractere cujos bytes vêm em duas leituras encerra a sessão, ou volta como `U+FFFD`, ou
em minúscula. Caso 3.6: bytes que já não podem virar um caractere só são respondidos quando chega mais alguma coisa.
Caso 3.7: meio caractere no fim do fluxo se perde. Caso 3.9: texto aleatório falha, cada vez em outro lugar.

**Por que acontece.** Um caractere ocupa de 1 a 4 bytes em UTF-8, e o TCP não sabe nada de caracteres. Uma leitura pode
terminar depois do `C3` de `C3 A1` (`á`). Sozinho, `C3` não é válido. Se é um erro, só o próximo byte diz, e por isso
ele precisa ser guardado até lá. `E0 80` não precisa esperar: depois de `E0` só pode vir de `A0` a `BF`. Assim, nunca é
preciso guardar mais de três bytes.

**Como servidores costumam errar.**

```python
while data := conn.recv(1024):
    text = data.decode('utf-8')                    # lança uma exceção se a leitura termina no meio de um caractere
    # errors='replace' faz U+FFFD de cada metade; errors='ignore' perde as duas
    conn.sendall(text.upper().encode('utf-8'))
```

Ou guardando a leitura inteira até que tudo decodifique: um byte errado, e ela cresce para sempre.

**O que fazer.** Um decodificador com memória, um para cada conexão.

```python
decoder = codecs.getincrementaldecoder('utf-8')('surrogateescape')

def upper(data, final=False):
    text = decoder.decode(data, final)             # guarda o começo de um caractere para a próxima chamada
    held = decoder.getstate()[0]
    if held[:1] == b'\xed' and held[1:2] >= b'\xa0':  # não inicia caractere algum, e o Python espera mesmo assim
        text += decoder.decode(b'', True)
    return text.upper().encode('utf-8', 'surrogateescape')

while data := conn.recv(4096):
    conn.sendall(upper(data))
conn.sendall(upper(b'', final=True))               # meio caractere volta sem mudança
```

Java: um `CharsetDecoder` chamado com `endOfInput` falso deixa os bytes cortados no buffer de entrada; `compact()` os
conserva. C: percorra os bytes segundo a Tabela 3-7 do padrão Unicode, e guarde a última sequência se ela apenas
começou. Os decodificadores de Python e de Java são rigorosos, exceto com `ED A0` a `ED BF`, o começo de um surrogate,
que guardam até chegar o terceiro byte; o protocolo responde a ele na hora.

Veja [o protocolo, 3. Echo](../../protocol.md#3-echo) (em inglês; `eco explain protocol` o mostra). Sobre o que nem é
UTF-8: [bytes-that-are-not-text.md](bytes-that-are-not-text.md).
"""#
        ),
        (
            "errors-that-end-the-server",
            #"""
# Erros que acabam com o servidor

O erro de uma conexão acaba com o servidor, com o laço que aceita ou com uma das threads de trabalho.

**O que você vê.** Caso 7.5: cinquenta clientes enviaram algo e deram um reset, um depois do outro, e o próximo não é
atendido. Caso 7.6: o mesmo depois de três mil que conectaram e fecharam na hora. Caso 7.11: de quinhentos clientes ao
mesmo tempo, alguns não são saudados. Com um pool de threads, o servidor pode parecer bem até morrer a última delas.

**Por que acontece.** Um cliente pode ir embora a qualquer momento, entre duas chamadas quaisquer. Depois de um reset,
`recv` e `send` falham (`ECONNRESET`, `EPIPE`), e `getpeername` também (`ENOTCONN`). No Linux, até `accept` informa
erros de rede da nova conexão, como diz sua página de manual. Tudo isso é tão normal quanto um texto. Mas uma exceção
sobe até que alguém a capture; se o próprio laço que aceita enviou a saudação, ele vai junto. Em C, um envio a um
cliente que se foi gera SIGPIPE, que encerra o processo sem uma palavra.

**Como servidores costumam errar.**

```python
def worker(accepted):                     # uma de N threads
    while True:
        conn = accepted.get()
        greet(conn)                       # o cliente se foi: uma exceção, e agora são N - 1 threads
        talk(conn)
        conn.close()
```

**O que fazer.** Um só lugar por conexão, fora da conversa e dentro do laço, que recebe todo erro.

```python
def worker(accepted):
    while True:
        with accepted.get() as conn:          # fechado em todos os casos
            try:
                greet(conn)
                talk(conn)
            except OSError:
                pass                          # o fim deste cliente, e de mais ninguém
            except Exception:
                traceback.print_exc()         # um erro nosso: avise, e continue atendendo
```

Saúde na thread do próprio cliente, e que uma thread que não pôde ser criada (`RuntimeError` em Python,
`OutOfMemoryError` em Java) custe só aquele cliente. Erros de `accept`: [out-of-descriptors.md](out-of-descriptors.md).
C: `send` com `MSG_NOSIGNAL`. Java: um `try` com recursos em volta de cada cliente, dentro do laço. No caso 7.11, olhe
também o backlog (com `listen(1)`, multidões esperam um segundo ou mais por um SYN repetido) e o tamanho do pool.

Veja [o protocolo, 1. Greeting](../../protocol.md#1-greeting) e
[Slow and vanished clients](../../protocol.md#slow-and-vanished-clients) (em inglês; `eco explain protocol` o mostra).
"""#
        ),
        (
            "forgetting-end-of-stream",
            #"""
# Esquecer o fim do fluxo

O servidor não percebe que o cliente encerrou o lado dele, ou percebe e fecha antes de enviar as respostas.

**O que você vê.** Caso 5.1: o cliente encerra o lado dele, e o servidor nunca encerra o seu. Muitas vezes o servidor
fica a 100 % de CPU dali em diante, e os casos seguintes são lentos. Caso 5.2: o cliente envia 200 KB e logo encerra o
lado dele, e falta uma parte das respostas.

**Por que acontece.** `shutdown(SHUT_WR)` envia um FIN: não há mais bytes nesta direção. A outra direção continua
aberta, de modo que o cliente pode esperar pelas respostas (um half-close). No servidor, `recv` entrega primeiro o que
está na fila, e depois 0 bytes: na hora, sem erro, e de novo a cada chamada. Que isso é o fim, o programa é que precisa
perceber. E o fim do que entra não diz nada sobre o que precisa sair: ainda pode haver respostas na fila do próprio
programa, ou com uma thread de trabalho.

**Como servidores costumam errar.**

```python
while True:
    data = conn.recv(1024)              # b'' na hora, para sempre
    conn.sendall(data.upper())          # não envia nada, e não lança nada
    if data.strip() == b'tchau':        # nunca mais é verdade
        break
conn.close()
```

O oposto, em laços de eventos: `if events & (EPOLLRDHUP | EPOLLHUP): close(fd)`, embora ainda haja o que ler.

**O que fazer.** Leia até o fim, responda a tudo, e então encerre o seu lado. `upper` é a de
[decoding-each-read.md](decoding-each-read.md), `end` a de [closing-with-unread-input.md](closing-with-unread-input.md).

```python
while data := conn.recv(4096):          # b'' é falso: o cliente não vai enviar mais nada
    conn.sendall(upper(data))           # retorna quando o núcleo recebeu tudo
conn.sendall(upper(b'', final=True))    # meio caractere que ficou guardado
end(conn)                               # FIN atrás da última resposta, depois close
```

Em um laço de eventos, um evento de desligamento só quer dizer: leia até `recv` não retornar nada. Feche quando a fila
da própria conexão estiver vazia. Em Java, o fim é -1 de `read` (`available()` é 0 sempre que ainda não chegou nada). Em
C, é 0 de `recv`; -1 com `EAGAIN` ou `EINTR` não é o fim.

Veja [o protocolo, 5. End](../../protocol.md#5-end) (em inglês; `eco explain protocol` o mostra).
"""#
        ),
        (
            "greeting-and-numbers",
            #"""
# A saudação e seu número

A saudação atrasa, difere em um byte, ou traz um número que não é o deste cliente.

**O que você vê.** Caso 1.1: o cliente se conecta e fica calado, e a saudação não chega, ou chega outra coisa que não
`Servidor de eco (cliente N).` e uma quebra de linha, ou vem algo mais depois dela (um prompt, uma linha vazia). Caso 1.2:
quatro clientes, um depois do outro, não recebem quatro números seguidos. Caso 1.3: o primeiro cliente de um servidor
recém-iniciado não é o número 1. Caso 1.5: de cinquenta clientes que chegam cinco por vez, dois recebem o mesmo número.

**Por que acontece.** O núcleo completa a conexão sozinho, antes mesmo de `accept` retornar. O cliente então espera, e
não vê nada até que o servidor envie. N conta os clientes aceitos e não recusados desde o início do servidor. Não é o
número de clientes conectados agora: esse diminui quando um cliente sai. E `count += 1` é uma leitura, uma soma e uma
escrita. Outra thread pode entrar no meio, ou entre a contagem e o uso do contador.

**Como servidores costumam errar.**

```python
count = 0

def serve(conn):                      # roda em uma thread própria
    global count
    count += 1                        # muitas threads contam
    data = conn.recv(1024)            # a saudação espera o cliente falar
    conn.sendall(f'Servidor de eco (cliente {count})\n'.encode())  # falta o ponto; e outras já contaram também
```

**O que fazer.** Conte onde você aceita, passe o número adiante e saúde antes do primeiro `recv`.

```python
def accept_all(listener):
    for number in itertools.count(1):             # uma só thread conta: a partir de 1, e nunca para trás
        conn, _ = listener.accept()
        threading.Thread(target=serve, args=(conn, number)).start()

def serve(conn, number):
    conn.sendall(f'Servidor de eco (cliente {number}).\n'.encode())
    talk(conn)                                    # daqui em diante, recv e resposta
```

Se várias threads aceitam, conte sob uma trava (lock) ou com um atômico: `AtomicInteger.incrementAndGet()` em Java,
`atomic_fetch_add(&count, 1) + 1` em C. Em Java, chame `flush` se o escritor tem buffer, e escreva `"\n"`: `println`
termina a linha como a plataforma manda. Em C, envie `strlen` bytes da saudação; com o `sizeof` de um vetor, vão junto o
NUL ou o resto não usado.

Veja [o protocolo, 1. Greeting](../../protocol.md#1-greeting) (em inglês; `eco explain protocol` o mostra).
"""#
        ),
        (
            "leaks",
            #"""
# Vazamentos

Algo de um cliente fica para trás quando ele já saiu: seu descritor, sua thread ou processo, ou memória.

**O que você vê.** Caso 7.7: depois que os clientes saíram, o servidor tem mais descritores abertos do que antes. Caso
7.9: tem mais threads ou processos filhos do que antes (zumbis, `Z` no `ps`, também são processos). Caso 7.10: depois de
grupos e mais grupos de 200 sessões, sua memória cresceu 4 KiB ou mais por sessão em cada um.

**Por que acontece.** O núcleo devolve um descritor no `close`, e não quando o cliente sai: o socket fica então meio
aberto (no `ss`: CLOSE-WAIT) até que o servidor também feche. Uma thread termina quando sua função retorna; a que está
bloqueada em `recv`, por um cliente que sumiu sem FIN, espera para sempre. Um processo que terminou fica zumbi até que o
pai chame `waitpid`. E nenhum coletor de lixo libera o que uma lista ainda referencia.

**Como servidores costumam errar.**

```python
clients = []

def serve(conn):
    clients.append(conn)                          # nada jamais o retira
    while data := conn.recv(1024):                # uma exceção aqui pula o close
        conn.sendall(data.upper())
        if data.strip() == b'tchau':
            return                                # e este return também
    conn.close()
```

**O que fazer.** Devolva onde pegou, em uma construção que nenhum caminho deixe de fora.

```python
clients = set()

def serve(conn):
    clients.add(conn)
    try:
        talk(conn)
    finally:                                      # no return e na exceção, igualmente
        clients.discard(conn)
        end(conn)                                 # espera um pouco, e fecha em todos os casos
```

`end` é a de [closing-with-unread-input.md](closing-with-unread-input.md). O mesmo vale para uma lista de todas as
threads, um dicionário por número, um histórico de textos. Ligue o keepalive do TCP (`SO_KEEPALIVE`) para clientes que
somem. Java: `try (socket) { … }`, e retire dos mapas em `finally`. C: uma só saída por função (`goto out`),
`pthread_detach` para threads que ninguém espera com `join`, `waitpid(-1, NULL, WNOHANG)` em um laço depois de SIGCHLD.
Depois de `fork`, os dois processos têm o descritor: o pai fecha a sua cópia.

Veja [o protocolo, 5. End](../../protocol.md#5-end) e
[Slow and vanished clients](../../protocol.md#slow-and-vanished-clients) (em inglês; `eco explain protocol` o mostra).
"""#
        ),
        (
            "leaving-without-answering",
            #"""
# Sair sem responder

SIGTERM encerra o servidor na hora, com entrada não lida e respostas não enviadas.

**O que você vê.** Caso 8.2: um cliente enviou textos, o servidor recebe um SIGTERM, e as respostas faltam ou a conexão
sofre um reset; ou o status de saída não é 0 (-15 no `subprocess` de Python, 143 em um shell).

**Por que acontece.** Por padrão, SIGTERM encerra um processo no meio do que ele estiver fazendo. O núcleo fecha então
seus descritores. Um socket com bytes não lidos envia um reset, que leva junto as respostas não enviadas
([closing-with-unread-input.md](closing-with-unread-input.md)). Um `exit` no tratador do sinal não é melhor: as outras
threads acabam com o processo. É com SIGTERM que systemd, Docker e Kubernetes param um serviço; logo, isso acontece a
cada atualização.

**Como servidores costumam errar.**

```python
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))     # status de saída 0, e todas as respostas perdidas

while True:
    conn, _ = listener.accept()
    threading.Thread(target=serve, args=(conn,), daemon=True).start()
```

**O que fazer.** Deixe o sinal acordar o laço que aceita; avise cada conversa que seu fluxo terminou; espere por elas.

```python
wake, poke = socket.socketpair()
poke.setblocking(False)
signal.set_wakeup_fd(poke.fileno())                             # um sinal deixa wake pronto para leitura
signal.signal(signal.SIGTERM, lambda *_: None)
while listener in select.select([listener, wake], [], [])[0]:   # até vir SIGTERM e ninguém esperar
    conn, _ = listener.accept()                                 # assim o backlog é atendido antes de sair
    clients.add(conn)                                           # serve() o retira
    threading.Thread(target=serve, args=(conn,)).start()
listener.close()
for conn in list(clients):
    with contextlib.suppress(OSError):                          # ele pode já ter ido
        conn.shutdown(socket.SHUT_RD)                           # recv entrega o que está na fila, e depois b''
```

Depois disso a thread principal simplesmente termina: Python espera todas as threads que não são daemon, e sai com 0.
Ponha um limite, caso um cliente nunca leia: um `threading.Timer(10, os._exit, [75])` com `daemon` verdadeiro. Java: um
shutdown hook faz o mesmo, e precisa terminar com `Runtime.halt(0)`, senão o status é 143. C: `signalfd`, ou um pipe em
que o tratador escreve.

Veja [o protocolo, Leaving](../../protocol.md#leaving) (em inglês; `eco explain protocol` o mostra).
"""#
        ),
        (
            "one-client-at-a-time",
            #"""
# Um cliente de cada vez

O servidor aceita um cliente, atende esse cliente até o fim, e só então aceita o próximo.

**O que você vê.** Caso 1.4: dois clientes estão conectados, mas só o primeiro é saudado, ou o segundo não recebe
resposta enquanto o primeiro está calado. Quando o primeiro sai, o segundo é atendido de repente.

**Por que acontece.** Uma conexão não precisa de `accept` para existir. O núcleo a completa e a coloca na fila do socket
que escuta (o backlog). Por isso o segundo cliente está conectado: seu `connect` já retornou, e até o que ele envia é
confirmado e guardado. Ele não consegue distinguir um servidor ocupado de um servidor lento. Enquanto isso, a única
thread do servidor está parada em um `recv` do primeiro cliente, pelo tempo que este quiser ficar calado.

**Como servidores costumam errar.** Além do laço simples, criando a thread de um jeito que não a usa:

```python
while True:
    conn, _ = listener.accept()
    threading.Thread(target=serve(conn)).start()      # chama serve aqui e agora; a thread recebe o resultado, None
    # o mesmo com: thread.run() em vez de thread.start(), ou thread.join() logo depois de start()
```

**O que fazer.** Deixe o atendimento para outro, para que esta thread volte logo ao `accept`.

```python
while True:
    conn, _ = listener.accept()
    threading.Thread(target=serve, args=(conn,), daemon=True).start()   # a função e seus argumentos, não o resultado
```

Uma thread por cliente é o jeito mais simples. Um laço sobre todos os sockets (`selectors`, `asyncio`, epoll) faz o
mesmo com uma só thread; veja [one-client-holds-up-all.md](one-client-holds-up-all.md). Em Java, os deslizes comuns são
`thread.run()` e um pool de tamanho fixo: com `newFixedThreadPool(10)`, o décimo primeiro cliente espera. Em C, é um
`fork` com `waitpid` logo em seguida. Note que `eco --model sequential` atende um cliente de cada vez de propósito, e
por isso não tem como passar neste caso.

Veja [o protocolo, 1. Greeting](../../protocol.md#1-greeting) e
[What each model keeps](../../protocol.md#what-each-model-keeps) (em inglês; `eco explain protocol` o mostra).
"""#
        ),
        (
            "one-client-holds-up-all",
            #"""
# Um cliente segura todos

Um laço (ou uma trava) que atende a todos os clientes espera por um deles.

**O que você vê.** Um segundo cliente não recebe resposta a tempo, enquanto outro não lê suas respostas (caso 7.2),
envia sem pausa (caso 7.3), ou enquanto dez outros enviaram meia linha ou meio caractere (caso 7.4).

**Por que acontece.** Um laço de eventos tem uma só thread. Qualquer espera nele faz todos esperarem: um `recv` que
precisa de mais do que chegou, um `sendall` para um cliente que não lê. Que um socket está pronto para leitura quer
dizer um byte ou mais, não uma linha. Que está pronto para escrita quer dizer algum espaço, não o suficiente. E um
cliente que envia mais rápido do que o servidor lê está sempre pronto para leitura: "ler até não sobrar nada" nunca
termina.

**Como servidores costumam errar.**

```python
for key, _ in selector.select():
    conn = key.fileobj
    data = conn.recv(1024)
    while not data.endswith(b'\n'):       # meia linha, e o laço para
        data += conn.recv(1024)
    conn.sendall(data.upper())            # um cliente que não lê, e ele para também
```

**O que fazer.** Para cada cliente pronto: uma leitura limitada, ou um envio do que cabe. Depois, o próximo.

```python
def turn(selector, conn, out):                    # conn não bloqueia; out: um bytearray do que falta enviar
    with contextlib.suppress(BlockingIOError):
        if not out:
            data = conn.recv(4096)                # uma leitura limitada por vez: a enxurrada espera a sua
            if not data:
                selector.unregister(conn)
                return conn.close()
            out += answer(conn, data)
        del out[:conn.send(out)]                  # o que cabe agora; select() avisa quando houver espaço
    selector.modify(conn, selectors.EVENT_WRITE if out else selectors.EVENT_READ, out)
```

O laço é `for key, _ in selector.select(): turn(selector, key.fileobj, key.data)`. Um `OSError` em `turn` é o fim deste
cliente: retire-o e feche-o. O que está pela metade, uma linha ou um caractere, fica guardado com a sua conexão (aqui em
`answer`), e ninguém espera pelo resto. Com uma thread por cliente, é o núcleo quem reparte. Lá o mesmo erro é uma trava
mantida durante `sendall` ou `recv`, ou um pool de threads menor que o número de clientes.

Veja [o protocolo, Slow and vanished clients](../../protocol.md#slow-and-vanished-clients)
(em inglês; `eco explain protocol` o mostra).
"""#
        ),
        (
            "out-of-descriptors",
            #"""
# Sem descritores

`accept` falha porque não sobra nenhum descritor, e o servidor morre disso ou tenta de novo sem pausa.

**O que você vê.** Caso 6.1: o limite de descritores é reduzido, e 40 clientes se conectam. Depois disso o servidor
sumiu, ou não responde mais aos clientes que já tem, ou usa um processador inteiro sem que nada aconteça, ou não saúda
ninguém nem depois que todos eles saíram.

**Por que acontece.** Cada conexão é um descritor, e um processo só pode ter um certo número deles (`ulimit -n`, muitas
vezes 1024). Quando acabam, `accept` falha com `EMFILE` (`ENFILE` se for no sistema inteiro). O cliente continua no
backlog. Por isso o socket que escuta continua pronto para leitura, `select` e epoll o anunciam na hora, e `accept`
falha de novo: um laço que nunca descansa. O erro não é culpa desse socket: assim que um cliente sai, `accept` volta a
funcionar.

**Como servidores costumam errar.**

```python
while True:
    try:
        conn, _ = listener.accept()
    except OSError:
        continue                          # de novo na hora, a 100 % de CPU; sem o try, o servidor acaba aqui
    threading.Thread(target=serve, args=(conn,), daemon=True).start()
```

**O que fazer.** Espere um pouco; o cliente mantém seu lugar no backlog, e as outras threads continuam atendendo.

```python
SHORTAGE = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
while True:
    try:
        conn, _ = listener.accept()
    except OSError as error:
        if error.errno in (errno.EBADF, errno.ENOTSOCK): raise     # um erro do programa
        if error.errno in SHORTAGE: time.sleep(0.1)                # só dorme a thread que aceita
        continue                          # todo o resto dizia respeito a um cliente: vamos ao próximo
    threading.Thread(target=serve, args=(conn,), daemon=True).start()
```

Um laço de eventos não pode dormir: ele retira do poller o socket que escuta, e o devolve no próximo `close` ou por um
temporizador. Para avisar o cliente, tenha um descritor de reserva (`/dev/null`): feche-o, aceite, envie
`Servidor cheio: limite de N clientes.`, feche, abra a reserva de novo. Mais gentil ainda é um limite próprio, abaixo do
limite do sistema. E feche cada descritor em todos os caminhos: [leaks.md](leaks.md).

Veja [o protocolo, Refusals](../../protocol.md#refusals) (em inglês; `eco explain protocol` o mostra).
"""#
        ),
        (
            "own-line-ends",
            #"""
# Fins de linha próprios

O servidor tira o fim de linha do que lê, e acrescenta o seu ao que envia.

**O que você vê.** `oi\n` volta como `OI\r\n`, ou `oi\r\n` como `OI\n` (caso 2.4); a saudação termina em `\r\n` (1.1). Num terminal os
dois parecem iguais.

**Por que acontece.** Muitas funções que leem e escrevem linhas as tratam como texto: ao ler, tiram LF, CR LF ou CR; ao escrever,
acrescentam o fim de linha do sistema. Este protocolo ecoa bytes: a quebra de linha é só LF, CR é espaço como qualquer outro, e tudo
volta como veio.

**Como servidores costumam errar.**

```python
for line in conn.makefile('r'):                # quebras universais: CR LF é lido como LF
    conn.sendall(line.strip().upper().encode() + b'\r\n')
```

```java
String line = reader.readLine();               // sem o seu fim, qualquer que fosse
writer.println(line.toUpperCase(Locale.ROOT)); // o separador de linhas do sistema
```

**O que fazer.** Leia bytes, e devolva o que foi lido.

```python
while data := conn.recv(4096):
    conn.sendall(upper(data))                  # a quebra está nele, se uma veio
```

Tire os espaços de uma cópia, e só para compará-la com `tchau`. Um texto que vem sem quebra de linha (que pode vir
depois, ou nunca) é respondido sem ela. Python: `newline=''` ou arquivos binários não mexem nos fins de linha. Java: `InputStream` e
`OutputStream`, e `print("…\n")` para a saudação. O modo texto do Windows também os troca: abra em modo binário.

Veja [o protocolo, 2. Texts](../../protocol.md#2-texts) (em inglês; `eco explain protocol` o mostra).
"""#
        ),
        (
            "parent-keeps-its-copy",
            #"""
# O pai fica com a sua cópia

Depois do `fork` os dois processos têm a conexão do cliente, e só um deles a fecha.

**O que você vê.** A despedida é respondida, mas o fim do fluxo nunca chega (casos 4.1, 5.1, 5.2 e todos os outros que esperam o fim). O
servidor fica com um descritor a mais depois de cada cliente (7.7), até não sobrar nenhum. O `eco check --spawn` vê que dois processos
têm a conexão.

**Por que acontece.** `fork` copia a tabela de descritores: pai e filho têm, cada um, um descritor da mesma conexão. O núcleo encerra a
conexão quando o último deles é fechado. O filho fecha o seu quando acaba. O pai voltou ao `accept` e ainda tem o dele, que cada filho
iniciado depois herda.

**Como servidores costumam errar.**

```c
for (;;) {
    int client = accept(listener, NULL, NULL);
    if (fork() == 0) {
        serve(client);
        exit(0);
    }                                   /* o pai continua, e client fica aberto */
}
```

```python
while True:
    conn, address = listener.accept()
    multiprocessing.Process(target=serve, args=(conn,)).start()
```

**O que fazer.** Cada processo fecha o que não usa: o pai, o cliente; o filho, o socket que escuta.

```c
    pid_t child = fork();
    if (child == 0) {
        close(listener);
        serve(client);
        exit(0);
    }
    close(client);                      /* haja ou não um filho */
```

```python
    process = multiprocessing.Process(target=serve, args=(conn,))
    process.start()
    conn.close()                        # o filho tem o seu
```

Um filho que terminou fica zumbi até que o pai espere por ele: `waitpid(-1, NULL, WNOHANG)` depois do SIGCHLD, ou SIGCHLD ignorado.
`shutdown(client, SHUT_WR)` encerra o lado de envio por mais cópias que haja, o que esconde o vazamento e não o conserta.

Veja [o protocolo, 5. End](../../protocol.md#5-end) (em inglês; `eco explain protocol` o mostra).
"""#
        ),
        (
            "partial-send",
            #"""
# Envio parcial

O servidor chama `send` e não olha quantos bytes ele aceitou.

**O que você vê.** Caso 5.5: 8 MB são enviados até onde dá, e só então as respostas são lidas. Faltam bytes delas, no
meio ou no fim. Textos pequenos voltam todos certos, e por isso o erro passa tanto tempo despercebido.

**Por que acontece.** `send` copia bytes para a fila de envio do socket. O espaço nela depende do cliente: se ele não
lê, enche-se a fila de recepção dele, e depois a de envio do servidor. Um `send` não bloqueante aceita o que cabe e
retorna quanto foi. Um bloqueante espera até que tudo seja aceito, mas também pode retornar antes, quando chega um
sinal. Em Python, um socket com tempo limite é por dentro não bloqueante, de modo que também o seu `send` aceita só uma
parte.

**Como servidores costumam errar.**

```python
conn.settimeout(30)                      # daqui em diante o socket é por dentro não bloqueante
while data := conn.recv(65536):
    answer = upper(data)
    conn.send(answer)                    # retorna quantos bytes foram aceitos; o resto se perde
```

**O que fazer.** `sendall`, ou o que ele faz: continuar com o resto.

```python
def send_all(conn, answer):              # o que conn.sendall(answer) faz em um socket bloqueante
    rest = memoryview(answer)            # uma vista: cortá-la não copia nada
    while rest:
        rest = rest[conn.send(rest):]    # send diz quantos bytes aceitou
```

Em um socket não bloqueante, o laço receberia `BlockingIOError`: guarde o resto com a conexão, peça o evento de escrita,
e não leia este cliente até o resto sair (veja [buffers-without-bound.md](buffers-without-bound.md)). Depois de um erro
ou de um tempo esgotado de `sendall`, ninguém sabe quanto saiu, e só resta fechar. Java: `OutputStream.write` envia
tudo, `SocketChannel.write` uma parte: repita enquanto `buffer.hasRemaining()`. C: um laço sobre
`send(fd, p, n, MSG_NOSIGNAL)`; -1 com `EINTR` quer dizer "de novo", e com `EAGAIN`, "quando der para escrever".

Veja [o protocolo, 5. End](../../protocol.md#5-end) e
[Slow and vanished clients](../../protocol.md#slow-and-vanished-clients) (em inglês; `eco explain protocol` o mostra).
"""#
        ),
        (
            "reading-until-full",
            #"""
# Ler até encher o buffer

O servidor espera mais do que o cliente disse: até encher o buffer, ou enquanto cada leitura o enche, ou até o fim.

**O que você vê.** Caso 2.7: um texto de exatamente 1.024 ou 4.096 bytes (ou do tamanho que o buffer tiver) fica sem resposta até que
algo mais seja dito. Ou nenhum texto é respondido até que cheguem bytes bastantes para encher o buffer, ou até que o cliente encerre o
seu lado: o `eco check` experimenta isso, e diz quantos bytes foram precisos.

**Por que acontece.** `recv` pode trazer menos do que se pediu. O conselho que costuma vir depois é "então chame de novo até encher o
buffer". Mas um cliente que espera a sua resposta não diz mais nada, e os dois esperam para sempre. "Continue lendo enquanto o buffer
enche" funciona para todo tamanho menos um: se uma leitura levou exatamente o que havia, a próxima espera. E `read()` sem número lê até
o fim do fluxo.

**Como servidores costumam errar.**

```python
data = b''
while len(data) < 1024:                   # até encher
    data += conn.recv(1024 - len(data))

data = conn.recv(1024)
while len(data) % 1024 == 0:              # enquanto a leitura veio cheia
    data += conn.recv(1024)

data = conn.makefile('rb').read()         # até o fim
```

**O que fazer.** Responda o que uma leitura trouxe; o que for mais longo vem com a próxima.

```python
while data := conn.recv(4096):
    conn.sendall(answer(data))
```

Se um laço tem de esvaziar o socket, como no epoll edge-triggered, torne-o não bloqueante, e pare no `EAGAIN`, não numa leitura curta.
`MSG_WAITALL`, `fread`, `readNBytes`, `io.ReadFull` e `recv_exactly` esperam até ter tudo o que lhes foi pedido: servem para
protocolos que dizem antes um tamanho. `InputStream.read(buffer)` do Java e `conn.Read` do Go devolvem o que há.

Veja [o protocolo, 2. Texts](../../protocol.md#2-texts) (em inglês; `eco explain protocol` o mostra).
"""#
        ),
        (
            "reads-are-not-messages",
            #"""
# Leituras não são mensagens

O servidor toma o que um `recv` retorna por uma linha ou por uma mensagem.

**O que você vê.** Caso 2.1: a segunda linha fica sem resposta. Caso 2.3: de várias linhas, só a primeira é respondida.
Caso 2.5: a resposta a uma linha longa para no tamanho do buffer, ou contém quebras de linha que ninguém enviou. Caso
2.6: as respostas vêm fora de ordem. Casos 4.5, 4.6, 4.7, 4.9, 4.10: uma despedida entre outras linhas, ou digitada
tecla por tecla, passa despercebida; `oi\ntchau` em uma só leitura, ou o fim de uma linha mais longa, encerra a sessão;
ou o que vem depois da despedida é respondido.

**Por que acontece.** O TCP transporta um fluxo de bytes e não guarda fronteiras. Segmentos, filas, o momento e o
tamanho do seu buffer decidem onde uma leitura termina: três envios podem chegar em uma leitura, e um envio em cem. A
ordem vale só dentro do fluxo. Duas threads que respondem a dois pedaços dele ultrapassam uma à outra.

**Como servidores costumam errar.**

```python
while data := conn.recv(1024):
    line = data.split(b'\n')[0]              # as outras linhas desta leitura se perdem
    conn.sendall(line.upper() + b'\n')       # e uma linha em duas leituras ganha duas quebras de linha
    if data.strip() == b'tchau':             # não vê b'oi\ntchau\n', nem b'tch' seguido de b'au\n'
        break
```

**O que fazer.** Responda aos pedaços conforme chegam, e lembre, de uma leitura para outra, a linha em andamento.
`decoder` é o de [decoding-each-read.md](decoding-each-read.md); a função retorna depois de uma despedida, e quem a
chamou encerra a conexão.

```python
line = ''                                                 # a linha em andamento, em quantas leituras vier
while data := conn.recv(4096):
    held = decoder.getstate()[0]                          # meio caractere da leitura anterior
    text = decoder.decode(data)
    message = not held and not decoder.getstate()[0] and '\n' not in text and text.strip() == 'tchau'
    for piece in re.findall(r'[^\n]*\n|[^\n]+', text):    # splitlines() cortaria também em "\r" e U+2028
        conn.sendall(piece.upper().encode('utf-8', 'surrogateescape'))
        line = re.sub(r'\s+', ' ', line + piece)[:8]      # oito caracteres bastam; linha longa não enche a memória
        if message or piece.endswith('\n') and line.strip() == 'tchau':
            return                                        # o que vem depois é descartado
        if piece.endswith('\n'): line = ''
```

Um servidor sem despedida não precisa de nada disso: poderia responder a cada leitura e esquecê-la. Em C, não deixe
`strtok` ou `strchr` passar do fim da leitura; em Java, use a contagem que `read` retorna, não o tamanho do vetor.

Veja [o protocolo, 2. Texts](../../protocol.md#2-texts) e [4. Goodbye](../../protocol.md#4-goodbye)
(em inglês; `eco explain protocol` o mostra).
"""#
        ),
        (
            "stale-and-shared-buffers",
            #"""
# Restos no buffer e buffers compartilhados

A resposta contém bytes que não são deste texto: de um texto anterior, de outro cliente, ou um NUL.

**O que você vê.** Depois de uma resposta certa vem mais alguma coisa: o fim de um texto mais longo que foi dito antes (`sim` volta
como `SIM` e depois ` TESTANDO`), ou `\x00`. Ou um cliente recebe o que outro disse. Pode aparecer em qualquer caso, muitas vezes
primeiro no 2.1 ou no 1.4; o `eco check` reconhece o erro pelos bytes que vieram.

**Por que acontece.** `recv` preenche os primeiros bytes de um buffer e diz quantos são. Não põe um NUL depois deles, e o que o
buffer continha antes continua lá. `strlen` conta até o próximo NUL, onde quer que ele esteja. Um servidor que envia `strlen + 1`
bytes, ou o buffer inteiro, envia bytes que ninguém disse. E um buffer que duas threads compartilham (um global, um `static`, um campo
do objeto servidor) contém o que qualquer uma delas leu por último.

**Como servidores costumam errar.**

```c
static char buffer[4096];                         /* um para todas as threads */
ssize_t count = recv(client, buffer, sizeof buffer, 0);
upper(buffer, strlen(buffer));                    /* nenhum NUL foi recebido */
send(client, buffer, strlen(buffer) + 1, 0);      /* um NUL que ninguém disse */
```

```python
buffer = bytearray(4096)
count = conn.recv_into(buffer)
conn.sendall(buffer.upper())                      # todos os 4096, seja qual for o count
```

**O que fazer.** Guarde a contagem junto com os bytes, e dê a cada cliente um buffer só dele.

```c
char buffer[4096];                                /* na pilha da thread deste cliente */
ssize_t count = recv(client, buffer, sizeof buffer, 0);
if (count <= 0) return;
upper(buffer, count);
send_all(client, buffer, count);
```

Compare com `tchau` pelo tamanho e por `memcmp`, não por `strcmp`. Java: `buffer.flip()` antes de usar o que foi lido, `clear()` ou
`compact()` antes da próxima leitura, e `new String(bytes, 0, count, UTF_8)`. Go: `buffer[:count]`. O `recv` do Python devolve um
`bytes` novo, do tamanho exato. Uma lista de textos, um `StringBuilder` e um decodificador também são buffers: cada conexão precisa do
seu.

Veja [o protocolo, 3. Echo](../../protocol.md#3-echo) (em inglês; `eco explain protocol` o mostra).
"""#
        ),
        (
            "upper-case",
            #"""
# Maiúsculas

O servidor converte em maiúsculas só o ASCII, ou troca cada caractere por exatamente um outro.

**O que você vê.** Caso 3.1: algo que não é letra volta mudado (`{` como `[`). Caso 3.3: `olá, não há ação` volta como
`OLá, NãO Há AçãO`. Caso 3.4: `ß` volta como era, ou a resposta vem cortada. Em qualquer caso:
`i` volta como `İ`, o que é turco, ou `E2`, o primeiro byte de `€`, como `C2`, o que é Latin-1.

**Por que acontece.** Em UTF-8, uma letra acentuada ocupa dois bytes ou mais, todos acima de 127; funções que trabalham
com bytes não mexem neles. E as maiúsculas do Unicode não são de um para um. `ß` vira `SS`, `ﬃ` vira `FFI`, `ŉ` vira
`ʼN` (de 2 bytes para 3), `ΐ` vira três caracteres (de 2 bytes para 6). Uma função de um caractere para um caractere não
tem como dizer isso, e um buffer medido pelo texto é pequeno demais para a resposta, que pode ser três vezes maior. Certas
funções usam o idioma da máquina, e em turco a maiúscula de `i` tem um ponto. E um servidor que decodifica os bytes como
Latin-1, em que cada byte é um caractere, muda bytes isolados: `E2`, o primeiro byte de `€`, ali é `â`, e vira `C2`.

**Como servidores costumam errar.**

```python
data = conn.recv(1024)
conn.sendall(data.upper())                # o upper() de bytes só conhece de a até z

def upper(text):                          # ou caractere por caractere
    answer = list(text)
    for i, character in enumerate(answer):
        if len(character.upper()) == 1:   # ß, ŉ, ΐ e ﬃ ficam como são
            answer[i] = character.upper()
    return ''.join(answer)
```

**O que fazer.** Decodifique, converta o texto inteiro em maiúsculas, codifique, e só então olhe o tamanho.

```python
decoder = codecs.getincrementaldecoder('utf-8')('surrogateescape')
while data := conn.recv(4096):
    text = decoder.decode(data)
    answer = text.upper().encode('utf-8', 'surrogateescape')   # o upper() de str é o mapeamento completo do Unicode
    conn.sendall(answer)                                       # tantos bytes quantos tiver agora
```

Java: `text.toUpperCase(Locale.ROOT)` é o mapeamento completo; sem o locale, uma máquina turca faz `İ` de `i`, e
`Character.toUpperCase` é de um para um. C: `toupper` vale para um byte (e é indefinido para um `char` negativo),
`towupper` para um caractere; `u_strToUpper` do ICU, com o locale `""`, é o mapeamento completo, e também o é uma tabela
feita de UnicodeData.txt e das linhas sem condição de SpecialCasing.txt. Subtrair 32, ou apagar um bit, serve para `a`
até `z` e para mais nada.

Veja [o protocolo, 3. Echo](../../protocol.md#3-echo) (em inglês; `eco explain protocol` o mostra).
"""#
        ),
        (
            "waiting-for-a-newline",
            #"""
# Esperar por uma quebra de linha

O servidor lê linhas, mas seus clientes podem enviar texto sem quebra de linha e esperar pela resposta.

**O que você vê.** Caso 2.2: o texto foi enviado e a resposta não vem; um lado espera pelo outro. Caso 2.4: uma linha
vazia encerra a sessão ou fica sem resposta, ou `\r\n` volta como `\n`.

**Por que acontece.** O TCP entrega os bytes como eles vêm, e para ele uma quebra de linha não significa nada. `recv`
retorna assim que há pelo menos um byte. `readline` é uma camada acima: chama `recv` repetidamente até que haja uma
quebra de linha entre os bytes. Essas camadas também gostam de arrumar as coisas: tomam `\r\n` ou `\r` por quebra de
linha, ou descartam o fim da linha, e depois ninguém sabe mais qual era.

**Como servidores costumam errar.**

```python
with conn.makefile('r', encoding='utf-8') as lines:   # modo texto: "\r\n" vira "\n"
    for line in lines:                                # não retorna sem uma quebra de linha
        text = line.strip()
        if not text:
            break                                     # uma linha vazia é tomada pelo fim do fluxo
        conn.sendall((text.upper() + '\n').encode())
```

**O que fazer.** Responda ao que chegou quando chegou, e não mude nada nas quebras de linha.

```python
decoder = codecs.getincrementaldecoder('utf-8')('surrogateescape')
while data := conn.recv(4096):           # o que chegou, um byte ou mais; b'' é o fim do fluxo
    text = decoder.decode(data)          # guarda um caractere cortado para a próxima leitura
    conn.sendall(text.upper().encode('utf-8', 'surrogateescape'))
    if text.strip() == 'tchau':          # só um primeiro passo: veja a página sobre leituras e mensagens
        break
```

Java: `BufferedReader.readLine()` espera o fim da linha, aceita `\r` como fim e o descarta; use
`InputStream.read(byte[])`, que retorna o que já chegou. C: `fgets`, `getline` e `fread` esperam, e `recv` com
`MSG_WAITALL` também; `recv` sem ele, não. Sobre a despedida, e linhas em geral, veja
[reads-are-not-messages.md](reads-are-not-messages.md).

Veja [o protocolo, 2. Texts](../../protocol.md#2-texts) (em inglês; `eco explain protocol` o mostra).
"""#
        ),
    ]
}
