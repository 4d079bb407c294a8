#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <deque>

#include "net/hub/session.hpp"

namespace till::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using beast::error_code;

constexpr int kMaxInFlight = 64;  // frames of one connection that wait for the hub's worker

class LiveSession final : public LiveConnection, public Closable, public std::enable_shared_from_this<LiveSession> {
 public:
  LiveSession(TlsStream stream, ListenerState& state)
      : stream_(std::move(stream)),
        proof_deadline_(stream_.get_executor()),
        write_deadline_(stream_.get_executor()),
        state_(state) {}
  ~LiveSession() override { state_.leave(this); }

  void start(const HttpRequest& request) {
    if (!state_.enter(this)) return;
    beast::get_lowest_layer(stream_).expires_never();
    stream_.set_option(
        websocket::stream_base::timeout{state_.options.handshake_timeout, state_.options.idle_timeout, true});
    stream_.read_message_max(kMaxHandshakeFrame);
    stream_.binary(true);
    proof_deadline_.expires_after(state_.options.handshake_timeout);
    proof_deadline_.async_wait([weak = weak_from_this()](error_code ec) {
      if (const auto self = weak.lock(); self && !ec) self->drop();
    });
    stream_.async_accept(request, [self = shared_from_this()](error_code ec) {
      if (!ec) self->send_challenge();
    });
  }

  bool send(SharedFrame frame) override {
    const std::size_t size = frame->size();
    if (closed_ || queued_bytes_.fetch_add(size) + size > state_.options.max_queued_bytes) {
      queued_bytes_ -= size;
      return false;
    }
    asio::post(stream_.get_executor(), [self = shared_from_this(), frame = std::move(frame)]() mutable {
      self->outgoing_.push_back(std::move(frame));
      self->write_next();
    });
    return true;
  }

  void close(std::string reason) override {
    asio::post(stream_.get_executor(), [self = shared_from_this(), reason = std::move(reason)] {
      self->say_goodbye(websocket::close_code::policy_error, reason);
    });
  }

  void shut() override {
    auto self = weak_from_this().lock();
    if (!self) return;
    const auto executor = stream_.get_executor();
    asio::post(executor, [self = std::move(self)] {
      if (!self->settled_) return self->drop();
      self->say_goodbye(websocket::close_code::going_away, "the hub is stopping");
    });
  }

 private:
  void send_challenge() {
    challenge_ = state_.service.challenge();
    handshake_frame_ = encode(challenge_);
    stream_.async_write(asio::buffer(handshake_frame_), [self = shared_from_this()](error_code ec, std::size_t) {
      if (!ec) self->read_proof();
    });
  }

  void read_proof() {
    stream_.async_read(incoming_, [self = shared_from_this()](error_code ec, std::size_t) {
      if (ec) return;
      self->state_.service.live_proof(self, self->challenge_, self->take_incoming(), [self](LiveVerdict verdict) {
        asio::post(self->stream_.get_executor(), [self, verdict] { self->send_verdict(verdict); });
      });
    });
  }

  void send_verdict(const LiveVerdict& verdict) {
    proof_deadline_.cancel();
    welcome_ = verdict.welcome;
    outgoing_.push_front(std::make_shared<const Bytes>(encode(verdict)));
    queued_bytes_ += outgoing_.front()->size();
    settled_ = true;
    write_next();
    if (!welcome_) return;
    stream_.read_message_max(state_.options.max_frame_bytes);
    read_next();
  }

  void read_next() {
    if (reading_ || in_flight_ >= kMaxInFlight || goodbye_said_) return;
    reading_ = true;
    stream_.async_read(incoming_, [self = shared_from_this()](error_code ec, std::size_t size) {
      self->reading_ = false;
      if (ec) return self->ended();
      self->state_.bytes_in += size;
      if (!self->stream_.got_binary()) return self->say_goodbye(websocket::close_code::unknown_data, "binary only");
      ++self->in_flight_;
      self->state_.service.live_message(self, self->take_incoming(), [self] {
        asio::post(self->stream_.get_executor(), [self] {
          --self->in_flight_;
          self->read_next();
        });
      });
      self->read_next();
    });
  }

  void write_next() {
    if (writing_ || outgoing_.empty() || !settled_ || goodbye_said_) return;
    writing_ = true;
    const auto frame = outgoing_.front();
    write_deadline_.expires_after(state_.options.idle_timeout);
    write_deadline_.async_wait([weak = weak_from_this()](error_code ec) {
      if (const auto self = weak.lock(); self && !ec && self->writing_) self->drop();
    });
    stream_.async_write(asio::buffer(*frame), [self = shared_from_this(), frame](error_code ec, std::size_t size) {
      self->writing_ = false;
      self->write_deadline_.cancel();
      self->queued_bytes_ -= frame->size();
      self->state_.bytes_out += size;
      self->outgoing_.pop_front();
      if (ec) return self->ended();
      if (!self->welcome_) return self->say_goodbye(websocket::close_code::policy_error, "refused");
      self->write_next();
      if (self->pending_reason_ && !self->writing_)
        self->say_goodbye(websocket::close_code::policy_error, *self->pending_reason_);
    });
  }

  void say_goodbye(websocket::close_code code, const std::string& reason) {
    if (goodbye_said_) return;
    if (writing_) {  // the frame on its way is finished first, the rest is dropped
      closed_ = true;
      outgoing_.resize(1);
      pending_reason_ = reason;
      return;
    }
    goodbye_said_ = true;
    closed_ = true;
    websocket::close_reason why(code);
    why.reason = reason.substr(0, 100);
    stream_.async_close(why, [self = shared_from_this()](error_code) { self->ended(); });
  }

  void drop() {
    closed_ = true;
    beast::get_lowest_layer(stream_).close();
  }

  void ended() {
    closed_ = true;
    if (ended_) return;
    ended_ = true;
    proof_deadline_.cancel();
    write_deadline_.cancel();
    state_.service.live_closed(shared_from_this());
  }

  Bytes take_incoming() {
    const auto data = incoming_.cdata();
    const auto* begin = static_cast<const std::uint8_t*>(data.data());
    Bytes bytes(begin, begin + data.size());
    incoming_.consume(incoming_.size());
    return bytes;
  }

  websocket::stream<TlsStream> stream_;
  asio::steady_timer proof_deadline_, write_deadline_;
  ListenerState& state_;
  beast::flat_buffer incoming_;
  LiveChallenge challenge_;
  Bytes handshake_frame_;
  std::deque<SharedFrame> outgoing_;
  std::optional<std::string> pending_reason_;
  std::atomic<std::size_t> queued_bytes_ = 0;
  std::atomic<bool> closed_ = false;
  int in_flight_ = 0;
  bool settled_ = false, welcome_ = false, reading_ = false, writing_ = false, goodbye_said_ = false, ended_ = false;
};

}  // namespace

void start_live_session(TlsStream stream, HttpRequest request, ListenerState& state) {
  std::make_shared<LiveSession>(std::move(stream), state)->start(request);
}

}  // namespace till::net
