"""Hours of sittings through which everything is killed again and again: `python -m bench.sitting.soak [ROUNDS] [SEED]`.

A round is what `tests/journeys/test_nothing_is_lost_to_kill.py` does once. Each has another seed, printed first, so that one
in which something was lost can be repeated. Ends with status 1 at the first fault.
"""

import sys

from bench.sitting.kills import sit_through_kills
from bench.sitting.machine_limits import allow_files


def main(arguments: list[str]) -> int:
    """Run the rounds."""
    rounds = int(arguments[0]) if arguments else 20
    first = int(arguments[1]) if len(arguments) > 1 else 1
    allow_files()
    for seed in range(first, first + rounds):
        outcome = sit_through_kills(
            people=200, kills=20, every_s=5, seed=seed, at_once=60, allotted_s=(15, 25, 40, 60), say=print
        )
        print(outcome.facts)
        if outcome.faults:
            print("\n".join(outcome.faults))
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
