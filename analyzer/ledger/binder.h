// Arguments for an SQL statement, in order: what all that writes to the ledger puts its rows with.
#pragma once
#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <string>

#include "analyzer/ledger/store_state.h"

namespace pgcounsel {

// Binds arguments from 1 on and runs the statement.
class Binder {
 public:
  explicit Binder(SQLite::Statement& statement) : statement_(statement) {
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
  Binder& put(const std::string& value) {
    statement_.bind(++at_, value);
    return *this;
  }
  Binder& put_blob(const std::string& value) {
    statement_.bind(++at_, value.data(), static_cast<int>(value.size()));
    return *this;
  }
  void run() { statement_.exec(); }

 private:
  SQLite::Statement& statement_;
  int at_ = 0;
};

}  // namespace pgcounsel
