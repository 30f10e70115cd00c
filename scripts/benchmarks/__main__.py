"""Lets `python -m scripts.benchmarks` measure."""

import sys

from scripts.benchmarks.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
