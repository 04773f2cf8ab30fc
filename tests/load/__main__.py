"""From tests/: `python -m load [--seconds 30] [--threshold-ms 100] [-- OPTIONS OF polaroid serve]`.

By hand, on an idle machine; tests/test_load.py runs the script without the threshold on time.
"""

import argparse
import sys

import load

def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--threshold-ms", type=int, default=100, help="of p95; 0 for none")
    parser.add_argument("options", nargs="*", help="of `polaroid serve`, after --")
    args = parser.parse_args()
    found = load.run(args.seconds, args.threshold_ms, args.options)
    print(found.output)
    sys.exit(0 if found.passed else 1)


if __name__ == "__main__":
    main()
