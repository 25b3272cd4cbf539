// What a burst of one kind of error means and what to do about it, by SQLSTATE: the table behind
// the rule error_storm.
#pragma once
#include <cstdint>
#include <string_view>

#include "analyzer/finding.h"

namespace pgcounsel {

struct ErrorClass {
  std::string_view sqlstate;  // its beginning; the first row that fits is taken
  // A minute with so many belongs to a burst, and a burst has so many in all. An error that is
  // always a request turned away, or a lock gone wrong, counts from few on; one that applications
  // meet in normal work (a duplicate key) from many.
  std::uint64_t a_minute, in_all;
  Level level;              // of a burst; one higher for ten times as many
  std::string_view plural;  // "connections refused"
  std::string_view remedy;
  std::string_view caveat;
};

const ErrorClass& error_class_of(std::string_view sqlstate);

}  // namespace pgcounsel
