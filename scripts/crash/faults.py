"""What is done to a server, its PostgreSQL or the connection between them. Only our own processes are killed."""

import asyncio
import dataclasses
import os
import random
import signal
import time
from collections.abc import Awaitable, Callable

from load import Load
from stage import Place, Stage


@dataclasses.dataclass
class Scene:
    """What a fault can reach."""

    stage: Stage
    database: str
    places: list[Place]
    load: Load
    draw: random.Random


@dataclasses.dataclass
class Fault:
    """What happened, in monotonic time."""

    at: float
    # When what was killed was there again: from here on Chorus has to heal by itself.
    back_at: float
    # Which node must be seen to work again.
    node: int
    what: str


Inject = Callable[[Scene], Awaitable[Fault]]


async def server(scene: Scene) -> Fault:
    """kill -9 of a node, which its supervisor starts again."""
    number = scene.draw.randrange(len(scene.places))
    node = scene.places[number].node
    at = time.monotonic()
    await node.kill()
    scene.load.is_down[number] = True
    await node.start()
    scene.load.is_down[number] = False
    return Fault(at, time.monotonic(), number, f"kill -9 of {node.name}")


async def postmaster(scene: Scene) -> Fault:
    """kill -9 of the postmaster, which is started again."""
    cluster = scene.stage.cluster
    at, pid = time.monotonic(), cluster.pid
    await cluster.kill_postmaster()
    await cluster.start()
    number = scene.draw.randrange(len(scene.places))
    return Fault(at, time.monotonic(), number, f"kill -9 of the postmaster, {pid}")


async def backend(scene: Scene) -> Fault:
    """kill -9 of one backend that serves a node, at half of the times one that appends; PostgreSQL restarts itself."""
    number = scene.draw.randrange(len(scene.places))
    ports = ", ".join(map(str, scene.places[number].proxy.client_ports()))
    rows = await scene.stage.cluster.run(
        f"SELECT pid, query LIKE '%log.append(%' FROM pg_stat_activity WHERE client_port IN ({ports}) ORDER BY pid"
    )
    appending = [int(pid) for pid, appends in rows if appends == "t"]
    chosen = appending if appending and scene.draw.random() < 0.5 else [int(pid) for pid, _ in rows]
    pid = scene.draw.choice(chosen)
    if pid not in scene.stage.cluster.children():
        raise RuntimeError(f"process {pid} is none of our cluster's")
    watch = await scene.stage.cluster.connect(scene.database)
    at = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    await watch.wait_for_end(10)
    while not await scene.stage.cluster.answers(scene.database):
        await asyncio.sleep(0.02)
    what = f"kill -9 of a backend, {pid}{' that appends' if pid in appending else ''}"
    return Fault(at, time.monotonic(), number, what)


async def cut_before(scene: Scene) -> Fault:
    """The connection breaks before the append reaches PostgreSQL."""
    return await _cut(scene, "before")


async def cut_after(scene: Scene) -> Fault:
    """PostgreSQL has committed; its answer is lost and the connection breaks."""
    return await _cut(scene, "after")


async def takeover(scene: Scene) -> Fault:
    """kill -9 of one of two nodes, which stays dead; the other must go on."""
    number = scene.draw.randrange(len(scene.places))
    at = time.monotonic()
    await scene.places[number].node.kill()
    scene.load.is_down[number] = True
    return Fault(at, at, 1 - number, f"kill -9 of {scene.places[number].node.name}, which stays dead")


async def _cut(scene: Scene, moment: str) -> Fault:
    number = scene.draw.randrange(len(scene.places))
    spared = scene.draw.randrange(8)
    cut_at = scene.places[number].proxy.arm(moment, spared)
    try:
        at = await asyncio.wait_for(cut_at, 10)
    except TimeoutError as error:
        raise RuntimeError("no append came by that could have been cut") from error
    return Fault(at, at, number, f"connection of {scene.places[number].node.name} cut {moment} an append")


FAULTS: dict[str, Inject] = {
    "server": server,
    "postmaster": postmaster,
    "backend": backend,
    "cut-before": cut_before,
    "cut-after": cut_after,
    "takeover": takeover,
}
