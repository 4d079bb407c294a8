#include "net/hub/listener.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <thread>

#include "core/log.hpp"
#include "net/hub/session.hpp"

namespace till::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using beast::error_code;

constexpr std::uint32_t kMaxHeaderBytes = 16 * 1024;
constexpr std::chrono::seconds kStopLimit{1};
constexpr std::chrono::milliseconds kAcceptPause{100};

class HttpSession final : public Closable, public std::enable_shared_from_this<HttpSession> {
 public:
  HttpSession(tcp::socket&& socket, asio::ssl::context& tls, ListenerState& state)
      : stream_(std::move(socket), tls), state_(state) {}
  ~HttpSession() override { state_.leave(this); }

  void start() {
    if (!state_.enter(this)) {
      ++state_.refused;
      return;
    }
    ++state_.accepted;
    error_code ignored;
    auto& tcp_layer = beast::get_lowest_layer(stream_);
    const auto endpoint = tcp_layer.socket().remote_endpoint(ignored);
    peer_ = endpoint.address().to_string(ignored);
    tcp_layer.socket().set_option(tcp::no_delay(true), ignored);
    tcp_layer.expires_after(state_.options.handshake_timeout);
    stream_.async_handshake(asio::ssl::stream_base::server, [self = shared_from_this()](error_code ec) {
      if (!ec) self->read();
    });
  }

  void shut() override {
    auto self = weak_from_this().lock();
    if (!self) return;
    const auto executor = stream_.get_executor();
    asio::post(executor, [self = std::move(self)] { beast::get_lowest_layer(self->stream_).cancel(); });
  }

 private:
  void read() {
    parser_.emplace();
    parser_->header_limit(kMaxHeaderBytes);
    parser_->body_limit(state_.options.max_body_bytes);
    beast::get_lowest_layer(stream_).expires_after(state_.options.request_timeout);
    http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](error_code ec, std::size_t) {
      if (ec == http::error::body_limit || ec == http::error::header_limit) return self->refuse_size();
      if (ec == http::error::end_of_stream) return self->goodbye();
      if (!ec) self->on_request(self->parser_->release());
    });
  }

  void on_request(HttpRequest request) {
    if (beast::websocket::is_upgrade(request)) {
      if (request.target() != "/ws") return answer_with(error_page(http::status::not_found), false);
      state_.leave(this);
      return start_live_session(std::move(stream_), std::move(request), state_);
    }
    const bool keep = request.keep_alive();
    ApiRequest api;
    api.method = std::string(request.method_string());
    api.target = std::string(request.target());
    api.authorization = std::string(request[http::field::authorization]);
    api.peer = peer_;
    api.body = to_bytes(std::string_view(request.body()));
    beast::get_lowest_layer(stream_).expires_never();
    state_.service.handle(std::move(api), [self = shared_from_this(), keep](ApiAnswer answer) {
      const auto executor = self->stream_.get_executor();
      asio::post(executor, [self, keep, answer = std::move(answer)] { self->answer_with(answer, keep); });
    });
  }

  void refuse_size() { answer_with(error_page(http::status::payload_too_large), false); }

  static ApiAnswer error_page(http::status status) {
    ApiAnswer answer;
    answer.status = static_cast<int>(status);
    const bool large = status == http::status::payload_too_large;
    answer.body = to_bytes(std::string_view(
        large ? R"({"error":{"code":"too_large","message":"the request is larger than the hub takes"}})"
              : R"({"error":{"code":"not_found","message":"the hub has nothing at this address"}})"));
    return answer;
  }

  void answer_with(const ApiAnswer& answer, bool keep) {
    response_ = {};
    response_.version(11);
    response_.result(static_cast<unsigned>(answer.status));
    response_.set(http::field::server, "till-hub");
    response_.set(http::field::content_type, answer.content_type);
    response_.set(http::field::cache_control, "no-store");
    if (answer.retry_after_s > 0) response_.set(http::field::retry_after, std::to_string(answer.retry_after_s));
    response_.keep_alive(keep);
    response_.body() = std::string(as_text(answer.body));
    response_.prepare_payload();
    beast::get_lowest_layer(stream_).expires_after(state_.options.request_timeout);
    http::async_write(stream_, response_, [self = shared_from_this(), keep](error_code ec, std::size_t) {
      if (ec) return;
      if (keep) return self->read();
      self->goodbye();
    });
  }

  void goodbye() {
    beast::get_lowest_layer(stream_).expires_after(state_.options.handshake_timeout);
    stream_.async_shutdown([self = shared_from_this()](error_code) {});
  }

  TlsStream stream_;
  ListenerState& state_;
  std::string peer_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> response_;
};

tl::unexpected<Error> cannot_listen(const ListenerOptions& options, const error_code& ec) {
  return fail(ErrorKind::permanent,
              "the hub cannot listen on " + options.address + ":" + std::to_string(options.port) +
                  "; is another program using it, or is it not an address of this machine?",
              ec.message());
}

Status set_up_tls(asio::ssl::context& tls, const ListenerOptions& options) {
  const auto bad = [](const char* what, const error_code& ec) {
    return fail(ErrorKind::permanent,
                std::string("the hub cannot use its ") + what + "; both files must be PEM and fit", ec.message());
  };
  error_code ec;
  tls.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_compression, ec);
  SSL_CTX_set_min_proto_version(tls.native_handle(), TLS1_2_VERSION);
  tls.use_certificate_chain(asio::buffer(options.certificate_pem), ec);
  if (ec) return bad("certificate", ec);
  tls.use_private_key(asio::buffer(options.private_key_pem), asio::ssl::context::pem, ec);
  if (ec) return bad("certificate's key", ec);
  return {};
}

}  // namespace

struct Listener::Impl {
  Impl(ListenerOptions options, HubService& service)
      : state(std::move(options), service),
        context(state.options.threads),
        acceptor(asio::make_strand(context)),
        pause(acceptor.get_executor()) {}

  Status listen() {
    error_code ec;
    const auto address = asio::ip::make_address(state.options.address, ec);
    if (ec) return cannot_listen(state.options, ec);
    const tcp::endpoint endpoint(address, state.options.port);
    acceptor.open(endpoint.protocol(), ec);
    if (!ec) acceptor.set_option(asio::socket_base::reuse_address(true), ec);
    if (!ec) acceptor.bind(endpoint, ec);
    if (!ec) acceptor.listen(asio::socket_base::max_listen_connections, ec);
    if (ec) return cannot_listen(state.options, ec);
    port = acceptor.local_endpoint(ec).port();
    return {};
  }

  void accept_next() {
    acceptor.async_accept(asio::make_strand(context), [this](error_code ec, tcp::socket socket) {
      if (!acceptor.is_open()) return;
      if (ec) {  // out of file descriptors, mostly: wait, do not spin
        pause.expires_after(kAcceptPause);
        return pause.async_wait([this](error_code stopped) {
          if (!stopped) accept_next();
        });
      }
      std::make_shared<HttpSession>(std::move(socket), tls, state)->start();
      accept_next();
    });
  }

  void run() {
    accept_next();
    for (int i = 0; i < state.options.threads; ++i) threads.emplace_back([this] { context.run(); });
  }

  void stop_accepting() {
    asio::post(acceptor.get_executor(), [this] {
      error_code ignored;
      acceptor.close(ignored);
      pause.cancel();
    });
  }

  void stop() {
    if (threads.empty()) return;
    stop_accepting();
    {
      std::unique_lock lock(state.mutex);
      state.stopping = true;
      for (auto* session : state.open) session->shut();
      state.emptied.wait_for(lock, kStopLimit, [&] { return state.open.empty(); });
    }
    context.stop();
    for (auto& thread : threads) thread.join();
    threads.clear();
  }

  ListenerState state;
  asio::ssl::context tls{asio::ssl::context::tls_server};
  asio::io_context context;
  tcp::acceptor acceptor;
  asio::steady_timer pause;
  std::vector<std::thread> threads;
  std::uint16_t port = 0;
};

Listener::Listener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Listener::~Listener() {
  stop();
}

Result<std::unique_ptr<Listener>> Listener::open(ListenerOptions options, HubService& service) {
  auto impl = std::make_unique<Impl>(std::move(options), service);
  TRY(set_up_tls(impl->tls, impl->state.options));
  TRY(impl->listen());
  return std::unique_ptr<Listener>(new Listener(std::move(impl)));
}

std::uint16_t Listener::port() const {
  return impl_->port;
}

ListenerCounts Listener::counts() const {
  const auto& state = impl_->state;
  ListenerCounts counts{0, state.accepted, state.refused, state.bytes_in, state.bytes_out};
  std::lock_guard lock(state.mutex);
  counts.connections = state.open.size();
  return counts;
}

void Listener::run() {
  impl_->run();
}

void Listener::stop_accepting() {
  impl_->stop_accepting();
}

void Listener::stop() {
  impl_->stop();
}

}  // namespace till::net
