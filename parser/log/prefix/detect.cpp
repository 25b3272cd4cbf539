// Every candidate, well-known or guessed from single lines, is compiled and run over the same
// sample of lines; prefix_score.h says which of them is best. Guesses are read off a few lines of
// each frequent shape and off lines whose message tells the names. A guess that leaves lines unread
// which a well-known prefix reads is dropped.

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <unordered_map>
#include <vector>

#include "parser/log/prefix/infer.h"
#include "parser/log/prefix/keys.h"
#include "parser/log/prefix/prefix.h"
#include "parser/log/prefix/score.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kSampleLines = 400;
constexpr std::size_t kLongestHead = 1024;
constexpr std::size_t kMostShapes = 12;
constexpr std::size_t kHeadsOfShape = 3;
constexpr std::size_t kHeadsForConstants = 20;
constexpr std::size_t kTellingLines = 100;  // that are in the sample, whatever its size
constexpr std::size_t kTellingGuesses = 6;

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

using Samples = std::vector<PrefixSample>;

bool is_alphanumeric(char c) {
  return is_letter(c) || is_digit(c);
}

// The tag that ends the head of a line, preferably with two blanks behind its colon.
std::optional<PlacedTag> find_severity(std::string_view line) {
  std::optional<PlacedTag> doubtful;
  for (std::size_t from = 0;;) {
    PlacedTag found;
    if (!find_line_tag(line, from, kLongestHead - 1, found)) return doubtful;
    from = found.at + 1;
    const char before = found.at == 0 ? ' ' : line[found.at - 1];
    if (is_alphanumeric(before) || static_cast<unsigned char>(before) >= 0x80) continue;
    if (line.substr(found.at, found.tag.length).ends_with("  ")) return found;
    if (!doubtful) doubtful = found;
  }
}

// A name in the head may hold what looks like a tag, so that lines are not cut there.
Samples lines_with_severity(std::span<const std::string_view> lines) {
  Samples all;
  for (std::string_view line : lines) {
    if (line.empty() || line.front() == '\t') continue;
    const std::optional<PlacedTag> severity = find_severity(line);
    if (!severity) continue;
    const std::size_t body = severity->at + severity->tag.length;
    all.push_back({line, line.substr(0, severity->at), names_told_by(line.substr(body))});
  }
  return all;
}

// Evenly picked, with some more of the lines that tell names.
Samples sample_of(const Samples& all) {
  if (all.size() <= kSampleLines) return all;
  Samples some;
  std::size_t picked = 0;
  std::size_t telling = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool is_next = i == picked * all.size() / kSampleLines;
    if (is_next) ++picked;
    const bool tells = all[i].told.any() && telling < kTellingLines;
    if (tells) ++telling;
    if (is_next || tells) some.push_back(all[i]);
  }
  return some;
}

// The punctuation of a head: its words are one letter each.
std::string shape_of(std::string_view head) {
  std::string shape;
  shape.reserve(head.size());
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
  std::vector<const PrefixSample*> heads;
};

// A few heads of each of the most frequent shapes, and some whose messages tell the names.
std::vector<const PrefixSample*> typical_heads(const Samples& sample) {
  std::map<std::string, Shape> shapes;
  std::vector<const PrefixSample*> heads;
  std::set<std::string_view> told;
  for (const PrefixSample& item : sample) {
    Shape& shape = shapes[shape_of(item.head)];
    ++shape.lines;
    if (shape.heads.size() < kHeadsOfShape) shape.heads.push_back(&item);
    const bool is_new = heads.size() < kTellingGuesses && !item.told.user.empty() &&
                        told.insert(item.told.user).second;
    if (is_new) heads.push_back(&item);
  }
  std::vector<const Shape*> order;
  for (const auto& [text, shape] : shapes) order.push_back(&shape);
  std::stable_sort(order.begin(), order.end(),
                   [](const Shape* a, const Shape* b) { return a->lines > b->lines; });
  order.resize(std::min(order.size(), kMostShapes));
  for (const Shape* shape : order) {
    heads.insert(heads.end(), shape->heads.begin(), shape->heads.end());
  }
  return heads;
}

std::vector<std::string_view> constants_of(const Samples& sample) {
  if (sample.size() < kHeadsForConstants) return {};
  std::vector<std::string_view> constants = words_of(sample.front().head);
  for (const PrefixSample& item : sample) {
    std::erase_if(constants, [&](std::string_view word) { return !has_word(item.head, word); });
  }
  return constants;
}

// Whether %l counts the lines of each process up by one, as a line number does.
bool counts_lines(const PrefixMatcher& matcher, const Samples& sample) {
  std::unordered_map<std::uint32_t, std::uint64_t> last;
  std::size_t pairs = 0;
  std::size_t rising = 0;
  PrefixMatch match;
  for (const PrefixSample& item : sample) {
    if (!matcher.match(item.line, match)) continue;
    auto [known, is_new] = last.try_emplace(match.pid, match.line_number);
    if (is_new) continue;
    ++pairs;
    if (match.line_number > known->second) ++rising;
    known->second = match.line_number;
  }
  return pairs >= 3 && rising * 10 >= pairs * 9;
}

// The length of the escape at the start of `text`, its padding included; 0: there is none.
std::size_t escape_length(std::string_view text) {
  if (!text.starts_with('%')) return 0;
  std::size_t end = text.substr(1).starts_with('-') ? 2 : 1;
  end += run_of(text, end, is_digit);
  return std::min(end + 1, text.size());
}

// The places in `prefix` where a %q can stand: before and behind its escapes and in its literals.
std::vector<std::size_t> stops_of(std::string_view prefix) {
  std::vector<std::size_t> stops{0};
  for (std::size_t at = 0; at < prefix.size();) {
    const std::size_t length = std::max<std::size_t>(escape_length(prefix.substr(at)), 1);
    at += length;
    const bool behind_name =
        length > 1 && std::string_view("udahrbi%").find(prefix[at - 1]) != std::string_view::npos;
    if (!behind_name) stops.push_back(at);
  }
  return stops;
}

// The guess with %q where `head`, of a process without session, ends; empty if there is no place.
std::string with_stop(const std::string& prefix, const PrefixSample& sample, Zone zone) {
  if (prefix.find("%q") != std::string::npos) return {};
  const std::vector<std::size_t> stops = stops_of(prefix);
  PrefixMatch match;
  for (auto stop = stops.rbegin(); stop != stops.rend(); ++stop) {
    Result<PrefixMatcher> matcher = PrefixMatcher::compile(prefix.substr(0, *stop), zone);
    if (!matcher || !matcher->match(sample.line, match)) continue;
    return prefix.substr(0, *stop) + "%q" + prefix.substr(*stop);
  }
  return {};
}

// The prefix with %q before its first name, where lines of processes without session can stop. A
// sample without such lines does not show it, and they come later in the log.
std::string with_stop_at_names(const std::string& prefix) {
  if (prefix.find("%q") != std::string::npos) return {};
  // Where an envelope tells time and process, names may be all that the prefix has.
  const bool is_all_names = prefix.starts_with("%u@%d") || prefix.starts_with("[user=%u");
  if (is_all_names) return "%q" + prefix;
  bool has_process = false;
  std::size_t blank = std::string::npos;
  for (std::size_t i = 0; i < prefix.size();) {
    if (prefix[i] == ' ') blank = i;
    const std::size_t length = std::max<std::size_t>(escape_length(prefix.substr(i)), 1);
    i += length;
    if (length == 1) continue;
    const char escape = prefix[i - 1];
    if (escape == 'p' || escape == 'c') has_process = true;
    if (std::string_view("udarh").find(escape) != std::string_view::npos) {
      if (!has_process || blank == std::string::npos) return {};
      return prefix.substr(0, blank + 1) + "%q" + prefix.substr(blank + 1);
    }
  }
  return {};
}

// Whether a word between the fields, other than a key, is part of a name that some message tells.
bool holds_told_word(std::string_view prefix, const KnownNames& known) {
  for (std::size_t at = 0; at < prefix.size();) {
    const std::size_t escape = escape_length(prefix.substr(at));
    const std::size_t length = escape > 0 ? escape : run_of(prefix, at, is_word);
    const std::string_view word = prefix.substr(at, length);
    const char next = char_at(prefix, at + length);
    const bool is_key =
        next == '=' || next == ':' || escape_of_key(word) != '\0' || is_preposition(word);
    if (escape == 0 && !is_key && known.words.contains(word)) return true;
    at += std::max<std::size_t>(length, 1);
  }
  return false;
}

class Contest {
 public:
  Contest(const Samples& sample, const KnownNames& known, Zone zone)
      : sample_(sample), known_(known), zone_(zone) {}

  void enter_well_known(std::string_view prefix) {
    enter(prefix, false);
    least_matched_ = best_score_.is_credible() ? best_score_.matched : 0;
  }

  void enter_guess(PrefixGuess guess) {
    if (!guessed_.insert(guess.prefix).second) return;
    if (guess.has_bare_number) {
      std::size_t at = guess.prefix.find(kBareNumber);
      guess.prefix[at] = 'l';
      Result<PrefixMatcher> matcher = PrefixMatcher::compile(guess.prefix, zone_);
      if (!matcher || !counts_lines(*matcher, sample_)) guess.prefix[at] = 'x';
    }
    if (!resolved_.insert(guess.prefix).second) return;
    const bool odd = guess.has_odd_words || holds_told_word(guess.prefix, known_);
    enter(guess.prefix, odd);
    enter_stopped(guess.prefix, odd);
    // `[local]` does not tell whether other hosts come with their port.
    const std::size_t host = guess.prefix.find("%h");
    if (host != std::string::npos) enter(guess.prefix.replace(host, 2, "%r"), odd);
  }

  std::optional<PrefixMatcher> winner() const {
    if (!best_ || best_score_.matched * 2 < sample_.size()) return std::nullopt;
    const std::string stopping = with_stop_at_names(best_->text());
    if (stopping.empty() || prints_empty_names(*best_)) return best_;
    Result<PrefixMatcher> matcher = PrefixMatcher::compile(stopping, zone_);
    if (!matcher) return best_;
    const PrefixScore score =
        score_of(*matcher, sample_, known_, best_score_.has_odd_words, PrefixScore{});
    const bool explains_as_much =
        score.matched >= best_score_.matched && score.clean >= best_score_.clean;
    return explains_as_much ? *matcher : best_;
  }

 private:
  void enter(std::string_view prefix, bool has_odd_words) {
    if (!entered_.emplace(prefix).second) return;
    Result<PrefixMatcher> matcher = PrefixMatcher::compile(prefix, zone_);
    if (!matcher) return;
    PrefixScore score = score_of(*matcher, sample_, known_, has_odd_words, best_score_);
    if (score.matched < least_matched_ || (best_ && !score.better_than(best_score_))) return;
    best_ = *matcher;
    best_score_ = score;
  }

  // The same, stopping where a line that does not fit ends.
  void enter_stopped(const std::string& prefix, bool has_odd_words) {
    Result<PrefixMatcher> matcher = PrefixMatcher::compile(prefix, zone_);
    if (!matcher) return;
    PrefixMatch match;
    int tried = 0;
    for (const PrefixSample& item : sample_) {
      if (matcher->match(item.line, match)) continue;
      std::string stopped = with_stop(prefix, item, zone_);
      if (!stopped.empty()) enter(stopped, has_odd_words);
      if (!stopped.empty() || ++tried == 5) return;
    }
  }

  // Lines of processes without session are there, and go through the whole prefix.
  bool prints_empty_names(const PrefixMatcher& matcher) const {
    PrefixMatch match;
    return std::any_of(sample_.begin(), sample_.end(), [&](const PrefixSample& item) {
      return matcher.match(item.line, match) && match.user.empty() && match.database.empty() &&
             match.application.empty() && match.host.empty();
    });
  }

  const Samples& sample_;
  const KnownNames& known_;
  Zone zone_;
  std::set<std::string, std::less<>> entered_;
  std::set<std::string, std::less<>> guessed_;
  std::set<std::string, std::less<>> resolved_;  // guesses without kBareNumber
  std::optional<PrefixMatcher> best_;
  PrefixScore best_score_;
  std::size_t least_matched_ = 0;  // that a guess has to match
};

}  // namespace

std::optional<PrefixMatcher> detect_prefix(std::span<const std::string_view> lines, Zone zone) {
  const Samples all = lines_with_severity(lines);
  if (all.empty()) return std::nullopt;
  KnownNames known;
  for (const PrefixSample& item : all) known.add(item.told);
  const Samples sample = sample_of(all);
  Contest contest{sample, known, zone};
  for (std::string_view prefix : kWellKnown) contest.enter_well_known(prefix);
  std::vector<std::string_view> constants = constants_of(sample);
  const std::vector<const PrefixSample*> heads = typical_heads(sample);
  auto enter_guesses = [&] {
    for (const PrefixSample* item : heads) {
      for (PrefixGuess& guess : guess_prefix(item->head, item->told, {constants, known})) {
        contest.enter_guess(std::move(guess));
      }
    }
  };
  enter_guesses();
  // A word that is in every head may still be a name, where all lines are of one session.
  const std::size_t doubtful =
      std::erase_if(constants, [&](std::string_view word) { return known.words.contains(word); });
  if (doubtful > 0) enter_guesses();
  return contest.winner();
}

}  // namespace pgcounsel
