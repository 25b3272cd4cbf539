// What the parts of Store that read and write rows share. Internal to the ledger.
#pragma once
#include <cstdint>
#include <string>

#include "analyzer/ledger/store_state.h"
#include "parser/result.h"

namespace pgcounsel {

using SQLite::Statement;

// Binds arguments from 1 on and runs the statement.
class Binder {
 public:
  explicit Binder(Statement& statement) : statement_(statement) {
    statement_.reset();
    statement_.clearBindings();
  }
  Binder& put(std::int64_t value) {
    statement_.bind(++at_, value);
    return *this;
  }
  Binder& put(std::uint64_t value) { return put(to_sql(value)); }
  Binder& put(Time value) { return put(to_sql(value)); }
  Binder& put(Micros value) { return put(to_sql(value)); }
  // What has a name must live until `run`; what has none is copied.
  Binder& put(const std::string& value) {
    statement_.bindNoCopy(++at_, value);
    return *this;
  }
  Binder& put(std::string&& value) {
    statement_.bind(++at_, value);
    return *this;
  }
  Binder& put_blob(const std::string& value) {
    statement_.bindNoCopy(++at_, value.data(), static_cast<int>(value.size()));
    return *this;
  }
  Binder& put_blob(std::string&& value) {
    statement_.bind(++at_, value.data(), static_cast<int>(value.size()));
    return *this;
  }
  void run() { statement_.exec(); }

 private:
  Statement& statement_;
  int at_ = 0;
};

// Ends what a statement reads when the block is left.
class Resetting {
 public:
  explicit Resetting(Statement& statement) : statement_(statement) {}
  ~Resetting() { statement_.tryReset(); }
  Resetting(const Resetting&) = delete;
  Resetting& operator=(const Resetting&) = delete;

 private:
  Statement& statement_;
};

// Server and period bound to ?1, ?2, ?3.
inline Statement select_period(SQLite::Database& database, const std::string& sql,
                               std::int64_t server, Time since, Time until) {
  Statement select(database, sql);
  select.bind(1, server);
  select.bind(2, to_sql(since));
  select.bind(3, to_sql(until));
  return select;
}

// What was in a blob. A damaged one is an exception here, which `guarded` makes an error of the
// ledger.
template <class Value>
Value intact(Result<Value> decoded) {
  if (!decoded) throw SQLite::Exception(decoded.error().message);
  return *std::move(decoded);
}

}  // namespace pgcounsel
