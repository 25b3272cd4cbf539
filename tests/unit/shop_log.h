// A minute of a small shop as its server would have logged it: 52 records of four sessions and two
// background processes, with transactions, the extended protocol, a lock wait, a temporary file,
// errors, a refusal, an idle transaction that loses its client and one still open at the end. The
// same minute can be written in every form that the reader knows. What it holds is counted by hand
// in ingest_test.cpp.
#pragma once
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace pgcounsel {

struct ShopProcess {
  unsigned pid;
  const char* user;  // empty: a background process
  const char* database;
  const char* application;
};
inline constexpr ShopProcess kPuma{4101, "web", "shop", "puma"};
inline constexpr ShopProcess kWorker{4102, "web", "shop", "worker"};
inline constexpr ShopProcess kReport{4103, "report", "shop", "psql"};
inline constexpr ShopProcess kMallory{4104, "mallory", "shop", "[unknown]"};
inline constexpr ShopProcess kCheckpointer{900, "", "", ""};
inline constexpr ShopProcess kVacuum{901, "", "", ""};

struct ShopRecord {
  std::int64_t at = 0;  // ms since 10:00
  ShopProcess process;
  std::string severity, message;
  std::string sqlstate = "00000";
  std::string detail{}, context{}, statement{};
  int position = 0;
};
using ShopLog = std::vector<ShopRecord>;
ShopLog shop_log();

// The same minute again and again, each `apart` ms after the one before and with sessions of its
// own.
ShopLog repeated(const ShopLog& log, unsigned times, std::int64_t apart);
enum class LogForm { kPid, kSession, kSeconds, kCsv };
std::string shop_time(std::int64_t at, bool milliseconds);
std::string session_id_of(const ShopProcess& process);

// A session knows its names after its authorization only.
bool has_names(const ShopRecord& record);
std::string stderr_text(const ShopRecord& record, LogForm form);
std::string csv_text(const ShopRecord& record);
std::string text_of(const ShopRecord& record, LogForm form);

// The records from `begin` to `end` of the log as the bytes of a file.
inline std::string bytes_of(const ShopLog& log, LogForm form, std::size_t begin = 0,
                            std::size_t end = ~std::size_t{0}) {
  std::string bytes;
  for (std::size_t i = begin; i < log.size() && i < end; ++i) bytes += text_of(log[i], form);
  return bytes;
}

}  // namespace pgcounsel
