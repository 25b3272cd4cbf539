// Reads a head from left to right. At each position the most telling shape that fits is taken: a
// timestamp, an epoch, a session id, `key=value`, an address, `user@database`, a number, a word;
// everything else is a literal. `2026-11-22 07:48:43.355 UTC [4711] app=psql:user=bob:db=shop `
// gives
// `%m [%p] app=%a:user=%u:db=%d `. A head with odd names (an application named `a=b [1]`) gives a
// wrong guess, but some other head of the same log gives the right one, and that explains both.

#include "parser/log/prefix/infer.h"

#include <algorithm>
#include <optional>

#include "parser/log/prefix/fields.h"
#include "parser/log/prefix/keys.h"
#include "parser/log/prefix/padding.h"

namespace pgcounsel {
namespace {

constexpr char kTimeMark = '\x01';
constexpr std::string_view kUnknown = "[unknown]";

// A name that nothing closes but itself: `[unknown]` or a run of plain characters, maybe none.
std::size_t bare_name_length(std::string_view text) {
  if (text.starts_with(kUnknown)) return kUnknown.size();
  std::size_t length = run_of(text, 0, is_name);
  for (std::size_t i = 0; i < length; ++i) {
    if (quotation_length(text.substr(i)) > 0) return i;
  }
  return length;
}

// The process id within the session id of a head.
std::optional<std::uint32_t> session_pid_of(std::string_view head) {
  for (std::size_t at = 0; at < head.size(); ++at) {
    if (at > 0 && is_word(head[at - 1])) continue;
    const std::size_t length = session_id_length(head.substr(at));
    if (length == kNoField || head.substr(at).find('.') != 8) continue;
    std::uint32_t pid = 0;
    to_number(head.substr(at + 9, length - 9), 16, pid);
    return pid;
  }
  return std::nullopt;
}

class Guesser {
 public:
  Guesser(std::string_view head, const ToldNames& told, const GuessHints& hints)
      : head_(head), told_(told), hints_(hints), session_pid_(session_pid_of(head)) {}

  std::vector<PrefixGuess> guesses() {
    while (at_ < head_.size()) {
      if (const std::size_t quotation = quotation_length(rest()); quotation > 0) {
        literal(quotation);
      } else if (!at_boundary() ||
                 !(take_time() || take_id() || take_keyed() || take_told() || take_code() ||
                   take_address() || take_names() || take_cell() || take_number() || take_word())) {
        literal(1);
      }
    }
    name_times();
    std::vector<PrefixGuess> all;
    // Nobody writes many blanks between two fields.
    const bool maybe_literal = head_.find("    ") == std::string_view::npos;
    std::vector<std::string> prefixes = {prefix_of(with_padding(pieces_, false)),
                                         prefix_of(with_padding(pieces_, true))};
    if (maybe_literal) prefixes.push_back(prefix_of(pieces_));
    for (std::string& prefix : prefixes) {
      const bool is_new = std::none_of(all.begin(), all.end(),
                                       [&](const auto& other) { return other.prefix == prefix; });
      if (is_new) all.push_back({std::move(prefix), has_bare_number_, has_odd_words_});
    }
    return all;
  }

 private:
  std::string_view rest() const { return head_.substr(at_); }
  bool at_boundary() const { return at_ == 0 || !is_word(head_[at_ - 1]) || after_quotation_; }
  bool ends_word(std::size_t length) const { return !is_word(char_at(head_, at_ + length)); }

  void literal(std::size_t length) {
    if (pieces_.empty() || pieces_.back().escape != '\0') {
      pieces_.push_back({'\0', head_.substr(at_, 0), 0});
    }
    after_quotation_ = quotation_length(rest()) > 0;
    std::string_view& text = pieces_.back().text;
    at_ += length;
    text = std::string_view{text.data(), text.size() + length};
  }

  bool take(char escape, std::size_t length) {
    pieces_.push_back({escape, rest().substr(0, length), 0});
    used_ += escape;
    at_ += length;
    after_quotation_ = false;
    return true;
  }

  bool used(char escape) const { return used_.find(escape) != std::string::npos; }

  // How long the name is that a message tells and that stands here; 0: none does.
  std::size_t told_length(char escape) const {
    std::string_view own = escape == 'u' ? told_.user : escape == 'd' ? told_.database : "";
    if (!own.empty()) {
      return rest().starts_with(own) && !is_plain_word(char_at(rest(), own.size())) ? own.size()
                                                                                    : 0;
    }
    const KnownNames& known = hints_.known;
    const auto& names = escape == 'u'   ? known.users
                        : escape == 'd' ? known.databases
                                        : known.applications;
    std::size_t longest = 0;
    for (std::string_view name : names) {
      const char next = char_at(rest(), name.size());
      const bool stands =
          rest().starts_with(name) && !is_plain_word(next) && next != '-' && next != '.';
      if (stands) longest = std::max(longest, name.size());
    }
    return longest;
  }

  bool take_told() {
    for (char escape : std::string_view("uda")) {
      const std::size_t length = used(escape) ? 0 : told_length(escape);
      if (length == 0 || is_constant(rest().substr(0, length))) continue;
      return take(escape, length);
    }
    return false;
  }

  bool take_time() {
    std::optional<LogTime> time = parse_log_time(rest(), Zone{});
    if (!time) return false;
    times_.push_back(*time);
    return take(kTimeMark, time->length);
  }

  // Of several times the one with milliseconds, or the latest, is that of the line; the other is
  // the start of the session.
  void name_times() {
    if (times_.empty()) return;
    auto line_time =
        std::max_element(times_.begin(), times_.end(), [](const auto& a, const auto& b) {
          return a.has_fraction != b.has_fraction ? b.has_fraction : a.time < b.time;
        });
    auto time = times_.begin();
    for (PrefixPiece& piece : pieces_) {
      if (piece.escape != kTimeMark) continue;
      piece.escape = time != line_time ? 's' : time->has_fraction ? 'm' : 't';
      ++time;
    }
  }

  bool take_id() {
    LogTime epoch{};
    std::size_t length = read_epoch(rest(), epoch);
    if (length != kNoField && length >= 13 && ends_word(length)) return take('n', length);
    length = session_id_length(rest());
    if (length != kNoField && rest().find('.') == 8 && ends_word(length)) {
      return take('c', length);
    }
    length = virtual_xid_length(rest());
    return length != kNoField && ends_word(length) && take('v', length);
  }

  bool take_keyed() {
    std::optional<KeyText> key = read_key(rest());
    if (!key) return false;
    literal(key->length);
    std::size_t length = std::string_view("uda").find(key->escape) != std::string_view::npos
                             ? told_length(key->escape)
                             : 0;
    if (key->quote != '\0') {
      length = std::min(rest().find(key->quote), rest().size());
    } else if (length == 0) {
      length = value_length();
    }
    take_value(key->escape, length);
    if (char_at(head_, at_) == key->quote && key->quote != '\0') literal(1);
    return true;
  }

  // Up to what separates it from the next `key=`, else up to a blank or a bracket it did not open.
  std::size_t value_length() const {
    std::string_view text = rest();
    for (std::size_t i = 1; i < text.size(); ++i) {
      if (is_word(text[i - 1]) || !read_key(text.substr(i))) continue;
      std::size_t end = i;
      while (end > 0 && separates(text.substr(0, end))) --end;
      return end;
    }
    std::size_t end = text.starts_with(kUnknown) ? kUnknown.size() : 0;
    int open = 0;
    for (; end < text.size(); ++end) {
      char c = text[end];
      if (c == '[' || c == '(') ++open;
      if (c == ']' || c == ')') --open;
      if (open < 0 || c == ' ' || c == '|' || c == ';' || c == ',') break;
    }
    while (end > 0 && text[end - 1] == ':') --end;
    return end;
  }

  // Whether the last character of `value` is no part of it.
  static bool separates(std::string_view value) {
    char last = value.back();
    char opening = last == ']' ? '[' : last == ')' ? '(' : '\0';
    if (opening == '\0') return std::string_view(" ,|;:-/[(").find(last) != std::string_view::npos;
    return std::count(value.begin(), value.end(), opening) <
           std::count(value.begin(), value.end(), last);
  }

  void take_value(char escape, std::size_t length) {
    std::string_view value = rest().substr(0, length);
    switch (escape) {
      case 't':
      case 's':
        if (!take_time()) take_id();
        return;
      case 'p':
      case 'x':
      case 'P':
      case 'l':
        take_number_as(escape, number_length(value, false));
        return;
      case 'Q':
        take_number_as(escape, number_length(value, true));
        return;
      case 'c':
        take_number_as(escape, session_id_length(value));
        return;
      case 'v':
        take('v', length);
        return;
      case 'e':
        take_number_as(escape, sqlstate_length(value));
        return;
      case 'h':
        // What stands behind an address is punctuation of the prefix.
        if (!take_address()) take('h', length);
        return;
      case 'u':
        take_user(value);
        return;
      default:
        take(escape, length);
    }
  }

  // `user=bob@shop`, where no other key names the database.
  void take_user(std::string_view value) {
    std::size_t at = value.rfind('@');
    if (at == std::string_view::npos || names_database()) {
      take('u', value.size());
      return;
    }
    take('u', at);
    literal(1);
    take('d', value.size() - at - 1);
  }

  bool names_database() const {
    for (std::size_t i = 0; i < head_.size(); ++i) {
      if (i > 0 && is_word(head_[i - 1])) continue;
      std::optional<KeyText> key = read_key(head_.substr(i));
      if (key && key->escape == 'd') return true;
    }
    return false;
  }

  void take_number_as(char escape, std::size_t length) {
    if (length == kNoField) return;
    take(escape, length);
    take_chunk_number();
  }

  // The `-1` of `[%l-1]`, which a habit of the syslog days left in many prefixes.
  void take_chunk_number() {
    bool behind_line = !pieces_.empty() && pieces_.back().escape == 'l';
    if (behind_line && rest().starts_with("-1") && ends_word(2)) literal(2);
  }

  bool take_code() {
    std::size_t length = sqlstate_length(rest());
    if (length == kNoField || !ends_word(length) || used('e')) return false;
    std::string_view code = rest().substr(0, length);
    bool letters = std::any_of(code.begin(), code.end(), is_upper);
    bool sqlstate = code == "00000" || (letters && is_digit(code[0]) && is_digit(code[1]));
    return sqlstate && take('e', length);
  }

  bool take_address() {
    constexpr std::string_view kLocal = "[local]";
    std::size_t length = host_and_port_length(rest());
    if (length != kNoField) return take('r', length);
    if (rest().starts_with(kLocal)) return take('h', kLocal.size());
    length = ipv4_length(rest());
    if (length == kNoField) length = ipv6_length(rest());
    return length != kNoField && take('h', length);
  }

  // `user@database`, maybe with `/application` behind it.
  bool take_names() {
    std::size_t user = bare_name_length(rest());
    if (char_at(head_, at_ + user) != '@' || used('u')) return false;
    take('u', user);
    literal(1);
    take('d', bare_name_length(rest()));
    if (char_at(head_, at_) != '/') return true;
    literal(1);
    take('a', application_length());
    return true;
  }

  // Up to a field that is no part of an application name, or the punctuation at the end.
  std::size_t application_length() const {
    std::string_view text = rest();
    for (std::size_t i = 1; i < text.size(); ++i) {
      if (std::string_view(" @|;,").find(text[i - 1]) == std::string_view::npos) continue;
      std::string_view next = text.substr(i);
      bool fixed = session_id_length(next) != kNoField || host_and_port_length(next) != kNoField ||
                   parse_log_time(next, Zone{}) || read_key(next) || ipv4_length(next) != kNoField;
      if (fixed) return i - 1;
    }
    std::size_t end = text.size();
    while (end > 0 && (text[end - 1] == '>' || separates(text.substr(0, end)))) --end;
    return end;
  }

  bool take_number() {
    std::size_t length = number_length(rest(), !used('Q'));
    if (length == kNoField || !ends_word(length)) return false;
    if (char_at(rest(), length) == '@') return false;
    if (char_at(rest(), 0) == '-' && length < 12) return false;
    if (length >= 12) return take('Q', length);
    if (!used('p') && can_be_pid(rest().substr(0, length))) return take('p', length);
    if (rest().substr(length).starts_with("-1") && ends_word(length + 2) && !used('l')) {
      take('l', length);
      take_chunk_number();
      return true;
    }
    if (has_bare_number_ || used('l') || rest().starts_with("0")) return take('x', length);
    has_bare_number_ = true;
    return take(kBareNumber, length);
  }

  // With a session id in the head, it is the number that the id ends with.
  bool can_be_pid(std::string_view number) const {
    std::uint32_t pid = 0;
    to_number(number, 10, pid);
    return session_pid_ ? pid == *session_pid_ : pid != 0;
  }

  // What stands between two tabs or bars.
  bool take_cell() {
    const char separator = at_ > 0 ? head_[at_ - 1] : '\0';
    if (separator != '\t' && separator != '|') return false;
    std::string_view text = rest().substr(0, rest().find(separator));
    if (text.size() == rest().size() || text.find_first_of("@=") != std::string_view::npos) {
      return false;
    }
    while (text.ends_with(' ')) text.remove_suffix(1);
    const bool one_word = number_length(text, true) == text.size() ||
                          backend_type_length(text) == text.size() || text.empty() ||
                          text.starts_with(' ') || is_constant(text);
    return !one_word && take_name(text.size());
  }

  // As the first name that the head does not have yet.
  bool take_name(std::size_t length) {
    for (char escape : std::string_view("uda")) {
      const bool comes_later =
          (escape == 'u' && !told_.user.empty()) || (escape == 'd' && !told_.database.empty());
      if (!used(escape) && !comes_later) return take(escape, length);
    }
    return false;
  }

  bool take_word() {
    std::size_t type = backend_type_length(rest());
    if (type != kNoField && !used('b')) return take('b', type);
    std::size_t tag = command_tag_length(rest());
    if (tag != kNoField && !used('i')) return take('i', tag);
    std::size_t length = bare_name_length(rest());
    while (length > 0 && !is_word(head_[at_ + length - 1]) && head_[at_ + length - 1] != ']') {
      --length;
    }
    if (length == 0) return false;
    std::string_view word = rest().substr(0, length);
    if (is_constant(word) || is_preposition(word)) {
      literal(length);
      return true;
    }
    if (take_name(length)) return true;
    has_odd_words_ = has_odd_words_ || escape_of_key(word) == '\0';
    literal(length);
    return true;
  }

  bool is_constant(std::string_view word) const {
    return std::find(hints_.constants.begin(), hints_.constants.end(), word) !=
           hints_.constants.end();
  }

  std::string_view head_;
  const ToldNames& told_;
  const GuessHints& hints_;
  std::optional<std::uint32_t> session_pid_;
  std::size_t at_ = 0;
  std::vector<PrefixPiece> pieces_;
  std::string used_;
  std::vector<LogTime> times_;
  bool after_quotation_ = false;
  bool has_bare_number_ = false;
  bool has_odd_words_ = false;
};

}  // namespace

std::vector<PrefixGuess> guess_prefix(std::string_view head, const ToldNames& told,
                                      const GuessHints& hints) {
  return Guesser{head, told, hints}.guesses();
}

std::vector<std::string_view> words_of(std::string_view head) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < head.size(); ++at) {
    std::size_t length = run_of(head, at, is_name);
    if (length > 0) words.push_back(head.substr(at, length));
    at += length;
  }
  return words;
}

bool has_word(std::string_view head, std::string_view word) {
  for (auto at = head.find(word); at != kNoField; at = head.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool begins = at == 0 || !is_name(head[at - 1]);
    if (begins && (end == head.size() || !is_name(head[end]))) return true;
  }
  return false;
}

}  // namespace pgcounsel
