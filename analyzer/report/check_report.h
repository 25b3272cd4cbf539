// What `check` shows: the statements that it looked at and the findings about them, and the forms
// in which continuous integration, forges, editors and people take it. Findings come in the order
// of rank(), all of them with a place; suppressed ones are counted only.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/finding.h"
#include "parser/sql/fingerprint.h"

namespace pgcounsel {

struct CheckQuery {
  std::string file;
  // The whole statement without its semicolon; counted as in Place. A rewrite stands for it.
  std::size_t line = 1, column = 1, end_line = 1, end_column = 1;
  std::string name;  // of `-- name: X`, or empty
  Fingerprint fingerprint;
  bool is_new = true;
  std::string query;  // normalised, without values
};

struct CheckReport {
  std::vector<CheckQuery> queries;  // by file as given, then by place
  Findings findings;
  std::size_t suppressed = 0;  // by comments and the baseline
  std::vector<RuleInfo> rules;
  std::vector<std::string> notes;  // what was not analysed, and what is not known
  std::optional<Level> fail_on;    // nothing: findings never fail the run
};

// How many findings fail the run: those at or above fail_on.
std::size_t failing(const CheckReport& report);

// `width`: columns of the terminal.
std::string render_check_text(const CheckReport& report, bool color, std::size_t width);
std::string render_check_gcc(const CheckReport& report);
std::string render_check_json(const CheckReport& report);
std::string render_check_markdown(const CheckReport& report);  // one comment of a pull request
std::string render_check_sarif(const CheckReport& report);
std::string render_check_github(const CheckReport& report);  // workflow commands: annotations
std::string render_check_gitlab(const CheckReport& report);  // code quality
std::string render_check_junit(const CheckReport& report);

}  // namespace pgcounsel
