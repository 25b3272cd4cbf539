#include "analyzer/ledger/store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <thread>
#include <tuple>
#include <vector>

#include "analyzer/ledger/schema_sql.h"
#include "analyzer/ledger/sql.h"
#include "analyzer/ledger/store_state.h"

namespace pgcounsel {
namespace {

constexpr int kApplicationId = 0x70676373;  // "pgcs"
constexpr int kOwnerOnly = 0600;

// Takes the lock of writers beside the ledger; the descriptor holds it.
Result<int> take_lock(const std::string& ledger, std::chrono::milliseconds wait) {
  const std::string path = ledger + ".lock";
  const int lock = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly);
  if (lock < 0)
    return Error{fmt::format("{}: cannot lock the ledger: {}", path, std::strerror(errno))};
  const auto until = std::chrono::steady_clock::now() + wait;
  while (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    if (std::chrono::steady_clock::now() >= until) {
      ::close(lock);
      return Error{
          fmt::format("{}: another run holds this ledger (wait for it with --wait 10m)", ledger),
          ErrorKind::kBusy};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return lock;
}

Error not_ours(const std::string& path, const std::string& why) {
  return Error{fmt::format("{}: {}; it was left as it is", path, why)};
}

// Nothing is put beside a file that is not ours, or where nothing can be made.
Result<void> check_place(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path folder = fs::absolute(path, error).parent_path();
  if (!fs::is_directory(folder, error)) {
    return Error{fmt::format("{}: there is no folder {}", path, folder.string())};
  }
  if (fs::is_directory(path, error))
    return Error{fmt::format("{}: is a folder, not a ledger", path)};
  std::ifstream file(path, std::ios::binary);
  std::array<char, 72> head{};
  file.read(head.data(), head.size());
  if (file.gcount() == 0) return {};
  const std::string_view bytes(head.data(), static_cast<std::size_t>(file.gcount()));
  // Bytes 68 to 71 of a SQLite file are its application_id, the highest byte first.
  const bool ours = bytes.size() == head.size() && bytes.starts_with("SQLite format 3") &&
                    bytes.substr(68, 4) == "pgcs";
  if (!ours) return not_ours(path, "is no ledger of pgcounsel");
  return {};
}

// Version 1 had narrower tags and 40 bits of the hash, of which the lower 36 are today's. Without
// tags records are told apart as those of logs that do not count a session's lines.
void forget_line_tags(SQLite::Database& database) {
  SQLite::Statement select(database,
                           "SELECT server, minute, keys FROM seen_minute WHERE keys NOT NULL");
  SQLite::Statement update(database,
                           "UPDATE seen_minute SET keys = ?3 WHERE server = ?1 AND minute = ?2");
  std::vector<std::tuple<std::int64_t, std::int64_t, std::string>> changed;
  while (select.executeStep()) {
    SeenMinute minute = intact(decode_minute(blob_of(select.getColumn(2))));
    for (auto& [second, seen] : minute) {
      for (SeenSecond::Entry& entry : seen.entries) {
        entry = {entry.hash(), entry.millisecond(), 0};
      }
    }
    changed.emplace_back(select.getColumn(0).getInt64(), select.getColumn(1).getInt64(),
                         encode(minute));
  }
  for (const auto& [server, minute, keys] : changed) {
    Binder(update).put(server).put(minute).put_blob(keys).run();
  }
}

constexpr std::string_view kTracesOfVersion2 =
    "SELECT server, hour, database, user, 1 AS piece, trace AS holds FROM pool_hour "
    "WHERE trace IS NOT NULL";

void keep_blobs_apart(SQLite::Database& database) {
  constexpr std::string_view kTables[] = {"seen_minute", "hold_trace"};
  for (const auto table : kTables) {
    database.exec(fmt::format("ALTER TABLE {0} RENAME TO old_{0}", table));
  }
  database.exec(kSchema4Sql);
  for (const auto table : kTables) {
    database.exec(fmt::format("INSERT INTO {0} SELECT * FROM old_{0}; DROP TABLE old_{0}", table));
  }
}

// Makes the schema in an empty database, or brings an older one up to date. Migrations go forward
// only: one entry for each version from 2 on, run in a transaction with the new version.
void migrate(SQLite::Database& database, int version) {
  SQLite::Transaction transaction(database);
  if (version == 0) {
    database.exec(kSchema4Sql);
    database.exec(kSchemaSql);
    database.exec(fmt::format("PRAGMA application_id = {}", kApplicationId));
    database.exec(
        fmt::format("INSERT INTO property VALUES ('fingerprint_version', {}), ('generation', 0)",
                    kFingerprintVersion));
  }
  if (version < 2) {
    database.exec(kSchema2Sql);
    forget_line_tags(database);
  }
  if (version < 3) {
    database.exec(kSchema3Sql);
    database.exec(fmt::format("INSERT INTO hold_trace {}", kTracesOfVersion2));
    database.exec("UPDATE pool_hour SET trace = NULL");
  }
  if (version > 0 && version < 4) keep_blobs_apart(database);
  if (version < 5) database.exec(kSchema5Sql);
  if (version < 6) database.exec(kSchema6Sql);
  if (version < 7) {
    database.exec(kSchema7Sql);
    database.exec("DROP TABLE pool_size");
  }
  if (version < 8) database.exec(kSchema8Sql);
  database.exec(fmt::format("PRAGMA user_version = {}", kLedgerVersion));
  transaction.commit();
}

// A reader changes nothing in an older ledger: what it lacks is there for this connection, empty.
void stand_in(std::string sql, SQLite::Database& database) {
  constexpr std::string_view kCreate = "CREATE TABLE ";
  for (std::size_t at = sql.find(kCreate); at != std::string::npos; at = sql.find(kCreate, at)) {
    sql.replace(at, kCreate.size(), "CREATE TEMP TABLE ");
  }
  database.exec(sql);
}

}  // namespace

Store::State::~State() {
  select_minute.reset();
  database.reset();
  if (lock >= 0) ::close(lock);
}

Result<Store> Store::open(std::shared_ptr<State> state, const std::string& path, int flags) {
  const bool writes = (flags & SQLite::OPEN_READWRITE) != 0;
  try {
    state->database = std::make_unique<SQLite::Database>(path, flags);
    SQLite::Database& database = *state->database;
    database.setBusyTimeout(5000);
    const int application = database.execAndGet("PRAGMA application_id").getInt();
    const int version = database.execAndGet("PRAGMA user_version").getInt();
    const int tables = database.execAndGet("SELECT count(*) FROM sqlite_master").getInt();
    const bool empty = tables == 0 && application == 0 && version == 0;
    if (!empty && application != kApplicationId) {
      return not_ours(state->name(), "is no ledger of pgcounsel");
    }
    if (empty && !writes) return not_ours(state->name(), "is no ledger of pgcounsel (it is empty)");
    if (version > kLedgerVersion) {
      return not_ours(
          state->name(),
          fmt::format("was written by a newer pgcounsel (ledger version {}, this one knows {})",
                      version, kLedgerVersion));
    }
    if (writes) {
      database.exec("PRAGMA page_size = 16384");   // of a new ledger: fewer and larger writes
      database.exec("PRAGMA cache_size = -2048");  // KiB: of larger pages, too
      database.exec("PRAGMA journal_mode = DELETE");
      if (version < kLedgerVersion) migrate(database, version);
    } else {
      if (version < 2) stand_in(kSchema2Sql, database);
      if (version < 3) {
        database.exec(fmt::format("CREATE TEMP VIEW hold_trace AS {}", kTracesOfVersion2));
      }
      if (version < 5) stand_in(kSchema5Sql, database);
      if (version < 6) stand_in(kSchema6Sql, database);
      if (version < 7) stand_in(kSchema7Sql, database);
      if (version < 8) stand_in(kSchema8Sql, database);
    }
  } catch (const SQLite::Exception& e) {
    return not_ours(state->name(), fmt::format("cannot be used as a ledger ({})", e.what()));
  }
  return Store(std::move(state));
}

Result<Store> Store::open_for_writing(const std::string& path, std::chrono::milliseconds wait) {
  if (auto usable = check_place(path); !usable) return usable.error();
  auto state = std::make_shared<State>();
  state->path = path;
  auto lock = take_lock(path, wait);
  if (!lock) return lock.error();
  state->lock = *lock;
  // SQLite gives its journal the mode of the file, so the file is made here, for its owner only.
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly);
  if (file < 0)
    return Error{fmt::format("{}: cannot open the ledger: {}", path, std::strerror(errno))};
  ::close(file);
  return open(std::move(state), path, SQLite::OPEN_READWRITE);
}

Result<Store> Store::open_for_reading(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) {
    return Error{fmt::format(
        "{}: there is no such ledger (make one with pgcounsel ingest or analyze --db)", path)};
  }
  auto state = std::make_shared<State>();
  state->path = path;
  return open(std::move(state), path, SQLite::OPEN_READONLY);
}

Result<Store> Store::in_memory() {
  return open(std::make_shared<State>(), ":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
}

Result<std::int64_t> Store::server(const std::string& name) {
  return guarded<std::int64_t>(*state_, [&]() -> std::int64_t {
    SQLite::Statement insert(*state_->database, "INSERT OR IGNORE INTO server (name) VALUES (?)");
    insert.bind(1, name);
    insert.exec();
    SQLite::Statement select(*state_->database, "SELECT id FROM server WHERE name = ?");
    select.bind(1, name);
    PGC_CHECK(select.executeStep());
    return select.getColumn(0).getInt64();
  });
}

Result<std::vector<std::string>> Store::servers() const {
  return guarded<std::vector<std::string>>(*state_, [&] {
    std::vector<std::string> names;
    SQLite::Statement select(*state_->database, "SELECT name FROM server ORDER BY name");
    while (select.executeStep()) names.push_back(select.getColumn(0).getString());
    return names;
  });
}

Result<std::optional<Period>> Store::known_hours(const std::string& server) const {
  using Answer = std::optional<Period>;
  return guarded<Answer>(*state_, [&]() -> Answer {
    std::string known =
        "SELECT server, hour FROM log_hour UNION SELECT server, hour FROM pooler_hour";
    for (const char* samples : {"activity_sample", "pool_sample", "pool_stats_sample",
                                "database_sample", "statement_snapshot"}) {
      known +=
          fmt::format(" UNION SELECT server, time - time % ?2 FROM {} WHERE time > 0", samples);
    }
    SQLite::Statement select(*state_->database,
                             "SELECT min(hour), max(hour) FROM (" + known +
                                 ") AS known JOIN server ON server.id = known.server WHERE "
                                 "server.name = ?1");
    select.bind(1, server);
    select.bind(2, static_cast<std::int64_t>(kHour.count()));
    if (!select.executeStep() || select.getColumn(0).isNull()) return std::nullopt;
    return Period{time_of(select.getColumn(0)), time_of(select.getColumn(1)) + kHour};
  });
}

}  // namespace pgcounsel
