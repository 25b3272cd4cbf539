// How findings about plans write what analyzer/report/plan_units.h does not: whole rows, shares,
// estimates, names in commands, and in which node of the plan a figure stands.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "analyzer/finding.h"
#include "analyzer/plans.h"
#include "analyzer/report/plan_units.h"

namespace pgcounsel {

std::string node_source(std::size_t node);  // `node 3`: in the order of print, the root is 1
std::string rows_words(double rows);        // 300,000
std::string rows_phrase(double rows);       // 300,000 rows; 1 row
std::string share_words(double part, double whole);   // 74 %; >99 % where a bit is left
std::string times_words(double factor);               // 100 times
std::string estimate_words(const NodeFigures& node);  // `12 rows estimated, 12,000 came`
// An expression as it stands in the plan, cut where it is very long.
std::string expression_words(std::string_view expression);
Evidence of_node(std::string name, std::string value, std::size_t node);

// A name as it stands in a command: bare where it may, else quoted.
std::string identifier(std::string_view name);
// The node's relation as it stands in a command, with its schema where the plan tells it.
std::string relation_identifier(const PlanNode& node);

}  // namespace pgcounsel
