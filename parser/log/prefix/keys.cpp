#include "parser/log/prefix/keys.h"

#include <algorithm>
#include <array>
#include <string>

namespace pgcounsel {
namespace {

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

constexpr std::string_view kPrepositions = " as at by for from in on to via ";

constexpr std::array<std::string_view, 7> kQuotations = {"«", "»", "‹", "›", "“", "”", "„"};

bool is_key_char(char c) {
  return is_letter(c) || c == '_';
}

// `"user":"`, `"pid":`
std::optional<KeyText> read_json_key(std::string_view text) {
  std::size_t end = 1 + run_of(text, 1, is_key_char);
  const char escape = escape_of_key(text.substr(1, end - 1));
  if (escape == '\0' || !text.substr(end).starts_with("\":")) return std::nullopt;
  end += 2;
  if (char_at(text, end) == ' ') ++end;
  const bool quoted = char_at(text, end) == '"';
  return KeyText{escape, quoted ? end + 1 : end, quoted ? '"' : '\0'};
}

}  // namespace

char escape_of_key(std::string_view key) {
  std::string wanted = " ";
  for (char c : key) wanted += is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  wanted += ' ';
  const Keys* found = std::find_if(kKeys.data(), kKeys.data() + kKeys.size(), [&](const Keys& k) {
    return k.names.find(wanted) != std::string_view::npos;
  });
  return key.empty() || found == kKeys.data() + kKeys.size() ? '\0' : found->escape;
}

std::optional<KeyText> read_key(std::string_view text) {
  if (text.starts_with('"')) return read_json_key(text);
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

bool is_preposition(std::string_view word) {
  return kPrepositions.find(" " + std::string(word) + " ") != std::string_view::npos;
}

std::size_t quotation_length(std::string_view text) {
  for (std::string_view mark : kQuotations) {
    if (text.starts_with(mark)) return mark.size();
  }
  return 0;
}

}  // namespace pgcounsel
