// Reads a head from left to right. At each position the most telling shape that fits is taken: a
// timestamp, an epoch, a session id, `key=value`, an address, `user@database`, a number, a word;
// everything else is a literal. `2026-11-22 07:48:43.355 UTC [4711] app=psql:user=bob:db=shop `
// gives
// `%m [%p] app=%a:user=%u:db=%d `. A head with odd names (an application named `a=b [1]`) gives a
// wrong guess, but some other head of the same log gives the right one, and that explains both.

#include "parser/log/prefix_infer.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "parser/log/prefix_fields.h"

namespace pgcounsel {
namespace {

constexpr char kTimeMark = '\x01';
constexpr std::string_view kUnknown = "[unknown]";

struct Keys {
  char escape;
  std::string_view names;  // lower case, a blank around each
};

// What people call the fields in prefixes of `key=value`. `h` and `t` stand for `r` and `m`, too:
// the value tells.
constexpr std::array kKeys = {
    Keys{'u', " user usr username usename dbuser role u "},
    Keys{'d', " db database dbname datname d "},
    Keys{'a', " app application app_name application_name appname appli a "},
    Keys{'h', " host client remote rhost remote_host client_addr connection_source addr ip h r "},
    Keys{'p', " pid process process_id p "},
    Keys{'c', " sid session session_id sess c "},
    Keys{'v', " vxid vtid virtual_xid v "},
    Keys{'x', " xid txid trx_id tid transaction_id tx x "},
    Keys{'e', " error_code sqlstate state state_code sql_error_code err code e "},
    Keys{'Q', " queryid query_id qid "},
    Keys{'l', " line line_num log_line l "},
    Keys{'b', " backend backend_type btype type b "},
    Keys{'t', " time ts timestamp time_ms log_time t m "},
    Keys{'s', " start session_start proc_start_time s "},
    Keys{'i', " cmd command command_tag tag ps i "},
    Keys{'P', " leader leader_pid "},
};

// Words of prose between the fields: `%u@%d from %r`.
constexpr std::string_view kPrepositions = " at by for from in on to via ";

bool is_letter(char c) {
  return is_upper(c) || (c >= 'a' && c <= 'z');
}
bool is_word(char c) {
  return is_letter(c) || is_digit(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
// What an unquoted, unnamed name is taken to consist of.
bool is_name(char c) {
  return is_word(c) || c == '.' || c == '$' || c == '-' || c == '+';
}
bool is_key_char(char c) {
  return is_letter(c) || c == '_';
}

char char_at(std::string_view text, std::size_t at) {
  return at < text.size() ? text[at] : '\0';
}

// The escape that goes by this key, or '\0'.
char escape_of_key(std::string_view key) {
  std::string wanted = " ";
  for (char c : key) wanted += is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  wanted += ' ';
  const Keys* found = std::find_if(kKeys.data(), kKeys.data() + kKeys.size(), [&](const Keys& k) {
    return k.names.find(wanted) != std::string_view::npos;
  });
  return key.empty() || found == kKeys.data() + kKeys.size() ? '\0' : found->escape;
}

struct KeyText {
  char escape;
  std::size_t length;  // of `key=`, with blanks around the `=` and a quote behind it
  char quote;          // or '\0'
};

// `user=`, `pid="`, `sql_error_code = ` at the start of `text`.
std::optional<KeyText> read_key(std::string_view text) {
  std::size_t end = run_of(text, 0, is_key_char);
  char escape = escape_of_key(text.substr(0, end));
  if (escape == '\0') return std::nullopt;
  bool blank = char_at(text, end) == ' ';
  if (blank) ++end;
  if (char_at(text, end) != '=') return std::nullopt;
  ++end;
  if (blank && char_at(text, end) == ' ') ++end;
  char quote = char_at(text, end);
  if (quote == '"' || quote == '\'') return KeyText{escape, end + 1, quote};
  return KeyText{escape, end, '\0'};
}

std::size_t ipv4_length(std::string_view text) {
  std::size_t end = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && char_at(text, end) != '.') return kNoField;
    if (part > 0) ++end;
    std::size_t digits = run_of(text, end, is_digit);
    if (digits == 0 || digits > 3) return kNoField;
    end += digits;
  }
  return is_word(char_at(text, end)) || char_at(text, end) == '.' ? kNoField : end;
}

std::size_t ipv6_length(std::string_view text) {
  std::size_t end = run_of(text, 0, [](char c) { return is_hex(c) || c == ':'; });
  while (end >= 3 && !is_ipv6(text.substr(0, end))) --end;
  return end >= 3 ? end : kNoField;
}

// A name that nothing closes but itself: `[unknown]` or a run of plain characters, maybe none.
std::size_t bare_name_length(std::string_view text) {
  return text.starts_with(kUnknown) ? kUnknown.size() : run_of(text, 0, is_name);
}

class Guesser {
 public:
  Guesser(std::string_view head, std::span<const std::string_view> constants)
      : head_(head), constants_(constants) {}

  PrefixGuess guess() {
    while (at_ < head_.size()) {
      if (!at_boundary() || !(take_time() || take_id() || take_keyed() || take_code() ||
                              take_address() || take_names() || take_number() || take_word())) {
        literal(1);
      }
    }
    name_times();
    return {std::move(guess_), has_bare_number_};
  }

 private:
  std::string_view rest() const { return head_.substr(at_); }
  bool at_boundary() const { return at_ == 0 || !is_word(head_[at_ - 1]); }
  bool ends_word(std::size_t length) const { return !is_word(char_at(head_, at_ + length)); }

  void literal(std::size_t length) {
    for (; length > 0; --length) {
      if (head_[at_] == '%') guess_ += '%';
      guess_ += head_[at_++];
    }
  }

  bool take(char escape, std::size_t length) {
    guess_ += '%';
    guess_ += escape;
    used_ += escape;
    at_ += length;
    return true;
  }

  bool used(char escape) const { return used_.find(escape) != std::string::npos; }

  bool take_time() {
    std::optional<LogTime> time = parse_log_time(rest(), Zone{});
    if (!time) return false;
    times_.push_back(*time);
    guess_ += kTimeMark;
    at_ += time->length;
    return true;
  }

  // Of several times the one with milliseconds, or the latest, is that of the line; the other is
  // the start of the session.
  void name_times() {
    if (times_.empty()) return;
    auto line_time =
        std::max_element(times_.begin(), times_.end(), [](const auto& a, const auto& b) {
          return a.has_fraction != b.has_fraction ? b.has_fraction : a.time < b.time;
        });
    std::string named;
    std::size_t index = 0;
    for (char c : guess_) {
      if (c != kTimeMark) {
        named += c;
        continue;
      }
      bool is_line_time = times_.begin() + static_cast<std::ptrdiff_t>(index) == line_time;
      named += !is_line_time ? "%s" : times_[index].has_fraction ? "%m" : "%t";
      ++index;
    }
    guess_ = named;
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
    std::size_t length =
        key->quote != '\0' ? std::min(rest().find(key->quote), rest().size()) : value_length();
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
        take(value.find('(') != std::string_view::npos ? 'r' : 'h', length);
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
    if (guess_.ends_with("%l") && rest().starts_with("-1") && ends_word(2)) literal(2);
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
    if (!used('p') && rest().substr(0, length) != "0") return take('p', length);
    if (rest().substr(length).starts_with("-1") && ends_word(length + 2) && !used('l')) {
      take('l', length);
      take_chunk_number();
      return true;
    }
    if (has_bare_number_ || used('l') || rest().starts_with("0")) return take('x', length);
    has_bare_number_ = true;
    guess_ += '%';
    guess_ += kBareNumber;
    at_ += length;
    return true;
  }

  bool take_word() {
    std::size_t type = backend_type_length(rest());
    if (type != kNoField && !used('b')) return take('b', type);
    std::size_t length = bare_name_length(rest());
    while (length > 0 && !is_word(head_[at_ + length - 1]) && head_[at_ + length - 1] != ']') {
      --length;
    }
    if (length == 0) return false;
    std::string_view word = rest().substr(0, length);
    if (is_constant(word) || kPrepositions.find(" " + std::string(word) + " ") != kNoField) {
      literal(length);
      return true;
    }
    for (char escape : std::string_view("uda")) {
      if (!used(escape)) return take(escape, length);
    }
    literal(length);
    return true;
  }

  bool is_constant(std::string_view word) const {
    return std::find(constants_.begin(), constants_.end(), word) != constants_.end();
  }

  std::string_view head_;
  std::span<const std::string_view> constants_;
  std::size_t at_ = 0;
  std::string guess_;
  std::string used_;
  std::vector<LogTime> times_;
  bool has_bare_number_ = false;
};

}  // namespace

PrefixGuess guess_prefix(std::string_view head, std::span<const std::string_view> constants) {
  return Guesser{head, constants}.guess();
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

}  // namespace pgcounsel
