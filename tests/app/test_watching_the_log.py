"""The log as its watchers meet it: tiles over HTTP, a witness in its own process, and a monitor that reads every entry."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from app.log_commands import logs_of
from app.witness import Memory, WitnessUnusable, create_witness, open_witness
from certificates.issuer import Issuer
from certificates.issuing import issue
from certificates.keys import Office, open_office
from certificates.log.cosignature import cosigners, read_witness_key
from certificates.log.note import read_note, read_signatures
from certificates.log.witness import Seen, write_request
from certificates.trust import load_trust
from tests.certificates.centre import claim
from tests.fixtures.web import Site

SARAP = Path(sys.executable).with_name("sarap")


@pytest.fixture
def office(site: Site) -> Office:
    return open_office(Issuer(site.settings.public_url, "The test centre"), site.settings.keys_dir, datetime.now(UTC))


async def issue_another(site: Site, office: Office) -> None:
    now = datetime.now(UTC) - timedelta(minutes=1)
    async with site.database.registry.acquire() as db:
        await issue(db, office, replace(claim(awarded_at=now), source=f"test:{os.urandom(8).hex()}"), now)


@pytest_asyncio.fixture(loop_scope="session")
async def trust(site: Site, office: Office, tmp_path: Path) -> Path:
    """The key document as an employer pins it; the log has one entry."""
    await issue_another(site, office)
    path = tmp_path / "did.json"
    path.write_bytes((await (await site.visitor()).get("/.well-known/did.json")).content)
    return path


async def monitor(site: Site, trust: Path, state: Path) -> tuple[int, dict[str, Any]]:
    """Run `sarap log monitor` once and return its status and what it said."""
    address = f"{site.settings.public_url}/log"
    command = [SARAP, "log", "monitor", address, "--trust", trust, "--state", state, "--json"]
    process = await asyncio.create_subprocess_exec(*map(str, command), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = await asyncio.wait_for(process.communicate(), 60)
    said = out.decode().strip()
    return process.returncode or 0, json.loads(said) if said else {"error": err.decode()}


async def test_tiles_are_served_as_far_as_the_checkpoint_goes(site: Site, trust: Path) -> None:
    assert trust.exists()
    visitor = await site.visitor()
    hashes = await visitor.get("/log/tile/0/000.p/1")
    assert (hashes.status_code, len(hashes.content)) == (200, 32)
    assert "immutable" in hashes.headers["cache-control"]
    entries = await visitor.get("/log/tile/entries/000.p/1")
    assert entries.content[2:].startswith(b"sarap/v1 issue ")
    for beyond in ("0/000.p/2", "0/000", "1/000.p/1", "entries/000", "0/0", "9/000"):
        assert (await visitor.get(f"/log/tile/{beyond}")).status_code == 404, beyond


async def test_a_monitor_reads_what_is_new_and_remembers_how_far_it_came(
    site: Site, office: Office, trust: Path, tmp_path: Path
) -> None:
    state = tmp_path / "state.json"
    assert (await monitor(site, trust, state))[1] | {"cosigned": []} == {
        "log": office.issuer.log_origin,
        "ok": True,
        "size": 1,
        "added": {"issue": 1},
        "cosigned": [],
    }
    await issue_another(site, office)
    status, said = await monitor(site, trust, state)
    assert (status, said["size"], said["added"]) == (0, 2, {"issue": 1})
    assert (await monitor(site, trust, state))[1]["added"] == {}


async def test_a_monitor_raises_the_alarm_when_the_past_was_rewritten(site: Site, trust: Path, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    # What it read before was another tree: the log that it sees now cannot continue it.
    state.write_text(json.dumps({"size": 1, "edge": [[0, 0, "00" * 32]]}), "utf-8")
    status, said = await monitor(site, trust, state)
    assert (status, said["ok"]) == (1, False)
    state.write_text(json.dumps({"size": 2, "edge": [[1, 0, "00" * 32]]}), "utf-8")
    status, said = await monitor(site, trust, state)
    assert (status, said["ok"]) == (1, False)
    assert "had 2 entries and now shows 1" in said["reason"]


async def test_nobody_who_watches_believes_a_key_of_the_log_that_was_withdrawn(site: Site, trust: Path, tmp_path: Path) -> None:
    document = json.loads(trust.read_bytes())
    for method in document["verificationMethod"]:
        if "#log-" in method["id"]:
            method["revoked"] = "2026-01-01T00:00:00Z"
    trust.write_text(json.dumps(document), "utf-8")
    status, said = await monitor(site, trust, tmp_path / "state.json")
    assert (status, said["ok"]) == (1, False)
    (watched,) = logs_of(load_trust([trust]).values(), datetime.now(UTC)).values()
    assert watched == [], "a witness would cosign what a thief shows it"


async def test_a_monitor_that_cannot_reach_the_log_says_so(site: Site, trust: Path, tmp_path: Path) -> None:
    broken = tmp_path / "state.json"
    broken.write_text("{}", "utf-8")
    status, said = await monitor(site, trust, broken)
    assert status == 2
    assert "state of a monitor" in said["error"]


@pytest_asyncio.fixture(loop_scope="session")
async def witness(trust: Path, tmp_path: Path) -> AsyncGenerator[tuple[httpx2.AsyncClient, list[str]]]:
    """`sarap log witness` in its own process, and the keys that it printed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path / "witness"
    command = [SARAP, "log", "witness", "--name", "witness.example/w1", "--trust", trust, "--folder", folder, "--port", port]
    process = await asyncio.create_subprocess_exec(*map(str, command), stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        keys = [(await asyncio.wait_for(process.stdout.readline(), 60)).decode() for _ in range(2)]
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
            while True:
                try:
                    await client.get("/")
                    break
                except httpx2.TransportError:
                    await asyncio.sleep(0.05)
            yield client, keys
    finally:
        process.terminate()
        await process.wait()


async def test_a_witness_cosigns_the_log_with_both_of_its_keys(
    site: Site, witness: tuple[httpx2.AsyncClient, list[str]]
) -> None:
    client, printed = witness
    checkpoint = (await (await site.visitor()).get("/log/checkpoint")).text
    answer = await client.post("/add-checkpoint", content=write_request(0, [], checkpoint))
    assert answer.status_code == 200
    cosigned = read_note(checkpoint).with_signatures(read_signatures(answer.text))
    keys = [read_witness_key(line) for line in printed]
    assert [found.witness for found in cosigners(cosigned, keys)] == keys
    assert (await client.get("/")).text == "".join(printed)


async def test_a_witness_refuses_as_the_protocol_says(site: Site, witness: tuple[httpx2.AsyncClient, list[str]]) -> None:
    client, _ = witness
    checkpoint = (await (await site.visitor()).get("/log/checkpoint")).text
    assert (await client.post("/add-checkpoint", content="nonsense")).status_code == 400
    assert (await client.post("/add-checkpoint", content="x" * 300_000)).status_code == 400
    assert (await client.post("/add-checkpoint", content=write_request(0, [], checkpoint))).status_code == 200
    behind = await client.post("/add-checkpoint", content=write_request(0, [], checkpoint))
    assert (behind.status_code, behind.text, behind.headers["content-type"]) == (409, "1\n", "text/x.tlog.size; charset=utf-8")


async def test_a_witness_remembers_after_a_restart_what_it_cosigned(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    first = open_witness(folder, "witness.example/w1")
    memory = Memory(folder)
    memory.keep("centre.example/log", Seen(7, bytes(32)))
    with pytest.raises(WitnessUnusable, match="another witness"):
        Memory(folder)
    memory.close()
    again = Memory(folder)
    assert again.seen == {"centre.example/log": Seen(7, bytes(32))}
    assert open_witness(folder, "witness.example/w1").keys == first.keys
    assert create_witness(first, {}, again).routes
    again.close()


async def test_a_witness_does_not_use_a_key_that_others_may_read(tmp_path: Path) -> None:
    open_witness(tmp_path, "w")
    (tmp_path / "ed25519.key").chmod(0o644)
    with pytest.raises(WitnessUnusable, match="chmod 600"):
        open_witness(tmp_path, "w")
