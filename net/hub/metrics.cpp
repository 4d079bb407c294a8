#include "net/hub/metrics.hpp"

#include <fmt/format.h>

namespace till::net {

std::string metrics_text(const ListenerCounts& listener, const LiveHub::Counts& live, const HubWorker& worker,
                         const RequestCounts& requests, const ObjectService* objects) {
  std::string text;
  const auto line = [&](std::string_view name, std::string_view kind, std::string_view help, std::uint64_t value) {
    text +=
        fmt::format("# HELP till_hub_{0} {2}\n# TYPE till_hub_{0} {1}\ntill_hub_{0} {3}\n", name, kind, help, value);
  };
  line("open_connections", "gauge", "TLS connections that are open.", listener.connections);
  line("accepted_connections_total", "counter", "TLS connections accepted since the start.", listener.accepted);
  line("refused_connections_total", "counter", "Connections refused because there were too many.", listener.refused);
  line("live_terminals", "gauge", "Terminals with a live link.", live.connections);
  line("live_tenants", "gauge", "Tenants with at least one live terminal.", live.tenants);
  line("received_bytes_total", "counter", "Bytes of live messages received.", listener.bytes_in);
  line("sent_bytes_total", "counter", "Bytes of live messages sent.", listener.bytes_out);
  line("messages_total", "counter", "Sync messages handled.", live.messages);
  line("segments_stored_total", "counter", "Messages that brought a new segment.", live.stored);
  line("segments_pushed_total", "counter", "Messages pushed to other terminals.", live.pushed);
  line("refused_sessions_total", "counter", "Live links closed for breaking the protocol.", live.refused);
  line("forked_feeds_total", "counter", "Logs seen to fork: a copied stick or a restored backup.", live.forks);
  line("overflows_total", "counter", "Live links closed because they took too little.", live.overflows);
  line("commits_total", "counter", "Group commits.", worker.groups());
  line("commits_failed_total", "counter", "Group commits that failed.", worker.failed_groups());
  line("jobs_total", "counter", "Jobs in those groups.", worker.jobs());
  if (objects != nullptr) {
    const auto& counts = objects->counts();
    line("object_requests_total", "counter", "Requests for tenants' objects.", counts.requests);
    line("object_refusals_total", "counter", "Those of them that were refused.", counts.refused);
    line("object_received_bytes_total", "counter", "Bytes of objects received.", counts.bytes_in);
    line("object_sent_bytes_total", "counter", "Bytes of objects and their lists sent.", counts.bytes_out);
  }
  text += "# HELP till_hub_requests_total HTTP requests by class of status.\n# TYPE till_hub_requests_total counter\n";
  text += fmt::format("till_hub_requests_total{{class=\"2xx\"}} {}\n", requests.answered_2xx.load());
  text += fmt::format("till_hub_requests_total{{class=\"4xx\"}} {}\n", requests.answered_4xx.load());
  text += fmt::format("till_hub_requests_total{{class=\"5xx\"}} {}\n", requests.answered_5xx.load());
  return text;
}

}  // namespace till::net
