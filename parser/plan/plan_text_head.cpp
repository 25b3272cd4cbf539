#include "parser/plan/plan_text_head.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "parser/trimmed.h"

namespace pgcounsel {
namespace {

// What may follow a type's words.
enum class Follows : std::uint8_t {
  kNothing,
  kRelation,       // on [schema.]table [alias]
  kIndex,          // [Backward] using index, then a relation
  kBitmapIndex,    // on index
  kAlias,          // on alias
  kFunction,       // on [schema.]function [alias]
  kTableFunction,  // on function [alias]
  kCte,            // on cte [alias]
  kTuplestore,     // on name [alias]
  kJoin,           // [Left] Join
  kCommand,        // Except All
  kProvider,       // (name), then a relation
};

struct Phrase {
  std::string_view words, type;
  Follows follows = Follows::kNothing;
  std::string_view strategy = {}, operation = {};
};

// By first letter; of two that begin alike the longer one is first.
constexpr Phrase kPhrases[] = {
    {"Aggregate", "Aggregate", Follows::kNothing, "Plain"},
    {"Append", "Append"},
    {"Bitmap Heap Scan", "Bitmap Heap Scan", Follows::kRelation},
    {"Bitmap Index Scan", "Bitmap Index Scan", Follows::kBitmapIndex},
    {"BitmapAnd", "BitmapAnd"},
    {"BitmapOr", "BitmapOr"},
    {"CTE Scan", "CTE Scan", Follows::kCte},
    {"Custom Scan", "Custom Scan", Follows::kProvider},
    {"Delete", "ModifyTable", Follows::kRelation, {}, "Delete"},
    {"Foreign Delete", "Foreign Scan", Follows::kRelation, {}, "Delete"},
    {"Foreign Insert", "Foreign Scan", Follows::kRelation, {}, "Insert"},
    {"Foreign Scan", "Foreign Scan", Follows::kRelation, {}, "Select"},
    {"Foreign Update", "Foreign Scan", Follows::kRelation, {}, "Update"},
    {"Function Scan", "Function Scan", Follows::kFunction},
    {"Gather Merge", "Gather Merge"},
    {"Gather", "Gather"},
    {"GroupAggregate", "Aggregate", Follows::kNothing, "Sorted"},
    {"Group", "Group"},
    {"HashAggregate", "Aggregate", Follows::kNothing, "Hashed"},
    {"HashSetOp", "SetOp", Follows::kCommand, "Hashed"},
    {"Hash", "Hash", Follows::kJoin},
    {"Incremental Sort", "Incremental Sort"},
    {"Index Only Scan", "Index Only Scan", Follows::kIndex},
    {"Index Scan", "Index Scan", Follows::kIndex},
    {"Insert", "ModifyTable", Follows::kRelation, {}, "Insert"},
    {"Limit", "Limit"},
    {"LockRows", "LockRows"},
    {"Materialize", "Materialize"},
    {"Memoize", "Memoize"},
    {"Merge Append", "Merge Append"},
    {"Merge on", "ModifyTable", Follows::kRelation, {}, "Merge"},
    {"Merge", "Merge", Follows::kJoin},
    {"MixedAggregate", "Aggregate", Follows::kNothing, "Mixed"},
    {"Named Tuplestore Scan", "Named Tuplestore Scan", Follows::kTuplestore},
    {"Nested Loop", "Nested Loop", Follows::kJoin},
    {"ProjectSet", "ProjectSet"},
    {"Recursive Union", "Recursive Union"},
    {"Result Cache", "Result Cache"},
    {"Result", "Result"},
    {"Sample Scan", "Sample Scan", Follows::kRelation},
    {"Seq Scan", "Seq Scan", Follows::kRelation},
    {"SetOp", "SetOp", Follows::kCommand, "Sorted"},
    {"Sort", "Sort"},
    {"Subquery Scan", "Subquery Scan", Follows::kAlias},
    {"Table Function Scan", "Table Function Scan", Follows::kTableFunction},
    {"Tid Range Scan", "Tid Range Scan", Follows::kRelation},
    {"Tid Scan", "Tid Scan", Follows::kRelation},
    {"Unique", "Unique"},
    {"Update", "ModifyTable", Follows::kRelation, {}, "Update"},
    {"Values Scan", "Values Scan", Follows::kAlias},
    {"WindowAgg", "WindowAgg"},
    {"WorkTable Scan", "WorkTable Scan", Follows::kCte},
};

// Where the phrases of each letter begin in the table.
constexpr auto kFirstPhrases = [] {
  std::array<std::uint8_t, 27> first{};
  for (std::size_t letter = 0; letter < first.size(); ++letter) {
    std::size_t at = 0;
    while (at < std::size(kPhrases) && kPhrases[at].words[0] < static_cast<char>('A' + letter)) {
      ++at;
    }
    first[letter] = static_cast<std::uint8_t>(at);
  }
  return first;
}();

constexpr std::string_view kJoins[] = {"Right Semi", "Right Anti", "Left", "Full",
                                       "Right",      "Semi",       "Anti"};
constexpr std::string_view kCommands[] = {"Except All", "Except", "Intersect All", "Intersect"};

// What stands before a type's words.
constexpr struct {
  std::string_view word;
  PlanText name;
  std::string_view value;
} kBefore[] = {{"Parallel ", PlanText::kParallelAware, "true"},
               {"Async ", PlanText::kAsyncCapable, "true"},
               {"Partial ", PlanText::kPartialMode, "Partial"},
               {"Finalize ", PlanText::kPartialMode, "Finalize"}};

// Only whole words: `Sorted` does not begin with `Sort`.
bool take_whole_words(std::string_view& text, std::string_view words) {
  if (!text.starts_with(words)) return false;
  if (text.size() > words.size() && text[words.size()] != ' ') return false;
  text.remove_prefix(std::min(text.size(), words.size() + 1));
  return true;
}

const Phrase* take_phrase(std::string_view& text) {
  if (text.empty() || text[0] < 'A' || text[0] > 'Z') return nullptr;
  const auto letter = static_cast<std::size_t>(text[0] - 'A');
  for (std::size_t at = kFirstPhrases[letter]; at < kFirstPhrases[letter + 1]; ++at) {
    if (take_whole_words(text, kPhrases[at].words)) return &kPhrases[at];
  }
  return nullptr;
}

void skip_blanks(std::string_view& text) {
  text.remove_prefix(std::min(text.size(), text.find_first_not_of(' ')));
}

// `(cost=0.00..1.00 rows=1 width=4)`
bool read_cost_figures(std::string_view text, PlanNumbers& numbers) {
  if (!take_word(text, "(cost=")) return false;
  const auto startup = take_figure(text);
  if (!startup || !take_word(text, "..")) return false;
  const auto total = take_figure(text);
  if (!total || !take_word(text, " rows=")) return false;
  const auto rows = take_figure(text);
  if (!rows || !take_word(text, " width=")) return false;
  const auto width = take_figure(text);
  if (!width || text != ")") return false;
  numbers.set(PlanNumber::kStartupCost, *startup);
  numbers.set(PlanNumber::kTotalCost, *total);
  numbers.set(PlanNumber::kPlanRows, *rows);
  numbers.set(PlanNumber::kPlanWidth, *width);
  return true;
}

// `(actual ...)` or `(never executed)` at the end of the line is read and cut off.
bool take_actual(std::string_view& line, PlanNumbers& numbers) {
  constexpr std::string_view kNever = "(never executed)";
  if (line.ends_with(kNever)) {
    line = trimmed(line.substr(0, line.size() - kNever.size()));
    numbers.set(PlanNumber::kActualRows, 0);
    numbers.set(PlanNumber::kActualLoops, 0);
    return true;
  }
  const std::size_t at = line.rfind("(actual ");
  if (at == std::string_view::npos) return false;
  if (!read_actual_figures(line.substr(at + 1, line.size() - at - 2), numbers)) return false;
  line = trimmed(line.substr(0, at));
  return true;
}

// The figures at the end of the line are read and cut off.
bool take_figures(std::string_view& line, PlanNumbers& numbers) {
  if (!line.ends_with(')')) return false;
  const bool actual = take_actual(line, numbers);
  const std::size_t at = line.rfind("(cost=");
  if (at == std::string_view::npos || !read_cost_figures(line.substr(at), numbers)) return actual;
  line = trimmed(line.substr(0, at));
  return true;
}

// `on [schema.]name [alias]`; without an alias the name is it.
void read_named(std::string_view& text, PlanText what, bool has_schema, bool on_was_read,
                PlanNode& node) {
  if (!on_was_read && !take_word(text, "on ")) return;
  std::string name = take_name(text);
  if (has_schema && take_word(text, ".")) {
    node.texts.set(PlanText::kSchema, std::move(name));
    name = take_name(text);
  }
  if (name.empty()) return;
  skip_blanks(text);
  std::string alias = text.starts_with('(') ? std::string() : take_name(text);
  skip_blanks(text);
  node.texts.set(PlanText::kAlias, alias.empty() ? name : std::move(alias));
  if (what != PlanText::kAlias) node.texts.set(what, std::move(name));
}

void read_index(std::string_view& text, PlanNode& node) {
  if (take_word(text, "Backward ")) node.texts.set(PlanText::kScanDirection, "Backward");
  if (!take_word(text, "using ")) return;
  node.texts.set(PlanText::kIndexName, take_name(text));
  skip_blanks(text);
  read_named(text, PlanText::kRelationName, true, false, node);
}

void read_bitmap_index(std::string_view& text, PlanNode& node) {
  if (!take_word(text, "on ")) return;
  node.texts.set(PlanText::kIndexName, take_name(text));
  skip_blanks(text);
}

// `Join`, `Left Join`; Hash without it is the node that builds a table.
void read_join(std::string_view& text, PlanNode& node) {
  const bool loop = node.type == "Nested Loop";
  std::string_view type;
  std::string_view rest = text;
  for (const std::string_view join : kJoins) {
    if (take_whole_words(rest, join)) {
      type = join;
      break;
    }
  }
  const bool join = take_whole_words(rest, "Join");
  if (join) text = rest;
  if (!join && !loop) return;
  if (!loop) node.type += " Join";
  node.texts.set(PlanText::kJoinType, std::string(join && !type.empty() ? type : "Inner"));
}

void read_command(std::string_view& text, PlanNode& node) {
  for (const std::string_view command : kCommands) {
    if (take_whole_words(text, command)) {
      node.texts.set(PlanText::kCommand, std::string(command));
      return;
    }
  }
}

void read_provider(std::string_view& text, PlanNode& node) {
  const std::size_t end = text.find(')');
  if (!text.starts_with('(') || end == std::string_view::npos) return;
  if (text.starts_with("(cost=") || text.starts_with("(actual ")) return;
  node.texts.set(PlanText::kCustomPlanProvider, std::string(text.substr(1, end - 1)));
  text.remove_prefix(end + 1);
  skip_blanks(text);
  read_named(text, PlanText::kRelationName, true, false, node);
}

void read_what_follows(const Phrase& phrase, std::string_view& text, PlanNode& node) {
  switch (phrase.follows) {
    case Follows::kNothing:
      return;
    case Follows::kRelation:
      return read_named(text, PlanText::kRelationName, true, phrase.words.ends_with(" on"), node);
    case Follows::kIndex:
      return read_index(text, node);
    case Follows::kBitmapIndex:
      return read_bitmap_index(text, node);
    case Follows::kAlias:
      return read_named(text, PlanText::kAlias, false, false, node);
    case Follows::kFunction:
      return read_named(text, PlanText::kFunctionName, true, false, node);
    case Follows::kTableFunction:
      return read_named(text, PlanText::kTableFunctionName, true, false, node);
    case Follows::kCte:
      return read_named(text, PlanText::kCteName, false, false, node);
    case Follows::kTuplestore:
      return read_named(text, PlanText::kTuplestoreName, false, false, node);
    case Follows::kJoin:
      return read_join(text, node);
    case Follows::kCommand:
      return read_command(text, node);
    case Follows::kProvider:
      return read_provider(text, node);
  }
}

// A type of an extension or a newer server: words that begin with a capital letter.
bool take_other_type(std::string_view& text, PlanNode& node) {
  constexpr std::size_t kMostWords = 5;
  std::string_view rest = text;
  std::size_t words = 0, size = 0;
  while (words < kMostWords && !rest.empty() && rest[0] >= 'A' && rest[0] <= 'Z') {
    const std::size_t end = std::min(rest.size(), rest.find(' '));
    if (rest.substr(0, end).find_first_of(":,;=") != std::string_view::npos) return false;
    size = static_cast<std::size_t>(rest.data() - text.data()) + end;
    rest.remove_prefix(end);
    skip_blanks(rest);
    ++words;
  }
  if (words == 0) return false;
  node.type = std::string(text.substr(0, size));
  text = rest;
  read_index(text, node);
  read_named(text, PlanText::kRelationName, true, false, node);
  return true;
}

bool begins_figures(std::string_view text) {
  for (const std::string_view begin : {"(cost=", "(actual ", "(never executed)"}) {
    const std::size_t both = std::min(text.size(), begin.size());
    if (both > 0 && text.substr(0, both) == begin.substr(0, both)) return true;
  }
  return false;
}

}  // namespace

std::optional<double> take_figure(std::string_view& text) {
  // What has no more digits than these is exact as digits / power.
  constexpr std::size_t kExactDigits = 15;
  constexpr double kPowers[kExactDigits + 1] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  const auto is_digit = [&text](std::size_t at) {
    return at < text.size() && text[at] >= '0' && text[at] <= '9';
  };
  const bool negative = text.starts_with('-');
  const std::size_t begin = negative ? 1 : 0;
  if (!is_digit(begin)) return std::nullopt;
  // `0.00..1.00`: behind a point without a digit the next number begins.
  std::size_t at = begin, point = 0;
  std::uint64_t digits = 0;
  for (; is_digit(at) || (point == 0 && at < text.size() && text[at] == '.' && is_digit(at + 1));
       ++at) {
    if (text[at] == '.') {
      point = at;
    } else {
      digits = digits * 10 + static_cast<std::uint64_t>(text[at] - '0');
    }
  }
  double number = 0;
  if (at - begin <= kExactDigits) {
    number = static_cast<double>(digits) / kPowers[point == 0 ? 0 : at - point - 1];
    if (negative) number = -number;
  } else {
    const auto read = std::from_chars(text.data(), text.data() + at, number);
    if (read.ec != std::errc{}) return std::nullopt;
  }
  text.remove_prefix(at);
  return number;
}

std::string take_name(std::string_view& text) {
  std::string name;
  if (!text.starts_with('"')) {
    const std::size_t end = std::min(text.size(), text.find_first_of(" ."));
    name = std::string(text.substr(0, end));
    text.remove_prefix(end);
    return name;
  }
  std::size_t at = 1;
  for (; at < text.size(); ++at) {
    if (text[at] == '"') {
      if (at + 1 == text.size() || text[at + 1] != '"') break;
      ++at;
    }
    name += text[at];
  }
  text.remove_prefix(std::min(text.size(), at + 1));
  return name;
}

bool read_actual_figures(std::string_view text, PlanNumbers& numbers) {
  if (!take_word(text, "actual ")) return false;
  std::optional<double> startup, total;
  if (take_word(text, "time=")) {
    startup = take_figure(text);
    if (!startup || !take_word(text, "..")) return false;
    total = take_figure(text);
    if (!total || !take_word(text, " ")) return false;
  }
  if (!take_word(text, "rows=")) return false;
  const auto rows = take_figure(text);
  if (!rows || !take_word(text, " loops=")) return false;
  const auto loops = take_figure(text);
  if (!loops || !text.empty()) return false;
  if (startup) numbers.set(PlanNumber::kActualStartupTime, *startup);
  if (total) numbers.set(PlanNumber::kActualTotalTime, *total);
  numbers.set(PlanNumber::kActualRows, *rows);
  numbers.set(PlanNumber::kActualLoops, *loops);
  return true;
}

TextHead read_text_head(std::string_view line, bool any_type, PlanNode& node) {
  if (line.empty() || line[0] < 'A' || line[0] > 'Z') return TextHead::kNone;
  std::string_view words = line;
  for (const auto& before : kBefore) {
    if (take_word(words, before.word)) node.texts.set(before.name, std::string(before.value));
  }
  const Phrase* const phrase = take_phrase(words);
  if (phrase == nullptr && !any_type) return TextHead::kNone;
  const bool whole = take_figures(words, node.numbers);
  if (phrase != nullptr) {
    node.type = std::string(phrase->type);
    if (!phrase->strategy.empty()) {
      node.texts.set(PlanText::kStrategy, std::string(phrase->strategy));
    }
    if (!phrase->operation.empty()) {
      node.texts.set(PlanText::kOperation, std::string(phrase->operation));
    }
    skip_blanks(words);
    read_what_follows(*phrase, words, node);
  } else if (!take_other_type(words, node)) {
    return TextHead::kNone;
  }
  skip_blanks(words);
  if (whole) return TextHead::kWhole;
  if (words.empty()) return TextHead::kBare;
  return begins_figures(words) ? TextHead::kCut : TextHead::kWords;
}

}  // namespace pgcounsel
