#include "net/transports/live_link.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <deque>
#include <thread>

#include "core/text.hpp"
#include "net/http_url.hpp"
#include "net/ws_handshake.hpp"

namespace till::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using beast::error_code;

constexpr std::chrono::seconds kCloseLimit{1};
constexpr std::size_t kMaxReason = 200;

enum class Stage : unsigned char { resolving, connecting, securing, upgrading, proving, open };

Error unreachable(const error_code& ec) {
  return {ErrorKind::retry, "the hub cannot be reached; check its address and the network", ec.message()};
}

Error not_a_hub(std::string cause) {
  return {ErrorKind::corrupt, "what answers at the hub's address is not a hub, or is a broken one", std::move(cause)};
}

// What an I/O error means depends on how far the attempt had come.
Error explain(Stage stage, const error_code& ec, bool certificate_refused) {
  const bool network = ec.category() == boost::system::system_category() || ec == asio::error::eof ||
                       ec == beast::error::timeout || ec == asio::ssl::error::stream_truncated;
  switch (stage) {
    case Stage::resolving:
    case Stage::connecting:
      return unreachable(ec);
    case Stage::securing:
      if (certificate_refused)
        return {ErrorKind::denied,
                "the hub's certificate is not trusted here; check the address and the authority file (CA)",
                ec.message()};
      return network ? unreachable(ec) : not_a_hub(ec.message());
    case Stage::upgrading:
    case Stage::proving:
      return network ? unreachable(ec) : not_a_hub(ec.message());
    case Stage::open:
      break;
  }
  if (network || ec == websocket::error::closed)
    return {ErrorKind::retry, "the connection to the hub was lost", ec.message()};
  return not_a_hub(ec.message());
}

Error hub_said(ErrorKind kind, const std::string& text) {
  if (text.empty() || !is_valid_utf8(text)) return {kind, "the hub closed the connection", {}};
  return {kind, "the hub says: " + clipped(text, kMaxReason), {}};
}

}  // namespace

struct LiveLink::Impl {
  class Attempt;

  Impl(LiveLinkOptions the_options, LiveLinkEvents the_events)
      : options(std::move(the_options)), events(std::move(the_events)), thread([this] { context.run(); }) {}
  ~Impl();

  void begin();
  void ended(Error reason);

  const LiveLinkOptions options;
  const LiveLinkEvents events;
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  std::shared_ptr<Attempt> attempt;  // the thread's own
  bool begins_again = false;         // the thread's own: connect() came while the attempt was closing
  std::atomic<std::uint64_t> generation = 0;
  std::atomic<bool> is_open = false;
  std::atomic<std::size_t> queued_bytes = 0;
  std::thread thread;
};

class LiveLink::Impl::Attempt : public std::enable_shared_from_this<Attempt> {
  // A completion handler that keeps the attempt alive and turns any error into its end.
  template <class Next>
  auto step(Next next) {
    return [self = shared_from_this(), next](error_code ec, const auto&... values) {
      if (self->finished_ || self->closing_) return;
      if (ec) return self->fail_with(ec);
      if constexpr (std::is_invocable_v<const Next&, Attempt&, decltype(values)...>)
        next(*self, values...);
      else
        next(*self);
    };
  }

 public:
  Attempt(Impl& link, HttpsUrl url)
      : link_(link), url_(std::move(url)), resolver_(link.context), deadline_(link.context) {}

  void start() {
    if (auto status = prepare_tls(); !status) return finish(status.error());
    deadline_.expires_after(link_.options.connect_timeout);
    deadline_.async_wait([self = shared_from_this()](error_code ec) {
      if (!ec)
        self->finish({ErrorKind::retry, "the hub does not answer in time; check its address and the network", {}});
    });
    resolver_.async_resolve(url_.host, std::to_string(url_.port),
                            step([](Attempt& a, const tcp::resolver::results_type& found) { a.connect(found); }));
  }

  void send(Bytes message) {
    outgoing_.push_back(std::move(message));
    write_next();
  }

  void close(Error reason) {
    if (finished_ || closing_) return;
    if (stage_ != Stage::open || writing_) return finish(std::move(reason));
    closing_ = true;
    link_.is_open = false;
    deadline_.expires_after(kCloseLimit);
    deadline_.async_wait([self = shared_from_this(), reason](error_code ec) {
      if (!ec) self->finish(reason);
    });
    ws_->async_close(websocket::close_code::normal,
                     [self = shared_from_this(), reason](error_code) { self->finish(reason); });
  }

  [[nodiscard]] bool is_closing() const { return closing_; }

  void finish(Error reason) {
    if (std::exchange(finished_, true)) return;
    deadline_.cancel();
    resolver_.cancel();
    if (ws_) beast::get_lowest_layer(*ws_).close();
    link_.ended(std::move(reason));
  }

 private:
  void fail_with(const error_code& ec) {
    if (ec == websocket::error::closed && !ws_->reason().reason.empty())
      return finish(hub_said(ErrorKind::retry, std::string(ws_->reason().reason.c_str())));
    finish(explain(stage_, ec, certificate_refused_));
  }

  Status prepare_tls() {
    error_code ec;
    tls_.set_verify_mode(asio::ssl::verify_peer, ec);
    SSL_CTX_set_min_proto_version(tls_.native_handle(), TLS1_2_VERSION);
    if (link_.options.ca_file.empty())
      tls_.set_default_verify_paths(ec);
    else
      tls_.load_verify_file(link_.options.ca_file, ec);
    if (ec)
      return till::fail(ErrorKind::invalid,
                        "the hub's authority file (CA) cannot be read; enrol again or choose the right file",
                        ec.message());
    ws_.emplace(link_.context, tls_);
    ws_->next_layer().set_verify_callback(
        [this, check = asio::ssl::host_name_verification(url_.host)](bool good, asio::ssl::verify_context& chain) {
          const bool trusted = check(good, chain);
          certificate_refused_ = certificate_refused_ || !trusted;
          return trusted;
        },
        ec);
    error_code is_name;
    (void)asio::ip::make_address(url_.host, is_name);
    if (is_name) SSL_set_tlsext_host_name(ws_->next_layer().native_handle(), url_.host.c_str());
    return {};
  }

  void connect(const tcp::resolver::results_type& found) {
    stage_ = Stage::connecting;
    beast::get_lowest_layer(*ws_).async_connect(found, step([](Attempt& a) { a.secure(); }));
  }

  void secure() {
    stage_ = Stage::securing;
    error_code ignored;
    beast::get_lowest_layer(*ws_).socket().set_option(tcp::no_delay(true), ignored);
    ws_->next_layer().async_handshake(asio::ssl::stream_base::client, step([](Attempt& a) { a.upgrade(); }));
  }

  void upgrade() {
    stage_ = Stage::upgrading;
    ws_->set_option(websocket::stream_base::timeout{link_.options.connect_timeout, link_.options.idle_timeout, true});
    ws_->read_message_max(kMaxHandshakeFrame);
    ws_->binary(true);
    ws_->async_handshake(url_.authority(), "/ws", step([](Attempt& a) {
                           a.stage_ = Stage::proving;
                           a.ws_->async_read(a.incoming_, a.step([](Attempt& b) { b.prove(b.take_incoming()); }));
                         }));
  }

  void prove(const Bytes& frame) {
    const auto challenge = decode<LiveChallenge>(frame);
    if (!challenge || challenge->version != kLiveVersion || challenge->nonce.size() != kLiveNonceSize)
      return finish(not_a_hub("no challenge of a known version"));
    LiveProof proof;
    proof.device = link_.options.credentials.device;
    proof.tenant = link_.options.tenant;
    auto signature = link_.options.credentials.sign(live_proof_text(challenge->nonce, proof.device, proof.tenant));
    if (!signature) return finish(signature.error());
    proof.signature = std::move(*signature);
    proof_ = encode(proof);
    ws_->async_write(asio::buffer(proof_), step([](Attempt& a) {
                       a.ws_->async_read(a.incoming_, a.step([](Attempt& b) { b.judge(b.take_incoming()); }));
                     }));
  }

  void judge(const Bytes& frame) {
    const auto verdict = decode<LiveVerdict>(frame);
    if (!verdict) return finish(not_a_hub("no verdict"));
    if (!verdict->welcome) return finish(hub_said(ErrorKind::denied, verdict->reason));
    if (verdict->tenant != link_.options.tenant)
      return finish({ErrorKind::denied, "the hub speaks for another tenant; this terminal gives it nothing", {}});
    stage_ = Stage::open;
    deadline_.cancel();
    ws_->read_message_max(link_.options.max_message_bytes);
    link_.queued_bytes = 0;
    link_.is_open = true;
    read_next();
    if (link_.events.on_open) link_.events.on_open();
  }

  void read_next() {
    ws_->async_read(incoming_, step([](Attempt& a) {
                      if (!a.ws_->got_binary()) return a.finish(not_a_hub("a frame that is not binary"));
                      if (a.link_.events.on_message) a.link_.events.on_message(a.take_incoming());
                      if (!a.finished_ && !a.closing_) a.read_next();
                    }));
  }

  void write_next() {
    if (writing_ || outgoing_.empty() || closing_ || finished_) return;
    writing_ = true;
    ws_->async_write(asio::buffer(outgoing_.front()), step([](Attempt& a) {
                       a.writing_ = false;
                       a.link_.queued_bytes -= a.outgoing_.front().size();
                       a.outgoing_.pop_front();
                       a.write_next();
                     }));
  }

  Bytes take_incoming() {
    const auto data = incoming_.cdata();
    const auto* begin = static_cast<const std::uint8_t*>(data.data());
    Bytes bytes(begin, begin + data.size());
    incoming_.consume(incoming_.size());
    return bytes;
  }

  Impl& link_;
  HttpsUrl url_;
  tcp::resolver resolver_;
  asio::steady_timer deadline_;
  asio::ssl::context tls_{asio::ssl::context::tls_client};
  std::optional<websocket::stream<beast::ssl_stream<beast::tcp_stream>>> ws_;
  beast::flat_buffer incoming_;
  Bytes proof_;
  std::deque<Bytes> outgoing_;
  Stage stage_ = Stage::resolving;
  bool certificate_refused_ = false, writing_ = false, closing_ = false, finished_ = false;
};

LiveLink::Impl::~Impl() {
  asio::post(context, [this] {
    begins_again = false;
    if (attempt) attempt->finish({ErrorKind::retry, "the link was closed here", {}});
    context.stop();
  });
  thread.join();
}

void LiveLink::Impl::begin() {
  if (attempt) {
    begins_again = attempt->is_closing();
    return;
  }
  ++generation;
  auto url = parse_https_url(options.url);
  if (!url) return ended(url.error());
  attempt = std::make_shared<Attempt>(*this, std::move(*url));
  attempt->start();
}

void LiveLink::Impl::ended(Error reason) {
  is_open = false;
  ++generation;
  attempt.reset();
  if (std::exchange(begins_again, false)) return begin();  // whoever closed it waits for the next one by now
  if (events.on_closed) events.on_closed(std::move(reason));
}

LiveLink::LiveLink(LiveLinkOptions options, LiveLinkEvents events)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(events))) {}

LiveLink::~LiveLink() = default;

void LiveLink::connect() {
  asio::post(impl_->context, [impl = impl_.get()] { impl->begin(); });
}

void LiveLink::close() {
  asio::post(impl_->context, [impl = impl_.get()] {
    if (const auto attempt = impl->attempt) attempt->close({ErrorKind::retry, "the link was closed here", {}});
  });
}

bool LiveLink::send(Bytes message) {
  const auto size = message.size();
  const auto generation = impl_->generation.load();
  if (!impl_->is_open || size > impl_->options.max_message_bytes) return false;
  if (impl_->queued_bytes.fetch_add(size) + size > impl_->options.max_queued_bytes) {
    impl_->queued_bytes -= size;
    return false;
  }
  asio::post(impl_->context, [impl = impl_.get(), generation, message = std::move(message)]() mutable {
    if (impl->attempt && impl->generation == generation) impl->attempt->send(std::move(message));
  });
  return true;
}

bool LiveLink::is_open() const {
  return impl_->is_open;
}

}  // namespace till::net
