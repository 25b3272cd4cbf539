#!/usr/bin/env bash
# Records the incident of this folder anew: a private PostgreSQL, a private PgBouncer, a shop's traffic
# from pgbench, and a payment service that becomes slow while checkouts hold their transactions open.
#
# usage: ./record.sh [OUTPUT_DIRECTORY]       default: the folder of this script
#   PGBIN=/usr/lib/postgresql/15/bin   where initdb, pg_ctl, psql and pgbench are
#   PGBOUNCER=/usr/sbin/pgbouncer      the PgBouncer to run
#   PORT=55432                         PostgreSQL listens here, PgBouncer on the next port, both on 127.0.0.1
#   RUN_AS=nobody                      who runs the servers when you are root
#   CALM=40 SLOW=50 RECOVER=50         seconds of each phase
#
# Needs PostgreSQL 15 with contrib, PgBouncer, zstd, gzip. Takes about two and a half minutes and two cores.
# Everything lives in a directory /tmp/shop-*, which is removed at the end, also after Ctrl-C.
set -euo pipefail
export LC_ALL=C TZ=UTC

case "${1:-}" in -h | --help) sed -n '2,14s/^# \{0,1\}//p' "$0"; exit 0 ;; esac
here=$(cd "$(dirname "$0")" && pwd)
out=$(cd "${1:-$here}" && pwd)
PGBIN=${PGBIN:-/usr/lib/postgresql/15/bin}
PGBOUNCER=${PGBOUNCER:-/usr/sbin/pgbouncer}
PORT=${PORT:-55432}
POOLER_PORT=$((PORT + 1))
CALM=${CALM:-40} SLOW=${SLOW:-50} RECOVER=${RECOVER:-50}
POOL_SIZE=10 FAST_MS=20 SLOW_MS=1500 PATIENCE_MS=3000

fail() { echo "record.sh: $*" >&2; exit 1; }
for tool in "$PGBIN/initdb" "$PGBIN/pgbench" "$PGBIN/psql" "$PGBOUNCER" zstd gzip; do
  command -v "$tool" >/dev/null || fail "$tool not found (see --help)"
done
for port in "$PORT" "$POOLER_PORT"; do
  ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || fail "port $port is taken, set PORT"
done

# ---- a private directory, an unprivileged user, and what to do when we are stopped ----
dir=$(mktemp -d /tmp/shop-XXXXXX)
mkdir "$dir/clients" "$dir/run"
as_server=()
if [ "$(id -u)" = 0 ]; then
  RUN_AS=${RUN_AS:-nobody}
  as_server=(setpriv "--reuid=$RUN_AS" "--regid=$(id -g "$RUN_AS")" --clear-groups)
  chown -R "$RUN_AS" "$dir"
fi
jobs_started=()
pooler=
server() { (cd "$dir" && "${as_server[@]}" "$@"); }
pg_ctl() { server "$PGBIN/pg_ctl" -D "$dir/data" -w -t 60 "$@" >/dev/null; }

cleanup() {
  trap - EXIT INT TERM HUP
  for job in "${jobs_started[@]}"; do kill -TERM -- "-$job" 2>/dev/null || true; done
  [ -z "$pooler" ] || kill "$pooler" 2>/dev/null || true
  wait 2>/dev/null || true
  [ ! -f "$dir/data/postmaster.pid" ] || pg_ctl stop -m immediate || true
  rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Starts a job in a process group of its own, so that cleanup reaches its children.
start() {
  set -m
  "$@" </dev/null 2>>"$dir/clients/stderr" &
  jobs_started+=($!)
  set +m
}
now() { date -u +%FT%T.%3NZ; }
sleep_until() { # seconds after T0
  local left
  left=$(awk -v t="$T0" -v s="$1" -v n="$(date +%s.%N)" 'BEGIN { d = t + s - n; print (d > 0 ? d : 0) }')
  start sleep "$left" # not in the foreground: a signal must not wait for it
  wait $!
}

# ---- the servers ----
echo "preparing the shop in $dir"
server "$PGBIN/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --no-locale >/dev/null
cat >>"$dir/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
port = $PORT
unix_socket_directories = '$dir'
max_connections = 50
shared_buffers = 128MB
checkpoint_timeout = 60s
autovacuum_naptime = 15s
timezone = 'UTC'
log_timezone = 'UTC'
shared_preload_libraries = 'pg_stat_statements,auto_explain'
pg_stat_statements.save = off
auto_explain.log_min_duration = 400ms
auto_explain.log_analyze = on
auto_explain.log_timing = off
log_line_prefix = '%m [%p] %q%u@%d/%a %c '
log_min_duration_statement = 0
log_connections = on
log_disconnections = on
log_lock_waits = on
deadlock_timeout = 200ms
log_temp_files = 0
log_checkpoints = on
log_autovacuum_min_duration = 0
CONF
cat >"$dir/data/pg_hba.conf" <<CONF
local all  all                 trust
host  shop legacy_sync         127.0.0.1/32 scram-sha-256
host  shop shop,stock,monitor  127.0.0.1/32 trust
CONF
cat >"$dir/pgbouncer.ini" <<CONF
[databases]
shop = host=127.0.0.1 port=$PORT dbname=shop

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $POOLER_PORT
unix_socket_dir =
auth_type = trust
auth_file = $dir/userlist.txt
admin_users = pooladmin
logfile = $dir/pgbouncer.log
pool_mode = transaction
default_pool_size = $POOL_SIZE
max_client_conn = 300
query_wait_timeout = 3
stats_period = 5
CONF
printf '"shop" ""\n"pooladmin" ""\n' >"$dir/userlist.txt"
[ ${#as_server[@]} = 0 ] || chown "$RUN_AS" "$dir"/*.*

admin() { "$PGBIN/psql" -X -q -v ON_ERROR_STOP=1 -h "$dir" -p "$PORT" -U postgres "$@"; }
pg_ctl start -l "$dir/setup.log"   # the load goes to another log: the recorded one begins with the restart below
admin -d postgres <<SQL
CREATE ROLE shop LOGIN;
CREATE ROLE stock LOGIN;
CREATE ROLE monitor LOGIN IN ROLE pg_monitor;
CREATE ROLE legacy_sync LOGIN PASSWORD '$(head -c 18 /dev/urandom | base64)';
CREATE DATABASE shop OWNER shop;
SQL
{ echo 'SET ROLE shop;'; cat "$here/schema.sql"; } | admin -d shop >/dev/null
admin -d shop -c 'GRANT SELECT, UPDATE ON products TO stock' -c 'CREATE EXTENSION pg_stat_statements' \
  -c 'VACUUM (ANALYZE)' -c CHECKPOINT
pg_ctl stop -m fast
pg_ctl start -l "$dir/postgresql.log"
(cd "$dir" && exec "${as_server[@]}" "$PGBOUNCER" "$dir/pgbouncer.ini") 2>/dev/null &
pooler=$!
sleep 1
kill -0 "$pooler" || fail "PgBouncer did not start: $(tail -3 "$dir/pgbouncer.log")"

# ---- the clients ----
# The payment service: checkout.sql asks this file how slow it is. Replaced by rename: a reader never finds it empty.
payment_ms() { echo "$1" >"$dir/run/new" && mv "$dir/run/new" "$dir/run/payment_ms"; }
payment_ms "$FAST_MS"
left() { echo $((END - $(date +%s))); }

# One web worker: one pgbench with one client, started again a second after the pooler has thrown it out.
# Transactions that would begin more than PATIENCE_MS late are skipped: the visitor has gone.
worker() { # application number port user rate_per_s pgbench-options...
  local app=$1 i=$2 port=$3 user=$4 rate=$5 n=0 seconds
  shift 5
  cd "$dir/run"
  while seconds=$(left); [ "$seconds" -gt 0 ]; do
    PGAPPNAME=$app "$PGBIN/pgbench" -n -h 127.0.0.1 -p "$port" -U "$user" -c 1 -T "$seconds" -R "$rate" -L $PATIENCE_MS \
      --random-seed=$((i * 1000 + n)) -l --log-prefix="$dir/clients/$app.$i.$n" "$@" shop >/dev/null && break
    n=$((n + 1))
    sleep 1
  done
}
workers() { # application how_many rate_per_s_in_all pgbench-options...
  local app=$1 many=$2 rate i
  rate=$(awk -v r="$3" -v n="$2" 'BEGIN { print r / n }')
  shift 3
  for ((i = 1; i <= many; i++)); do start worker "$app" "$i" "$POOLER_PORT" shop "$rate" "$@"; done
}
script() { echo "$here/workload/$1"; }

report_job() {
  cd "$dir/run"
  while sleep 11; [ "$(left)" -gt 4 ]; do
    PGAPPNAME=report-job "$PGBIN/pgbench" -n -h 127.0.0.1 -p "$POOLER_PORT" -U shop -c 1 -t 1 \
      -l --log-prefix="$dir/clients/report-job.1.$SECONDS" -f "$(script report.sql)" shop >/dev/null || true
  done
}
signup() { # some addresses are taken, some names are missing: ordinary errors
  local k=0
  while [ "$(left)" -gt 0 ]; do
    while [ "$(left)" -gt 0 ]; do
      k=$((k + 1))
      case $((k % 12)) in
        4 | 8) echo "INSERT INTO customers (email, name) VALUES ('customer$((RANDOM % 20000 + 1))@example.org', 'Again');" ;;
        11) echo "INSERT INTO customers (email, name) VALUES ('nameless$RANDOM@example.org', NULL);" ;;
        *) echo "INSERT INTO customers (email, name) VALUES ('new$RANDOM.$RANDOM@example.org', 'New $RANDOM');" ;;
      esac
      sleep 0.8
    done | PGAPPNAME=signup-web "$PGBIN/psql" -X -q -h 127.0.0.1 -p "$POOLER_PORT" -U shop shop || sleep 1
  done
}
failing_login() { # a forgotten cron job with an old password, straight to PostgreSQL
  while sleep 13; [ "$(left)" -gt 0 ]; do
    PGAPPNAME=legacy-sync PGPASSWORD=old "$PGBIN/psql" -X -h 127.0.0.1 -p "$PORT" -U legacy_sync shop </dev/null || true
  done
}
monitor() {
  while sleep 5; [ "$(left)" -gt 0 ]; do
    PGAPPNAME=monitor "$PGBIN/psql" -X -q -h 127.0.0.1 -p "$PORT" -U monitor shop \
      -c "SELECT state, count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' GROUP BY state" >/dev/null
  done
}
watch_pooler() { # SHOW POOLS once a second, in one session: epoch|database|user|cl_active|cl_waiting|...
  while [ "$(left)" -gt 0 ]; do
    printf '\\echo at %s\nSHOW POOLS;\n' "$(date +%s.%3N)"
    sleep 1
  done | "$PGBIN/psql" -X -At -h 127.0.0.1 -p "$POOLER_PORT" -U pooladmin pgbouncer >"$dir/pools"
}

T0=$(date +%s)
began=$(now)
END=$((T0 + CALM + SLOW + RECOVER))
start watch_pooler
workers catalog-web 24 36 -M extended -f "$(script home.sql)@3" -f "$(script product_page.sql)@5" -f "$(script search.sql)@2"
workers account-web 16 12 -M simple -f "$(script order_page.sql)@1" -f "$(script order_history.sql)@1"
workers cart-api 12 10 -M simple -f "$(script cart_add.sql)"
workers checkout-api 60 8 -M simple -f "$(script checkout.sql)"
start worker stock-sync 1 "$PORT" stock 4 -M prepared -f "$(script stock_sync.sql)"
start report_job
start signup
start failing_login
start monitor

# ---- the story ----
echo "calm for $CALM s"
sleep_until "$CALM"
echo "the payment service becomes slow for $SLOW s"
slow=$(now)
for ms in $((SLOW_MS / 6)) $((SLOW_MS / 2)); do payment_ms "$ms"; sleep 1; done
payment_ms "$SLOW_MS"
sleep_until $((CALM + SLOW))
payment_ms "$FAST_MS"
recovered=$(now)
echo "it is fast again, $RECOVER s more"
for job in "${jobs_started[@]}"; do wait "$job" || true; done
ended=$(now)

# ---- what the servers say themselves, then an orderly end ----
statements=$(PGAPPNAME=record admin -At -d shop -c "
  SELECT '[' || string_agg(E'\n    ' || json_build_object('role', r.rolname, 'calls', calls, 'total_ms',
           round(total_exec_time::numeric, 3), 'rows', rows, 'query', query), ',' ORDER BY total_exec_time DESC) || E'\n  ]'
  FROM pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid JOIN pg_database d ON d.oid = s.dbid
  WHERE d.datname = 'shop'")
stats=$("$PGBIN/psql" -X -At -F' ' -h 127.0.0.1 -p "$POOLER_PORT" -U pooladmin pgbouncer -c 'SHOW STATS_TOTALS' | grep '^shop ')
kill -INT "$pooler"
wait "$pooler" || true
pooler_version=$("$PGBOUNCER" --version | awk 'NR == 1 { print $2 }')
pooler=
pg_ctl stop -m fast
server_version=$("$PGBIN/postgres" --version | awk '{ print $3 }')

# ---- truth.json ----
epoch() { date -u -d "$1" +%s.%3N; }
# pgbench's own log of each transaction -> one line per script: counts, skipped, mean and worst latency (ms) per phase.
# The latency runs from the moment the visitor clicked (pgbench's schedule), so it contains every wait.
client_counters() {
  for log in "$dir"/clients/*.*.*.*; do
    app=$(basename "$log"); awk -v app="${app%%.*}" '{ print app, $0 }' "$log"
  done | awk -v a="$(epoch "$slow")" -v b="$(epoch "$recovered")" '
    BEGIN { n = split("home product_page search", catalog); split("order_page order_history", account)
      only["cart-api"] = "cart_add"; only["checkout-api"] = "checkout"; only["report-job"] = "report"; only["stock-sync"] = "stock_sync" }
    function name(app, i) {
      if (app == "catalog-web") return catalog[i + 1]
      if (app == "account-web") return account[i + 1]
      return only[app] }
    { t = $6 + $7 / 1e6; p = t < a ? "before" : t < b ? "during" : "after"; k = name($1, $5) " " p; seen[name($1, $5)] = $1
      if ($4 == "skipped") { skipped[k]++; next }
      ms = $4 / 1000; done[k]++; sum[k] += ms; if (ms > worst[k]) worst[k] = ms }
    END { sep = ""
      for (s in seen) { printf "%s\n    \"%s\": {\"application\": \"%s\"", sep, s, seen[s]; sep = ","
        m = split("before during after", phase)
        for (j = 1; j <= m; j++) { k = s " " phase[j]
          printf ", \"%s\": {\"transactions\": %d, \"given_up\": %d, \"mean_ms\": %.1f, \"worst_ms\": %.1f}",
                 phase[j], done[k], skipped[k], done[k] ? sum[k] / done[k] : 0, worst[k] }
        printf "}" } }'
}
pool_series() { # [seconds after T0, cl_active, cl_waiting, sv_active, sv_idle, maxwait_s]
  awk -F'|' -v t0="$T0" '/^at / { split($0, w, " "); t = w[2] - t0 }
    $1 == "shop" { printf "%s\n    [%.1f, %d, %d, %d, %d, %.1f]", n++ ? "," : "", t, $3, $4, $7, $10, $14 + $15 / 1e6 }' "$dir/pools"
}
peak() { awk -F'|' -v c="$1" '$1 == "shop" && $c > m { m = $c } END { print m + 0 }' "$dir/pools"; }
count() { grep -c -- "$1" "$2" || true; }
read -r _ s_xact s_query s_in s_out s_xtime s_qtime s_wait _ <<<"$stats"
cat >"$out/truth.json" <<JSON
{
  "story": "checkout calls the payment service inside its transaction; the service becomes slow; the pool is full",
  "cause": "idle_in_transaction",
  "culprit": "checkout",
  "versions": {"postgresql": "$server_version", "pgbouncer": "$pooler_version"},
  "pool": {"mode": "transaction", "size": $POOL_SIZE, "database": "shop", "role": "shop", "query_wait_timeout_s": 3},
  "phases": {
    "began": "$began", "payment_slow": "$slow", "payment_fast_again": "$recovered", "ended": "$ended",
    "payment_ms": {"before": $FAST_MS, "during": $SLOW_MS, "after": $FAST_MS, "spread": "75 to 125 % of it",
      "ramp": "a sixth of it in the first second of the slow phase, a half in the second"}
  },
  "not_changed": "the rates at which visitors click, the schema, the settings, the report job",
  "offered_per_s": {"home": 10.8, "product_page": 18, "search": 7.2, "order_page": 6, "order_history": 6,
    "cart_add": 10, "checkout": 8, "stock_sync": 4},
  "clients": {$(client_counters)
  },
  "clients_thrown_out": {"query_wait_timeout": $(count 'closing because: query_wait_timeout' "$dir/pgbouncer.log")},
  "pgbouncer_totals": {"xact_count": $s_xact, "query_count": $s_query, "received": $s_in, "sent": $s_out,
    "xact_time_us": $s_xtime, "query_time_us": $s_qtime, "wait_time_us": $s_wait},
  "pgbouncer_peaks": {"cl_waiting": $(peak 4), "sv_active": $(peak 7), "maxwait_s": $(peak 14)},
  "pgbouncer_pools_columns": ["s_after_T0", "cl_active", "cl_waiting", "sv_active", "sv_idle", "maxwait_s"],
  "T0": "$(date -u -d "@$T0" +%FT%TZ)",
  "pgbouncer_pools": [$(pool_series)
  ],
  "pg_stat_statements": $statements
}
JSON
cat "$dir/pgbouncer.ini" >"$out/pgbouncer.ini"
gzip -9nc "$dir/pgbouncer.log" >"$out/pgbouncer.log.gz"
zstd -19 -q -c <"$dir/postgresql.log" >"$out/postgresql.log.zst"

ls -l "$out"/postgresql.log.zst "$out"/pgbouncer.log.gz "$out"/pgbouncer.ini "$out"/truth.json
