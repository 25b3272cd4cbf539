#include "parser/plan/plan_text_query.h"

#include <algorithm>
#include <string>

#include "parser/plan/plan_text_head.h"
#include "parser/trimmed.h"

namespace pgcounsel {
namespace {

constexpr std::string_view kParameters = "Query Parameters: ";

// What a line of SQL leaves open: a literal, a name in quotes, a comment or a dollar string.
class OpenSql {
 public:
  bool is_open() const { return !closer_.empty() || comments_ > 0; }

  void pass(std::string_view line) {
    while (!line.empty()) {
      if (!closer_.empty()) {
        skip_to_closer(line);
      } else if (comments_ > 0) {
        skip_comment(line);
      } else if (!skip_to_opener(line)) {
        return;
      }
    }
  }

 private:
  void skip_to_closer(std::string_view& line) {
    if (escapes_) {
      const std::size_t at = std::min(line.size(), line.find_first_of("\\'"));
      if (at < line.size() && line[at] == '\\') {
        line.remove_prefix(std::min(line.size(), at + 2));
        return;
      }
    }
    const std::size_t at = line.find(closer_);
    if (at == std::string_view::npos) {
      line = {};
      return;
    }
    line.remove_prefix(at + closer_.size());
    closer_.clear();
    escapes_ = false;
  }

  void skip_comment(std::string_view& line) {
    const std::size_t at = line.find_first_of("*/");
    if (at == std::string_view::npos) {
      line = {};
      return;
    }
    const std::string_view mark = line.substr(at, 2);
    if (mark == "*/") --comments_;
    if (mark == "/*") ++comments_;
    line.remove_prefix(std::min(line.size(), at + (mark == "*/" || mark == "/*" ? 2 : 1)));
  }

  // False where the rest of the line opens nothing.
  bool skip_to_opener(std::string_view& line) {
    const std::size_t at = line.find_first_of("'\"$-/");
    if (at == std::string_view::npos) return false;
    const char before = at == 0 ? ' ' : line[at - 1];
    line.remove_prefix(at);
    if (line.starts_with("--")) return false;
    if (take_word(line, "/*")) {
      comments_ = 1;
      return true;
    }
    if (line[0] == '$') {
      open_dollar(line);
      return true;
    }
    if (line[0] == '\'' || line[0] == '"') {
      closer_ = std::string(1, line[0]);
      escapes_ = line[0] == '\'' && (before == 'E' || before == 'e');
    }
    line.remove_prefix(1);
    return true;
  }

  void open_dollar(std::string_view& line) {
    constexpr std::size_t kLongestTag = 64;
    const std::size_t end = line.substr(0, kLongestTag).find('$', 1);
    std::string_view tag =
        end == std::string_view::npos ? line.substr(0, 1) : line.substr(0, end + 1);
    const bool digits = tag.size() > 1 && tag[1] >= '0' && tag[1] <= '9';
    const bool word = tag.find_first_of(" ,;()'\"=<>+-*/") == std::string_view::npos;
    if (tag.size() < 2 || digits || !word) {
      tag = tag.substr(0, 1);
    } else {
      closer_ = std::string(tag);
    }
    line.remove_prefix(tag.size());
  }

  std::string closer_;
  bool escapes_ = false;
  int comments_ = 0;
};

bool begins_tree(std::string_view line) {
  const std::string_view head = trimmed(line);
  if (!head.ends_with(')')) return false;
  PlanNode node;
  const TextHead read = read_text_head(head, false, node);
  return read == TextHead::kWhole;
}

struct QueryEnd {
  std::size_t parameters = std::string_view::npos, tree = std::string_view::npos;
  std::size_t searched = 0;  // up to the next query at most
};

// `heed_quotes`: what stands inside of literals and comments of the query is passed over.
QueryEnd find_end(std::string_view text, bool heed_quotes) {
  QueryEnd end;
  OpenSql sql;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t stop = std::min(text.size(), text.find('\n', at));
    const std::string_view line = text.substr(at, stop - at);
    end.searched = at;
    if (at > 0 && trimmed(line).starts_with(kQueryText)) return end;
    const bool open = heed_quotes && sql.is_open();
    if (at > 0 && !open) {
      if (end.parameters == std::string_view::npos && trimmed(line).starts_with(kParameters)) {
        end.parameters = at;
        sql = {};
      }
      if (begins_tree(line)) {
        end.tree = at;
        return end;
      }
    }
    sql.pass(line);
    at = stop + 1;
  }
  end.searched = text.size();
  return end;
}

}  // namespace

std::size_t read_text_query(std::string_view text, Plan& plan) {
  const std::size_t begin = std::min(text.size(), text.find_first_not_of(" \t"));
  if (!text.substr(begin).starts_with(kQueryText)) return 0;
  // The quotes of a query that is not whole never close.
  QueryEnd end = find_end(text, true);
  if (end.tree == std::string_view::npos) end = find_end(text, false);
  const std::size_t tree = std::min(end.tree, end.searched);
  const std::size_t query_end = std::min(end.parameters, tree);
  const std::size_t query = begin + kQueryText.size();
  plan.query = std::string(trimmed(text.substr(query, query_end - query)));
  while (plan.query.ends_with('\n') || plan.query.ends_with('\r')) plan.query.pop_back();
  if (end.parameters != std::string_view::npos) {
    std::string_view parameters = text.substr(query_end, tree - query_end);
    parameters.remove_prefix(parameters.find(kParameters) + kParameters.size());
    while (parameters.ends_with('\n')) parameters.remove_suffix(1);
    plan.parameters = std::string(trimmed(parameters));
  }
  return tree;
}

}  // namespace pgcounsel
