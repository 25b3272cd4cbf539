#include "tests/page/page.h"

#include <fmt/format.h>

#include <cctype>

namespace pgcounsel {
namespace {

// Walks over the lines of a page.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  bool next(std::string_view& line) {
    if (rest_.empty()) return false;
    const std::size_t end = rest_.find('\n');
    line = rest_.substr(0, end);
    rest_ = end == std::string_view::npos ? std::string_view{} : rest_.substr(end + 1);
    ++number_;
    return true;
  }
  Error error(std::string_view what) const { return {fmt::format("line {}: {}", number_, what)}; }

 private:
  std::string_view rest_;
  std::size_t number_ = 0;
};

bool take(std::string_view& text, std::string_view start) {
  if (!text.starts_with(start)) return false;
  text.remove_prefix(start.size());
  return true;
}

// What stands before `separator`, which is removed with it.
bool split(std::string_view& text, std::string_view separator, std::string& before) {
  const std::size_t at = text.find(separator);
  if (at == std::string_view::npos) return false;
  before = text.substr(0, at);
  text.remove_prefix(at + separator.size());
  return true;
}

Result<void> read_head(Lines& lines, RulePage& page) {
  std::string_view line;
  if (!lines.next(line) || !take(line, "# ") || !split(line, " — ", page.id) || line.empty()) {
    return lines.error("`# id — title` expected");
  }
  page.title = line;
  const bool head = lines.next(line) && take(line, "level: ") &&
                    split(line, " · needs: ", page.level) &&
                    split(line, " · safety: ", page.needs) && !line.empty();
  if (!head) return lines.error("`level: … · needs: … · safety: …` expected");
  page.safety = line;
  return {};
}

std::string* block_of(PageCase& page_case, std::string_view kind) {
  if (kind == "log") return &page_case.log;
  if (kind == "plan") return &page_case.plan;
  if (kind == "sql") return &page_case.sql;
  if (kind == "schema") return &page_case.schema;
  if (kind == "rewrite") return &page_case.rewrite;
  return kind == "expect" ? &page_case.expect : nullptr;
}

Result<void> read_block(Lines& lines, std::string_view kind, PageCase& page_case) {
  std::string* const block = block_of(page_case, kind);
  if (block == nullptr) return lines.error(fmt::format("a case has no `{}` block", kind));
  for (std::string_view line; lines.next(line);) {
    if (line == "```") return {};
    *block += fmt::format("{}\n", line);
  }
  return lines.error("a block is not closed");
}

Result<void> read_case_heading(const Lines& lines, std::string_view heading, RulePage& page) {
  PageCase page_case;
  page_case.fires = take(heading, "fires: ");
  if (!page_case.fires && !take(heading, "silent: ")) {
    return lines.error("`### fires: NAME` or `### silent: NAME` expected");
  }
  page_case.name = heading;
  page.cases.push_back(std::move(page_case));
  return {};
}

}  // namespace

Result<RulePage> parse_page(std::string_view text) {
  RulePage page;
  Lines lines(text);
  if (Result<void> head = read_head(lines, page); !head) return head.error();
  for (std::string_view line; lines.next(line);) {
    Result<void> read;
    if (take(line, "## ")) {
      page.headings.emplace_back(line);
    } else if (take(line, "### ")) {
      read = read_case_heading(lines, line, page);
    } else if (!page.cases.empty() && take(line, "```")) {
      read = read_block(lines, line, page.cases.back());
    }
    if (!read) return read.error();
  }
  return page;
}

std::string test_name(std::string_view id, const PageCase& page_case) {
  std::string name = fmt::format("{}_{}__", id, page_case.fires ? "fires" : "silent");
  for (char c : page_case.name) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (plain) {
      name += c;
    } else if (name.back() != '_') {
      name += '_';
    }
  }
  while (name.back() == '_') name.pop_back();
  return name;
}

}  // namespace pgcounsel
