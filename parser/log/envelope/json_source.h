// Takes out of the fields of one JSON object what an envelope needs: texts by the path of their
// names, points in time in every form that exporters write. Texts are views into the object, or
// into the arena of the envelopes.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "parser/json.h"
#include "parser/log/envelope/envelope.h"
#include "parser/time.h"

namespace pgcounsel {

class JsonSource {
 public:
  JsonSource(const Zone& zone, Envelopes& out) : zone_(zone), out_(out) {}

  // The field `path` names (`pod.name`); empty where it is not there.
  std::string_view text(const JsonFields& fields, std::string_view path);
  // The first of these that says something.
  std::string_view first_text(const JsonFields& fields,
                              std::initializer_list<std::string_view> paths);
  // The fields of the object `key` names; none where it is no object.
  JsonFields inside(const JsonFields& fields, std::string_view key);
  // A timestamp as PostgreSQL or RFC 3339 write it, or seconds, milliseconds, microseconds or
  // nanoseconds since 1970.
  std::optional<LogTime> time(std::string_view text);

  Envelopes& out() { return out_; }

 private:
  const Zone& zone_;
  Envelopes& out_;
  JsonReader reader_;
  std::string_view second_;  // of the last time in UTC, as it stands, and what it is
  Time second_time_{};
};

bool has_field(const JsonFields& fields, std::string_view key);
bool has_text_field(const JsonFields& fields, std::string_view key);

// Cuts off the newline at the end; false where there is none.
bool take_newline(std::string_view& text);

// What stands behind the last `separator`; all of it where there is none.
std::string_view behind_last(std::string_view text, char separator);

}  // namespace pgcounsel
