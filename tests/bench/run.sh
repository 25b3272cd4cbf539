#!/usr/bin/env bash
# How fast, on this machine, against tools that do less; exit code 1 when a figure that must hold does not.
#   tests/bench/run.sh [--million] [--size MB] [PART...]    a table of ratios, about three minutes
#   tests/bench/run.sh --instructions [--envelopes]         what a byte costs, counted by callgrind (CI)
# Builds the program first, unless `--bin PROGRAM` names one. The logs need 1 GB in $TMPDIR (or --folder, where
# they stay). `--help` has the rest.
set -euo pipefail
script=table.py packages="python3 zstd gzip sqlite3" options=() program=
while [ $# -gt 0 ]; do
  case $1 in
    --instructions) script=instructions.py packages="python3 valgrind" ;;
    --bin) program=$(realpath "$2"); shift ;;
    *) options+=("$1") ;;
  esac
  shift
done
cd "$(dirname "$0")/../.."
if [ -z "$program" ]; then
  EXTRA_PACKAGES="$packages" .ci/build build -DPGCOUNSEL_TESTS=OFF 1>&2
  program=build/pgcounsel
fi
exec python3 -B "tests/bench/$script" --bin "$program" "${options[@]}"
