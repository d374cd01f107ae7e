"""A federation on two chains, all of whose notes Hyperlane's own relayer carries, with what 2 of 3 validators keep in
buckets: a collective on the other chain joins, decides a motion that pays from there, and leaves.

The validators are those of the tests: they sign whatever left a chain. Their buckets are folders behind an http server
that answers as an S3-compatible store does. Run by `scripts/audit hyperlane`.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, ".")

from daokit.accounts import dev_key, dev_signer
from daokit.bridge import Fate, audit
from daokit.chain import Chain
from daokit.experiments.sandbox import anvil
from daokit.federation import MotionState
from daokit.federation_acts import Pay
from daokit.hyperlane import core, relayer
from daokit.hyperlane.checkpoints import keep
from daokit.hyperlane.messages import padded
from daokit.hyperlane.place import Dispatched, Hyperlane
from daokit.hyperlane.relayer import Served
from daokit.quantities import DAY
from daokit.token import Token
from tests.across import World, content
from tests.federations import VOTE, all_for
from tests.people import address
from tests.two_chains import AWAY, HOME, VALIDATORS, TwoChains, Validators

PATIENCE = 180  # seconds for the relayer to carry what is on its way
HARBOUR = ["dave", "erin", "frank", "grace"]
SILENT = VALIDATORS[1]  # two of three are enough


def free_port() -> int:
    """A port that nobody listens at now."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@contextmanager
def buckets(folder: Path) -> Iterator[str]:
    """Serves the folders in `folder` as buckets; yields where."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def send_error(self, code: int, *_: object) -> None:
            body = b"<Error><Code>NoSuchKey</Code></Error>"
            self.send_response(code)
            self.send_header("Content-Type", "application/xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def announce(chains: TwoChains, folder: Path) -> None:
    """Each validator says on each chain which bucket is its own."""
    for origin, place in chains.places.items():
        for number, validator in enumerate(VALIDATORS):
            bucket = f"validator{number}-{origin}"
            chains.announce(origin, validator, f"s3://{bucket}/us-east-1")
            said = {
                "validator": validator,
                "mailbox_address": "0x" + padded(place.core.mailbox).hex(),
                "mailbox_domain": place.core.domain,
                "storage_location": f"s3://{bucket}/us-east-1",
            }
            (folder / bucket).mkdir(parents=True)
            (folder / bucket / "announcement.json").write_text(json.dumps({"value": said}))


def sign(chains: TwoChains, folder: Path) -> None:
    """Put what the validators say of all messages into their buckets."""
    for origin, place in chains.places.items():
        for sent in place.sent():
            for number, validator in enumerate(VALIDATORS):
                bucket = folder / f"validator{number}-{origin}"
                if validator != SILENT:
                    keep(chains.validators[origin].sign(sent, validator), bucket)
                    (bucket / "checkpoint_latest_index.json").write_text(str(sent.index))


@dataclass
class Carrier:
    """The relayer at work between two chains; it has carried `carried` notes so far."""

    process: subprocess.Popen[bytes]
    chains: TwoChains
    buckets: Path
    carried: int = 0

    def carry(self) -> None:
        """Wait until all that left either chain has arrived. Raises `SystemExit` when something does not."""
        sign(self.chains, self.buckets)
        begun = time.monotonic()
        while waiting := [
            one.id for place in self.chains.places.values() for one in place.sent() if not self._has(one)
        ]:
            if time.monotonic() - begun > PATIENCE or self.process.poll() is not None:
                raise SystemExit(f"{self.carried} notes were carried; these were not: {', '.join(waiting)}")
            time.sleep(0.5)
        self.carried = len(self._sent())

    def _sent(self) -> list[Dispatched]:
        return [one for place in self.chains.places.values() for one in place.sent()]

    def _has(self, one: Dispatched) -> bool:
        return self.chains.places[one.message.destination].arrived(one.id) is not None


def live_together(world: World) -> None:
    """From the joining to the leaving of the harbour, on the second chain; each step needs the notes before it."""
    mill = world.home.collective("Mill", "alice", "bob", "carol")
    harbour = world.away.collective("Harbour", *HARBOUR)
    valley = world.found([mill], [harbour])
    world.home.join("Mill", valley)
    afar = world.link(valley)
    world.join("Harbour", afar)
    assert [(one.people, one.member.chain) for one in valley.seats()] == [(3, HOME), (4, AWAY)]

    harbour.treasury.deposit(world.away.coin, 2_000_00)
    harbour.treasury.bubble(afar.branch.address, world.away.coin)
    put = content("Mend the pier", Pay(AWAY, world.away.coin, address("bob"), 4_00), competence="water")
    motion = world.home.federation("alice", valley).open(put)
    world.put_away("Harbour", afar, motion, all_for(HARBOUR))
    world.wait(VOTE)
    afar.branch.tell(harbour.treasury.address, [motion.key])
    world.carry()
    assert valley.motion(motion.key).people_for == 4
    world.past_voting(put)
    assert valley.enact(motion.key).state is MotionState.ENACTED
    valley.send_order(motion.key, 0)
    world.carry()
    world.wait(3 * DAY)
    [order] = afar.branch.orders()
    afar.branch.carry_out(order)
    assert Token(world.away.chain, world.away.coin).balance(address("bob")) == 4_00

    world.away.decide("Harbour", harbour.treasury.to_quit(afar.branch.address))
    afar.branch.tell_gone(harbour.address)
    world.carry()
    assert [one.member.chain for one in valley.seats()] == [HOME]
    assert {one.fate for one in audit(world.gateways(afar))} == {Fate.ARRIVED}


def main(logs: Path) -> int:
    """0 when the federation lived its life."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="daokit-")))
        os.environ["XDG_STATE_HOME"] = str(folder / "state")
        places, served = {}, []
        for chain_id, name in ((HOME, "home"), (AWAY, "away")):
            port, home = free_port(), folder / str(chain_id)
            home.mkdir()
            rpc = stack.enter_context(anvil(home, chain_id=chain_id, port=port))
            chain = Chain(rpc, name=name, signer=dev_signer("alice"))
            places[chain_id] = Hyperlane(chain, core.deploy(chain))
            served.append(Served(places[chain_id].core, f"http://127.0.0.1:{port}"))
        chains = TwoChains(places[HOME], places[AWAY], {one: Validators(places[one]) for one in places})
        announce(chains, folder / "buckets")
        os.environ["AWS_ENDPOINT_URL_S3"] = stack.enter_context(buckets(folder / "buckets"))

        with (logs / "relayer").open("wb") as log:
            process = relayer.start(served, folder, key=dev_key("judy"), output=log.fileno())
            stack.callback(_end, process)
            begun = time.monotonic()
            while b"Starting relayer" not in (logs / "relayer").read_bytes() and process.poll() is None:
                time.sleep(0.5)
            time.sleep(5)  # until it listens
            carrier = Carrier(process, chains, folder / "buckets")
            world = World(chains)
            world.carry = lambda only=None: carrier.carry()  # type: ignore[method-assign, assignment]
            try:
                live_together(world)
            except (SystemExit, Exception):
                print((logs / "relayer").read_text(errors="replace")[-6000:], file=sys.stderr)
                raise
        took = time.monotonic() - begun
        notes = f"{carrier.carried} notes of a federation"
        print(f"{notes} were carried by {relayer.PACKAGE}, 2 of 3 signing, in {took:.0f} s")
    return 0 if carrier.carried else 1


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
