#include "parser/log/pooler_message.h"

#include "parser/log/pattern.h"

namespace pgcounsel {
namespace {

using enum PoolerConcern;

// Rows that share a beginning stand from the narrow to the wide.
constexpr PoolerMessage kReasons[] = {
    // Recorded
    {"client_close", kNone, "client close request", "client close request"},
    {"max_client_conn", kRefused, "no more connections allowed (max_client_conn)",
     "no more connections allowed (max_client_conn)"},
    {"query_wait_timeout", kRefused, "query_wait_timeout", "query_wait_timeout"},
    {"idle_transaction_timeout", kTimeout, "idle transaction timeout", "idle transaction timeout"},
    {"login_failed", kLogin, "\"trust\" authentication failed", "\"trust\" authentication failed"},
    {"no_such_database", kLogin, "no such database: *", "no such database: nosuchdb"},
    {"no_such_database", kLogin, "database \"*\" does not exist",
     "database \"ghost_missing\" does not exist"},
    {"server_lifetime", kNone, "server lifetime over", "server lifetime over"},
    {"server_idle_timeout", kNone, "server idle timeout", "server idle timeout"},
    {"pause", kAdmin, "pause mode", "pause mode"},
    {"connect_failed", kFault, "connect failed", "connect failed"},
    {"server_login_failed", kFault, "login failed", "login failed"},
    {"server_crashed", kFault, "server conn crashed?", "server conn crashed?"},
    {"reconfigured", kAdmin, "database configuration changed", "database configuration changed"},
    {"close_needed", kAdmin, "close_needed", "close_needed"},
    {"reconfigured", kAdmin, "obsolete connection", "obsolete connection"},
    // Source texts: clients that got no server
    {"client_connections_exceeded", kRefused, "client connections exceeded (*)",
     "client connections exceeded (max_db_client_connections)"},
    {"server_full", kRefused,
     "server login has been failing, cached error: sorry, too many clients already*",
     "server login has been failing, cached error: sorry, too many clients already "
     "(server_login_retry)"},
    {"server_full", kRefused,
     "server login has been failing, cached error: remaining connection slots are reserved *",
     "server login has been failing, cached error: remaining connection slots are reserved for "
     "roles with the SUPERUSER attribute (server_login_retry)"},
    {"server_full", kRefused,
     "server login has been failing, cached error: too many connections for *",
     "server login has been failing, cached error: too many connections for role \"web\" "
     "(server_login_retry)"},
    {"server_login_failing", kRefused, "server login has been failing, cached error: *",
     "server login has been failing, cached error: connect timeout (server_login_retry)"},
    {"server_login_failing", kRefused, "server login has been failing, *",
     "server login has been failing, try again later (server_login_retry)"},
    {"server_login_failing", kRefused, "pgbouncer cannot connect to server",
     "pgbouncer cannot connect to server"},
    {"server_full", kRefused, "sorry, too many clients already", "sorry, too many clients already"},
    {"server_full", kRefused, "remaining connection slots are reserved *",
     "remaining connection slots are reserved for non-replication superuser connections"},
    {"server_full", kRefused, "too many connections for *",
     "too many connections for role \"web\""},
    {"server_starting", kRefused, "the database system is *", "the database system is starting up"},
    {"server_starting", kRefused, "the database system is *",
     "the database system is shutting down"},
    {"server_down", kRefused, "client_login_timeout (server down)",
     "client_login_timeout (server down)"},
    {"pooler_shutdown", kAdmin, "server shutting down", "server shutting down"},
    {"pooler_shutdown", kAdmin, "database is paused*", "database is paused"},
    // who was turned away
    {"client_login_timeout", kTimeout, "client_login_timeout", "client_login_timeout"},
    {"no_such_user", kLogin, "no such user*", "no such user: nobody"},
    {"login_failed", kLogin, "* authentication failed", "SASL authentication failed"},
    {"login_failed", kLogin, "password authentication failed*",
     "password authentication failed for user \"web\""},
    {"login_failed", kLogin, "authentication failed*", "authentication failed"},
    {"login_failed", kLogin, "SCRAM authentication failed*",
     "SCRAM authentication failed: user has MD5 secret"},
    {"login_failed", kLogin, "login rejected*", "login rejected"},
    {"login_failed", kLogin, "unix socket login rejected", "unix socket login rejected"},
    {"login_failed", kLogin, "empty password returned by client",
     "empty password returned by client"},
    {"login_failed", kLogin, "* too long", "username too long"},
    {"login_failed", kLogin, "no username supplied", "no username supplied"},
    {"login_failed", kLogin, "no authentication method*", "no authentication method found"},
    {"login_failed", kLogin, "not allowed*", "not allowed"},
    {"login_failed", kLogin, "admin access needed", "admin access needed"},
    {"login_failed", kLogin, "* connection required", "TLS connection required"},
    {"login_failed", kLogin, "SSL required", "SSL required"},
    {"login_failed", kLogin, "client selected an invalid SASL authentication mechanism",
     "client selected an invalid SASL authentication mechanism"},
    {"database_disabled", kLogin, "database \"*\" is disabled", "database \"shop\" is disabled"},
    {"database_disabled", kLogin, "authentication database \"*\" is disabled",
     "authentication database \"auth\" is disabled"},
    {"server_login_failed", kFault, "role \"*\" does not exist", "role \"web\" does not exist"},
    {"unsupported_parameter", kLogin, "unsupported startup parameter*",
     "unsupported startup parameter: search_path"},
    {"unsupported_parameter", kLogin, "unsupported protocol *",
     "unsupported protocol version: 2.0"},
    {"unsupported_parameter", kLogin, "old V2 protocol not supported",
     "old V2 protocol not supported"},
    {"unsupported_parameter", kLogin, "PQexec disallowed", "PQexec disallowed"},
    {"unsupported_parameter", kLogin, "prepared statement did not exist",
     "prepared statement did not exist"},
    {"unsupported_parameter", kLogin, "extended query protocol not supported *",
     "extended query protocol not supported by admin console"},
    // cut off
    {"query_timeout", kTimeout, "query timeout", "query timeout"},
    {"query_timeout", kTimeout, "query_timeout", "query_timeout"},
    {"query_timeout", kTimeout, "cancel request query_timeout", "cancel request query_timeout"},
    {"query_wait_timeout", kRefused, "cancel request query_wait_timeout",
     "cancel request query_wait_timeout"},
    {"cancel_wait_timeout", kTimeout, "cancel_wait_timeout", "cancel_wait_timeout"},
    {"transaction_timeout", kTimeout, "transaction timeout", "transaction timeout"},
    {"client_idle_timeout", kTimeout, "client_idle_timeout", "client_idle_timeout"},
    {"connect_timeout", kFault, "connect timeout", "connect timeout"},
    {"suspend_timeout", kAdmin, "suspend_timeout", "suspend_timeout"},
    // broken
    {"client_gone", kFault, "client unexpected eof", "client unexpected eof"},
    {"client_gone", kFault, "client disconnect *", "client disconnect while server was not ready"},
    {"server_crashed", kFault, "server connection closed", "server connection closed"},
    {"server_crashed", kFault, "server conn crashed*", "server conn crashed? (while closing)"},
    {"server_terminated", kFault, "terminating connection due to *",
     "terminating connection due to administrator command"},
    {"server_dirty", kFault, "* server got dirty", "idle server got dirty"},
    {"server_dirty", kFault, "transaction blocks not allowed in statement pooling mode",
     "transaction blocks not allowed in statement pooling mode"},
    {"reset_failed", kFault, "reset query failed*", "reset query failed"},
    {"reset_failed", kFault, "test query failed", "test query failed"},
    {"reset_failed", kFault, "exec_on_connect query failed", "exec_on_connect query failed"},
    {"reset_failed", kFault, "var change failed", "var change failed"},
    {"connect_failed", kFault, "cannot connect*", "cannot connect"},
    {"connect_failed", kFault, "server DNS lookup failed", "server DNS lookup failed"},
    {"connect_failed", kFault, "failed connection attempt", "failed connection attempt"},
    {"connect_failed", kFault, "server refused SSL*", "server refused SSL"},
    {"connect_failed", kFault, "TLS *", "TLS handshake failed"},
    {"protocol", kFault, "SSL req inside SSL", "SSL req inside SSL"},
    {"connect_failed", kFault, "SSL *", "SSL handshake failed"},
    {"server_login_failed", kFault, "failed to answer authreq", "failed to answer authreq"},
    {"server_login_failed", kFault, "invalid server parameter", "invalid server parameter"},
    {"server_login_failed", kFault, "unknown auth *", "unknown auth method"},
    {"wrong_server_role", kFault, "server does not satisfy target_session_attrs",
     "server does not satisfy target_session_attrs"},
    {"auth_query_failed", kFault, "* auth_query*", "error response from auth_query"},
    {"auth_query_failed", kFault, "auth_query *", "auth_query response contained null user name"},
    {"auth_query_failed", kFault, "bouncer config error*", "bouncer config error"},
    {"protocol", kFault, "bad *", "bad packet header"},
    {"protocol", kFault, "broken *", "broken client packet"},
    {"protocol", kFault, "unknown pkt*", "unknown pkt from server"},
    {"protocol", kFault, "partial pkt *", "partial pkt in login phase"},
    {"protocol", kFault, "client sent *", "client sent partial pkt in startup phase"},
    {"protocol", kFault, "client re-sent startup pkt", "client re-sent startup pkt"},
    {"protocol", kFault, "client password pkt before startup packet",
     "client password pkt before startup packet"},
    {"protocol", kFault, "received unencrypted data *",
     "received unencrypted data after SSL request"},
    {"protocol", kFault, "failed to *", "failed to send auth req"},
    {"protocol", kFault, "pause failed", "pause failed"},
    {"protocol", kFault, "* out of sync*", "client and server out of sync"},
    {"out_of_memory", kFault, "no memory*", "no memory for pool"},
    {"out_of_memory", kFault, "out of memory*", "out of memory"},
    {"out_of_memory", kFault, "bouncer resources exhaustion", "bouncer resources exhaustion"},
    // as it should be, or asked for
    {"cancel", kNone, "successfully sent cancel request", "successfully sent cancel request"},
    {"cancel", kNone, "* cancel request*", "failed cancel request"},
    {"cancel", kNone, "cancel request *", "cancel request for idle client"},
    {"server_lifetime", kNone, "server_lifetime", "server_lifetime"},
    {"too_many_servers", kAdmin, "too many servers in the pool", "too many servers in the pool"},
    {"evicted", kNone, "evicted", "evicted"},
    {"reconfigured", kAdmin, "connect string changed", "connect string changed"},
    {"reconfigured", kAdmin, "database removed", "database removed"},
    {"reconfigured", kAdmin, "peer removed", "peer removed"},
    {"killed", kAdmin, "admin forced disconnect", "admin forced disconnect"},
    {"killed", kAdmin, "admin*", "admin forced disconnect by KILL_CLIENT"},
    {"killed", kAdmin, "close req*", "close req"},
    {"suspend", kAdmin, "close unsafe file descriptors on suspend",
     "close unsafe file descriptors on suspend"},
    {"takeover", kAdmin, "pooler takeover*", "pooler takeover"},
    {"takeover", kAdmin, "disconnecting *", "disconnecting old process"},
};

constexpr PoolerMessage kMessages[] = {
    // Recorded
    {"login_attempt", kNone, "login attempt: db=* user=* tls=*",
     "login attempt: db=pgbench user=gilles tls=no"},
    {"new_server_connection", kNone, "new connection to server*",
     "new connection to server (from 127.0.0.1:44834)"},
    {"stats", kNone, "stats: *",
     "stats: 0 xacts/s, 0 queries/s, in 0 B/s, out 0 B/s, xact 0 us, query 0 us, wait time 0 us"},
    {"start", kAdmin, "process up: *",
     "process up: pgbouncer 1.9.0, libevent 2.1.8-stable (epoll), adns: c-ares 1.14.0, tls: "
     "OpenSSL 1.1.0g  2 Nov 2017"},
    {"start", kAdmin, "kernel file descriptor limit: * max_client_conn: *, *",
     "kernel file descriptor limit: 1024 (hard: 20000); max_client_conn: 45, max expected fd use: "
     "197"},
    {"start", kAdmin, "file descriptor limit: *, max_client_conn: *, *",
     "file descriptor limit: 1024 (H:4096), max_client_conn: 100, max fds possible: 150"},
    {"listening", kNone, "listening on *", "listening on unix:/var/run/postgresql/.s.PGSQL.6432"},
    {"login_failed", kLogin, "login failed: db=*", "login failed: db=shop user=web"},
    {"no_such_user", kLogin, "no such user: *", "no such user: unknown_user"},
    {"server_full", kRefused, "server login failed: FATAL sorry, too many clients already*",
     "server login failed: FATAL sorry, too many clients already"},
    {"server_full", kRefused,
     "server login failed: FATAL remaining connection slots are reserved *",
     "server login failed: FATAL remaining connection slots are reserved for non-replication "
     "superuser connections"},
    {"server_full", kRefused, "server login failed: FATAL too many connections for *",
     "server login failed: FATAL too many connections for role \"web\""},
    {"server_starting", kRefused, "server login failed: FATAL the database system is *",
     "server login failed: FATAL the database system is starting up"},
    {"server_login_failed", kFault, "server login failed: *",
     "server login failed: FATAL database \"ghost_missing\" does not exist"},
    {"reload", kAdmin, "got SIGHUP, re-reading config", "got SIGHUP, re-reading config"},
    {"reload", kAdmin, "RELOAD command issued", "RELOAD command issued"},
    {"shutdown", kAdmin, "got SIGINT, shutting down*", "got SIGINT, shutting down"},
    {"shutdown", kAdmin, "got SIGTERM, *", "got SIGTERM, fast exit"},
    {"shutdown", kAdmin, "server connections dropped, exiting",
     "server connections dropped, exiting"},
    // Source texts
    {"server_login_failed", kFault, "S: login failed*",
     "S: login failed: FATAL: password authentication failed for user \"web\""},
    {"server_login_failed", kFault, "cannot do * authentication*",
     "cannot do SCRAM authentication: wrong password type"},
    {"server_login_failed", kFault, "unknown/unsupported auth method: *",
     "unknown/unsupported auth method: 9"},
    {"stats", kNone, "Stats: *", "Stats: 0 req/s, in 0 b/s, out 0 b/s,query 0 us"},
    {"shutdown", kAdmin, "client connections dropped, exiting",
     "client connections dropped, exiting"},
    {"shutdown", kAdmin, "SHUTDOWN* command issued", "SHUTDOWN WAIT_FOR_SERVERS command issued"},
    {"shutdown", kAdmin, "got SIGQUIT, *", "got SIGQUIT, fast exit"},
    {"shutdown", kAdmin, "canceling shutdown", "canceling shutdown"},
    {"shutdown", kAdmin, "* was in progress, going down immediately",
     "takeover was in progress, going down immediately"},
    {"pause", kAdmin, "PAUSE* command issued", "PAUSE 'shop' command issued"},
    {"pause", kAdmin, "got SIGUSR1, *", "got SIGUSR1, pausing all activity"},
    {"resume", kAdmin, "RESUME* command issued", "RESUME command issued"},
    {"resume", kAdmin, "got SIGUSR2, *", "got SIGUSR2, continuing from PAUSE"},
    {"suspend", kAdmin, "SUSPEND* command issued", "SUSPEND command issued"},
    {"reconnect", kAdmin, "RECONNECT* command issued", "RECONNECT 'shop' command issued"},
    {"killed", kAdmin, "KILL* command issued", "KILL 'shop' command issued"},
    {"disable", kAdmin, "DISABLE* command issued", "DISABLE 'shop' command issued"},
    {"enable", kAdmin, "ENABLE* command issued", "ENABLE 'shop' command issued"},
    {"wait_close", kAdmin, "WAIT_CLOSE* command issued", "WAIT_CLOSE 'shop' command issued"},
    {"reserve_pool", kFull, "taking connection from reserve_pool",
     "taking connection from reserve_pool"},
    {"pool_full", kNone, "launch_new_connection: pool full (*",
     "launch_new_connection: pool full (20 >= 20)"},
    {"database_full", kNone, "launch_new_connection: database '*' full (*",
     "launch_new_connection: database 'shop' full (50 >= 50)"},
    {"user_full", kNone, "launch_new_connection: user '*' full (*",
     "launch_new_connection: user 'web' full (50 >= 50)"},
    {"server_retry", kFault, "launch_new_connection: last failed, *",
     "launch_new_connection: last failed, not launching new connection yet, still waiting 12 s"},
    {"connect_failed", kFault, "sbuf_connect failed: *",
     "sbuf_connect failed: No such file or directory"},
    {"connect_failed", kFault, "connect() to * failed*",
     "connect() to 10.0.0.5:5432 failed: Connection refused"},
    {"dns_failed", kFault, "DNS lookup failed: *", "DNS lookup failed: db.internal: result=4"},
    {"tls_failed", kFault, "TLS *", "TLS handshake failed: handshake failure"},
    {"unsupported_parameter", kLogin, "unsupported startup parameter: *",
     "unsupported startup parameter: extra_float_digits=3"},
    {"ignored_parameter", kNone, "ignoring startup parameter: *",
     "ignoring startup parameter: extra_float_digits=3"},
    {"new_database", kNone, "registered new auto-database: *",
     "registered new auto-database: db=shop"},
    {"reconfigured", kAdmin, "dropping database '*' as it does not exist anymore *",
     "dropping database 'shop' as it does not exist anymore or inactive auto-database"},
    {"reconfigured", kAdmin, "dropping peer *", "dropping peer 2 as it does not exist anymore"},
    {"config_error", kFault, "could not open auth_file *",
     "could not open auth_file /etc/userlist.txt: Permission denied"},
    {"config_error", kFault, "could not open hba config file *",
     "could not open hba config file /etc/hba.conf: No such file or directory"},
    {"config_error", kFault, "cannot load config file*", "cannot load config file"},
    {"config_error", kFault, "config file loading failed*", "config file loading failed"},
    {"config_error", kFault, "hba line *", "hba line 3: unknown type"},
    {"config_error", kFault, "syntax error in *", "syntax error in connection string"},
    {"config_error", kFault, "unrecognized * parameter: *",
     "unrecognized connection parameter: hots"},
    {"config_error", kFault, "broken auth file*", "broken auth file"},
    {"out_of_memory", kFault, "out of memory*", "out of memory"},
    {"out_of_files", kFault, "accept() failed: *", "accept() failed: Too many open files"},
    {"takeover", kAdmin, "old process *", "old process killed, resuming work"},
    {"takeover", kAdmin, "takeover_*", "takeover_init: launching connection"},
    {"takeover", kAdmin, "login OK, sending SUSPEND", "login OK, sending SUSPEND"},
    {"listening", kNone, "cannot listen on *",
     "cannot listen on unix:/tmp/.s.PGSQL.6432: Address already in use"},
    {"admin_query", kNone, "got admin query: *", "got admin query: show pools"},
};

const PoolerMessage* find(std::span<const PoolerMessage> rows, std::string_view text) {
  for (const PoolerMessage& row : rows) {
    if (matches_pattern(row.text, text)) return &row;
  }
  return nullptr;
}

}  // namespace

std::string_view name_of(PoolerConcern concern) {
  constexpr std::string_view kNames[] = {"none",    "refused", "full", "login",
                                         "timeout", "fault",   "admin"};
  return kNames[static_cast<std::size_t>(concern)];
}

PoolerConcern concern_of(std::string_view message_class) {
  for (const auto rows : {pooler_reasons(), pooler_messages()}) {
    for (const PoolerMessage& row : rows) {
      if (row.message_class == message_class) return row.concern;
    }
  }
  return kNone;
}

std::span<const PoolerMessage> pooler_reasons() {
  return kReasons;
}

const PoolerMessage* find_pooler_reason(std::string_view reason) {
  return find(kReasons, reason);
}

std::span<const PoolerMessage> pooler_messages() {
  return kMessages;
}

const PoolerMessage* find_pooler_message(std::string_view message) {
  return find(kMessages, message);
}

}  // namespace pgcounsel
