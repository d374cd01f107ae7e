"""Notes between two chains, carried by Hyperlane's own relayer with what three validators keep in buckets.

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
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, ".")

from daokit.accounts import dev_key, dev_signer
from daokit.bridge import Fate, audit
from daokit.chain import Chain
from daokit.experiments.sandbox import anvil
from daokit.hyperlane import core, relayer
from daokit.hyperlane.checkpoints import keep
from daokit.hyperlane.messages import padded
from daokit.hyperlane.place import Hyperlane
from daokit.hyperlane.relayer import Served
from tests.test_bridge import End, Ends
from tests.two_chains import AWAY, HOME, VALIDATORS, TwoChains, Validators, neighbour

PATIENCE = 180  # seconds for the relayer to start and carry
NOTES = 4
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


def main(logs: Path) -> int:
    """0 when every note arrived once."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="daokit-")))
        os.environ["XDG_STATE_HOME"] = str(folder / "state")
        places, served = {}, []
        for chain_id in (HOME, AWAY):
            port, home = free_port(), folder / str(chain_id)
            home.mkdir()
            rpc = stack.enter_context(anvil(home, chain_id=chain_id, port=port))
            chain = Chain(rpc, name=f"chain{chain_id}", signer=dev_signer("alice"))
            places[chain_id] = Hyperlane(chain, core.deploy(chain))
            served.append(Served(places[chain_id].core, f"http://127.0.0.1:{port}"))
        chains = TwoChains(places[HOME], places[AWAY], {one: Validators(places[one]) for one in places})

        def end(place: Hyperlane) -> End:
            contract = neighbour(place.chain, "TakesNotes")
            return End(place, contract, chains.gateway(place, contract.address))

        ends = Ends(chains, end(chains.home), end(chains.away))
        ends.home.link(ends.away)
        ends.away.link(ends.home)
        announce(chains, folder / "buckets")
        os.environ["AWS_ENDPOINT_URL_S3"] = stack.enter_context(buckets(folder / "buckets"))

        with (logs / "relayer").open("wb") as log:
            begun = time.monotonic()
            carrier = relayer.start(served, folder, key=dev_key("judy"), output=log.fileno())
            stack.callback(_end, carrier)
            while b"Starting relayer" not in (logs / "relayer").read_bytes() and carrier.poll() is None:
                time.sleep(0.5)
            time.sleep(5)  # until it listens
            sent = 0
            while time.monotonic() - begun < PATIENCE and carrier.poll() is None:
                if ends.home.heard + ends.away.heard == sent:
                    if sent == NOTES:
                        break
                    ends.home.tell(ends.away, f"note {sent}".encode())
                    ends.away.tell(ends.home, f"answer {sent}".encode())
                    sent += 2
                    sign(chains, folder / "buckets")
                time.sleep(0.5)
        fates = [one.fate for one in audit([ends.home.gateway, ends.away.gateway])]
        arrived = fates.count(Fate.ARRIVED)
        took = time.monotonic() - begun
        print(f"{arrived} of {NOTES} notes were carried by {relayer.PACKAGE}, 2 of 3 signing, in {took:.0f} s")
        if arrived != NOTES:
            print((logs / "relayer").read_text(errors="replace")[-6000:], file=sys.stderr)
            return 1
    return 0


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
