// What the parts of Store share: the connection, and how exceptions of SQLite become errors.
#pragma once
#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <string>

#include "analyzer/ledger/store.h"
#include "parser/time.h"

namespace pgcounsel {

struct Store::State {
  std::string path;  // empty: in memory
  std::unique_ptr<SQLite::Database> database;
  std::unique_ptr<SQLite::Statement> select_minute;  // of Store::seen, which is asked often
  int lock = -1;                                     // file descriptor of the writer's lock

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State();

  std::string name() const { return path.empty() ? "temporary ledger" : path; }
  Error failure(const SQLite::Exception& e) const {
    return Error{fmt::format("{}: {}", name(), e.what())};
  }
};

// Runs `body`, turning what SQLite throws into an Error with the ledger's name.
template <class Answer, class State, class Body>
Result<Answer> guarded(const State& state, const Body& body) {
  try {
    return body();
  } catch (const SQLite::Exception& e) {
    return state.failure(e);
  }
}

inline std::int64_t to_sql(Time time) {
  return time.time_since_epoch().count();
}
inline std::int64_t to_sql(Micros duration) {
  return duration.count();
}
inline std::int64_t to_sql(std::uint64_t number) {
  return static_cast<std::int64_t>(number);
}
inline Time time_of(const SQLite::Column& column) {
  return Time{Micros{column.getInt64()}};
}
inline Micros micros_of(const SQLite::Column& column) {
  return Micros{column.getInt64()};
}
inline std::uint64_t number_of(const SQLite::Column& column) {
  return static_cast<std::uint64_t>(column.getInt64());
}
inline std::string blob_of(const SQLite::Column& column) {
  const auto* bytes = static_cast<const char*>(column.getBlob());
  return bytes == nullptr ? std::string()
                          : std::string(bytes, static_cast<std::size_t>(column.getBytes()));
}

// Columns of query_hour, hold_hour and pool_hour (without traces) in the order of the schema, from
// column `at` on.
QueryStats query_stats_of(SQLite::Statement& row, int at);
ClassStats class_stats_of(SQLite::Statement& row, int at);
PoolStats pool_stats_of(SQLite::Statement& row, int at);

// store_events.cpp: the tables of EventSums.
void write_event_sums(SQLite::Database& database, std::int64_t server, const EventSums& sums);
EventSums read_event_sums(SQLite::Database& database, std::int64_t server, Time since, Time until);
// Sessions not heard of for `age` before the newest record become losses of their hour.
void forget_session_lines(SQLite::Database& database, std::int64_t server, Micros age);

}  // namespace pgcounsel
