// Writes a made-up volume log to standard output, as PostgreSQL 15 would have written it. The same
// arguments always give the same bytes; a longer log begins with the shorter one; each form has the
// same records. Never random: its dice begin with the same number.
//   volume PROFILE FORM AMOUNT     AMOUNT: records (5000), or megabytes of stderr (20M)
// Profiles: mixed (fifty sessions of a shop: extended and simple protocol, transactions,
// connections, errors, temporary files, lock waits, checkpoints), statements (simple protocol
// only), shapes (each statement is another one), pooler (PgBouncer's own log).
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/log_forms.h"

namespace pgcounsel::bench {
namespace {

constexpr std::string_view kTables[] = {"orders",   "customers", "invoices", "baskets",
                                        "products", "shipments", "reviews",  "payments"};
// `%` stands for a table, `#` for a number and `~` for a text.
constexpr std::string_view kStatements[] = {
    "SELECT id, state, total, created_at FROM % WHERE id = #",
    "SELECT p.id, p.\"name\", count(*) AS n\nFROM % p\nJOIN lines l ON l.parent_id = p.id\n"
    "WHERE p.region = ~ AND l.created_at > ~\nGROUP BY p.id, p.\"name\"\nORDER BY n DESC LIMIT #",
    "UPDATE % SET state = ~, changed_at = now() WHERE id = # AND state <> ~",
    "INSERT INTO % (customer_id, state, note, total) VALUES (#, ~, ~, #) RETURNING id",
    "DELETE FROM % WHERE id = # AND created_at < ~",
    "SELECT exists(SELECT 1 FROM % WHERE customer_id = # AND state IN (~, ~, ~))"};
constexpr std::string_view kCommands[] = {"SELECT", "SELECT", "UPDATE",
                                          "INSERT", "DELETE", "SELECT"};
constexpr std::string_view kServices[][2] = {
    {"web", "checkout-api"}, {"web", "catalog"}, {"jobs", "mailer"}, {"report", "nightly report"}};
constexpr std::uint64_t kBegin = 1'772'352'000'000;  // 2026-03-01 08:00 UTC
constexpr std::size_t kSessions = 50;
constexpr std::size_t kTransactions = 12;  // that differ

// A 64-bit xorshift generator.
class Dice {
 public:
  std::uint64_t below(std::uint64_t limit) {
    state_ ^= state_ << 13U;
    state_ ^= state_ >> 7U;
    state_ ^= state_ << 17U;
    return (state_ >> 11U) % limit;
  }
  bool once_in(std::uint64_t times) { return below(times) == 0; }

 private:
  std::uint64_t state_ = 0x9E3779B97F4A7C15ULL;
};

std::string word_of(std::uint64_t number, std::string_view letters) {
  std::string word;
  for (int i = 0; i < 6; ++i, number /= letters.size()) word += letters[number % letters.size()];
  return word;
}

// `0.319`
std::string milliseconds(std::uint64_t us) {
  std::string text = std::to_string(us / 1000) + '.';
  const std::string rest = std::to_string(us % 1000);
  return text.append(3 - rest.size(), '0') += rest;
}

// A statement as the simple protocol has it, as the extended one has it, and its parameters.
struct Statement {
  std::string simple, extended, parameters;
  std::string_view command, table;
};

constexpr std::size_t kShapes = std::size(kStatements) * std::size(kTables);

Statement make_statement(std::size_t shape, Dice& dice) {
  Statement made;
  const std::size_t kind = shape % std::size(kStatements);
  made.command = kCommands[kind];
  made.table = kTables[shape / std::size(kStatements) % std::size(kTables)];
  std::size_t number = 0;
  for (const char c : kStatements[kind]) {
    if (c != '#' && c != '~') {
      const std::string_view text = c == '%' ? made.table : std::string_view(&c, 1);
      made.simple += text;
      made.extended += text;
      continue;
    }
    const std::string value = c == '#' ? std::to_string(dice.below(10'000'000))
                                       : word_of(dice.below(100'000'000), "aeinorst_kd");
    made.simple += c == '#' ? value : "'" + value + "'";
    const std::string place = '$' + std::to_string(++number);
    made.extended += place;
    made.parameters += (number > 1 ? ", " : "parameters: ") + place + " = '" + value + "'";
  }
  return made;
}

class Volume {
 public:
  Volume(Form form, std::uint64_t records, std::uint64_t bytes)
      : form_(form), records_(records), bytes_(bytes) {
    checkpointer_.pid = 900;
    checkpointer_.start_ms = kBegin - 1000;
    checkpointer_.client = false;
    checkpointer_.backend = "checkpointer";
  }
  bool run(std::string_view profile);

 private:
  struct Client {
    Session session;
    std::uint64_t last_ms = 0;
    std::size_t left = 0;   // statements in its transaction
    std::size_t shape = 0;  // of its next one: what follows on what is always the same
    bool extended = false;
  };

  bool done() const {
    return (records_ > 0 && written_ >= records_) || (bytes_ > 0 && measured_ >= bytes_);
  }
  void put(Session& session, Record record);
  void tell(Client& client, std::string message, std::string_view command = "idle");
  void connect(Client& client);
  void execute(Client& client, const Statement& statement);
  void control(Client& client, std::string_view sql);
  void mishap(Client& client, const Statement& statement);
  void checkpoint();
  Client& turn();
  std::uint64_t take_time(const Client& client, std::uint64_t most_us);
  void mixed();
  void statements();
  void shapes();
  void pooler();

  Form form_;
  std::uint64_t records_, bytes_;
  std::uint64_t written_ = 0, measured_ = 0;
  Dice dice_;
  std::uint64_t now_ms_ = kBegin;
  std::uint32_t next_pid_ = 4000;
  Session checkpointer_;
  std::uint64_t checkpoint_ms_ = kBegin + 5000;
  std::array<Client, kSessions> clients_;
  std::string out_, measure_;
};

void Volume::put(Session& session, Record record) {
  if (done()) return;
  record.time_ms = now_ms_;
  ++session.lines;
  ++written_;
  write_record(form_, session, record, out_);
  if (bytes_ > 0) {
    measure_.clear();
    write_record(Form::kStderr, session, record, measure_);
    measured_ += measure_.size();
  }
  if (out_.size() > 1 << 20 || done()) {
    std::fwrite(out_.data(), 1, out_.size(), stdout);
    out_.clear();
  }
}

void Volume::tell(Client& client, std::string message, std::string_view command) {
  Record record;
  record.message = std::move(message);
  record.command = command;
  put(client.session, std::move(record));
}

void Volume::connect(Client& client) {
  const auto& [user, application] = kServices[dice_.below(std::size(kServices))];
  client = Client{};
  client.session.pid = next_pid_++;
  client.session.start_ms = now_ms_;
  client.session.port = static_cast<std::uint32_t>(20'000 + dice_.below(40'000));
  tell(client, "connection received: host=10.0.0.7 port=" + std::to_string(client.session.port),
       "");
  client.session.known = true;
  client.session.user = user;
  client.session.database = "shop";
  tell(client,
       "connection authorized: user=" + client.session.user +
           " database=shop application_name=" + std::string(application),
       "authentication");
  client.session.application = application;
  client.last_ms = now_ms_;
  client.extended = !dice_.once_in(3);
}

// A duration that ends now and begins after the last thing that the session did.
std::uint64_t Volume::take_time(const Client& client, std::uint64_t most_us) {
  const std::uint64_t gap_us = 1000 * (now_ms_ - client.last_ms);
  return 20 + dice_.below(std::max<std::uint64_t>(1, std::min(most_us, gap_us * 8 / 10)));
}

void Volume::execute(Client& client, const Statement& statement) {
  const auto duration = [this](std::uint64_t us) {
    return "duration: " + milliseconds(us) + " ms  ";
  };
  ++client.session.transactions;
  if (!client.extended) {
    tell(client, duration(take_time(client, 40'000)) + "statement: " + statement.simple,
         statement.command);
    return;
  }
  const bool prepared = dice_.once_in(3);
  const std::string name =
      prepared ? "S_" + std::to_string(statement.extended.size()) : "<unnamed>";
  if (!prepared)
    tell(client, duration(dice_.below(300)) + "parse <unnamed>: " + statement.extended, "PARSE");
  Record record;
  record.detail = statement.parameters;
  record.command = "BIND";
  record.message = duration(dice_.below(200)) + "bind " + name + ": " + statement.extended;
  put(client.session, record);
  record.command = statement.command;
  record.message =
      duration(take_time(client, 40'000)) + "execute " + name + ": " + statement.extended;
  put(client.session, std::move(record));
}

void Volume::control(Client& client, std::string_view sql) {
  tell(client,
       "duration: 0.0" + std::to_string(10 + dice_.below(90)) + " ms  " +
           (client.extended ? "execute <unnamed>: " : "statement: ") + std::string(sql),
       sql);
}

// An error, a temporary file or a wait for a lock.
void Volume::mishap(Client& client, const Statement& statement) {
  const std::string number = std::to_string(dice_.below(1'000'000));
  const std::string pid = std::to_string(client.session.pid);
  Record record;
  record.command = statement.command;
  record.statement = client.extended ? statement.extended : statement.simple;
  switch (dice_.below(4)) {
    case 0:
      record.severity = "ERROR";
      record.state = "23505";
      record.message = "duplicate key value violates unique constraint \"" +
                       std::string(statement.table) + "_pkey\"";
      record.detail = "Key (id)=(" + number + ") already exists.";
      break;
    case 1:
      record.severity = "ERROR";
      record.state = "57014";
      record.message = "canceling statement due to statement timeout";
      break;
    case 2:
      record.message =
          "temporary file: path \"base/pgsql_tmp/pgsql_tmp" + pid + ".0\", size " + number + "00";
      break;
    default:
      record.detail = "Process holding the lock: " + std::to_string(client.session.pid - 3) +
                      ". Wait queue: " + pid + ".";
      record.context = "while updating tuple (" + std::to_string(dice_.below(1000)) +
                       ",7) in relation \"" + std::string(statement.table) + "\"";
      record.message = "process " + pid + " still waiting for ShareLock on transaction " + number +
                       " after 1000.081 ms";
      put(client.session, record);
      record.detail.clear();
      record.message =
          "process " + pid + " acquired ShareLock on transaction " + number + " after 1204.513 ms";
  }
  put(client.session, std::move(record));
}

void Volume::checkpoint() {
  Record record;
  record.message = "checkpoint starting: time";
  put(checkpointer_, record);
  const std::string buffers = std::to_string(1000 + dice_.below(9000));
  record.message =
      "checkpoint complete: wrote " + buffers +
      " buffers (12.5%); 0 WAL file(s) added, 0 removed, 2 recycled; write=4.500 s, sync=0.012 s, "
      "total=4.521 s; sync files=41, longest=0.004 s, average=0.001 s; distance=" +
      buffers + "0 kB, estimate=98765 kB";
  put(checkpointer_, record);
  checkpoint_ms_ = now_ms_ + 5000;
}

Volume::Client& Volume::turn() {
  now_ms_ += dice_.below(3);
  if (now_ms_ > checkpoint_ms_) checkpoint();
  Client& client = clients_[dice_.below(kSessions)];
  if (client.session.pid == 0) connect(client);
  return client;
}

void Volume::mixed() {
  while (!done()) {
    Client& client = turn();
    if (client.left == 0 && dice_.once_in(400)) {
      tell(client,
           "disconnection: session time: 0:00:0" +
               milliseconds(std::min<std::uint64_t>(9'999, now_ms_ - client.session.start_ms)) +
               " user=" + client.session.user +
               " database=shop host=10.0.0.7 port=" + std::to_string(client.session.port));
      connect(client);
    }
    const bool opens = client.left == 0 && !dice_.once_in(3);
    if (opens) {
      control(client, "BEGIN");
      client.shape = 5 * dice_.below(kTransactions);
      client.left = 1 + client.shape % 6;
    } else if (client.left == 0) {
      client.shape = dice_.below(kShapes);
    }
    const Statement statement = make_statement(client.shape++ % kShapes, dice_);
    if (dice_.once_in(150)) mishap(client, statement);
    execute(client, statement);
    if (client.left > 0 && --client.left == 0)
      control(client, dice_.once_in(40) ? "ROLLBACK" : "COMMIT");
    client.last_ms = now_ms_;
  }
}

void Volume::statements() {
  while (!done()) {
    Client& client = turn();
    client.extended = false;
    execute(client, make_statement(dice_.below(kShapes), dice_));
    client.last_ms = now_ms_;
  }
}

void Volume::shapes() {
  for (std::uint64_t shape = 0; !done(); ++shape) {
    Client& client = turn();
    const std::string name = word_of(shape, "abcdefghijklmnopqrstuvwxyz");
    const std::string number = std::to_string(dice_.below(1000));
    tell(client,
         "duration: " + milliseconds(take_time(client, 9'000)) + " ms  statement: SELECT e.id, e." +
             name + " FROM entries e WHERE e.account_id = " + number + " AND e.kind = 'k" + number +
             "' ORDER BY e." + name + " LIMIT 20",
         "SELECT");
    client.last_ms = now_ms_;
  }
}

void Volume::pooler() {
  while (!done()) {
    Client& client = turn();
    const std::string age = " (age=" + std::to_string(dice_.below(600)) + "s)";
    tell(client, dice_.once_in(2) ? "login attempt: db=shop user=web tls=no"
                                  : "closing because: client close request" + age);
  }
}

bool Volume::run(std::string_view profile) {
  if (profile == "mixed") return mixed(), true;
  if (profile == "statements") return statements(), true;
  if (profile == "shapes") return shapes(), true;
  if (profile == "pooler") return pooler(), true;
  return false;
}

}  // namespace
}  // namespace pgcounsel::bench

int main(int argc, char** argv) {
  using namespace pgcounsel::bench;
  Form form{};
  char* unit = nullptr;
  const std::uint64_t amount = argc == 4 ? std::strtoull(argv[3], &unit, 10) : 0;
  const std::string_view megabytes = argc == 4 ? unit : "";
  const bool usable =
      amount > 0 && (megabytes.empty() || megabytes == "M") && form_of(argv[2], form);
  const bool by_bytes = megabytes == "M";
  if (usable && Volume(form, by_bytes ? 0 : amount, by_bytes ? amount * 1'000'000 : 0).run(argv[1]))
    return 0;
  std::fputs("volume mixed|statements|shapes|pooler FORM AMOUNT[M]\n", stderr);
  return 2;
}
