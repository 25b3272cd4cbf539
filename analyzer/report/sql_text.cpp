#include "analyzer/report/sql_text.h"

#include <algorithm>
#include <array>
#include <vector>

#include "analyzer/report/escape.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kLineWidth = 100;

struct Word {
  std::string_view text;  // without the blanks around it; a quoted identifier is never cut
  int depth = 0;          // open brackets before it
};

std::vector<Word> words_of(std::string_view sql) {
  std::vector<Word> words;
  int depth = 0;
  std::size_t at = 0;
  while ((at = sql.find_first_not_of(' ', at)) != sql.npos) {
    Word word{{}, depth};
    std::size_t end = at;
    for (bool quoted = false; end < sql.size() && (quoted || sql[end] != ' '); ++end) {
      if (sql[end] == '"') quoted = !quoted;
      if (quoted) continue;
      if (sql[end] == '(') ++depth;
      if (sql[end] == ')') depth = std::max(depth - 1, 0);
    }
    word.text = sql.substr(at, end - at);
    words.push_back(word);
    at = end;
  }
  return words;
}

bool same_word(std::string_view word, std::string_view upper) {
  return word.size() == upper.size() &&
         std::equal(word.begin(), word.end(), upper.begin(), [](char a, char b) {
           return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a) == b;
         });
}

bool begins_clause(std::string_view word) {
  constexpr std::array<std::string_view, 17> kClauses{
      "FROM",   "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT",     "OFFSET", "UNION",    "EXCEPT",
      "VALUES", "SET",   "LEFT",  "INNER",  "JOIN",  "RETURNING", "FOR",    "INTERSECT"};
  return std::any_of(kClauses.begin(), kClauses.end(),
                     [&](std::string_view clause) { return same_word(word, clause); });
}

// `LEFT JOIN`, `INNER JOIN`: the clause began with the word before.
bool continues_clause(std::string_view word, std::string_view before) {
  constexpr std::array<std::string_view, 7> kBefore{"LEFT", "INNER", "OUTER",  "RIGHT",
                                                    "FULL", "CROSS", "NATURAL"};
  return same_word(word, "JOIN") &&
         std::any_of(kBefore.begin(), kBefore.end(),
                     [&](std::string_view first) { return same_word(before, first); });
}

// The word behind the first of these outside of brackets, without what clings to it.
std::string_view word_behind(const std::vector<Word>& words, std::string_view keyword) {
  for (std::size_t at = 0; at + 1 < words.size(); ++at) {
    if (words[at].depth != 0 || !same_word(words[at].text, keyword)) continue;
    std::string_view table = words[at + 1].text;
    if (same_word(table, "ONLY") && at + 2 < words.size()) table = words[at + 2].text;
    return table.substr(0, std::min(table.find_first_of("(,;"), table.size()));
  }
  return {};
}

}  // namespace

std::string gist_of_sql(std::string_view sql, std::size_t limit) {
  struct Verb {
    std::string_view name, before_table;
  };
  constexpr std::array<Verb, 4> kVerbs{
      {{"SELECT", "FROM"}, {"INSERT", "INTO"}, {"UPDATE", "UPDATE"}, {"DELETE", "FROM"}}};
  const std::string clean = one_line(sql);
  const std::vector<Word> words = words_of(clean);
  for (const Verb& verb : kVerbs) {
    if (words.empty() || !same_word(words.front().text, verb.name)) continue;
    const std::string_view table = word_behind(words, verb.before_table);
    if (table.empty()) break;
    std::string gist(verb.name);
    gist.append(" ").append(table);
    const bool locks = verb.name == "SELECT" && same_word(word_behind(words, "FOR"), "UPDATE");
    return shortened(gist + (locks ? " FOR UPDATE" : ""), limit);
  }
  return brief_sql(clean, limit);
}

std::string brief_sql(std::string_view sql, std::size_t limit) {
  const std::string clean = one_line(sql);
  if (length_of(clean) <= limit) return clean;
  const std::vector<Word> words = words_of(clean);
  if (words.empty() || !same_word(words.front().text, "SELECT")) return shortened(clean, limit);
  for (const Word& word : words) {
    if (word.depth != 0 || !same_word(word.text, "FROM")) continue;
    const auto from = static_cast<std::size_t>(word.text.data() - clean.data());
    if (from <= 16) break;
    return shortened("SELECT … " + clean.substr(from), limit);
  }
  return shortened(clean, limit);
}

std::string laid_out_sql(std::string_view sql, std::size_t limit) {
  std::string clean = one_line(sql);
  if (clean.size() > limit) clean = shortened(clean, length_of(clean.substr(0, limit)));
  if (length_of(clean) <= kLineWidth) return clean;
  std::string out;
  std::size_t column = 0;
  std::string_view before;
  for (const Word& word : words_of(clean)) {
    const std::size_t width = length_of(word.text);
    const bool clause =
        word.depth == 0 && begins_clause(word.text) && !continues_clause(word.text, before);
    if (!out.empty() && (clause || column + 1 + width > kLineWidth)) {
      out += clause ? "\n" : "\n    ";
      column = clause ? 0 : 4;
    } else if (!out.empty()) {
      out += ' ';
      ++column;
    }
    out += word.text;
    column += width;
    before = word.text;
  }
  return out;
}

}  // namespace pgcounsel
