// Who ran something: names interned, so that what is counted for each record stands under a number.
#pragma once
#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "parser/same_text.h"

namespace pgcounsel {

struct Dimension {
  std::string database, user, application;
  auto operator<=>(const Dimension&) const = default;
};

// The index of a Dimension without any name.
constexpr std::uint32_t kNobody = 0;

class DimensionTable {
 public:
  DimensionTable() { intern({}, {}, {}); }
  DimensionTable(const DimensionTable&) = delete;
  DimensionTable& operator=(const DimensionTable&) = delete;

  std::uint32_t intern(std::string_view database, std::string_view user,
                       std::string_view application);
  std::uint32_t intern(const Dimension& dimension) {
    return intern(dimension.database, dimension.user, dimension.application);
  }
  const Dimension& at(std::uint32_t index) const { return rows_[index].dimension; }
  // The index of the same database and user without an application: whose connections a pool holds.
  std::uint32_t pool_of(std::uint32_t index) const { return rows_[index].pool; }
  bool is(std::uint32_t index, std::string_view database, std::string_view user,
          std::string_view application) const {
    const Dimension& known = rows_[index].dimension;
    return same_text(known.application, application) && same_text(known.user, user) &&
           same_text(known.database, database);
  }

 private:
  struct Names {
    std::string_view database, user, application;
    auto operator<=>(const Names&) const = default;
  };
  struct Row {
    Dimension dimension;
    std::uint32_t pool = kNobody;
  };
  std::map<Names, std::uint32_t> index_;  // views into rows_
  std::deque<Row> rows_;
};

}  // namespace pgcounsel
