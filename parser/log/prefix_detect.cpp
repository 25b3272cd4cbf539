// Every candidate, well-known or guessed from single lines, is compiled and run over the same
// sample of lines. Matching alone cannot decide, for names hold anything: `%m [%p] %q%u@%d ` also
// matches what `%m [%p] %q%u@%d/%a %c ` wrote, with the database `shop/psql 6b029e2a.68d2`. So a
// match counts twice where its names look like names, and between equals the prefix wins that found
// more fields, then the shorter one.

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "parser/log/prefix.h"
#include "parser/log/prefix_infer.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kSampleLines = 1000;
constexpr std::size_t kLongestHead = 1024;
constexpr std::size_t kMostShapes = 12;
constexpr std::size_t kHeadsOfShape = 3;
constexpr std::size_t kHeadsForConstants = 20;

constexpr std::array<std::string_view, 42> kWellKnown = {
    "%m [%p] ",
    "%m [%p] %q%u@%d ",
    "%m [%p] %q%u@%d/%a %c ",
    "%m [%p] %q%u@%d/%a ",
    "%t:%r:%u@%d:[%p]:",
    "%t:%h:%u@%d:[%p]:",
    "%m:%r:%u@%d:[%p]:",
    "%t:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a:",
    "%t-%c-",
    "%m [%p] %q[user=%u,db=%d,app=%a] ",
    "%m [%p] %q[user=%u,db=%d,app=%a,host=%h] ",
    "%m [%p] %q[user=%u,db=%d,app=%a,client=%h] ",
    "%m [%p][%v] : [%l-1] %q[app=%a] ",
    "%m [%p][%b][%v][%x] %q[user=%u,db=%d,app=%a] ",
    "%m [%p]: [%l-1] sid=%c,vxid=%v,xid=%x,user=%u,db=%d,app=%a,client=%r,e=%e ",
    "%m [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
    "%m [%p]: [%l-1] db=%d,user=%u ",
    "%m [%p]: ",
    "%m %r %u %a [%c] [%p] ",
    "%m [%p] user=%u,db=%d ",
    "%m [%p] [queryid=%Q] %u@%d ",
    "%m [%p] %q[queryid=%Q] %u@%d ",
    "%n [%p] %q%u@%d ",
    "%n [%p] ",
    "%t [%p]: ",
    "%t [%p] ",
    "%t [%p]: [%l-1] ",
    "%t [%p-%l] %q%u@%d ",
    "%t [%p] %q%u@%d %h ",
    "%t [%p] %q%u@%d ",
    "%t [%p]: [%l-1] user=%u,db=%d - PG-%e ",
    "%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
    "%t [%p]: [%l-1] user=%u,db=%d ",
    "%t [%p]: [%l-1] [trx_id=%x] user=%u,db=%d ",
    "%t [%p]: db=%d,user=%u,app=%a,client=%h ",
    "[%p]: [%l-1] db=%d,user=%u ",
    "pid=%p,user=%u,db=%d,app=%a,client=%h ",
    "user=%u,db=%d,app=%a,client=%h ",
    "%p-%s-%c-%l-%h-%u-%d-%m ",
    " sql_error_code = %e ",
    " sql_error_code = %e time_ms = \"%m\" pid=\"%p\" proc_start_time=\"%s\" session_id=\"%c\" "
    "vtid=\"%v\" tid=\"%x\" log_line=\"%l\" database=\"%d\" connection_source=\"%r\" user=\"%u\" "
    "application_name=\"%a\" ",
    "",
};

struct Sample {
  std::string_view line;
  std::string_view head;  // left of the severity
};

struct Score {
  std::size_t matched = 0;
  std::size_t clean = 0;  // of these, with names that look like names
  int fields = 0;         // found in any line
  std::size_t escapes = 0;
  bool better_than(const Score& other) const {
    return std::tuple{matched + clean, fields, other.escapes} >
           std::tuple{other.matched + other.clean, other.fields, escapes};
  }
};

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Where the severity stands in a line, preferably with two blanks behind its colon.
std::optional<std::size_t> find_severity(std::string_view line) {
  std::string_view text = line.substr(0, kLongestHead);
  std::optional<std::size_t> doubtful;
  for (std::size_t at = 0; at < text.size(); ++at) {
    auto before = at == 0 ? ' ' : text[at - 1];
    if (is_alphanumeric(before) || static_cast<unsigned char>(before) >= 0x80) continue;
    std::optional<LineTag> tag = read_line_tag(line.substr(at));
    if (!tag) continue;
    if (line.substr(at, tag->length).ends_with("  ")) return at;
    if (!doubtful) doubtful = at;
  }
  return doubtful;
}

std::vector<Sample> sample_of(std::span<const std::string_view> lines) {
  std::vector<Sample> all;
  for (std::string_view line : lines) {
    if (line.empty() || line.front() == '\t') continue;
    std::optional<std::size_t> severity = find_severity(line);
    if (severity) all.push_back({line, line.substr(0, *severity)});
  }
  if (all.size() <= kSampleLines) return all;
  std::vector<Sample> some;
  for (std::size_t i = 0; i < kSampleLines; ++i) some.push_back(all[i * all.size() / kSampleLines]);
  return some;
}

bool lacks(std::string_view name, std::string_view unusual) {
  return name == "[unknown]" || name.find_first_of(unusual) == std::string_view::npos;
}

bool is_plausible_host(std::string_view host) {
  if (host == "[local]" || host == "[unknown]" || host == "???") return true;
  return std::all_of(host.begin(), host.end(), [](char c) {
    return is_alphanumeric(c) || c == '.' || c == ':' || c == '-' || c == '_' || c == '%';
  });
}

bool is_clean(const PrefixMatcher& matcher, const PrefixMatch& match) {
  if (match.time &&
      match.time->has_fraction != (matcher.has_escape('m') || matcher.has_escape('n'))) {
    return false;
  }
  return lacks(match.user, " ,;:/=|()[]\"'") && lacks(match.database, " ,;:/=|()[]\"'@") &&
         lacks(match.application, "=|\"") && lacks(match.backend_type, "[]()@=,:") &&
         is_plausible_host(match.host);
}

unsigned fields_of(const PrefixMatch& match) {
  auto is_name = [](std::string_view name) { return !name.empty() && name != "[unknown]"; };
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

// Stops early where the score can no longer reach that of `best`.
Score score_of(const PrefixMatcher& matcher, const std::vector<Sample>& sample, const Score& best) {
  Score score;
  std::size_t left = sample.size();
  unsigned fields = 0;
  PrefixMatch match;
  for (const Sample& item : sample) {
    if (score.matched + score.clean + 2 * left < best.matched + best.clean) return {};
    --left;
    if (!matcher.match(item.line, match)) continue;
    ++score.matched;
    if (is_clean(matcher, match)) ++score.clean;
    fields |= fields_of(match);
  }
  for (; fields != 0; fields &= fields - 1) ++score.fields;
  const std::string& text = matcher.text();
  score.escapes = static_cast<std::size_t>(std::count(text.begin(), text.end(), '%'));
  return score;
}

// The punctuation of a head: its words are one letter each.
std::string shape_of(std::string_view head) {
  std::string shape;
  for (char c : head) {
    bool word = is_alphanumeric(c) || static_cast<unsigned char>(c) >= 0x80;
    if (!word) {
      shape += c;
    } else if (!shape.ends_with('a')) {
      shape += 'a';
    }
  }
  return shape;
}

struct Shape {
  std::size_t lines = 0;
  std::vector<std::string_view> heads;
};

// A few heads of each of the most frequent shapes.
std::vector<std::string_view> typical_heads(const std::vector<Sample>& sample) {
  std::map<std::string, Shape> shapes;
  for (const Sample& item : sample) {
    Shape& shape = shapes[shape_of(item.head)];
    ++shape.lines;
    if (shape.heads.size() < kHeadsOfShape) shape.heads.push_back(item.head);
  }
  std::vector<const Shape*> order;
  for (const auto& [text, shape] : shapes) order.push_back(&shape);
  std::stable_sort(order.begin(), order.end(),
                   [](const Shape* a, const Shape* b) { return a->lines > b->lines; });
  order.resize(std::min(order.size(), kMostShapes));
  std::vector<std::string_view> heads;
  for (const Shape* shape : order) {
    heads.insert(heads.end(), shape->heads.begin(), shape->heads.end());
  }
  return heads;
}

std::vector<std::string_view> constants_of(const std::vector<Sample>& sample) {
  if (sample.size() < kHeadsForConstants) return {};
  std::vector<std::string_view> constants = words_of(sample.front().head);
  for (const Sample& item : sample) {
    std::vector<std::string_view> words = words_of(item.head);
    std::erase_if(constants, [&](std::string_view word) {
      return std::find(words.begin(), words.end(), word) == words.end();
    });
  }
  return constants;
}

// Whether %l counts the lines of each process up by one, as a line number does.
bool counts_lines(const PrefixMatcher& matcher, const std::vector<Sample>& sample) {
  std::unordered_map<std::uint32_t, std::uint64_t> last;
  std::size_t pairs = 0;
  std::size_t rising = 0;
  PrefixMatch match;
  for (const Sample& item : sample) {
    if (!matcher.match(item.line, match)) continue;
    auto [known, is_new] = last.try_emplace(match.pid, match.line_number);
    if (is_new) continue;
    ++pairs;
    if (match.line_number > known->second) ++rising;
    known->second = match.line_number;
  }
  return pairs >= 3 && rising * 10 >= pairs * 9;
}

// The guess with %q where `head`, of a process without session, ends; empty if there is no place.
std::string with_stop(const std::string& prefix, const Sample& sample, Zone zone) {
  if (prefix.find("%q") != std::string::npos) return {};
  PrefixMatch match;
  for (std::size_t end = prefix.size(); end > 0; --end) {
    std::string_view front = std::string_view{prefix}.substr(0, end);
    bool behind_name = end >= 2 && front[end - 2] == '%' &&
                       std::string_view("udahrbi%").find(front[end - 1]) != std::string_view::npos;
    if (behind_name) continue;
    Result<PrefixMatcher> matcher = PrefixMatcher::compile(front, zone);
    if (!matcher || !matcher->match(sample.line, match)) continue;
    return std::string{front} + "%q" + prefix.substr(end);
  }
  return {};
}

// The prefix with %q before its first name, where lines of processes without session can stop. A
// sample without such lines does not show it, and they come later in the log.
std::string with_stop_at_names(const std::string& prefix) {
  if (prefix.find("%q") != std::string::npos) return {};
  bool has_process = false;
  std::size_t blank = std::string::npos;
  for (std::size_t i = 0; i < prefix.size(); ++i) {
    if (prefix[i] == ' ') blank = i;
    if (prefix[i] != '%' || i + 1 == prefix.size()) continue;
    const char escape = prefix[i + 1];
    if (escape == 'p' || escape == 'c') has_process = true;
    if (std::string_view("udarh").find(escape) != std::string_view::npos) {
      if (!has_process || blank == std::string::npos) return {};
      return prefix.substr(0, blank + 1) + "%q" + prefix.substr(blank + 1);
    }
    ++i;
  }
  return {};
}

class Contest {
 public:
  Contest(const std::vector<Sample>& sample, Zone zone) : sample_(sample), zone_(zone) {}

  void enter(std::string_view prefix) {
    if (!entered_.emplace(prefix).second) return;
    Result<PrefixMatcher> matcher = PrefixMatcher::compile(prefix, zone_);
    if (!matcher) return;
    Score score = score_of(*matcher, sample_, best_score_);
    if (best_ && !score.better_than(best_score_)) return;
    best_ = *matcher;
    best_score_ = score;
  }

  void enter_guess(PrefixGuess guess) {
    if (guess.has_bare_number) {
      std::size_t at = guess.prefix.find(kBareNumber);
      guess.prefix[at] = 'l';
      Result<PrefixMatcher> matcher = PrefixMatcher::compile(guess.prefix, zone_);
      if (!matcher || !counts_lines(*matcher, sample_)) guess.prefix[at] = 'x';
    }
    if (entered_.contains(guess.prefix)) return;
    enter(guess.prefix);
    enter_stopped(guess.prefix);
  }

  std::optional<PrefixMatcher> winner() const {
    if (!best_ || best_score_.matched * 2 < sample_.size()) return std::nullopt;
    const std::string stopping = with_stop_at_names(best_->text());
    if (stopping.empty() || prints_empty_names(*best_)) return best_;
    Result<PrefixMatcher> matcher = PrefixMatcher::compile(stopping, zone_);
    if (!matcher) return best_;
    const Score score = score_of(*matcher, sample_, Score{});
    const bool explains_as_much =
        score.matched >= best_score_.matched && score.clean >= best_score_.clean;
    return explains_as_much ? *matcher : best_;
  }

 private:
  // The same, stopping where a line that does not fit ends.
  void enter_stopped(const std::string& prefix) {
    Result<PrefixMatcher> matcher = PrefixMatcher::compile(prefix, zone_);
    if (!matcher) return;
    PrefixMatch match;
    int tried = 0;
    for (const Sample& item : sample_) {
      if (matcher->match(item.line, match)) continue;
      std::string stopped = with_stop(prefix, item, zone_);
      if (!stopped.empty()) enter(stopped);
      if (!stopped.empty() || ++tried == 5) return;
    }
  }

  // Lines of processes without session are there, and go through the whole prefix.
  bool prints_empty_names(const PrefixMatcher& matcher) const {
    PrefixMatch match;
    return std::any_of(sample_.begin(), sample_.end(), [&](const Sample& item) {
      return matcher.match(item.line, match) && match.user.empty() && match.database.empty() &&
             match.application.empty() && match.host.empty();
    });
  }

  const std::vector<Sample>& sample_;
  Zone zone_;
  std::set<std::string, std::less<>> entered_;
  std::optional<PrefixMatcher> best_;
  Score best_score_;
};

}  // namespace

std::optional<PrefixMatcher> detect_prefix(std::span<const std::string_view> lines, Zone zone) {
  std::vector<Sample> sample = sample_of(lines);
  if (sample.empty()) return std::nullopt;
  Contest contest{sample, zone};
  for (std::string_view prefix : kWellKnown) contest.enter(prefix);
  std::vector<std::string_view> constants = constants_of(sample);
  for (std::string_view head : typical_heads(sample)) {
    contest.enter_guess(guess_prefix(head, constants));
  }
  return contest.winner();
}

}  // namespace pgcounsel
