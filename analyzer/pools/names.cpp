#include <string>
#include <string_view>

#include "analyzer/pools.h"

namespace pgcounsel {

std::string pool_id(const PoolRow& pool) {
  return pool.is_server ? "*/*" : pool.database + "/" + pool.user;
}

std::string_view name_of(WindowEvent::Kind kind) {
  switch (kind) {
    case WindowEvent::Kind::kLoad:
      return "load";
    case WindowEvent::Kind::kHolder:
      return "holder";
    case WindowEvent::Kind::kLock:
      return "lock";
    case WindowEvent::Kind::kServer:
      return "server";
    case WindowEvent::Kind::kClient:
      return "client";
    case WindowEvent::Kind::kPool:
      break;
  }
  return "pool";
}

}  // namespace pgcounsel
