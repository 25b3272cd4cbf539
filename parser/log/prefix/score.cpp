#include "parser/log/prefix/score.h"

#include <algorithm>
#include <array>
#include <bit>
#include <set>
#include <tuple>

#include "parser/log/prefix/keys.h"
#include "parser/log/prefix/program.h"
#include "parser/log/record.h"

namespace pgcounsel {
namespace {

// What a match is worth. More fields never outweigh a name that does not look like one.
constexpr std::size_t kMatched = 4;
constexpr std::size_t kMostFields = 4;
constexpr std::size_t kClean = 5;
constexpr std::size_t kMostPoints = kMatched + kMostFields + kClean;

// The characters of a text, for a fast look.
using CharSet = std::array<bool, 256>;

constexpr CharSet set_of(std::string_view chars) {
  CharSet set{};
  for (const char c : chars) set[static_cast<unsigned char>(c)] = true;
  return set;
}

constexpr CharSet kUnusualInUser = set_of(" ,;:/=|()[]\"'");
constexpr CharSet kUnusualInDatabase = set_of(" ,;:/=|()[]\"'@");
constexpr CharSet kUnusualInApplication = set_of("=|\"");
constexpr CharSet kUnusualInBackend = set_of("[]()@=,:");

bool lacks(std::string_view name, const CharSet& unusual, const std::set<std::string_view>& known) {
  const bool has = std::any_of(name.begin(), name.end(), [&unusual](char c) {
    return unusual[static_cast<unsigned char>(c)];
  });
  return !has || name == "[unknown]" || known.contains(name);
}

bool is_plausible_host(std::string_view host) {
  if (host == "[local]" || host == "[unknown]" || host == "???") return true;
  return std::all_of(host.begin(), host.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '.' || c == ':' || c == '-' || c == '_' || c == '%';
  });
}

// A name that swallowed the time of the line.
bool holds_time(std::string_view name) {
  constexpr std::size_t kShortest = 19;  // 2026-11-22 07:48:43
  for (std::size_t i = 0; i + kShortest <= name.size(); ++i) {
    if (name[i + 4] == '-' && parse_log_time(name.substr(i), Zone{})) return true;
  }
  return false;
}

// What no server writes.
bool is_impossible(const PrefixMatcher& matcher, const PrefixMatch& match) {
  const bool fraction = matcher.has_escape('m') || matcher.has_escape('n');
  return (match.time && match.time->has_fraction != fraction) || holds_time(match.user) ||
         holds_time(match.database);
}

bool is_clean(const PrefixMatch& match, const KnownNames& known) {
  return lacks(match.user, kUnusualInUser, known.users) &&
         lacks(match.database, kUnusualInDatabase, known.databases) &&
         lacks(match.application, kUnusualInApplication, known.applications) &&
         lacks(match.backend_type, kUnusualInBackend, {}) && is_plausible_host(match.host);
}

enum class Verdict { kSilent, kAgrees, kContradicts };

Verdict verdict_of(const PrefixMatch& match, const ToldNames& told) {
  Verdict verdict = Verdict::kSilent;
  const std::array pairs = {std::pair{match.user, told.user},
                            std::pair{match.database, told.database},
                            std::pair{match.host, told.host}};
  for (const auto& [found, wanted] : pairs) {
    if (found.empty() || wanted.empty()) continue;
    if (found != wanted) return Verdict::kContradicts;
    verdict = Verdict::kAgrees;
  }
  return verdict;
}

unsigned fields_of(const PrefixMatch& match) {
  auto is_name = [](std::string_view name) { return !known_name(name).empty(); };
  const std::array present = {
      match.time.has_value(),      is_name(match.user),
      is_name(match.database),     is_name(match.application),
      is_name(match.host),         !match.session_id.empty(),
      !match.virtual_xid.empty(),  !match.sqlstate.empty(),
      !match.backend_type.empty(), match.pid != 0,
      match.query_id != 0,         match.line_number != 0,
  };
  unsigned fields = 0;
  for (std::size_t i = 0; i < present.size(); ++i) fields |= unsigned{present[i]} << i;
  return fields;
}

}  // namespace

// A single message may mislead: its names may hold what looks like the next key.
bool PrefixScore::is_credible() const {
  return contradicting * 10 <= contradicting + agreeing && matched * 2 >= lines;
}

bool PrefixScore::finds_time() const {
  return matched * 2 >= lines && timed * 2 >= matched;
}

bool PrefixScore::better_than(const PrefixScore& other) const {
  return std::tuple{is_credible(),       finds_time(), points,
                    other.has_odd_words, fields,       other.escapes} >
         std::tuple{other.is_credible(), other.finds_time(), other.points,
                    has_odd_words,       other.fields,       escapes};
}

PrefixScore score_of(const PrefixMatcher& matcher, const std::vector<PrefixSample>& sample,
                     const KnownNames& known, bool has_odd_words, const PrefixScore& best) {
  PrefixScore score;
  score.lines = sample.size();
  score.has_odd_words = has_odd_words;
  std::size_t left = sample.size();
  unsigned fields = 0;
  PrefixMatch match;
  LogTimes times(matcher.program().zone);
  for (const PrefixSample& item : sample) {
    if (best.is_credible() && best.finds_time() && score.points + kMostPoints * left < best.points)
      return {};
    --left;
    if (!matcher.match(item.line, match, &times) || is_impossible(matcher, match)) continue;
    const Verdict verdict = verdict_of(match, item.told);
    if (verdict == Verdict::kContradicts) {
      ++score.contradicting;
      continue;
    }
    if (verdict == Verdict::kAgrees) ++score.agreeing;
    ++score.matched;
    if (match.time) ++score.timed;
    const bool clean = !has_odd_words && is_clean(match, known);
    if (clean) ++score.clean;
    const unsigned found = fields_of(match);
    const auto count = static_cast<std::size_t>(std::popcount(found));
    score.points += kMatched + std::min(count, kMostFields) + (clean ? kClean : 0);
    fields |= found;
  }
  score.fields = std::popcount(fields);
  const std::string& text = matcher.text();
  score.escapes = static_cast<std::size_t>(std::count(text.begin(), text.end(), '%'));
  return score;
}

}  // namespace pgcounsel
