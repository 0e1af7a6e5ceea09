// swift-format-ignore-file
// The page Docs/protocol.md, for `eco explain protocol`: made by `make docs`, which is to be run after each change of it.

/// The protocol's text. A test compares it with the file.
enum ProtocolText {
    static let english = #"""
# The protocol

This page is the contract between the server and its clients: what every concurrency model keeps, and what whoever writes
another server, client or check for it needs to know.

`eco` comes from a lesson on concurrent servers: an echo server that greets each client, sends back what it receives in upper
case, and says goodbye at `tchau`. The lesson serves each client on a thread of its own. What a client of the lesson sees of its
own traffic is the same here to the byte; where the lesson's server breaks (a UTF-8 character cut by a read, last bytes lost at
close), this page rules.

## Defaults

TCP, port 9090, at `localhost`: 127.0.0.1, and ::1 as well where the machine has it.

## A session

### 1. Greeting

As soon as a connection is accepted the server sends `Servidor de eco (cliente N).` and a newline. N counts the clients that
were accepted and not refused, from 1, across all threads of the server.

### 2. Texts

What is received is cut into *texts*: a line with its newline, or the unterminated rest of a read. A text is answered at once:
the lesson's clients send no newline at all. The work that `--simulate` adds is done once per text.

- A newline is LF (U+000A) alone. CR, VT, FF, NEL, LS and PS are white space, and end no line.
- A line that arrives in two reads is two texts: each is answered when it is there.
- Bytes that are held (see 3) are no text yet; they belong to the text in which they are answered.

### 3. Echo

The answer to a text is the same text in upper case.

- **UTF-8.** Upper case is Unicode's full default mapping, scalar by scalar, without regard to language or context: `ß` becomes
  `SS`, `ŉ` becomes `ʼN`, `ΐ` grows from 2 bytes to 6. The version of Unicode is that of the Swift standard library that the
  server was built with. The answer's bytes never depend on how TCP cuts the stream; only where a *message* says goodbye does.
- **Cut characters.** A proper prefix of a well-formed sequence (Unicode Standard, Table 3-7) at the end of a read is held, 3
  bytes at most, until its rest arrives. What can no longer become well-formed is answered at once: `E0 80` goes back without
  waiting.
- **Bytes that are not UTF-8** go back unchanged, by maximal subparts (`E2 C3 A1` gives `E2 C3 81`). The session goes on, and a
  counter counts the bytes. A held prefix goes back unchanged when the stream ends.
- With **`--invalid-utf8 close`** the server instead answers what came before them, then says, on a line of its own, `Erro:
  texto não é UTF-8 válido.`, and closes. The notice stands on a line of its own: a newline is put before it if what was sent
  last on this connection did not end in one. A partial sequence at the end of the stream counts as invalid there.
- NUL and control characters are text like any other.

### 4. Goodbye

The session ends after the answer to a *goodbye*: a text that is exactly `tchau`, in lower case, once white space is stripped
from both ends. White space is Unicode's White_Space and U+001C to U+001F, as in the lesson. Two kinds count:

- a **line**: what stands between two newlines, however many reads it took. It may come in pieces, so that a terminal that sends
  each key as it is typed can say goodbye, and so can one line among many of a read. `tchau\n\n` in one read is answered
  `TCHAU\n`: the line wins.
- a **message**: the whole of one read that has no newline in it, with no held bytes before or after it. It may not come in
  pieces: `tc`, then `hau` says nothing until a newline makes a line of it. `ab`, then `tchau` closes, although the line is
  `abtchau`; `oi\ntchau` in one read does not, until its newline. This kind depends on how TCP cuts, as in the lesson.

The goodbye is answered with its white space (`  TCHAU \r\n`). What was received after it is dropped unanswered. Text that has
bytes in it that are not UTF-8 is no goodbye.

### 5. End

When the client ends its side, everything received is answered first, then the server closes. The server's close never destroys
its own last bytes: it ends its sending side, goes on reading and dropping, and then closes. (Closing with unread input would send
a reset, which takes answers with it that are still on their way.) Reading and dropping lasts for at most 2 s and 1 MiB, and both
count from the moment at which the client's kernel has acknowledged everything that it is owed. Until then what is dropped has no
bound, and the write timeout holds, as for pending answers.

## Refusals

A refused client gets one line, no greeting and no number; then its connection ends as above, lingering included. It is not waited
for: in the models with one loop its lingering counts from the line on, whether or not that has been acknowledged.

- At the limit of clients: `Servidor cheio: limite de N clientes.` N is the limit that is in force: the configured one
  (`--max-clients`, or what the limit on descriptors allows), or, when descriptors, threads or memory run out below it, the
  clients that are connected at that moment.
- At the limit of one address: `Limite de N clientes por endereço.` IPv6 counts by /64, an IPv4-mapped address as IPv4, Unix
  sockets not at all.

Refused connections that linger are bounded in number (64, or a sixteenth of the descriptors if that is less); beyond that bound
they are closed right after the line, which a client that has already sent something may then not see. For want of a descriptor
there is none to linger with either: the server reads and drops what the client has sent by then (4 reads of 64 KiB), and
closes.

A client that is idle for too long had its greeting, and is told in the same way: `Tempo esgotado: S s sem mensagens.`, then a
clean close. This is off by default. Any byte received begins the time anew, and it rests while answers are pending or with a
worker. In S a part of a second counts as a whole one. The line follows whatever was answered last; no newline is put before it.

## Slow and vanished clients

- A client that does not read its answers is not read from either. What one client can make the server's memory hold is one
  read's answer at most; what the kernel's own queues hold comes on top.
- The sum over all clients is bounded (`--max-pending`, 64 MiB by default). Past it, the client that holds the most is closed,
  then the next, until the sum is within the bound; in a crowd, some more. In `workers` what is with the threads counts too:
  while that fills the bound, nobody is read.
- A client that has not taken its pending answers within `--write-timeout` (30 s) is closed. The time counts from the moment at
  which they began to pend, and is extended by a second for each KiB that the client's kernel has *acknowledged* since; a kernel acknowledges in lumps, so what
  the last 128 KiB before that have earned counts too, and what answers that pended before have earned and not used. What the
  server's own kernel had room for does not count: its queue can hide a slow, steady reader for minutes.
- Vanished peers, who sent neither FIN nor RST, are found by TCP keepalive. A silent client is probed after 45 to 105 s (each has
  a time of its own, so that the probes never leave in one burst), and given up after six probes without an answer, 13 s apart.
  No living client is given up. `--keepalive SECONDS` shortens all of it in proportion; `--keepalive off` leaves it out.

## Leaving

On SIGTERM, SIGINT or SIGHUP the server takes what the backlog holds and greets it, stops listening, reads what each socket's queue
holds at that moment, answers it, ends the sending side, lingers as above, and exits with 0. At `--drain-timeout` (10 s) what is
left is cut off, counted and told about on standard error: exit status 75. So are clients that the server gave up while it left,
by `--write-timeout` for instance: what was received and not answered never ends in status 0. A second signal, taken more than
0.2 s after the first, makes it exit at once, with 129 (SIGHUP), 130 (SIGINT) or 143 (SIGTERM); one that comes sooner is the same request, which
terminals and wrappers send twice.

Clients that wait in the backlog while accepting pauses, because the machine has no descriptor or no memory for them, are greeted
as soon as there is room, until the drain timeout. Bytes behind an urgent byte are in the queue like any others. Whatever arrives
after the queue was looked at is not promised an answer. A character that is cut when the server leaves goes back unchanged, in
`--invalid-utf8 close` too: it is not the client's fault. In `reactor` and `sequential`, text that the one thread is busy with (`--simulate`) holds up leaving for as long as it
takes, the second signal too in `reactor`; signals that arrive while that thread is busy, or the process is stopped, are one.

## Time, and who is to blame

A process can be stopped, suspended with its machine, or starved, and its own turn can be long (`--simulate`). None of that is a
client's fault.

- Before a deadline is judged, the kernel is asked what has arrived, and what has been acknowledged, since the server last looked.
  Who has sent or taken something is not late.
- A deadline that fell into a time of more than 0.1 s in which the server did not look begins anew from the moment at which it
  looks again: once, until the client does something. So a server whose every turn is long still keeps its timeouts, within twice their
  length. Where answers pend, that is to take as many as earn more time, or all that the server's kernel has. This holds for the idle
  timeout, the write timeout, lingering and the drain timeout.

## What the server says of itself

On standard output, at the default log level, in the lesson's words:

- `Aguarda conexão na porta 9090`, once per port, when it listens; for a Unix socket `Aguarda conexão em PATH`. (The lesson
  prints this before each accept.)
- per client, together and in this order, `Conexão estabelecida de 127.0.0.1:54321` and `atendendo cliente...`. The address is
  `[::1]:54321` for IPv6 and `unix` for a Unix socket; an IPv4-mapped address is written as the IPv4 address that it is.

Diagnostics go to standard error, in English like all of the command line. A reader of either that stalls or goes away never
stalls the server: lines are dropped and counted. So are lines that a full disk does not take; once there is room one line tells how
many, and those that follow are there. A server that leaves in good order, and whose standard output is still full, exits with 74.
The mode of descriptors 0, 1 and 2 is never changed: they are shared with the shell.

## What each model keeps

Every model keeps sections 1 to 5, refuses clients beyond `--max-clients` (`sequential` serves one client at a time, and the others wait in
the backlog), leaves in good order with the same exit statuses and lines on standard output, and probes silent peers (keepalive). What some
models keep besides, each states in its file; the table is made from that, and each promise is tested on every model that makes it.

<!-- capabilities:begin -->
| | `reactor` | `workers` | `threads` | `sequential` | `poll` | `select` |
|---|---|---|---|---|---|---|
| many clients at the same time (`--max-clients`) | yes | yes | yes | no | yes | yes |
| a limit on clients per address (`--max-clients-per-address`) | yes | yes | no | no | yes | yes |
| an end for clients that say nothing for long (`--idle-timeout`) | yes | yes | no | no | yes | yes |
| an end for clients that do not take their answers (`--write-timeout`, else only when a session ends) | yes | yes | no | no | yes | yes |
| a bound on the answers that clients have not taken (`--max-pending`) | yes | yes | no | no | yes | yes |
| a polite line when descriptors or memory run out (else clients wait in the backlog) | yes | yes | no | no | yes | yes |
| the counters of an event loop (else they stay 0) | yes | yes | no | no | yes | yes |
| threads that do the work of texts (`--workers`) | no | yes | no | no | no | no |
<!-- capabilities:end -->

An option that the chosen model does not use is warned about when the server starts.

When threads run out, or memory for one, `threads` tells the client so in a polite line; a client that is the only one is served by the
thread that accepts, while the others wait in the backlog. In the models with an event loop a client whose answers or texts there is no
memory for is closed, and counted; `sequential` has what it needs from the start.

`select` cannot watch a descriptor whose number is 1024 or more, however few are open. A client that gets such a number is refused with
the line of a full server, which names the number of clients that are there.

A lesson model's bound on memory is its nature: its one thread per client blocks in `send` until the client reads.
"""#
}
