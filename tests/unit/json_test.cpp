#include <gtest/gtest.h>

#include <cctype>

#include "analyzer/report/json_writer.h"
#include "tests/unit/report_samples.h"

namespace pgcounsel {
namespace {

// A strict reader that only says whether a text is JSON (RFC 8259).
class Checker {
 public:
  explicit Checker(std::string_view text) : text_(text) {}
  bool valid() { return value() && (blank(), at_ == text_.size()); }

 private:
  void blank() {
    while (at_ < text_.size() &&
           std::string_view(" \n\r\t").find(text_[at_]) != std::string_view::npos)
      ++at_;
  }
  bool take(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }
  bool digits() {
    const std::size_t start = at_;
    while (at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_]))) ++at_;
    return at_ > start;
  }
  bool number() {
    take("-");
    if (!take("0") && !digits()) return false;
    return !take(".") || digits();
  }
  bool string() {
    if (!take("\"")) return false;
    while (at_ < text_.size() && text_[at_] != '"') {
      if (static_cast<unsigned char>(text_[at_]) < 0x20) return false;
      if (text_[at_] == '\\') {
        ++at_;
        if (take("u")) {
          for (int i = 0; i < 4; ++i, ++at_) {
            if (at_ >= text_.size() || !std::isxdigit(static_cast<unsigned char>(text_[at_])))
              return false;
          }
          continue;
        }
        if (at_ >= text_.size() ||
            std::string_view("\"\\/bfnrt").find(text_[at_]) == std::string_view::npos)
          return false;
      }
      ++at_;
    }
    return take("\"");
  }
  template <class Item>
  bool sequence(std::string_view end, Item item) {
    blank();
    if (take(end)) return true;
    do {
      if (!item()) return false;
      blank();
    } while (take(","));
    return take(end);
  }
  bool value() {
    blank();
    if (take("{")) {
      return sequence("}", [&] { return blank(), string() && (blank(), take(":")) && value(); });
    }
    if (take("[")) return sequence("]", [&] { return value(); });
    return take("true") || take("false") || take("null") || string() || number();
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != text.npos;
}

std::size_t count_of(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != text.npos; at += part.size()) ++count;
  return count;
}

TEST(Json, TheCheckerRefusesWhatIsNoJson) {
  for (const char* good : {"{}", "[1, -0.5, \"\\u00e9\", null]", "{\"a\": {\"b\": []}}"})
    EXPECT_TRUE(Checker(good).valid()) << good;
  for (const char* bad : {"", "{", "[1,]", "{\"a\" 1}", "01", "\"\\x\"", "[1] 2", "nul"})
    EXPECT_FALSE(Checker(bad).valid()) << bad;
}

TEST(Json, EveryNightIsValid) {
  for (const ServerReport& night :
       {quiet_night(), busy_night(), hostile_night(), ServerReport{empty_night(), {}}}) {
    EXPECT_TRUE(Checker(render_json({{night}, {}})).valid());
  }
  EXPECT_TRUE(Checker(render_json({{busy_night(), hostile_night()}, {}})).valid());
  EXPECT_TRUE(Checker(render_json({})).valid());
}

TEST(Json, NumbersComeFromIntegers) {
  JsonWriter json;
  json.open('[');
  json.milliseconds(Micros{1'234'567});
  json.milliseconds(Micros{-5});
  json.seconds(Micros{1});
  json.number(1.0 / 0.0);
  json.time(at(13, 7));
  json.close(']');
  EXPECT_EQ(std::move(json).take(),
            "[\n  1234.567,\n  -0.005,\n  0.000001,\n  null,\n  \"2026-03-13T07:00:00.000Z\"\n]\n");
}

TEST(Json, HasTheKeysOfTheContract) {
  const std::string out = render_json({{busy_night()}, {}});
  EXPECT_TRUE(has(out, "\"schema\": \"pgcounsel.report/1\""));
  for (const char* key : {"bytes",
                          "records",
                          "statements",
                          "unparsed_records",
                          "duplicate_records",
                          "from",
                          "to",
                          "sources",
                          "warnings",
                          "fingerprint",
                          "query",
                          "calls",
                          "errors",
                          "total_ms",
                          "min_ms",
                          "max_ms",
                          "mean_ms",
                          "p50_ms",
                          "p95_ms",
                          "p99_ms",
                          "hold_s",
                          "lock_wait_ms",
                          "temp_bytes",
                          "databases",
                          "users",
                          "applications",
                          "first_seen",
                          "last_seen",
                          "is_new",
                          "transactions",
                          "id",
                          "label",
                          "fingerprints",
                          "count",
                          "busy_s",
                          "idle_s",
                          "lock_wait_s",
                          "hold_mean_ms",
                          "hold_p99_ms",
                          "server",
                          "connections",
                          "received",
                          "authorized",
                          "disconnected",
                          "refused",
                          "peak",
                          "sqlstate",
                          "severity",
                          "message",
                          "class",
                          "kind",
                          "before",
                          "after",
                          "since",
                          "key",
                          "rule",
                          "level",
                          "subject",
                          "title",
                          "evidence",
                          "remedy",
                          "safety",
                          "confidence",
                          "confidence_because",
                          "gain",
                          "connection_s_per_day_low",
                          "connection_s_per_day_high",
                          "verify",
                          "rollback",
                          "caveats"}) {
    EXPECT_TRUE(has(out, "\"" + std::string(key) + "\": ")) << key;
  }
  EXPECT_TRUE(has(out, "\"pools\": []"));
  EXPECT_TRUE(has(out, "\"plans\": []"));
  EXPECT_TRUE(has(out, "\"total_ms\": 144000810.000"));
  EXPECT_TRUE(has(out, "\"fingerprint\": \"3f2a91c400000001\""));
  EXPECT_FALSE(has(out, "\"servers\""));
}

TEST(Json, RefusalsAreToldApart) {
  ServerReport night = busy_night();
  night.workload.totals.refused = 18'214;
  night.workload.errors.push_back({"FATAL", "28P01", "password authentication failed", 9});
  EXPECT_TRUE(has(render_json({{night}, {}}),
                  "    \"refusals\": {\n      \"limit\": 18204,\n      \"login\": 9,\n      "
                  "\"starting\": 0,\n      \"no_database\": 0,\n      \"other\": 1\n    }"));
}

TEST(Json, TheUnknownIsNull) {
  ServerReport night = quiet_night();
  night.workload.connections.peak.reset();
  night.workload.queries = {query_row(1, "SELECT 1", 0, Micros{})};
  night.workload.errors = {{"ERROR", "", "", 3}};
  const std::string out = render_json({{night}, {}});
  EXPECT_TRUE(has(out, "\"peak\": null"));
  EXPECT_TRUE(has(out, "\"p99_ms\": null"));
  EXPECT_TRUE(has(out, "\"mean_ms\": null"));
  EXPECT_TRUE(has(out, "\"sqlstate\": null"));
  EXPECT_TRUE(has(out, "\"message\": null"));
}

TEST(Json, ChangesSayWhatMoved) {
  const std::string out = render_json({{busy_night()}, {}});
  EXPECT_TRUE(has(out, "\"kind\": \"slower\""));
  EXPECT_TRUE(has(out, "\"kind\": \"more_traffic\""));
  EXPECT_TRUE(has(out, "\"kind\": \"new\""));
  EXPECT_TRUE(has(out, "\"before\": 158.000"));
  EXPECT_EQ(count_of(render_json({{quiet_night()}, {}}), "\"kind\""), 0U);
}

TEST(Json, SeveralServersStandInAnArray) {
  ServerReport other = quiet_night();
  other.workload.server = "shop-prod-2";
  const std::string out = render_json({{busy_night(), other}, {}});
  EXPECT_TRUE(has(out, "\"servers\": ["));
  EXPECT_EQ(count_of(out, "\"server\": \"shop-prod-1\""), 2U);
  EXPECT_EQ(count_of(out, "\"server\": \"shop-prod-2\""), 1U);
}

TEST(Json, NamesOfFilesStandOnlyUnderSources) {
  EXPECT_EQ(count_of(render_json({{busy_night()}, {}}), "postgresql.csv"), 1U);
}

}  // namespace
}  // namespace pgcounsel
