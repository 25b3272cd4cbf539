#include "parser/log/pooler/pooler_message.h"

namespace pgcounsel {
namespace {

using enum PoolerConcern;

struct ClassConcern {
  std::string_view message_class;
  PoolerConcern concern;
};

constexpr ClassConcern kConcerns[] = {
    {"max_client_conn", kRefused},
    {"query_wait_timeout", kRefused},
    {"client_connections_exceeded", kRefused},
    {"server_full", kRefused},
    {"server_login_failing", kRefused},
    {"server_starting", kRefused},
    {"server_down", kRefused},
    {"reserve_pool", kFull},
    {"login_failed", kLogin},
    {"no_such_database", kLogin},
    {"no_such_user", kLogin},
    {"database_disabled", kLogin},
    {"unsupported_parameter", kLogin},
    {"idle_transaction_timeout", kTimeout},
    {"client_login_timeout", kTimeout},
    {"query_timeout", kTimeout},
    {"cancel_wait_timeout", kTimeout},
    {"transaction_timeout", kTimeout},
    {"client_idle_timeout", kTimeout},
    {"connect_failed", kFault},
    {"server_login_failed", kFault},
    {"server_crashed", kFault},
    {"connect_timeout", kFault},
    {"client_gone", kFault},
    {"server_terminated", kFault},
    {"server_dirty", kFault},
    {"reset_failed", kFault},
    {"protocol", kFault},
    {"wrong_server_role", kFault},
    {"auth_query_failed", kFault},
    {"out_of_memory", kFault},
    {"server_retry", kFault},
    {"dns_failed", kFault},
    {"tls_failed", kFault},
    {"config_error", kFault},
    {"out_of_files", kFault},
    {"pause", kAdmin},
    {"reconfigured", kAdmin},
    {"close_needed", kAdmin},
    {"pooler_shutdown", kAdmin},
    {"suspend_timeout", kAdmin},
    {"too_many_servers", kAdmin},
    {"killed", kAdmin},
    {"suspend", kAdmin},
    {"takeover", kAdmin},
    {"start", kAdmin},
    {"reload", kAdmin},
    {"shutdown", kAdmin},
    {"resume", kAdmin},
    {"reconnect", kAdmin},
    {"disable", kAdmin},
    {"enable", kAdmin},
    {"wait_close", kAdmin},
    {"client_close", kNone},
    {"server_lifetime", kNone},
    {"server_idle_timeout", kNone},
    {"cancel", kNone},
    {"evicted", kNone},
    {"login_attempt", kNone},
    {"new_server_connection", kNone},
    {"stats", kNone},
    {"listening", kNone},
    {"pool_full", kNone},
    {"database_full", kNone},
    {"user_full", kNone},
    {"ignored_parameter", kNone},
    {"new_database", kNone},
    {"admin_query", kNone},
};

}  // namespace

std::string_view name_of(PoolerConcern concern) {
  constexpr std::string_view kNames[] = {"none",    "refused", "full", "login",
                                         "timeout", "fault",   "admin"};
  return kNames[static_cast<std::size_t>(concern)];
}

std::optional<PoolerConcern> concern_of(std::string_view message_class) {
  for (const ClassConcern& row : kConcerns) {
    if (row.message_class == message_class) return row.concern;
  }
  return std::nullopt;
}

}  // namespace pgcounsel
