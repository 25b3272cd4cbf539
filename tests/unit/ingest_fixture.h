// A ledger that files are read into, and the minute of the shop as a file of each form.
#pragma once
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/unit/ledger_fixture.h"
#include "tests/unit/scratch.h"
#include "tests/unit/shop_log.h"

namespace pgcounsel {

inline Store empty_store() {
  auto store = Store::in_memory();
  EXPECT_TRUE(store.has_value());
  return *std::move(store);
}

// The life of the shop after files were read in one command each.
inline std::string life_after(const std::vector<std::string>& commands) {
  Store store = empty_store();
  for (const std::string& input : commands) take(store, {input});
  return life_of(store);
}

constexpr Micros micros(double milliseconds) {
  return Micros{static_cast<Micros::rep>(milliseconds * 1000 + 0.5)};
}

class ShopMinute : public testing::TestWithParam<LogForm> {
 protected:
  ShopMinute() : path_(scratch_.write("shop.log", bytes_of(shop_log(), GetParam()))) {}

  Scratch scratch_;
  std::string path_;
};

inline std::string form_name(const testing::TestParamInfo<LogForm>& form) {
  switch (form.param) {
    case LogForm::kPid:
      return "Pid";
    case LogForm::kSession:
      return "Session";
    case LogForm::kSeconds:
      return "WholeSeconds";
    case LogForm::kCsv:
      break;
  }
  return "Csv";
}

}  // namespace pgcounsel
