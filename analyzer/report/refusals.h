// Connections that were turned away, told apart by why: a full server is one thing, a forgotten job
// with an old password another.
#pragma once
#include <cstdint>
#include <string>

#include "analyzer/workload.h"

namespace pgcounsel {

struct Refusals {
  std::uint64_t full = 0;      // SQLSTATE 53300, 53400: no connection was free, a limit was reached
  std::uint64_t login = 0;     // 28xxx: a wrong password, or not allowed
  std::uint64_t starting = 0;  // 57P03: the server was starting or stopping
  std::uint64_t no_database = 0;  // 3D000
  std::uint64_t other = 0;
  bool only_passwords = true;  // every refused login is 28P01
};
Refusals refusals_of(const Workload& workload);

// A sentence; only where `full` is not 0.
std::string full_words(const Refusals& refusals);
// What is no sign of a full server, in sentences: wrong passwords, a restart. May be empty.
std::string other_refusals(const Refusals& refusals);
// For a table: `3 at the limit, 10 logins`; a kind that makes up `all` has no number.
std::string kinds_of(const Refusals& refusals, std::uint64_t all);

}  // namespace pgcounsel
