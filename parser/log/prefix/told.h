// Messages that say who the session is. Its names stand in the prefix of the same line, too, so
// that they show which of several readings of the prefix is right:
//   ... web app@shop [new] LOG:  connection authorized: user=web app database=shop [new]
#pragma once
#include <set>
#include <string_view>

namespace pgcounsel {

// Empty: the message does not tell.
struct ToldNames {
  std::string_view user, database, application, host;
  bool any() const { return !user.empty() || !database.empty() || !host.empty(); }
};

// What `message` (the text behind `LOG:  `, maybe with a SQLSTATE before it) tells.
ToldNames names_told_by(std::string_view message);

// All names that the messages of a log tell.
struct KnownNames {
  std::set<std::string_view> users, databases, applications;
  std::set<std::string_view> words;  // that these names consist of

  void add(const ToldNames& told);
};

}  // namespace pgcounsel
