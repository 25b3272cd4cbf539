#include "parser/log/lock_line.h"

#include <algorithm>
#include <optional>

#include "parser/log/message/message.h"
#include "parser/number.h"

namespace pgcounsel {
namespace {

struct TargetWord {
  std::string_view start;
  LockTarget target;
};
constexpr TargetWord kTargetWords[] = {
    {"transaction ", LockTarget::kTransaction},
    {"virtual transaction ", LockTarget::kTransaction},
    {"tuple ", LockTarget::kTuple},
    {"relation ", LockTarget::kRelation},
    {"extension of relation ", LockTarget::kRelation},
    {"page ", LockTarget::kPage},
    {"advisory lock ", LockTarget::kAdvisory},
    {"user lock ", LockTarget::kAdvisory},
    // German, Spanish, Italian, Swedish, Russian, Ukrainian, Chinese, Japanese, Korean
    {"Transaktion ", LockTarget::kTransaction},
    {"transacción ", LockTarget::kTransaction},
    {"la transazione ", LockTarget::kTransaction},
    {"transaktion ", LockTarget::kTransaction},
    {"транзакция ", LockTarget::kTransaction},
    {"транзакція ", LockTarget::kTransaction},
    {"事务 ", LockTarget::kTransaction},
    {"トランザクション ", LockTarget::kTransaction},
    {"트랜잭션 ", LockTarget::kTransaction},
    {"Tupel ", LockTarget::kTuple},
    {"ligne ", LockTarget::kTuple},
    {"tupla ", LockTarget::kTuple},
    {"la tupla ", LockTarget::kTuple},
    {"кортеж ", LockTarget::kTuple},
    {"튜플 ", LockTarget::kTuple},
    {"Relation ", LockTarget::kRelation},
    {"relación ", LockTarget::kRelation},
    {"la relazione ", LockTarget::kRelation},
    {"отношение ", LockTarget::kRelation},
    {"відношення ", LockTarget::kRelation},
    {"릴레이션 ", LockTarget::kRelation},
};

std::string_view next_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

// Cuts the process id off at the begin of `text`; false where there is none.
bool take_pid(std::string_view& text, std::uint32_t& pid) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string_view digits = text.substr(0, end);
  constexpr std::size_t kMostDigits = 9;
  if (digits.empty() || digits.size() > kMostDigits) return false;
  text.remove_prefix(end);
  pid = number_of<std::uint32_t>(digits);
  return true;
}

// `Process 77: UPDATE carts ...`: one of `processes`, of which no statement is known yet.
DeadlockedProcess* begins_statement(std::string_view line,
                                    std::vector<DeadlockedProcess>& processes) {
  constexpr std::string_view kProcess = "Process ";
  if (!line.starts_with(kProcess)) return nullptr;
  line.remove_prefix(kProcess.size());
  std::uint32_t pid = 0;
  if (!take_pid(line, pid) || !line.starts_with(": ")) return nullptr;
  for (DeadlockedProcess& process : processes) {
    if (process.pid != pid || !process.statement.empty()) continue;
    process.statement = line.substr(2);
    return &process;
  }
  return nullptr;
}

// `Process 77 waits for ShareLock on transaction 12; blocked by process 78.`
std::optional<DeadlockedProcess> waiting_process(std::string_view line) {
  const MessageRow* row = find_detail(line);
  if (row == nullptr || row->name != "deadlock_cycle") return std::nullopt;
  const Captures captures = captures_of(*row, line);
  return DeadlockedProcess{number_of<std::uint32_t>(captures["pid"]),
                           number_of<std::uint32_t>(captures["blocker"]),
                           lock_target_of(captures["object"]),
                           {}};
}

}  // namespace

std::string_view name_of(LockTarget target) {
  constexpr std::string_view kNames[kLockTargets] = {"unknown", "transaction", "tuple", "relation",
                                                     "page",    "advisory",    "other"};
  return kNames[static_cast<std::size_t>(target)];
}

LockTarget lock_target_of(std::string_view object) {
  if (object.empty()) return LockTarget::kUnknown;
  for (const TargetWord& word : kTargetWords) {
    if (object.starts_with(word.start)) return word.target;
  }
  return LockTarget::kOther;
}

std::vector<std::uint32_t> lock_holders_in(std::string_view detail) {
  std::vector<std::uint32_t> holders;
  const MessageRow* row = find_detail(detail);
  if (row == nullptr || row->name != "lock_holders") return holders;
  std::string_view list = captures_of(*row, detail)["holders"];
  while (!list.empty() && holders.size() < kMostHolders) {
    std::uint32_t pid = 0;
    if (!take_pid(list, pid)) break;
    holders.push_back(pid);
    list.remove_prefix(std::min(list.find_first_not_of(", "), list.size()));
  }
  std::sort(holders.begin(), holders.end());
  holders.erase(std::unique(holders.begin(), holders.end()), holders.end());
  return holders;
}

std::string_view lock_relation_in(std::string_view context, std::string_view object) {
  constexpr std::string_view kRelation = "relation ";
  while (!context.empty()) {
    const std::string_view line = next_line(context);
    const MessageRow* row = find_context(line);
    if (row != nullptr && row->name == "tuple") return captures_of(*row, line)["table"];
  }
  const std::size_t at = object.find(kRelation);
  if (at == std::string_view::npos) return {};
  const std::size_t end = object.find_first_not_of("0123456789", at + kRelation.size());
  return object.substr(at, end == std::string_view::npos ? end : end - at);
}

std::vector<DeadlockedProcess> deadlocked_in(std::string_view detail) {
  std::vector<DeadlockedProcess> processes;
  DeadlockedProcess* told = nullptr;  // whose statement goes on in the next line
  while (!detail.empty()) {
    const std::string_view line = next_line(detail);
    if (const auto waiting = told == nullptr ? waiting_process(line) : std::nullopt) {
      if (processes.size() < kMostDeadlocked) processes.push_back(*waiting);
      continue;
    }
    if (DeadlockedProcess* process = begins_statement(line, processes)) {
      told = process;
    } else if (told != nullptr) {
      const char* begin = told->statement.data();
      told->statement = {begin, static_cast<std::size_t>(line.data() + line.size() - begin)};
    }
  }
  return processes;
}

}  // namespace pgcounsel
