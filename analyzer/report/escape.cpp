#include "analyzer/report/escape.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace pgcounsel {
namespace {

constexpr std::uint32_t kReplacement = 0xFFFD;

struct CodePoint {
  std::uint32_t value;
  std::size_t length;  // bytes
  bool valid;
};

// The code point at the start of `text`, which is not empty. Overlong forms, surrogates and values
// beyond U+10FFFF are not valid; one byte of them is consumed.
CodePoint decode(std::string_view text) {
  const auto byte = [&](std::size_t at) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[at]));
  };
  const CodePoint bad{kReplacement, 1, false};
  const std::uint32_t first = byte(0);
  if (first < 0x80) return {first, 1, true};
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return bad;
  std::uint32_t value = first & (0xFFU >> (length + 1));
  for (std::size_t at = 1; at < length; ++at) {
    if ((byte(at) & 0xC0U) != 0x80) return bad;
    value = value << 6 | (byte(at) & 0x3FU);
  }
  const std::uint32_t least = length == 4 ? 0x10000 : length == 3 ? 0x800 : 0x80;
  if (value < least || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return bad;
  return {value, length, true};
}

bool is_control(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F);
}

// Marks that are not seen but change what is seen: direction, zero width, byte order, separators.
bool is_hidden_mark(std::uint32_t c) {
  return c == 0x200B || c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || c == 0x061C || c == 0xFFFE || c == 0xFFFF;
}

bool is_break(std::uint32_t c) {
  return c == '\n' || c == '\r' || c == '\t' || c == 0x0B || c == 0x0C;
}

bool is_punctuation(char c) {
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
         (c >= '{' && c <= '~');
}
bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

std::string cleaned(std::string_view text, bool keep_lines) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const CodePoint point = decode(text);
    if (keep_lines && point.value == '\n') {
      out += '\n';
    } else if (keep_lines && point.value == '\r' && text.substr(1, 1) == "\n") {
      // the pair is one line end
    } else if (is_break(point.value)) {
      out += ' ';
    } else if (!point.valid || is_control(point.value) || is_hidden_mark(point.value)) {
      out += "\xEF\xBF\xBD";
    } else {
      out.append(text.substr(0, point.length));
    }
    text.remove_prefix(point.length);
  }
  return out;
}

std::size_t longest_run(std::string_view text, char of) {
  std::size_t longest = 0, run = 0;
  for (const char c : text) {
    run = c == of ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

bool has_run(std::string_view text, char of, std::size_t length) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_not_of(of, at), text.size());
    if (end - at == length) return true;
    at = std::max(end, at + 1);
  }
  return false;
}

// A code span around text that is clean already.
std::string span_around(std::string_view text) {
  std::size_t length = 1;
  while (has_run(text, '`', length)) ++length;
  const std::string ticks(length, '`');
  const bool blank = text.find_first_not_of(' ') == std::string_view::npos;
  const bool pad = !blank && (text.front() == '`' || text.back() == '`' || text.front() == ' ' ||
                              text.back() == ' ');
  return fmt::format("{0}{1}{2}{1}{0}", ticks, pad ? " " : "", blank ? "�" : text);
}

// `@name`, `#12`: GitHub looks for them after the markdown is read, so no backslash helps.
bool calls_someone(std::string_view text) {
  if (text.size() < 2) return false;
  return text[0] == '@' ? is_word(text[1]) : text[0] == '#' && text[1] >= '0' && text[1] <= '9';
}

// Markdown without markup, of text that is clean already. `at_start`: a block may begin here.
std::string escaped(std::string_view text, bool at_start) {
  constexpr std::string_view kMarkup = "\\`*_{}[]<>#|~&$@";
  const std::size_t number = std::min(text.find_first_not_of("0123456789"), text.size());
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool in_word = c == '_' && at > 0 && is_word(text[at - 1]) && at + 1 < text.size() &&
                         is_word(text[at + 1]);
    const bool markup = kMarkup.find(c) != std::string_view::npos && !in_word;
    const bool link = text.substr(at).starts_with("://") ||
                      (c == '.' && at > 0 && (text[at - 1] == 'w' || text[at - 1] == 'W'));
    // `1.` begins a list only before a blank, so 49.1 stays as it is.
    const bool ends_number =
        (c == '.' || c == ')') && at == number && (at + 1 == text.size() || text[at + 1] == ' ');
    const bool begins_block = at_start && (at == 0 ? is_punctuation(c) : ends_number);
    if (markup || link || begins_block) out += '\\';
    out += c;
    if (calls_someone(text.substr(at))) out += "<!-- -->";
  }
  return out;
}

// Every ASCII punctuation as an entity: nothing is left that markdown or HTML could see.
std::string all_entities(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_punctuation(c))
      out += fmt::format("&#{};", static_cast<int>(c));
    else
      out += c;
  }
  return out;
}

}  // namespace

std::string one_line(std::string_view text) {
  return cleaned(text, false);
}
std::string with_lines(std::string_view text) {
  return cleaned(text, true);
}

std::size_t length_of(std::string_view text) {
  const auto leads = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; };
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), leads));
}

std::string shortened(std::string_view text, std::size_t limit) {
  std::string clean = one_line(text);
  if (length_of(clean) <= limit || limit == 0) return clean;
  std::size_t at = 0;
  for (std::size_t points = 1; points < limit; ++points) {
    at += decode(std::string_view(clean).substr(at)).length;
  }
  clean.resize(at);
  while (!clean.empty() && clean.back() == ' ') clean.pop_back();
  return clean + "…";
}

std::string markdown_text(std::string_view text) {
  return escaped(one_line(text), true);
}

std::string markdown_prose(std::string_view text) {
  const std::string clean = one_line(text);
  std::string_view rest = clean;
  std::string out;
  while (true) {
    const std::size_t open = rest.find('`');
    const std::size_t close = open == rest.npos ? rest.npos : rest.find('`', open + 1);
    const bool code = close != rest.npos && close > open + 1;
    out += escaped(code ? rest.substr(0, open) : rest, out.empty());
    if (!code) return out;
    out += code_cell(rest.substr(open + 1, close - open - 1));
    rest.remove_prefix(close + 1);
  }
}

std::string code_span(std::string_view text) {
  return span_around(one_line(text));
}

std::string code_cell(std::string_view text) {
  const std::string clean = one_line(text);
  if (clean.find('|') == std::string::npos) return span_around(clean);
  // A backslash before the pipe cannot be written in a code span of a table.
  if (clean.find("\\|") != std::string::npos) {
    return "<code>" + all_entities(clean) + "</code>";
  }
  std::string escaped;
  for (const char c : clean) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return span_around(escaped);
}

std::string fenced(std::string_view language, std::string_view text) {
  std::string body = with_lines(text);
  while (!body.empty() && body.back() == '\n') body.pop_back();
  const std::string fence(std::max<std::size_t>(3, longest_run(body, '`') + 1), '`');
  return fmt::format("{0}{1}\n{2}\n{0}\n", fence, language, body);
}

std::string heading_text(std::string_view text) {
  // Words are kept; of what lies between them only signs that are no markup, and never between
  // two blanks, because GitHub makes two hyphens of that and GitLab one.
  constexpr std::string_view kPlain = ".,:;()%/'\"?";
  std::string words;
  for (const char c : one_line(text)) {
    if (is_word(c) || c == '-' || c == ' ' || kPlain.find(c) != std::string_view::npos)
      words += c;
    else if (c == '=' || c == '+' || c == '|' || c == '&')
      words += ' ';
  }
  std::string out;
  for (std::size_t at = 0; at < words.size();) {
    const std::size_t end = std::min(words.find(' ', at), words.size());
    const std::string_view word = std::string_view(words).substr(at, end - at);
    at = end + 1;
    if (word == "%" && !out.empty() && out.back() >= '0' && out.back() <= '9') out += '%';
    if (!std::any_of(word.begin(), word.end(), is_word)) continue;
    if (!out.empty()) out += ' ';
    const std::size_t last = word.find_last_not_of('-');
    for (std::size_t i = word.find_first_not_of('-'); i <= last; ++i) {
      if (word[i] == '-' && word[i + 1] == '-') continue;
      if (word[i] == '_') out += '\\';
      out += word[i];
    }
  }
  return out;
}

std::string heading_slug(std::string_view heading) {
  std::string slug;
  for (const char c : heading) {
    if (c == ' ')
      slug += '-';
    else if (c >= 'A' && c <= 'Z')
      slug += static_cast<char>(c - 'A' + 'a');
    else if (is_word(c) || c == '-')
      slug += c;
  }
  return slug;
}

std::string html_text(std::string_view text) {
  std::string out;
  for (const char c : one_line(text)) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (c == '\'')
      out += "&#39;";
    else
      out += c;
  }
  return out;
}

std::string json_string(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const CodePoint point = decode(text);
    if (!point.valid)
      out += "\\ufffd";
    else if (point.value == '"')
      out += "\\\"";
    else if (point.value == '\\')
      out += "\\\\";
    else if (point.value == '\n')
      out += "\\n";
    else if (point.value == '\t')
      out += "\\t";
    else if (is_control(point.value) || is_hidden_mark(point.value))
      out += fmt::format("\\u{:04x}", point.value);
    else
      out.append(text.substr(0, point.length));
    text.remove_prefix(point.length);
  }
  return out + '"';
}

}  // namespace pgcounsel
