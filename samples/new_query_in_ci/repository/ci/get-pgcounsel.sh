#!/bin/sh
# Puts pgcounsel into $1/pgcounsel, on Debian 12 as root. With a cache on $1 it is built once.
#   PGCOUNSEL_URL   where its source is fetched from, for git
set -eu
home=$1
apt-get update -qq
apt-get install -y -qq --no-install-recommends ca-certificates git
if [ ! -x "$home/pgcounsel" ]; then
  git clone -q --depth 1 "${PGCOUNSEL_URL:?is not set: the address of the source of pgcounsel}" /tmp/pgcounsel
  /tmp/pgcounsel/.ci/build /tmp/pgcounsel/build -DPGCOUNSEL_TESTS=OFF
  mkdir -p "$home"
  cp /tmp/pgcounsel/build/pgcounsel "$home/"
fi
# The libraries it runs with, where it came from the cache.
apt-get install -y -qq --no-install-recommends libpg-query1504.0 libsqlite3-0 libarchive13 \
  libboost-program-options1.74.0 libfmt9 libdate-tz3 libsimdjson14 tzdata
"$home/pgcounsel" --version
