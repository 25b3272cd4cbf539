#include "analyzer/report/refusals.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "analyzer/report/units.h"

namespace pgcounsel {
namespace {

std::string number_of(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", counted(count), noun, count == 1 ? "" : "s");
}

}  // namespace

Refusals refusals_of(const Workload& workload) {
  Refusals refusals;
  std::uint64_t left = workload.totals.refused;
  const auto take = [&](std::uint64_t& kind, const ErrorRow& error) {
    const std::uint64_t count = std::min(error.count, left);
    left -= count;
    kind += count;
  };
  for (const ErrorRow& error : workload.errors) {
    if (error.severity != "FATAL") continue;
    if (error.sqlstate == "53300" || error.sqlstate == "53400") {
      take(refusals.full, error);
    } else if (error.sqlstate.starts_with("28")) {
      take(refusals.login, error);
      refusals.only_passwords = refusals.only_passwords && error.sqlstate == "28P01";
    } else if (error.sqlstate == "57P03") {
      take(refusals.starting, error);
    } else if (error.sqlstate == "3D000") {
      take(refusals.no_database, error);
    }
  }
  refusals.other = left;
  return refusals;
}

std::string full_words(const Refusals& refusals) {
  return number_of(refusals.full, "connection") + " refused: the limit was reached.";
}

std::string other_refusals(const Refusals& refusals) {
  std::string words;
  if (refusals.login > 0) {
    words += number_of(refusals.login, "login") + " refused: " +
             (refusals.only_passwords ? "wrong password." : "wrong password or no permission.");
  }
  const auto add = [&](std::uint64_t count, std::string_view why) {
    if (count == 0) return;
    words += fmt::format("{}{} refused {}.", words.empty() ? "" : " ",
                         number_of(count, "connection"), why);
  };
  add(refusals.starting, "while the server started or stopped");
  add(refusals.no_database, "because there is no such database");
  add(refusals.other, "for other reasons");
  return words;
}

std::string kinds_of(const Refusals& refusals, std::uint64_t all) {
  std::string words;
  const auto add = [&](std::uint64_t count, std::string_view what) {
    if (count == 0) return;
    words += words.empty() ? "" : ", ";
    words += count == all ? std::string(what) : fmt::format("{} {}", counted(count), what);
  };
  add(refusals.full, "at the limit");
  add(refusals.login, refusals.only_passwords ? "wrong passwords" : "logins");
  add(refusals.starting, "while starting");
  add(refusals.no_database, "no such database");
  add(refusals.other, "other");
  return words;
}

}  // namespace pgcounsel
