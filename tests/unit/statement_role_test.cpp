#include "parser/sql/statement_role.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace pgcounsel {
namespace {

TEST(StatementRole, IsToldFromTheText) {
  using enum StatementRole;
  constexpr std::pair<std::string_view, StatementRole> kCases[] = {
      {"", kOther},
      {";", kOther},
      {"SELECT 1", kOther},
      {"SELECT 'a; COMMIT'", kOther},
      {"INSERT INTO t VALUES (1);", kOther},
      {"BEGIN", kBegin},
      {"begin;", kBegin},
      {" ; BEGIN ; ", kBegin},
      {"-- a note\n/* and /* another */ */ BEGIN", kBegin},
      {"BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY", kBegin},
      {"START TRANSACTION READ WRITE", kBegin},
      {"START REPLICATION SLOT s LOGICAL 0/0", kOther},
      {"BEGINNING", kOther},
      {"COMMIT", kCommit},
      {"commit work", kCommit},
      {"COMMIT TRANSACTION;", kCommit},
      {"END", kCommit},
      {"END WORK AND NO CHAIN", kCommit},
      {"PREPARE TRANSACTION 'x'", kCommit},
      {"PREPARE p AS SELECT 1", kOther},
      {"COMMIT PREPARED 'x'", kOther},
      {"ROLLBACK PREPARED 'x'", kOther},
      {"ROLLBACK", kRollback},
      {"ABORT", kRollback},
      {"ROLLBACK AND NO CHAIN", kRollback},
      {"ROLLBACK TO s", kOther},
      {"ROLLBACK WORK TO SAVEPOINT s", kOther},
      {"rollback transaction to s", kOther},
      {"SAVEPOINT s", kOther},
      {"RELEASE SAVEPOINT s", kOther},
      {"COMMIT AND CHAIN", kCommitChain},
      {"ROLLBACK WORK AND CHAIN", kCommitChain},
      {"END AND /* x */ CHAIN", kCommitChain},
      // Several statements in one message.
      {"BEGIN; SELECT 1", kBegin},
      {"SELECT 1; BEGIN", kBegin},
      {"BEGIN; SELECT 1; COMMIT", kOther},
      {"BEGIN; SELECT 1; ROLLBACK;", kOther},
      {"BEGIN; COMMIT; BEGIN", kBegin},
      {"BEGIN; COMMIT AND CHAIN", kBegin},
      {"SELECT 1; COMMIT", kCommit},
      {"SELECT ';'; /* ; */ COMMIT", kCommit},
      {"UPDATE t SET a = 1; ROLLBACK", kRollback},
      {"COMMIT; SELECT 1", kCommit},
      {"COMMIT; BEGIN", kCommitChain},
      {"ROLLBACK; BEGIN; SELECT 1", kCommitChain},
      {"ROLLBACK; BEGIN; COMMIT", kRollback},
      {"ROLLBACK; COMMIT", kRollback},
      {"COMMIT; SELECT 1; BEGIN; ROLLBACK TO s", kCommitChain},
      {"SELECT 1; ROLLBACK TO s", kOther},
      {"SELECT 1; SELECT 2", kOther},
      {"CREATE RULE r AS ON INSERT TO t DO (DELETE FROM u; COMMIT)", kOther},
      {"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; SELECT 2; END",
       kOther},
      {"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END; COMMIT", kCommit},
      {"CREATE FUNCTION f() RETURNS int AS 'BEGIN; END' LANGUAGE plpgsql", kOther},
      // What poolers send.
      {"SET application_name = 'x'", kPoolerSet},
      {"SET application_name='x';", kPoolerSet},
      {"set Application_Name to 'x'", kPoolerSet},
      {"SET client_encoding='UTF8';SET datestyle='ISO';SET timezone='UTC';"
       "SET standard_conforming_strings='on';SET application_name='x';",
       kPoolerSet},
      {"SET SESSION application_name = 'x'", kOther},
      {"SET LOCAL timezone = 'UTC'", kOther},
      {"SET work_mem = '4MB'", kOther},
      {"SET timezone", kOther},
      {"SET timezone = 'UTC'; SELECT 1", kOther},
      {"SET timezone = 'UTC'; BEGIN", kBegin},
      {"DISCARD ALL", kDiscardAll},
      {"DISCARD ALL;", kDiscardAll},
      {"DISCARD PLANS", kOther},
  };
  for (const auto& [sql, role] : kCases) EXPECT_EQ(role_of(sql), role) << sql;
}

}  // namespace
}  // namespace pgcounsel
