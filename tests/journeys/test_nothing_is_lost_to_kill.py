"""`kill -9` of the web process, of the workers and of PostgreSQL while 200 candidates sit: nothing that was confirmed is lost.

Longer, and with other seeds: `python -m bench.sitting.soak`.
"""

import os
import random

from bench.sitting.kills import sit_through_kills


def test_nothing_is_lost_to_kill() -> None:
    seed = int(os.environ.get("KILL_SEED") or random.SystemRandom().randrange(10_000))
    said: list[str] = []
    outcome = sit_through_kills(
        people=200, kills=10, every_s=5, seed=seed, at_once=50, allotted_s=(10, 14, 18, 22), say=said.append
    )
    assert outcome.faults == [], (said, outcome.facts)
    killed = [kill.rpartition(" ")[2] for kill in outcome.kills]
    assert {"web", "judging", "registry", "postgres"} <= set(killed), outcome.kills
    assert outcome.facts["sessions"] == 200
