// What cannot be analysed, because PostgreSQL's parser refuses it.
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kBroken{
    .rule = "syntax_error",
    .level = Level::kMedium,
    .remedy =
        "Mend the statement at the place that is told. The statements around it were looked "
        "at.",
    .verify =
        "`psql -f` of the file against an empty database, or `PREPARE` of the statement, "
        "accepts it.",
    .rollback = "Nothing to undo: a statement that is refused changes nothing.",
    .because = "the parser is PostgreSQL's own, of version 15"};

constexpr SqlWords kUnclosed{
    .rule = "syntax_error",
    .level = Level::kMedium,
    .remedy =
        "Close the string, the quoted name or the comment. Until then all that follows in "
        "the file is a part of it, and was not looked at.",
    .verify = "The review lists the statements behind it.",
    .rollback = "Nothing to undo: a statement that is refused changes nothing.",
    .because = "the file ends inside it"};

constexpr SqlWords kNotAnalysed{
    .rule = "syntax_error",
    .level = Level::kInfo,
    .remedy =
        "Nothing has to be done. To have the statement looked at: give it as it is sent, "
        "from the log of a test run or from the tool that fills it in.",
    .verify = "The review lists the statement.",
    .rollback = "Nothing to undo.",
    .confidence = Confidence::kMedium,
    .because = "the parser is that of PostgreSQL 15, and knows neither templates nor newer syntax"};

struct Told {
  const SqlWords& words;
  std::string title;
};

Told told_of(const ReviewStatement& statement, const ReviewFile& file) {
  switch (statement.refusal) {
    case Refusal::kUnclosed:
      return {kUnclosed, join({"a string, name or comment is never closed; what stands behind it "
                               "was not looked at (",
                               statement.error.message, ")"})};
    case Refusal::kNewer:
      return {kNotAnalysed,
              join({"not analysed: ", statement.refused, " and later, and may be valid there"})};
    case Refusal::kTemplate:
      return {kNotAnalysed,
              join({"not analysed: ", statement.refused, " stands where SQL is needed"})};
    case Refusal::kTooDeep:
      return {kNotAnalysed, "not analysed: nested too deeply, or too long a chain of operators"};
    case Refusal::kSyntax:
    case Refusal::kNone:
      break;
  }
  // It was executed, so that it is no error.
  if (file.kind == ReviewKind::kLog) {
    return {kNotAnalysed, join({"not analysed: ", statement.error.message})};
  }
  return {kBroken, statement.error.message};
}

Finding finding_of(const Review& review, const ReviewStatement& statement) {
  const ReviewFile& file = review.files[statement.file];
  Told told = told_of(statement, file);
  Finding finding;
  finding.rule = told.words.rule;
  finding.key = join({finding.rule, ":", hex(statement.fingerprint)});
  finding.level = told.words.level;
  finding.subject = {"query", hex(statement.fingerprint)};
  finding.title = std::move(told.title);
  finding.remedy = {std::string(told.words.remedy_kind), std::string(told.words.remedy)};
  finding.confidence = told.words.confidence;
  finding.confidence_because = told.words.because;
  finding.verify = told.words.verify;
  finding.rollback = told.words.rollback;
  const FilePosition at = position_in_file(review, statement, statement.error.position);
  finding.place = Place{file.path, at.line, at.column, at.line, at.column};
  return finding;
}

}  // namespace

Findings syntax_error(const Brief& brief) {
  Findings all;
  if (brief.review == nullptr) return all;
  for (const ReviewStatement& statement : brief.review->statements) {
    if (!statement.tree) all.push_back(finding_of(*brief.review, statement));
  }
  return all;
}

}  // namespace pgcounsel
