// swift-format-ignore-file
// The page Docs/protocol.md, for `eco explain protocol`: made by `make docs`, which is to be run after each change of it.

/// The protocol's text. A test compares it with the file.
enum ProtocolText {
    static let english = #"""
# The protocol

This page is the contract between the server and its clients: what every concurrency model keeps, and what authors of
other servers, clients or checkers need to know.

`eco` comes from a lesson on concurrent servers: an echo server that greets each client, sends back what it receives in
upper case, and closes the session after `tchau`. The lesson serves each client on its own thread. A client of the
lesson sees the same traffic here, to the byte; where the lesson's server breaks (a UTF-8 character cut by a read, last
bytes lost at close), this page applies.

## Defaults

TCP, port 9090, on `localhost`: 127.0.0.1, and also ::1 if the machine has it.

## A session

### 1. Greeting

As soon as a connection is accepted the server sends `Servidor de eco (cliente N).` and a newline. N counts the clients that
were accepted and not refused, from 1, across all threads of the server.

### 2. Texts

Received bytes are cut into *texts*: a line with its newline, or the unterminated rest of a read. A text is answered at
once, since the lesson's clients send no newline at all. The work that `--simulate` adds is done once per text.

- Only LF (U+000A) is a newline. CR, VT, FF, NEL, LS and PS are white space, and do not end a line.
- A line that arrives in two reads is two texts: each is answered when it arrives.
- Bytes that are held (see 3) are not a text yet; they belong to the text in which they are answered.

### 3. Echo

The answer to a text is the same text in upper case.

- **UTF-8.** Upper case is Unicode's full default mapping, scalar by scalar, without regard to language or context: `ß`
  becomes `SS`, `ŉ` becomes `ʼN`, `ΐ` grows from 2 bytes to 6. The version of Unicode is that of the Swift standard
  library that the server was built with. The answer's bytes never depend on how TCP cuts the stream; only where a
  *message* says goodbye does.
- **Cut characters.** A proper prefix of a well-formed sequence (Unicode Standard, Table 3-7) at the end of a read is
  held, 3 bytes at most, until its rest arrives. Bytes that can no longer become well-formed are answered at once: `E0
  80` goes back without waiting.
- **Bytes that are not UTF-8** go back unchanged, by maximal subparts (`E2 C3 A1` gives `E2 C3 81`). The session goes
  on, and the bytes are counted. A held prefix goes back unchanged when the stream ends.
- With **`--invalid-utf8 close`** the server instead answers what came before them, then says, on a line of its own,
  `Erro: texto não é UTF-8 válido.`, and closes. The notice stands on a line of its own: a newline is put before it if
  what was sent last on this connection did not end in one. A partial sequence at the end of the stream counts as
  invalid there.
- NUL and control characters are text like any other.

### 4. Goodbye

The session ends after the answer to a *goodbye*: a text that is exactly `tchau`, in lower case, once white space is
stripped from both ends. White space is Unicode's White_Space and U+001C to U+001F, as in the lesson. Two kinds count:

- a **line**: the text between two newlines, however many reads it took. It may come in pieces, so that a terminal that
  sends each key as it is typed can say goodbye, and so can one line among many in a read. `tchau\n\n` in one read is
  answered `TCHAU\n`: the line wins.
- a **message**: the whole of one read that has no newline in it, with no held bytes before or after it. It may not come in
  pieces: `tc`, then `hau` says nothing until a newline makes a line of it. `ab`, then `tchau` closes, although the line is
  `abtchau`; `oi\ntchau` in one read does not, until its newline. This kind depends on how TCP cuts, as in the lesson.

The goodbye is answered with its white space (`  TCHAU \r\n`). What was received after it is dropped unanswered. Text
with bytes that are not UTF-8 is not a goodbye.

### 5. End

When the client ends its side, everything received is answered first, then the server closes. The server's close never
destroys its own last bytes: it ends its sending side, goes on reading and discards what it reads, and then closes.
(Closing with unread input would send a reset, which destroys answers that are still in flight.) This lasts for at most
2 s and 1 MiB, both counted from the moment at which the client's kernel has acknowledged everything that it is owed.
Until then the discarded amount has no bound, and the write timeout applies, as for pending answers.

## Refusals

A refused client gets one line, no greeting and no number; then its connection ends as above, lingering included. It is not waited
for: its lingering counts from the line on, whether or not that has been acknowledged.

- At the limit of clients: `Servidor cheio: limite de N clientes.` N is the limit that is in force: the configured one
  (`--max-clients`, or what the limit on descriptors allows), or, when descriptors, threads or memory run out below it, the
  clients that are connected at that moment.
- At the limit of one address: `Limite de N clientes por endereço.` IPv6 counts by /64, an IPv4-mapped address as IPv4, Unix
  sockets not at all.

Refused connections that linger are bounded in number (64, or a sixteenth of the descriptors if that is less). Beyond
that bound, or without a descriptor or memory for lingering, the server reads and drops what the client has sent by
then, at most about 256 KiB, and closes. A client that sends more may then not see the line.

A client that is idle for too long gets a line after its greeting, too: `Tempo esgotado: S s sem mensagens.`, then a
clean close. This is off by default. Any received byte starts the timeout again, and it stands still while answers are
pending or with a worker. S is rounded up to whole seconds. The line follows the last answer directly; no newline is put
before it.

## Slow and vanished clients

- A client that does not read its answers is not read from either. One client can occupy at most one read's answer of
  the server's memory, plus what the kernel's own queues hold.
- The sum over all clients is bounded (`--max-pending`, 64 MiB by default). Past it, the client that holds the most is
  closed, then the next, until the sum is within the bound; with very many clients, some more. In `workers`, texts with
  the threads count too: while they fill the bound, no client is read.
- A client that has not taken its pending answers within `--write-timeout` (30 s) is closed. The time counts from the
  moment at which they became pending, and is extended by a second for each KiB that the client's kernel has
  *acknowledged* since. A kernel acknowledges in lumps, so the credit of the last 128 KiB before that counts too, and so
  does credit that earlier pending answers earned and did not use. What the server's own kernel has taken does not
  count, since its queue can hide a slow, steady reader for minutes.
- Vanished peers, which sent neither FIN nor RST, are found by TCP keepalive. A silent client is probed after 45 to 105
  s (each has its own time, so that the probes never leave in one burst), and given up after six unanswered probes, 13 s
  apart. No living client is given up. `--keepalive SECONDS` scales all of these times; `--keepalive off` turns it off.

## Leaving

On SIGTERM, SIGINT or SIGHUP the server accepts and greets the clients in the backlog (no more than the backlog can
hold, so that new clients cannot keep the server from leaving), stops listening, reads what each
socket's queue holds at that moment, answers it, ends the sending side, lingers as above, and exits with 0. At
`--drain-timeout` (10 s) the remaining clients are cut off, counted and reported on standard error: exit status 75. The
same status reports clients that the server gave up while it left, by `--write-timeout` for instance: if something
received was not answered, the status is never 0. A second signal, taken more than 0.2 s after the first, makes it exit
at once, with 129 (SIGHUP), 130 (SIGINT) or 143 (SIGTERM); a signal that comes sooner is the same request, which
terminals and wrappers send twice.

Clients that wait in the backlog while accepting pauses, because the machine has no descriptor or no memory for them,
are greeted as soon as there is room, until the drain timeout. Bytes after an urgent byte are in the queue like any
others. Bytes that arrive after the queue was checked may stay unanswered. A character that is cut when the server
leaves goes back unchanged, also with `--invalid-utf8 close`, since it is not the client's fault. In `reactor`, `poll`,
`select` and `sequential`, a text that the one thread is busy with (`--simulate`) delays leaving until it is done; in all
of them except `sequential`, it also delays the second signal. Signals that arrive while that thread is busy, or the
process is stopped, count as one.

## Time, and who is to blame

A process can be stopped, suspended with its machine, or starved, and its own turn can be long (`--simulate`). None of
that is a client's fault.

- Before a deadline is judged, the kernel is asked what has arrived, and what has been acknowledged, since the server
  last checked. A client that has sent or taken something is not late.
- If a deadline falls into a time of more than 0.1 s in which the server did not check, the timeout starts again from
  its next check: once, until the client does something. So a server whose every turn is long still keeps its timeouts,
  within twice their length. A client with pending answers has to take as much as earns more time, or all that the
  server's kernel has. This holds for the idle timeout, the write timeout, lingering and the drain timeout.

## What the server says of itself

On standard output, at the default log level, in the lesson's words:

- `Aguarda conexão na porta 9090`, once per port, when it listens; for a Unix socket `Aguarda conexão em PATH`. (The lesson
  prints this before each accept.)
- per client, together and in this order, `Conexão estabelecida de 127.0.0.1:54321` and `atendendo cliente...`. The
  address is `[::1]:54321` for IPv6 and `unix` for a Unix socket; an IPv4-mapped address is written as the IPv4 address
  that it is.

Diagnostics go to standard error, in English like the whole command line. If a reader of either stream stalls or goes
away, the server does not stall: lines are dropped and counted. So are lines that a full disk does not take; once there
is room, one line says how many were lost, and the lines after it are complete. A server that exits cleanly while its
standard output is still full exits with 74. The mode of descriptors 0, 1 and 2 is never changed, since they are shared
with the shell.

## What each model keeps

Every model keeps sections 1 to 5, refuses clients beyond `--max-clients` (`sequential` serves one client at a time, and
the others wait in the backlog), leaves cleanly with the same exit statuses and lines on standard output, and probes
silent peers (keepalive). Each model's file states what else it keeps; the table is made from that, and each promise is
tested on every model that makes it.

<!-- capabilities:begin -->
| | `reactor` | `workers` | `threads` | `sequential` | `poll` | `select` |
|---|---|---|---|---|---|---|
| many clients at the same time (`--max-clients`) | yes | yes | yes | no | yes | yes |
| a limit on clients per address (`--max-clients-per-address`) | yes | yes | yes | no | yes | yes |
| an end for clients that say nothing for long (`--idle-timeout`) | yes | yes | no | no | yes | yes |
| an end for clients that do not take their answers (`--write-timeout`, else only when a session ends) | yes | yes | no | no | yes | yes |
| a bound on the answers that clients have not taken (`--max-pending`) | yes | yes | no | no | yes | yes |
| a polite line when descriptors or memory run out (else clients wait in the backlog) | yes | yes | no | no | yes | yes |
| the counters of an event loop (else they stay 0) | yes | yes | no | no | yes | yes |
| threads that do the work of texts (`--workers`) | no | yes | no | no | no | no |
| work of one client that holds up no other | no | yes | yes | no | no | no |
| a thread per client | no | no | yes | no | no | no |
<!-- capabilities:end -->

When the server starts, it warns about options that the chosen model does not use.

When there is no thread, or no memory for one, `threads` tells the client so in a polite line; if no other client is
connected, the thread that accepts serves the client itself, while the others wait in the backlog. In the models with an
event loop, a client is closed and counted if there is no memory for its answers or texts; `sequential` allocates what
it needs at the start.

`select` cannot watch descriptors of 1024 or more, however few are open. A client that gets such a descriptor is refused
with the line of a full server, which names the number of connected clients.

The lesson's models need no bound on memory: their one thread per client blocks in `send` until the client reads.
"""#
}
