// A ledger in a file of its own, and what the sqlite3 program says of it.
#pragma once
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <string>

#include "analyzer/ledger/store.h"
#include "tests/unit/ledger_fixture.h"
#include "tests/unit/scratch.h"
#include "tests/unit/shop_log.h"

namespace pgcounsel {

// What the sqlite3 program answers.
inline std::string sql(const std::string& file, const std::string& statement) {
  return run("sqlite3 -batch -bail '" + file + "' \"" + statement + "\"");
}

class Ledger : public testing::Test {
 protected:
  Ledger() : path_(scratch_.path("ledger.db")) {
    log_ = scratch_.write("logs/shop.log", bytes_of(shop_log(), LogForm::kSession));
  }

  Store opened(std::chrono::milliseconds wait = std::chrono::milliseconds{0}) const {
    auto store = Store::open_for_writing(path_, wait);
    EXPECT_TRUE(store.has_value()) << store.error().message;
    return *std::move(store);
  }
  // A ledger with the shop's minute in it, closed.
  void fill() const {
    Store store = opened();
    take(store, {log_});
  }
  unsigned mode_of(const std::string& file) const {
    struct stat status {};
    EXPECT_EQ(::stat(file.c_str(), &status), 0) << file;
    return status.st_mode & 07777;
  }

  Scratch scratch_;
  std::string path_, log_;
};

}  // namespace pgcounsel
