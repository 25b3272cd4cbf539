#include "tests/golden/recorded_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "tests/unit/scratch.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kSeconds = 19, kMilliseconds = 23;  // characters of a timestamp

bool contains_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(
      words, [text](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

template <class Predicate>
RecordedLog without(const RecordedLog& log, Predicate is_left_out) {
  RecordedLog kept;
  kept.reserve(log.size());
  for (const std::string& record : log) {
    if (!is_left_out(record)) kept.push_back(record);
  }
  return kept;
}

template <class Change>
RecordedLog changed(const RecordedLog& log, Change change) {
  RecordedLog result;
  result.reserve(log.size());
  for (const std::string& record : log) result.push_back(change(record));
  return result;
}

// Every line with a timestamp; others continue the one before.
std::vector<std::string> lines_of(const std::string& record) {
  std::vector<std::string> lines;
  std::size_t at = 0;
  while (at < record.size()) {
    const std::size_t end = record.find('\n', at);
    const std::string line = record.substr(at, end - at + 1);
    const bool has_time = parse_log_time(line, Zone{}).has_value();
    if (has_time || lines.empty()) {
      lines.push_back(line);
    } else {
      lines.back() += line;
    }
    at = end + 1;
  }
  return lines;
}

std::string timestamp(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(time - day);
  const auto count = milliseconds.count();
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     count / 3'600'000, count / 60'000 % 60, count / 1000 % 60, count % 1000);
}

std::string moved(const std::string& record, Micros by) {
  std::string result;
  for (const std::string& line : lines_of(record)) {
    result += timestamp(time_of(line) + by) + line.substr(kMilliseconds);
  }
  return result;
}

// Where ` 6b07bf7a.7405` begins in a line; npos where the prefix has none.
std::size_t session_id_in(std::string_view line) {
  const std::size_t severity = line.find(":  ");
  if (severity == std::string_view::npos) return std::string_view::npos;
  const std::size_t word = line.rfind(' ', severity);
  const std::size_t begin = line.rfind(' ', word - 1);
  const std::string_view id = line.substr(begin + 1, word - begin - 1);
  const bool is_id = id.find_first_not_of("0123456789abcdef.") == std::string_view::npos &&
                     id.find('.') != std::string_view::npos;
  return is_id ? begin : std::string_view::npos;
}

std::string without_session_id(const std::string& record) {
  std::string result;
  for (std::string line : lines_of(record)) {
    const std::size_t at = session_id_in(line);
    if (at != std::string::npos) line.erase(at, line.find(' ', at + 1) - at);
    result += line;
  }
  return result;
}

std::string of_another_session(const std::string& record, Micros later) {
  std::string result;
  for (std::string line : lines_of(record)) {
    const std::size_t at = session_id_in(line);
    if (at != std::string::npos) {
      const std::size_t dot = line.find('.', at);
      const auto began = std::stoll(line.substr(at + 1, dot - at - 1), nullptr, 16);
      line.replace(at + 1, dot - at - 1, fmt::format("{:x}", began + later / kSecond));
    }
    result += line;
  }
  return result;
}

// Of `2026-11-26 05:11:34.151 UTC [29701] shop@shop/search 6b07bf7a.7405 LOG:  ...`.
std::string rds_line(const std::string& line) {
  const std::size_t open = line.find('['), close = line.find(']');
  const std::size_t severity = line.rfind(' ', line.find(":  ")) + 1;
  const std::string who = line.substr(close + 2, line.find('/', close) - close - 2);
  const bool has_client = who.find('@') != std::string::npos && close + 2 < severity;
  return line.substr(0, kSeconds) +
         " UTC:" + (has_client ? "127.0.0.1(50000):" + who : std::string(":@")) + ":" +
         line.substr(open, close - open + 1) + ":" + line.substr(severity);
}

std::string json_text(std::string_view text) {
  std::string quoted;
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c == '\n' ? ' ' : c == '\t' ? ' ' : c;
  }
  return quoted;
}

}  // namespace

Time time_of(std::string_view record) {
  const auto time = parse_log_time(record, Zone{});
  EXPECT_TRUE(time.has_value()) << record.substr(0, 100);
  return time ? time->time : Time{};
}

std::string folder_of_recording(std::string_view name) {
  const std::string root = std::string(PGCOUNSEL_SOURCE_DIR) + "/";
  return root + (name == "pool_exhaustion" ? "samples/" : "tests/recorded/") + std::string(name);
}

RecordedLog recorded(std::string_view name) {
  const std::string text = run("zstd -dcq '" + folder_of_recording(name) + "/postgresql.log.zst'");
  RecordedLog log;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1);
    const std::string_view line = std::string_view(text).substr(at, end - at + 1);
    const bool begins = line.starts_with("20") &&
                        !contains_any(line.substr(0, 160),
                                      {" DETAIL:  ", " STATEMENT:  ", " CONTEXT:  ", " HINT:  "});
    if (begins || log.empty()) {
      log.emplace_back(line);
    } else {
      log.back() += line;
    }
    at = end + 1;
  }
  return log;
}

std::string text_of(const RecordedLog& log) {
  std::string text;
  for (const std::string& record : log) text += record;
  return text;
}

RecordedLog without_session_ids(const RecordedLog& log) {
  return changed(log, without_session_id);
}

RecordedLog with_whole_seconds(const RecordedLog& log) {
  return changed(log, [](const std::string& record) {
    std::string result;
    for (std::string line : lines_of(record)) {
      result += line.erase(kSeconds, kMilliseconds - kSeconds);
    }
    return result;
  });
}

RecordedLog with_rds_prefix(const RecordedLog& log) {
  return changed(log, [](const std::string& record) {
    std::string result;
    for (const std::string& line : lines_of(record)) result += rds_line(line);
    return result;
  });
}

RecordedLog without_connections(const RecordedLog& log) {
  return without(log, [](const std::string& record) {
    return contains_any(record, {"LOG:  connection ", "LOG:  disconnection: "});
  });
}

RecordedLog without_lock_waits(const RecordedLog& log) {
  return without(log, [](const std::string& record) {
    return contains_any(
        record, {" still waiting for ", " acquired ShareLock on ", " acquired ExclusiveLock on ",
                 " acquired AccessExclusiveLock on "});
  });
}

RecordedLog without_statements_below(const RecordedLog& log, double milliseconds) {
  constexpr std::string_view kDuration = "LOG:  duration: ";
  return without(log, [&](const std::string& record) {
    const std::size_t at = record.find(kDuration);
    return at != std::string::npos &&
           std::strtod(record.c_str() + at + kDuration.size(), nullptr) < milliseconds;
  });
}

RecordedLog between(const RecordedLog& log, Time since, Time until) {
  return without(log, [&](const std::string& record) {
    const Time time = time_of(record);
    return time < since || time >= until;
  });
}

RecordedLog with_wrong_clock(const RecordedLog& log, Time since, Time until, Micros by) {
  return changed(log, [&](const std::string& record) {
    const Time time = time_of(record);
    return time < since || time >= until ? record : moved(record, by);
  });
}

RecordedLog repeated(const RecordedLog& log, Micros later) {
  RecordedLog twice = log;
  for (const std::string& record : log) {
    twice.push_back(of_another_session(moved(record, later), later));
  }
  return twice;
}

std::string newest_first(const RecordedLog& log) {
  std::vector<std::string> entries;
  for (const std::string& record : log) {
    for (const std::string& line : lines_of(record)) {
      std::string stamp = timestamp(time_of(line));
      stamp[stamp.find(' ')] = 'T';
      entries.push_back(
          fmt::format(R"({{"insertId":"i","logName":"l/postgres.log","timestamp":"{}Z",)"
                      R"("resource":{{"labels":{{"database_id":"p:shop"}}}},"textPayload":"{}"}})"
                      "\n",
                      stamp, json_text(std::string_view(line).substr(0, line.size() - 1))));
    }
  }
  std::ranges::reverse(entries);
  std::string text;
  for (const std::string& entry : entries) text += entry;
  return text;
}

}  // namespace pgcounsel
