#include "parser/sql/names.h"

namespace pgcounsel {

struct Names::State {};

Names::Names() = default;
Names::~Names() = default;
Names::Names(Names&&) noexcept = default;
Names& Names::operator=(Names&&) noexcept = default;
Names::Names(Node, const Catalog&) : state_(std::make_unique<State>()) {}
const QueryScope* Names::scope_of(Node) const {
  return nullptr;
}
std::vector<const QueryScope*> Names::scopes() const {
  return {};
}
ColumnUse Names::resolve(Node) const {
  return {};
}
std::string Names::type_of(Node) const {
  return {};
}
bool Names::is_not_null(Node) const {
  return false;
}

}  // namespace pgcounsel
