// A rule's page as data: its head, its headings, and the cases that the tests run.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "parser/result.h"

namespace pgcounsel {

// `### fires: NAME` or `### silent: NAME` with a ```log, a ```plan or a ```sql block, and an
// ```expect block. Beside ```sql may stand a ```schema, and a ```rewrite.
struct PageCase {
  bool fires = false;
  std::string name;
  std::string log;     // with its line ends
  std::string plan;    // EXPLAIN's output in any form
  std::string sql;     // of one file that is checked; a first line `-- file: NAME` names it
  std::string schema;  // DDL of the catalogue
  // One finding a line: `LEVEL rule subject-kind: title`, of SQL `LEVEL rule LINE:COLUMN: title`.
  std::string expect;
  std::string rewrite;  // the new statement of each finding that has one
};

struct RulePage {
  std::string id, title;              // `# id — title`
  std::string level, needs, safety;   // `level: … · needs: … · safety: …`
  std::vector<std::string> headings;  // of the second degree, in order
  std::vector<PageCase> cases;
};

// An error names the line of the page.
Result<RulePage> parse_page(std::string_view text);

// `idle_in_transaction_fires__payment_call`: letters, digits and underscores only.
std::string test_name(std::string_view id, const PageCase& page_case);

}  // namespace pgcounsel
