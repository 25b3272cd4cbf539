#include "tests/unit/shop_log.h"

namespace pgcounsel {

ShopLog shop_log() {
  ShopLog log;
  const auto add = [&log](std::int64_t at, const ShopProcess& process, std::string message,
                          std::string detail = "", std::string context = "",
                          std::string statement = "") {
    log.push_back({at, process, "LOG", std::move(message), "00000", std::move(detail),
                   std::move(context), std::move(statement)});
  };
  const auto fail = [&log](std::int64_t at, const ShopProcess& process, std::string severity,
                           std::string sqlstate, std::string message, std::string detail = "",
                           std::string statement = "", int position = 0) {
    log.push_back({at, process, std::move(severity), std::move(message), std::move(sqlstate),
                   std::move(detail), "", std::move(statement), position});
  };
  const auto took = [&add](std::int64_t at, const ShopProcess& process, const char* ms,
                           const std::string& sql, const std::string& detail = "") {
    const bool extended =
        sql.starts_with("parse ") || sql.starts_with("bind ") || sql.starts_with("execute ");
    add(at, process,
        std::string("duration: ") + ms + " ms  " + (extended ? "" : "statement: ") + sql, detail);
  };
  add(0, kPuma, "connection received: host=10.0.0.7 port=40001");
  add(5, kPuma, "connection authorized: user=web database=shop application_name=puma");
  add(6, kWorker, "connection received: host=10.0.0.7 port=40002");
  add(8, kWorker, "connection authorized: user=web database=shop application_name=worker");
  const std::string locking = "<unnamed>: SELECT total FROM carts WHERE id = $1 FOR UPDATE";
  took(100, kPuma, "0.050", "BEGIN");
  took(110, kPuma, "2.000", "parse " + locking);
  took(111, kPuma, "0.500", "bind " + locking, "parameters: $1 = '7'");
  took(112, kPuma, "1.000", "execute " + locking, "parameters: $1 = '7'");
  const std::string update = "UPDATE carts SET total = 0 WHERE id = 7";
  took(200, kWorker, "0.020", "BEGIN");
  took(400, kPuma, "10.000",
       "UPDATE carts\n   SET total = total + 5,\n\ttouched = now()\n WHERE id = 7");
  add(405, kWorker, "process 4102 still waiting for ShareLock on transaction 731 after 200.000 ms",
      "Process holding the lock: 4101. Wait queue: 4102.",
      "while updating tuple (0,1) in relation \"carts\"", update);
  took(500, kPuma, "4.000", "COMMIT");
  add(500, kWorker, "process 4102 acquired ShareLock on transaction 731 after 295.000 ms", "",
      "while updating tuple (0,1) in relation \"carts\"", update);
  took(501, kWorker, "296.000", update);
  took(502, kWorker, "0.100", "ROLLBACK");
  const std::string join = "SELECT count(*) FROM orders o JOIN items i ON i.order_id = o.id";
  add(599, kReport, "temporary file: path \"base/pgsql_tmp/pgsql_tmp4103.0\", size 1048576", "", "",
      join);
  took(600, kReport, "50.000", join);
  fail(700, kReport, "ERROR", "42P01", "relation \"nope\" does not exist", "", "SELECT * FROM nope",
       15);
  add(800, kReport, "statement: SELECT pg_sleep(0.1)");
  add(900, kReport, "duration: 100.000 ms");
  took(10'000, kPuma, "0.030", "BEGIN");
  for (int i = 1; i <= 12; ++i) {
    took(10'000 + i, kPuma, "0.200", "SELECT name FROM items WHERE id = " + std::to_string(i));
  }
  took(10'013, kPuma, "0.500", "COMMIT");
  took(11'000, kWorker, "0.020", "BEGIN");
  fail(11'005, kWorker, "ERROR", "23505",
       "duplicate key value violates unique constraint \"users_email_key\"",
       "Key (email)=(ann@example.org) already exists.",
       "INSERT INTO users (email) VALUES ('ann@example.org')");
  took(11'010, kWorker, "0.010", "ROLLBACK");
  add(12'000, kCheckpointer, "checkpoint starting: time");
  add(12'500, kCheckpointer,
      "checkpoint complete: wrote 3 buffers (0.0%); 0 WAL file(s) added, 0 removed, 0 recycled; "
      "write=0.201 s, sync=0.010 s, total=0.500 s; sync files=2, longest=0.006 s, average=0.005 s; "
      "distance=10 kB, estimate=10 kB");
  add(13'000, kVacuum,
      "automatic vacuum of table \"shop.public.carts\": index scans: 0\n"
      "pages: 0 removed, 1 remain, 1 scanned (100.00% of total)\n"
      "tuples: 3 removed, 7 remain, 0 are dead but not yet removable");
  add(14'000, kMallory, "connection received: host=10.0.0.9 port=40004");
  fail(14'005, kMallory, "FATAL", "28P01", "password authentication failed for user \"mallory\"",
       "Connection matched pg_hba.conf line 97: \"host all all all scram-sha-256\"");
  took(20'000, kPuma, "0.010", "BEGIN");
  took(20'005, kPuma, "1.000", "UPDATE carts SET total = 1 WHERE id = 9");
  took(25'000, kReport, "0.010", "BEGIN");
  took(25'100, kReport, "2.000", "UPDATE carts SET total = 2 WHERE id = 8");
  fail(30'000, kReport, "FATAL", "25P03",
       "terminating connection due to idle-in-transaction timeout");
  add(30'001, kReport,
      "disconnection: session time: 0:10:00.000 user=report database=shop host=10.0.0.8 "
      "port=40003");
  add(50'000, kPuma,
      "disconnection: session time: 0:00:50.000 user=web database=shop host=10.0.0.7 port=40001");
  took(55'000, kWorker, "0.010", "BEGIN");
  took(55'100, kWorker, "3.000", "SELECT total FROM carts WHERE id = 3");
  add(60'000, kCheckpointer, "checkpoint starting: time");
  return log;
}

ShopLog repeated(const ShopLog& log, unsigned times, std::int64_t apart) {
  ShopLog all;
  for (unsigned i = 0; i < times; ++i) {
    for (ShopRecord record : log) {
      record.at += i * apart;
      record.process.pid += 10 * i;
      all.push_back(std::move(record));
    }
  }
  return all;
}

std::string shop_time(std::int64_t at, bool milliseconds) {
  const std::int64_t second = at / 1000;
  char text[64];
  const int length =
      std::snprintf(text, sizeof text, "2026-11-%02d %02d:%02d:%02d.%03d",
                    static_cast<int>(25 + (second / 3600 + 10) / 24),
                    static_cast<int>((second / 3600 + 10) % 24), static_cast<int>(second / 60 % 60),
                    static_cast<int>(second % 60), static_cast<int>(at % 1000));
  return std::string(text, static_cast<std::size_t>(length) - (milliseconds ? 0 : 4)) + " UTC";
}

std::string session_id_of(const ShopProcess& process) {
  char text[32];
  std::snprintf(text, sizeof text, "6925808a.%x", process.pid);
  return text;
}

bool has_names(const ShopRecord& record) {
  return record.process.user[0] != '\0' && !record.message.starts_with("connection received");
}

std::string stderr_text(const ShopRecord& record, LogForm form) {
  const ShopProcess& process = record.process;
  std::string prefix =
      shop_time(record.at, form != LogForm::kSeconds) + " [" + std::to_string(process.pid) + "] ";
  if (process.user[0] != '\0') {
    const bool named = has_names(record);
    prefix += std::string(named ? process.user : "[unknown]") + "@" +
              (named ? process.database : "[unknown]") + "/" +
              (named ? process.application : "[unknown]") + " ";
    if (form == LogForm::kSession) prefix += session_id_of(process) + " ";
  }
  std::string text;
  const auto line = [&](const std::string& tag, const std::string& body) {
    if (body.empty()) return;
    text += prefix + tag + ":  ";
    for (const char c : body) {
      text += c;
      if (c == '\n') text += '\t';
    }
    text += '\n';
  };
  const std::string position =
      record.position > 0 ? " at character " + std::to_string(record.position) : "";
  line(record.severity, record.message + position);
  line("DETAIL", record.detail);
  line("CONTEXT", record.context);
  line("STATEMENT", record.statement);
  return text;
}

std::string csv_text(const ShopRecord& record) {
  const ShopProcess& process = record.process;
  const auto quoted = [](const std::string& value) {
    if (value.empty()) return value;
    std::string text = "\"";
    for (const char c : value) {
      text += c;
      if (c == '"') text += c;
    }
    return text + '"';
  };
  const bool client = process.user[0] != '\0', named = has_names(record);
  const std::string fields[] = {shop_time(record.at, true),
                                quoted(named ? process.user : ""),
                                quoted(named ? process.database : ""),
                                std::to_string(process.pid),
                                quoted(client ? "10.0.0.7:40001" : ""),
                                session_id_of(process),
                                "1",
                                quoted(client ? "idle" : ""),
                                "2026-11-25 10:00:00 UTC",
                                "",
                                "0",
                                record.severity,
                                record.sqlstate,
                                quoted(record.message),
                                quoted(record.detail),
                                "",
                                "",
                                "",
                                quoted(record.context),
                                quoted(record.statement),
                                record.position > 0 ? std::to_string(record.position) : "",
                                "",
                                quoted(named ? process.application : ""),
                                client ? "client backend" : "background",
                                "",
                                "0"};
  std::string text;
  for (const std::string& field : fields) text += (text.empty() ? "" : ",") + field;
  return text + "\n";
}

std::string text_of(const ShopRecord& record, LogForm form) {
  return form == LogForm::kCsv ? csv_text(record) : stderr_text(record, form);
}

}  // namespace pgcounsel
