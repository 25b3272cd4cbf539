#include "tests/unit/report_samples.h"

#include <chrono>
#include <utility>

namespace pgcounsel {

Time at(int day, int hour, int minute) {
  using namespace std::chrono;
  return Time{sys_days{year{2026} / March / day}} + hours{hour} + minutes{minute};
}

Micros ms(std::int64_t value) {
  return Micros{value * 1000};
}

Micros sec(std::int64_t value) {
  return Micros{value * 1'000'000};
}

QueryRow query_row(std::uint64_t fingerprint, std::string text, std::uint64_t calls, Micros mean) {
  QueryRow row;
  row.fingerprint = {fingerprint};
  row.text = std::move(text);
  row.calls = calls;
  row.total = row.hold = mean * static_cast<Micros::rep>(calls);
  row.min = mean / 2;
  row.p50 = mean;
  row.p95 = mean * 2;
  row.p99 = mean * 3;
  row.max = mean * 4;
  row.databases = {"shop"};
  row.users = {"web"};
  row.applications = {"checkout-api"};
  row.first_seen = at(2, 8);
  row.last_seen = at(13, 23);
  return row;
}

TransactionRow single(const QueryRow& query, std::string id) {
  TransactionRow row;
  row.id = std::move(id);
  row.label = query.text;
  row.steps = {{query.fingerprint, query.text}};
  row.count = query.calls;
  row.hold = row.busy = query.total;
  row.hold_p50 = query.p50;
  row.hold_p99 = query.p99;
  row.hold_max = query.max;
  row.applications = query.applications;
  return row;
}

Workload empty_night() {
  Workload workload;
  workload.server = "shop-prod-1";
  workload.period = {at(13, 0), at(14, 0)};
  return workload;
}

ServerReport quiet_night() {
  Workload workload = empty_night();
  workload.queries = {query_row(0xa1, "SELECT a FROM t WHERE id = $1", 1000, ms(3)),
                      query_row(0xb2, "UPDATE t SET a = $1 WHERE id = $2", 100, ms(2))};
  workload.transactions = {single(workload.queries[0], "00000000000000a1"),
                           single(workload.queries[1], "00000000000000b2")};
  workload.totals = {1100, 0, 0, ms(3200), ms(3200), {}, {}, ms(3), ms(6), ms(9), 0, 4};
  workload.previous = workload.totals;
  for (QueryRow& row : workload.queries) {
    row.previous_calls = row.calls;
    row.previous_total = row.total;
    row.previous_hold = row.hold;
  }
  Coverage& coverage = workload.coverage;
  coverage.bytes = 120'000;
  coverage.records = 1200;
  coverage.statements = 1100;
  coverage.from = at(13, 0);
  coverage.to = at(14, 0);
  coverage.settings = {true, false, true, true, true, true, true, true, true, true, ms(0)};
  coverage.sources = {{"postgresql.csv", "csv", 120'000, 1200, 0, 0, ""}};
  for (int hour = 0; hour < 24; ++hour) workload.hours.push_back({at(13, hour), 45, 0, ms(130)});
  return {workload, {}};
}

ServerReport busy_night() {
  ServerReport report = quiet_night();
  Workload& workload = report.workload;
  QueryRow orders =
      query_row(0x3f2a91c4'00000001,
                "SELECT id, status, total, created_at, updated_at, currency FROM orders "
                "WHERE customer_id = $1 AND status = ANY ($2) ORDER BY created_at "
                "DESC LIMIT $3",
                84'211, ms(1710));
  orders.previous_calls = 24'000;
  orders.previous_total = ms(158) * 24'000;
  orders.previous_hold = orders.previous_total;
  orders.slowest = SourceLine{"postgresql.csv", 88'121};
  QueryRow cart = query_row(0x91cc07de'00000001,
                            "UPDATE carts SET touched_at = now() WHERE id = $1", 402'118, ms(24));
  cart.lock_wait = sec(9214);
  cart.previous_calls = 390'000;
  cart.previous_total = ms(1) * 390'000;
  QueryRow search = query_row(0xc8120f3b'00000001,
                              "SELECT id, name FROM products WHERE name ILIKE $1", 11'940, ms(141));
  search.is_new = true;
  search.first_seen = at(13, 8, 30);
  QueryRow lock = query_row(0x0b7e55aa'00000001, "SELECT id FROM carts WHERE id = $1 FOR UPDATE",
                            30'000, ms(2));
  lock.idle = sec(60'000);
  lock.hold += lock.idle;
  workload.queries = {orders, lock, cart, search};

  TransactionRow checkout;
  checkout.id = "0b7e55aa11112222";
  checkout.label = "BEGIN; " + lock.text + "; " + cart.text + "; COMMIT";
  checkout.steps = {
      {{}, "BEGIN"}, {lock.fingerprint, lock.text}, {cart.fingerprint, cart.text}, {{}, "COMMIT"}};
  checkout.explicit_block = true;
  checkout.count = 30'000;
  checkout.unfinished = 12;
  checkout.busy = sec(5000);
  checkout.idle = sec(60'000);
  checkout.hold = sec(65'000);
  checkout.lock_wait = sec(500);
  checkout.hold_p50 = ms(2100);
  checkout.hold_p99 = ms(4400);
  checkout.hold_max = sec(31);
  checkout.applications = {"checkout-api", "worker"};
  TransactionRow carts = single(cart, "91cc07de33334444");
  carts.lock_wait = sec(9214);
  workload.transactions = {single(orders, "3f2a91c455556666"), checkout, carts,
                           single(search, "c8120f3b77778888")};
  for (int i = 0; i < 9; ++i) {
    const QueryRow small =
        query_row(0xd000 + static_cast<std::uint64_t>(i), "SELECT " + std::to_string(i), 10, ms(4));
    workload.transactions.push_back(single(small, "d00000000000000" + std::to_string(i)));
  }
  workload.totals = {41'200'000, 40,    18'204, {},       sec(160'336),  sec(60'000),
                     sec(9714),  ms(3), ms(48), ms(2410), 4'400'000'000, 97};
  workload.totals.hold = {};
  for (const TransactionRow& row : workload.transactions) workload.totals.hold += row.hold;
  workload.previous = Totals{38'900'000, 38,    0,      sec(61'204), sec(59'000),   sec(2000),
                             sec(61),    ms(3), ms(31), ms(204),     4'300'000'000, 21};
  workload.hours.clear();
  for (int hour = 0; hour < 24; ++hour) {
    const int busy = hour >= 9 && hour <= 12 ? 60'000'000 / 1000 * hour : 3'000'000 / 1000;
    workload.hours.push_back(
        {at(13, hour), 1'700'000, 2, ms(busy * 300), ms(busy * 200), ms(busy * 100), {}});
  }
  workload.errors = {{"FATAL", "53300", "sorry, too many clients already", 18'204},
                     {"ERROR", "40P01", "deadlock detected", 36},
                     {"ERROR", "", "", 4}};
  workload.events = {{"lock_wait", 611}, {"checkpoint", 48}, {"deadlock", 36}};
  workload.connections = {90'000, 71'000, 70'900, 18'204, 97};
  workload.coverage.settings.lock_waits = true;
  workload.coverage.settings.application = false;

  Finding idle;
  idle.key = "idle_in_transaction:0b7e55aa11112222";
  idle.rule = "idle_in_transaction";
  idle.level = Level::kHigh;
  idle.subject = {"transaction", checkout.id};
  idle.title = "Transaction idles 2.0 s after SELECT FOR UPDATE on carts";
  idle.evidence = {{"idle", "60,000 s in 30,000 transactions", "log"},
                   {"share of held", "92 %", "log"}};
  idle.remedy = {
      "code",
      "Commit before the slow call outside the database, then open a second transaction for the "
      "update. Keep only statements between BEGIN and COMMIT."};
  idle.confidence = Confidence::kHigh;
  idle.confidence_because = "every statement is in the log";
  idle.gain = Gain{40'000, 60'000};
  idle.verify = "The next report shows this transaction below 5 % idle.";
  idle.rollback = "Revert the change of the code.";
  idle.caveats = {"The two transactions are no longer atomic."};
  Finding timeout;
  timeout.key = "missing_timeout:web";
  timeout.rule = "missing_timeout";
  timeout.level = Level::kMedium;
  timeout.subject = {"setting", "idle_in_transaction_session_timeout"};
  timeout.title = "No limit on idle transactions";
  timeout.evidence = {{"longest", "31 s", "log"}};
  timeout.remedy = {"setting", "ALTER ROLE web SET idle_in_transaction_session_timeout = '10s';"};
  timeout.verify = "`SHOW idle_in_transaction_session_timeout` as `web`.";
  timeout.rollback = "`ALTER ROLE web RESET idle_in_transaction_session_timeout;`";
  report.findings = {timeout, idle};
  return report;
}

const std::vector<std::string>& hostile_texts() {
  static const std::vector<std::string> texts{"a|b||c",
                                              "</details></td></table><script>alert(1)</script>",
                                              "<img src=x onerror=alert(2)>",
                                              "`` ` ```",
                                              "x\"]; click A \"javascript:alert(3)\"",
                                              "%%{init: {'theme':'x'}}%%",
                                              "\x1b[2J\x1b]0;title\x07",
                                              "\xc2\x9b"
                                              "31m",
                                              "\xe2\x80\xae"
                                              "gnp.exe\xe2\x81\xa6",
                                              "[click](https://evil.example/)",
                                              "![p](https://evil.example/p.png)",
                                              "<!-- hidden",
                                              "&lt;script&gt;",
                                              "*_~~**bold",
                                              "| --- | --- |",
                                              "\n# heading\n\n```\n| a |\n",
                                              "\\|\\`\\<",
                                              "bad \xff\xfe\xc0\xaf utf-8 \xed\xa0\x80",
                                              "`",
                                              "\\",
                                              " ",
                                              "",
                                              "```mermaid\ngraph LR\n```",
                                              "</code></pre>",
                                              "x|y`z\\|w",
                                              "--> end subgraph x",
                                              "# not a heading",
                                              "1. no list"};
  return texts;
}

PoolRow hostile_pool(const std::string& evil, const std::string& transaction,
                     std::uint64_t number) {
  PoolRow pool;
  pool.database = pool.user = pool.mode = pool.size_source = evil;
  pool.size = 10;
  PoolWindow window;
  window.start = at(13, 10);
  window.end = window.start + sec(60);
  window.cause = number % 4 == 0 ? evil : "lock_wait";
  window.confidence = window.summary = evil;
  window.evidence = {evil, "lock_wait: " + evil, evil + ": x"};
  window.ruled_out = {{evil, evil}};
  window.not_known = {{evil, evil}};
  WindowHolder known;
  known.transaction = transaction;
  WindowHolder unknown;
  unknown.transaction = unknown.label = evil;
  window.holders = number % 2 == 0 ? std::vector{known, unknown} : std::vector{unknown, known};
  for (const auto kind : {WindowEvent::Kind::kHolder, WindowEvent::Kind::kClient}) {
    WindowEvent event;
    event.kind = kind;
    event.time = window.start;
    event.text = evil;
    event.line = SourceLine{evil, 7};
    window.events.push_back(event);
  }
  pool.windows = {window};
  return pool;
}

ServerReport hostile_night() {
  ServerReport report = busy_night();
  Workload& workload = report.workload;
  workload.queries.clear();
  workload.transactions.clear();
  std::uint64_t number = 0;
  for (const std::string& evil : hostile_texts()) {
    ++number;
    QueryRow row = query_row(0xeee00000'00000000 + number, "SELECT \"" + evil + "\"", 1000, sec(1));
    row.users = row.databases = row.applications = {evil, "web"};
    row.is_new = number % 2 == 0;
    row.slowest = SourceLine{evil, 7};
    workload.queries.push_back(row);
    TransactionRow block = single(row, "ffff" + std::to_string(100 + number));
    block.explicit_block = number % 3 == 0;
    block.label = evil;
    block.steps.push_back({row.fingerprint, evil});
    block.applications = {evil};
    workload.transactions.push_back(block);
    workload.errors.push_back({"ERROR", evil, evil, number});
    workload.coverage.sources.push_back({evil, evil, 1, 1, 1, 1, evil});
    workload.coverage.warnings.push_back({evil, evil});
    workload.events.push_back({evil, number});
    Finding finding;
    finding.key = finding.rule = finding.title = finding.verify = finding.rollback = evil;
    finding.level = Level::kHigh;
    finding.subject = {evil, evil};
    finding.evidence = {{evil, evil, evil}};
    finding.remedy = {number % 2 == 0 ? "sql" : "code", evil};
    finding.confidence_because = evil;
    finding.caveats = {evil};
    report.findings.push_back(finding);
    workload.pools.push_back(hostile_pool(evil, block.id, number));
  }
  QueryRow endless =
      query_row(0xeee00000'ffffffff, "SELECT \"" + std::string(200'000, 'w') + "\"", 5000, sec(2));
  workload.queries.insert(workload.queries.begin(), endless);
  workload.server = "<b>`shop`</b>|\x1b[31m";
  return report;
}

}  // namespace pgcounsel
