#include "analyzer/ingest.h"

#include <fmt/format.h>

#include <set>

#include "analyzer/ingest/recognised.h"
#include "analyzer/ingest/source.h"

namespace pgcounsel {
namespace {

// Logs that name no host belong to the only host that the other inputs name: a directory holds the
// csvlog and the syslog of one server, and its pooler's log.
std::string server_of_nameless(const std::vector<RecognisedInput>& inputs) {
  std::set<std::string> hosts;
  for (const RecognisedInput& input : inputs) {
    hosts.insert(input.servers.begin(), input.servers.end());
  }
  return hosts.size() == 1 ? *hosts.begin() : "default";
}

// Whose logs these are, as far as their heads tell.
std::set<std::string> servers_of(const std::vector<RecognisedInput>& inputs,
                                 const std::optional<std::string>& told) {
  if (told) return {*told};
  std::set<std::string> servers;
  for (const RecognisedInput& input : inputs) {
    servers.insert(input.servers.begin(), input.servers.end());
    if (input.servers.empty()) servers.insert(server_of_nameless(inputs));
  }
  return servers;
}

Result<void> keep_sizes(Store& store, const std::set<std::string>& servers,
                        const std::map<PoolSizeKey, PoolSize>& sizes) {
  if (sizes.empty()) return {};
  Samples samples;
  samples.sizes = sizes;
  for (const std::string& name : servers) {
    auto server = store.server(name);
    if (!server) return server.error();
    if (auto done = store.add_samples(*server, samples); !done) return done;
  }
  return {};
}

void add_to(IngestOutcome& outcome, SourceOutcome source) {
  outcome.bytes += source.coverage.bytes;
  outcome.records += source.coverage.records;
  outcome.unparsed += source.coverage.unparsed_records;
  outcome.duplicates += source.coverage.duplicate_records;
  outcome.parser_calls += source.parser_calls;
  outcome.sources.push_back(std::move(source.coverage));
  outcome.warnings.insert(outcome.warnings.end(), source.warnings.begin(), source.warnings.end());
}

// 0 where one of them is a pipe.
std::uint64_t size_of_all(const std::vector<RecognisedInput>& inputs) {
  std::uint64_t size = 0;
  for (const RecognisedInput& input : inputs) {
    if (input.size_on_disk == 0) return 0;
    size += input.size_on_disk;
  }
  return size;
}

Result<void> forget_old(Store& store) {
  auto names = store.servers();
  if (!names) return names.error();
  for (const std::string& name : *names) {
    auto server = store.server(name);
    if (!server) return server.error();
    if (auto done = store.forget(*server, Retention{}); !done) return done;
  }
  return {};
}

}  // namespace

Result<IngestOutcome> ingest(Store& store, const IngestRequest& request) {
  IngestOutcome outcome;
  Stopwatch watch;
  auto inputs = recognise_inputs(request.inputs, request.hints, outcome.warnings);
  if (!inputs) return inputs.error();
  outcome.phases.push_back(watch.lap("recognise the inputs"));
  const std::set<std::string> servers = servers_of(*inputs, request.server);
  SourceRequest source_request;
  source_request.servers = {request.server, server_of_nameless(*inputs)};
  source_request.hints = request.hints;
  source_request.threads = request.threads;
  source_request.most_memory = request.most_memory;
  IngestProgress progress;
  progress.bytes_total = size_of_all(*inputs);
  std::uint64_t done = 0;
  for (RecognisedInput& input : *inputs) {
    if (request.progress) {
      progress.input = input.path;
      source_request.progress = [&](std::uint64_t consumed, std::uint64_t records) {
        progress.bytes_done = done + consumed;
        progress.records = outcome.records + records;
        request.progress(progress);
      };
    }
    const std::uint64_t size = input.size_on_disk;
    auto source = read_source(store, source_request, std::move(input));
    if (!source) return source.error();
    outcome.phases.push_back(watch.lap("read " + source->coverage.name));
    add_to(outcome, *std::move(source));
    done += size;
  }
  if (outcome.records == 0 && outcome.unparsed > 0) {
    const SourceCoverage& source = outcome.sources.front();
    return Error{fmt::format("{}: nothing in it was understood as {}", source.name, source.format)};
  }
  if (auto kept = keep_sizes(store, servers, request.pool_sizes); !kept) return kept.error();
  if (auto forgotten = forget_old(store); !forgotten) return forgotten.error();
  outcome.phases.push_back(watch.lap("tidy the ledger"));
  return outcome;
}

}  // namespace pgcounsel
