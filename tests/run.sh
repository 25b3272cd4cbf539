#!/usr/bin/env bash
# From a bare Debian 12 to passed tests. Without an option what CI runs for each push: installs, builds the program
# with warnings as errors and runs it in all tests that run a program (live ones start their own PostgreSQL and
# PgBouncer), and builds it once more with the tests that are linked with it, which run under ASan and UBSan, among
# them every fuzz target with its kept inputs and some hundred made of them. With options only what they name:
#   --unit            the tests that need no server, without sanitizers
#   --sanitized       all tests but the live ones, under ASan and UBSan
#   --sanitized-live  the live tests, with the program under ASan and UBSan
#   --fuzz SECONDS    every fuzz target for so long, under ASan and UBSan; what is new is kept in build/fuzz/corpus/
#   --merge           the fewest of the kept and the new inputs that cover as much, in build/fuzz/merged/
#   --clang           builds with clang, warnings as errors, and runs the tests that need no server
#   --tidy            clang-tidy with the checks of .clang-tidy
#   --bench           what a record costs, see tests/bench/
#   --help            this text
set -euo pipefail
cd "$(dirname "$0")/.."
packages="libgtest-dev cmark-gfm python3 zstd gzip xz-utils bzip2 sqlite3 postgresql-15 postgresql-contrib pgbouncer locales valgrind"
clang_packages="clang libclang-rt-14-dev"

help() { sed -n '2,/^set /{/^# \{0,1\}/s///p}' "$0"; }

# build FOLDER [CMAKE OPTION...]
build() { EXTRA_PACKAGES="$packages ${more_packages:-}" .ci/build "$@"; }

# build_release [CMAKE OPTION...]
build_release() { build build -DPGCOUNSEL_TESTS=ON -DPGCOUNSEL_WERROR=ON "$@"; }

build_sanitized() {
  build build/sanitized -DPGCOUNSEL_TESTS=ON -DPGCOUNSEL_SANITIZE=ON -DPGCOUNSEL_PCH=ON \
    -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_FLAGS="-O1 -g1"
}

build_clang() {  # FOLDER [CMAKE OPTION...]
  more_packages="$clang_packages ${more_packages:-}" build "$@" -DPGCOUNSEL_WERROR=ON \
    -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++
}

build_fuzz() {
  build_clang build/fuzz -DPGCOUNSEL_FUZZ=ON -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_FLAGS="-O1 -g1"
}

fuzz_targets() { ls tests/fuzz/corpus; }

# A law that was broken, or a crash, stands in build/fuzz/TARGET.log with the input that did it.
fuzz_target() {  # TARGET SECONDS
  mkdir -p "build/fuzz/corpus/$1"
  if build/fuzz/tests/fuzz/fuzz_"$1" -max_total_time="$2" -max_len=2048 -timeout=20 -print_final_stats=1 \
      -dict=tests/fuzz/words.dict -artifact_prefix="build/fuzz/$1-" \
      "build/fuzz/corpus/$1" "tests/fuzz/corpus/$1" > "build/fuzz/$1.log" 2>&1; then
    echo "fuzz $1: $(grep -a -o 'number_of_executed_units: .*' "build/fuzz/$1.log"), $(grep -a -o 'cov: [0-9]*' "build/fuzz/$1.log" | tail -1)"
  else
    echo "fuzz $1 FAILED:"
    grep -a -v '^#[0-9]' "build/fuzz/$1.log"
    return 1
  fi
}

run_fuzz() {  # SECONDS
  build_fuzz
  export -f fuzz_target
  fuzz_targets | xargs -P "$(nproc)" -I{} bash -c "fuzz_target {} $1"
}

run_merge() {
  build_fuzz
  for target in $(fuzz_targets); do
    mkdir -p "build/fuzz/merged/$target"
    build/fuzz/tests/fuzz/fuzz_"$target" -merge=1 "build/fuzz/merged/$target" \
      "tests/fuzz/corpus/$target" "build/fuzz/corpus/$target"
  done
}

run_unit() { build_release; ctest --test-dir build --output-on-failure --timeout 600 -LE live; }
# One part of the tests on each core; the output of one that fails is shown.
sanitized_part() {  # PART PARTS
  export GTEST_SHARD_INDEX=$1 GTEST_TOTAL_SHARDS=$2
  local log=build/sanitized/tests.$1.log
  build/sanitized/tests/pgc_tests --gtest_brief=1 > "$log" 2>&1 || { tail -100 "$log"; return 1; }
  grep -m 1 PASSED "$log"
}

run_sanitized() {
  build_sanitized
  export -f sanitized_part
  seq 0 "$(($(nproc) - 1))" | xargs -P "$(nproc)" -I{} bash -c "sanitized_part {} $(nproc)"
}
run_sanitized_live() { build_sanitized; ctest --test-dir build/sanitized --output-on-failure --timeout 900 -L live; }
run_clang() { build_clang build/clang -DPGCOUNSEL_TESTS=ON; build/clang/tests/pgc_tests --gtest_brief=1; }
run_bench() { build_release; bash tests/bench/run.sh; }

run_tidy() {
  more_packages="clang-tidy" build_clang build/clang -DPGCOUNSEL_TESTS=ON
  run-clang-tidy -p build/clang -quiet "$PWD/(parser|analyzer|advisors)/.*\.cpp"
}

# The tests' own code is compiled once a push, for the sanitizers, not a second time without them.
run_push() {
  TARGETS=pgcounsel build_release -DPGCOUNSEL_PCH=ON
  run_sanitized
  ctest --test-dir build --output-on-failure --timeout 600 -L 'program|live' --parallel "$(nproc)"
}

[ $# -gt 0 ] || run_push
while [ $# -gt 0 ]; do
  case $1 in
    --unit | --sanitized | --sanitized-live | --merge | --clang | --tidy | --bench)
      name=${1#--}; run_"${name//-/_}" ;;
    --fuzz) run_fuzz "${2:?--fuzz needs the seconds of each target}"; shift ;;
    --help) help ;;
    *) echo "tests/run.sh: unknown option $1; --help lists them" >&2; exit 2 ;;
  esac
  shift
done
