#include "parser/schema/ddl.h"

namespace pgcounsel {

void apply_ddl(Catalog&, const SyntaxTree&) {}

}  // namespace pgcounsel
