#include "analyzer/workload/dimension.h"

namespace pgcounsel {

std::uint32_t DimensionTable::intern(std::string_view database, std::string_view user,
                                     std::string_view application) {
  const auto known = index_.find(Names{database, user, application});
  if (known != index_.end()) return known->second;
  const bool is_pool = application.empty();
  const std::uint32_t pool = is_pool ? kNobody : intern(database, user, {});
  const auto index = static_cast<std::uint32_t>(rows_.size());
  rows_.push_back({{std::string(database), std::string(user), std::string(application)},
                   is_pool ? index : pool});
  const Dimension& row = rows_.back().dimension;
  index_.emplace(Names{row.database, row.user, row.application}, index);
  return index;
}

}  // namespace pgcounsel
