#!/usr/bin/env bash
# From a bare Debian 12 to a report: installs, builds, analyses the recorded incident and shows what it
# says. The whole report is left in build/report.md.
set -euo pipefail
cd "$(dirname "$0")/.."
.ci/build build -DPGCOUNSEL_TESTS=OFF
rm -f build/report.db
build/pgcounsel analyze samples/pool_exhaustion/postgresql.log.zst --db build/report.db --server shop -o build/report.md
build/pgcounsel report --db build/report.db --format text
echo "The whole report: build/report.md"
