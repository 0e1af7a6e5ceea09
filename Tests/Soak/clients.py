#!/usr/bin/env python3
"""A process of clients for a soak: `clients.py PLAN`, a JSON object; commands and replies are lines of JSON on its standard
input and output. It ends with its input."""
import asyncio
import json
import resource
import sys

import hostile
import steady
import timed
from leaving import Pipeliners
from stage import Stage

PIPELINERS = 12


def begin_steady(stage):
    stage.play(steady.churn, 40)
    stage.play(steady.talker, 100)
    stage.play(steady.steady_reader, 8, rate=60_000)
    stage.play(steady.steady_reader, 8, rate=30_000)
    stage.play(steady.steady_reader, 4, rate=8_000, receive_buffer=16384)
    stage.play(steady.slow_reader, 10, rate=4_000, size=128 << 10)
    stage.play(steady.slow_reader, 10, rate=50_000, size=1 << 20)
    stage.play(steady.cutter, 10)
    stage.play(steady.dripper, 10)
    stage.play(steady.half_closer, 6)
    stage.play(steady.urgent, 5)


def begin_hostile(stage):
    stage.play(hostile.flood, 4)
    stage.play(hostile.reset_after_answers, 4)
    stage.play(hostile.reset_amid_answers, 4)
    stage.play(hostile.reset_at_once, 3)
    stage.play(hostile.scan, 3)
    stage.play(hostile.talk_after_goodbye, 3)
    stage.play(hostile.shut_receiving, 3)


def begin_timed(stage):
    stage.play(timed.speaker, 200)
    stage.play(steady.churn, 10)
    stage.play(steady.steady_reader, 4, rate=60_000)
    stage.play(steady.steady_reader, 4, rate=30_000)
    if stage.has_idle_timeout:
        stage.play(timed.silent, 20)
    if stage.has_write_timeout:
        stage.play(hostile.flood, 3)


COMPANIES = {"steady": begin_steady, "hostile": begin_hostile, "timed": begin_timed}


class Process:
    def __init__(self, plan):
        self.plan = plan
        self.stage = self._stage()
        self.pipeliners = None

    def _stage(self):
        plan = self.plan
        return Stage((plan["host"], plan["port"]), plan["seed"], plan["keeps"], plan["idleTimeout"], plan["writeTimeout"])

    async def obey(self, command):
        """Does what a command says; the reply is the ledger, and who still plays."""
        match command["do"]:
            case "begin":
                COMPANIES[self.plan["company"]](self.stage)
            case "crowd":
                await hostile.crowd(self.stage, command["count"])
            case "end":
                await self.stage.come_to_an_end()
            case "sessions":
                return await self._sessions(command["count"])
            case "pile":
                self.stage = self._stage()
                self.pipeliners = Pipeliners(self.stage, PIPELINERS)
                await self.pipeliners.pile_up()
            case "note":
                await self.pipeliners.note()
            case "leave":
                self.pipeliners.read.set()
                await self.stage.come_to_an_end()
            case "report":
                pass
        promised = self.pipeliners.promised if self.pipeliners else 0
        return {"ledger": self.stage.ledger.document(), "waiting": self.stage.waiting(), "promised": promised}

    async def _sessions(self, count):
        """So many sessions at once, with a ledger of their own."""
        stage = self._stage()
        await asyncio.gather(*(steady.one_session(stage) for _ in range(count)))
        return {"ledger": stage.ledger.document()}


async def main():
    process = Process(json.loads(sys.argv[1]))
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)

    async def serve(command):
        reply = await process.obey(command)
        print(json.dumps(reply | {"id": command["id"]}), flush=True)

    print(json.dumps({"id": 0}), flush=True)
    tasks = set()
    while line := await reader.readline():
        task = asyncio.create_task(serve(json.loads(line)))
        tasks.add(task)
        task.add_done_callback(tasks.discard)


if __name__ == "__main__":
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        sys.exit(130)
