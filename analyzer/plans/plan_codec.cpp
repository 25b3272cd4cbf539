#include "analyzer/plans/plan_codec.h"

#include <bit>
#include <cmath>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "parser/bytes.h"
#include "parser/plan/plan_names.h"

namespace pgcounsel {
namespace {

constexpr std::uint64_t kVersion = 1;

// ---- Writing

// Most figures have at most three decimals: those are written in thousandths, all others by their
// bits.
constexpr double kThousand = 1000, kMostThousandths = 1e15;
std::optional<std::int64_t> thousandths_of(double value) {
  const double many = std::round(value * kThousand);
  const bool is_exact = std::abs(many) < kMostThousandths && many / kThousand == value &&
                        !(value == 0 && std::signbit(value));
  if (!is_exact) return std::nullopt;
  return static_cast<std::int64_t>(many);
}

class PlanWriter {
 public:
  std::string write(const Plan& plan) {
    out_.put(static_cast<std::uint64_t>(plan.format));
    out_.put(plan.nodes.size());
    for (std::size_t place = 0; place < plan.nodes.size(); ++place) {
      put_node(plan.nodes[place], place);
    }
    put_figure(plan.planning_ms);
    put_figure(plan.execution_ms);
    put_figure(plan.logged_ms);
    put_numbers(plan.planning);
    put_figure(plan.planner_memory_used_kb);
    put_figure(plan.planner_memory_allocated_kb);
    put_jit(plan.jit);
    put_serialization(plan.serialization);
    put_triggers(plan.triggers);
    out_.put(plan.settings.size());
    for (const PlanSetting& setting : plan.settings) {
      put_text(setting.name);
      put_text(setting.value);
    }
    put_text(plan.query);
    put_text(plan.parameters);
    out_.put(plan.query_id ? 1 : 0);
    if (plan.query_id) out_.put_signed(*plan.query_id);
    out_.put(plan.generic ? 1 : 0);
    ByteWriter head;
    head.put(kVersion);
    head.put(texts_.size());
    for (const std::string_view text : texts_) head.put_text(text);
    return head.take() + out_.take();
  }

 private:
  // Texts come again: each stands once, and is told by its number.
  void put_text(std::string_view text) {
    const auto [it, inserted] = numbers_.try_emplace(text, texts_.size());
    if (inserted) texts_.push_back(text);
    out_.put(it->second);
  }
  void put_value(double value) {
    const auto thousandths = thousandths_of(value);
    out_.put(thousandths ? 0 : 1);
    if (thousandths) {
      out_.put_signed(*thousandths);
    } else {
      out_.put(std::bit_cast<std::uint64_t>(value));
    }
  }
  void put_figure(const std::optional<double>& value) {
    out_.put(value ? 1 : 0);
    if (value) put_value(*value);
  }
  void put_numbers(const PlanNumbers& numbers) {
    out_.put(static_cast<std::uint64_t>(numbers.end() - numbers.begin()));
    for (const auto& [name, value] : numbers) {
      put_text(name_of(name));
      put_value(value);
    }
  }
  void put_texts(const PlanTexts& texts) {
    out_.put(static_cast<std::uint64_t>(texts.end() - texts.begin()));
    for (const auto& [name, text] : texts) {
      put_text(name_of(name));
      put_text(text);
    }
  }
  void put_node(const PlanNode& node, std::size_t place) {
    out_.put(node.parent == kNoNode ? 0 : place - node.parent);
    put_text(node.type);
    put_numbers(node.numbers);
    put_texts(node.texts);
    out_.put(node.workers.size());
    for (const PlanWorker& worker : node.workers) {
      out_.put_signed(worker.number);
      put_numbers(worker.numbers);
      put_texts(worker.texts);
    }
  }
  void put_jit(const std::optional<PlanJit>& jit) {
    out_.put(jit ? 1 : 0);
    if (!jit) return;
    put_value(jit->functions);
    put_text(jit->options);
    for (const auto* ms : {&jit->generation_ms, &jit->inlining_ms, &jit->optimization_ms,
                           &jit->emission_ms, &jit->total_ms}) {
      put_figure(*ms);
    }
  }
  void put_serialization(const std::optional<PlanSerialization>& serialization) {
    out_.put(serialization ? 1 : 0);
    if (!serialization) return;
    put_figure(serialization->ms);
    put_value(serialization->output_kb);
    put_text(serialization->format);
  }
  void put_triggers(const std::vector<PlanTrigger>& triggers) {
    out_.put(triggers.size());
    for (const PlanTrigger& trigger : triggers) {
      put_text(trigger.name);
      put_text(trigger.constraint);
      put_text(trigger.relation);
      put_figure(trigger.ms);
      put_value(trigger.calls);
    }
  }

  ByteWriter out_;
  std::map<std::string_view, std::uint64_t> numbers_;
  std::vector<std::string_view> texts_;
};

// ---- Reading

class PlanBytes {
 public:
  explicit PlanBytes(std::string_view bytes) : in_(bytes) {}

  bool read(Plan& plan) {
    if (in_.get() != kVersion) return false;
    const std::uint64_t texts = in_.get();
    for (std::uint64_t i = 0; i < texts && in_.ok(); ++i) texts_.push_back(in_.get_text());
    const std::uint64_t format = in_.get();
    if (format > static_cast<std::uint64_t>(PlanFormat::kXml)) return false;
    plan.format = static_cast<PlanFormat>(format);
    if (!read_nodes(plan.nodes)) return false;
    plan.planning_ms = figure();
    plan.execution_ms = figure();
    plan.logged_ms = figure();
    read_numbers(plan.planning);
    plan.planner_memory_used_kb = figure();
    plan.planner_memory_allocated_kb = figure();
    read_jit(plan.jit);
    read_serialization(plan.serialization);
    for (std::uint64_t left = in_.get(); left > 0 && in_.ok(); --left) {
      plan.triggers.push_back(trigger());
    }
    for (std::uint64_t left = in_.get(); left > 0 && in_.ok(); --left) {
      PlanSetting& setting = plan.settings.emplace_back();
      setting.name = text();
      setting.value = text();
    }
    plan.query = text();
    plan.parameters = text();
    if (in_.get() != 0) plan.query_id = in_.get_signed();
    plan.generic = in_.get() != 0;
    return in_.ok() && in_.at_end();
  }

 private:
  std::string_view text() {
    const std::uint64_t number = in_.get();
    return number < texts_.size() ? texts_[number] : std::string_view{};
  }
  double value() {
    if (in_.get() == 0) return static_cast<double>(in_.get_signed()) / kThousand;
    return std::bit_cast<double>(in_.get());
  }
  std::optional<double> figure() {
    if (in_.get() == 0) return std::nullopt;
    return value();
  }
  void read_numbers(PlanNumbers& numbers) {
    for (std::uint64_t left = in_.get(); left > 0 && in_.ok(); --left) {
      const auto name = plan_number_named(text());
      const double number = value();
      if (name) numbers.set(*name, number);
    }
  }
  void read_texts(PlanTexts& texts) {
    for (std::uint64_t left = in_.get(); left > 0 && in_.ok(); --left) {
      const auto name = plan_text_named(text());
      const std::string_view words = text();
      if (name) texts.set(*name, std::string(words));
    }
  }
  // A parent is the node before, or one above it.
  bool read_nodes(std::vector<PlanNode>& nodes) {
    std::vector<std::size_t> above;
    for (std::uint64_t left = in_.get(); left > 0 && in_.ok(); --left) {
      const std::size_t place = nodes.size();
      PlanNode& node = nodes.emplace_back();
      const std::uint64_t distance = in_.get();
      if ((distance == 0) != (place == 0) || distance > place) return false;
      if (distance > 0) node.parent = place - distance;
      while (!above.empty() && above.back() != node.parent) {
        nodes[above.back()].end = place;
        above.pop_back();
      }
      if (above.empty() && place > 0) return false;
      node.depth = static_cast<std::uint32_t>(above.size());
      above.push_back(place);
      node.type = text();
      read_numbers(node.numbers);
      read_texts(node.texts);
      for (std::uint64_t workers = in_.get(); workers > 0 && in_.ok(); --workers) {
        PlanWorker& worker = node.workers.emplace_back();
        worker.number = static_cast<int>(in_.get_signed());
        read_numbers(worker.numbers);
        read_texts(worker.texts);
      }
    }
    for (const std::size_t place : above) nodes[place].end = nodes.size();
    return in_.ok() && !nodes.empty();
  }
  void read_jit(std::optional<PlanJit>& jit) {
    if (in_.get() == 0) return;
    jit.emplace();
    jit->functions = value();
    jit->options = text();
    for (auto* ms : {&jit->generation_ms, &jit->inlining_ms, &jit->optimization_ms,
                     &jit->emission_ms, &jit->total_ms}) {
      *ms = figure();
    }
  }
  void read_serialization(std::optional<PlanSerialization>& serialization) {
    if (in_.get() == 0) return;
    serialization.emplace();
    serialization->ms = figure();
    serialization->output_kb = value();
    serialization->format = text();
  }
  PlanTrigger trigger() {
    PlanTrigger trigger;
    trigger.name = text();
    trigger.constraint = text();
    trigger.relation = text();
    trigger.ms = figure();
    trigger.calls = value();
    return trigger;
  }

  ByteReader in_;
  std::vector<std::string_view> texts_;
};

}  // namespace

std::string encode_plan(const Plan& plan) {
  return PlanWriter().write(plan);
}

Result<Plan> decode_plan(std::string_view bytes) {
  Plan plan;
  if (!PlanBytes(bytes).read(plan)) return Error{"damaged plan"};
  return plan;
}

}  // namespace pgcounsel
