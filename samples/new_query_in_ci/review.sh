#!/usr/bin/env bash
# Reviews the pull request in repository/ as its CI does, held against what production did: the log that the
# neighbouring sample recorded.
#   review.sh [PGCOUNSEL [OPTION...]]     build/pgcounsel, as text, unless told otherwise
set -euo pipefail
pgcounsel=$(realpath "${1:-$(dirname "$0")/../../build/pgcounsel}")
cd "$(dirname "$0")/repository"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$pgcounsel" ingest --quiet --db "$folder/shop.ledger" --server shop ../../pool_exhaustion/postgresql.log.zst
"$pgcounsel" check migrations queries --baseline pgcounsel.lock --against "$folder/shop.ledger" "${@:2}"
