#include "net/http_client.hpp"

#include <curl/curl.h>

#include <array>
#include <atomic>
#include <mutex>

namespace till::net {
namespace {

constexpr std::string_view kGlobalSetupFailed = "the network library cannot be started on this machine";

bool curl_ready() {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return ready;
}

struct HeaderList {
  curl_slist* list = nullptr;
  HeaderList() = default;
  HeaderList(const HeaderList&) = delete;
  HeaderList& operator=(const HeaderList&) = delete;
  ~HeaderList() { curl_slist_free_all(list); }
  void add(const std::string& line) {
    if (auto* longer = curl_slist_append(list, line.c_str())) list = longer;
  }
};

}  // namespace

struct HttpClient::Impl {
  explicit Impl(HttpClientOptions o) : options(std::move(o)), curl(curl_ready() ? curl_easy_init() : nullptr) {}
  ~Impl() { curl_easy_cleanup(curl); }

  Result<HttpAnswer> perform(const HttpCall& call);
  void set_up(const HttpCall& call, const HeaderList& headers, std::array<char, CURL_ERROR_SIZE>& text);
  [[nodiscard]] Error explain(CURLcode code, const char* text) const;
  static std::size_t on_data(const char* data, std::size_t size, std::size_t count, void* self);
  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<Impl*>(self)->stopped ? 1 : 0;
  }

  const HttpClientOptions options;
  CURL* curl;
  std::mutex mutex;
  std::atomic<bool> stopped = false;
  Bytes body;
  bool too_large = false;
};

std::size_t HttpClient::Impl::on_data(const char* data, std::size_t size, std::size_t count, void* self) {
  auto& impl = *static_cast<Impl*>(self);
  const std::size_t bytes = size * count;
  if (impl.body.size() + bytes > impl.options.max_answer_bytes) {
    impl.too_large = true;
    return 0;
  }
  impl.body.insert(impl.body.end(), data, data + bytes);
  return bytes;
}

Error HttpClient::Impl::explain(CURLcode code, const char* text) const {
  const std::string cause = std::string(curl_easy_strerror(code)) + ": " + text;
  if (stopped) return {ErrorKind::retry, "the request was stopped", cause};
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
      return {ErrorKind::denied,
              options.peer + "'s certificate is not trusted here; check the address and the authority file (CA)",
              cause};
    case CURLE_SSL_CACERT_BADFILE:
      return {ErrorKind::invalid,
              "the authority file (CA) of " + options.peer + " cannot be read; choose the right file", cause};
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return {ErrorKind::invalid, "this is not an address that " + options.peer + " can have; it begins with https://",
              cause};
    case CURLE_WRITE_ERROR:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_HTTP2:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_TOO_MANY_REDIRECTS:
    case CURLE_SSL_CONNECT_ERROR:
      return {ErrorKind::corrupt,
              "what answers at the address of " + options.peer + " answers nonsense; check the address", cause};
    default:
      return {ErrorKind::retry, options.peer + " cannot be reached; check its address and the network", cause};
  }
}

void HttpClient::Impl::set_up(const HttpCall& call, const HeaderList& headers,
                              std::array<char, CURL_ERROR_SIZE>& text) {
  curl_easy_reset(curl);  // keeps the connection
  const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(curl, option, value); };
  set(CURLOPT_ERRORBUFFER, text.data());
  set(CURLOPT_URL, call.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "https,http");
  set(CURLOPT_CUSTOMREQUEST, call.method.c_str());
  set(CURLOPT_HTTPHEADER, headers.list);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(options.total_timeout.count()));
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  if (!options.ca_file.empty()) {
    set(CURLOPT_CAINFO, options.ca_file.c_str());
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  if (call.method == "HEAD") set(CURLOPT_NOBODY, 1L);
  if (!call.body.empty() || call.method == "POST" || call.method == "PUT") {
    set(CURLOPT_POSTFIELDS, reinterpret_cast<const char*>(call.body.data()));
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
  }
  set(CURLOPT_WRITEFUNCTION, &Impl::on_data);
  set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  set(CURLOPT_XFERINFOFUNCTION, &Impl::on_progress);
  set(CURLOPT_XFERINFODATA, static_cast<void*>(this));
  set(CURLOPT_NOPROGRESS, 0L);
}

Result<HttpAnswer> HttpClient::Impl::perform(const HttpCall& call) {
  if (curl == nullptr) return fail(ErrorKind::permanent, std::string(kGlobalSetupFailed));
  if (stopped) return fail(ErrorKind::retry, "the request was stopped");
  HeaderList headers;
  for (const auto& [name, value] : call.headers) headers.add(name + ": " + value);
  headers.add("Expect:");  // a body is sent at once, without waiting for leave
  std::array<char, CURL_ERROR_SIZE> text{};
  set_up(call, headers, text);
  body.clear();
  too_large = false;
  const auto code = curl_easy_perform(curl);
  if (too_large)
    return fail(ErrorKind::corrupt, "the answer of " + options.peer + " is larger than it may be; check the address");
  if (code != CURLE_OK) return fail(explain(code, text.data()));
  HttpAnswer answer;
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  const char* type = nullptr;
  curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
  if (type != nullptr) answer.content_type = type;
  answer.body = std::move(body);
  return answer;
}

HttpClient::HttpClient(HttpClientOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

HttpClient::~HttpClient() = default;

Result<HttpAnswer> HttpClient::send(const HttpCall& call) {
  std::lock_guard lock(impl_->mutex);
  return impl_->perform(call);
}

void HttpClient::stop() {
  impl_->stopped = true;
}

}  // namespace till::net
