// The comments by which frameworks tell where in a program a statement comes from: sqlcommenter
// (`/*action='show',controller='orders'*/`) and Marginalia (`/*application:Shop,action:show*/`).
#pragma once
#include <string>
#include <string_view>

namespace pgcounsel {

// `orders#show`, else the action, the route, the job, or `file:line`; empty where no comment tells
// one. Only of keys that these name, and only where the value reads like a name, never like a
// user's.
std::string action_of_tags(std::string_view sql);

}  // namespace pgcounsel
