"""From tests/: `python -m soak --seconds 1800 --clients 10 [--seed N]`. Ends with 1 after a fault."""

import argparse
import sys

import datasets
import soak


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    found = soak.run(datasets.ensure(), args.seconds, args.clients, args.seed)
    print(found.summary())
    sys.exit(1 if found.faults else 0)


if __name__ == "__main__":
    main()
