#!/usr/bin/env bash
# From a bare Debian 12 to passed tests: installs, builds with warnings as errors, runs all tests (live ones
# start their own PostgreSQL and PgBouncer), then the unit tests once more under ASan and UBSan.
set -euo pipefail
cd "$(dirname "$0")/.."
export EXTRA_PACKAGES="libgtest-dev cmark-gfm python3 zstd gzip xz-utils bzip2 sqlite3 postgresql-15 postgresql-contrib pgbouncer locales valgrind"
.ci/build build -DPGCOUNSEL_TESTS=ON -DPGCOUNSEL_WERROR=ON
.ci/build build/sanitized -DPGCOUNSEL_TESTS=ON -DPGCOUNSEL_SANITIZE=ON \
  -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_FLAGS="-O1 -g1"
build/sanitized/tests/pgc_tests --gtest_brief=1
ctest --test-dir build --output-on-failure --timeout 600
