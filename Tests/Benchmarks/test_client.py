#!/usr/bin/env python3
"""Shows that client.c catches a server that answers wrongly: a client that checks nothing would flatter any server.

The server here is right but for one fault. What it answers comes from Python's own upper case.
"""
import json
import pathlib
import socket
import socketserver
import subprocess
import tempfile
import threading
import unittest

HERE = pathlib.Path(__file__).resolve().parent
SIZE = 64


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    request_queue_size = 1024  # a connection that the backlog drops comes back a second later

    def __init__(self, fault):
        super().__init__(("127.0.0.1", 0), Session)
        self.fault, self.accepted, self.lock = fault, 0, threading.Lock()
        self.lines, self.latest = set(), {}


class Session(socketserver.StreamRequestHandler):
    def handle(self):
        self.fault = self.server.fault
        with self.server.lock:
            self.server.accepted += 1
            self.number = self.server.accepted
        told = 1 if self.fault == "number twice" else self.number
        greeting = f"Servidor de eco (cliente {told}).\n"
        self.wfile.write(greeting.replace("eco", "echo").encode() if self.fault == "greeting" else greeting.encode())
        self.answers, self.previous = 0, b""
        try:
            for line in self.rfile:
                answer = line.decode().upper().encode()
                self.wfile.write(self.farewell() if line == b"tchau\n" else self.spoilt(line, answer))
                if line == b"tchau\n" or self.fault == "closes" and self.answers == 20:
                    break
        except (ConnectionError, socket.timeout):
            pass  # the client has seen enough

    def farewell(self):
        return {"farewell": b"tchau\n", "one byte too many": b"!TCHAU\n", "after farewell": b"TCHAU\n!",
                "no farewell": b""}.get(self.fault, b"TCHAU\n")

    def spoilt(self, line, answer):
        self.answers += 1
        self.server.lines.add(line)
        previous, self.previous = self.previous, answer
        self.server.latest[self.number] = answer
        if self.answers != 20:
            return answer
        others = [latest for number, latest in self.server.latest.items() if number != self.number]
        return {"one bit": answer[:40] + bytes([answer[40] ^ 1]) + answer[41:],
                "not upper case": line,
                "shifted": answer[1:] + answer[:1],
                "one byte missing": answer[:-2] + answer[-1:],
                "answered twice": answer + answer,
                "the one before": previous,
                "of another client": others[0] if others else b"",
                "silent": b""}.get(self.fault, answer)


class ClientTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.client = pathlib.Path(cls.folder.name) / "client"
        sources = [HERE / name for name in ("client.c", "texts.c", "sample.c")]
        subprocess.run(["gcc", "-O3", "-Wall", "-Wextra", "-Werror", "-o", cls.client, *sources], check=True)

    def run_client(self, fault, *options):
        with Server(fault) as server:
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            done = subprocess.run([self.client, "--port", str(server.server_address[1]), "--clients", "4",
                                   "--size", str(SIZE), "--warmup", "0.05", "--duration", "0.2", "--patience", "0.5",
                                   *options], input=b"\n\n", stdout=subprocess.PIPE, timeout=60)
            server.shutdown()
            return done.returncode, json.loads(done.stdout.splitlines()[-1]), server.lines

    def test_a_right_server_passes(self):
        for options in ([], ["--depth", "16"], ["--text", "portuguese", "--depth", "16"], ["--churn"]):
            with self.subTest(options=options):
                status, figures, _ = self.run_client(None, *options)
                self.assertEqual((status, figures["errors"], figures["first_error"]), (0, 0, None))
                self.assertGreater(figures["messages"], 0)

    def test_every_fault_is_caught(self):
        for fault in ("greeting", "number twice", "one bit", "not upper case", "shifted", "one byte missing",
                      "answered twice", "the one before", "of another client", "silent", "closes", "farewell",
                      "one byte too many", "after farewell", "no farewell"):
            for depth in ("1", "16"):
                with self.subTest(fault=fault, depth=depth):
                    status, figures, _ = self.run_client(fault, "--depth", depth)
                    self.assertEqual((status, figures["errors"]), (1, 1))
                    self.assertTrue(figures["first_error"])

    def test_faults_of_sessions_are_caught_in_churn(self):
        for fault in ("greeting", "number twice", "farewell", "one byte too many", "after farewell", "no farewell"):
            with self.subTest(fault=fault):
                self.assertEqual(self.run_client(fault, "--churn")[0], 1)

    def test_texts_are_distinct_of_the_right_size_and_never_a_goodbye(self):
        for language in ("ascii", "portuguese"):
            with self.subTest(language=language):
                lines = self.run_client(None, "--text", language, "--idle", "--clients", "200")[2]
                self.assertEqual(len(lines), 200)
                self.assertEqual({len(line) for line in lines}, {SIZE})
                self.assertFalse(any(b"tchau" in line for line in lines))
                letters = [letter for line in lines for letter in line.decode() if letter.isalpha()]
                share = sum(not letter.isascii() for letter in letters) / len(letters)
                self.assertTrue(0.08 <= share <= 0.12 if language == "portuguese" else share == 0, share)


if __name__ == "__main__":
    unittest.main()
