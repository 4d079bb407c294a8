#include "wire_tap.hpp"

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <mutex>
#include <thread>
#include <utility>

namespace till::app {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Stream = asio::ssl::stream<tcp::socket>;

constexpr std::size_t kPart = 16 * 1024;

struct Shelf {
  std::mutex mutex;
  std::vector<Overheard> connections;

  std::size_t begin() {
    std::lock_guard lock(mutex);
    connections.emplace_back();
    return connections.size() - 1;
  }
  void keep(std::size_t connection, Bytes Overheard::*direction, ByteView bytes) {
    std::lock_guard lock(mutex);
    auto& kept = connections[connection].*direction;
    kept.insert(kept.end(), bytes.begin(), bytes.end());
  }
};

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket&& socket, asio::ssl::context& server, asio::ssl::context& client, Shelf& shelf)
      : till_(std::move(socket), server), hub_(till_.get_executor(), client), shelf_(shelf), number_(shelf.begin()) {}

  void start(const tcp::endpoint& hub) {
    till_.async_handshake(asio::ssl::stream_base::server, [self = shared_from_this(), hub](error_code ec) {
      if (ec) return self->end();
      self->hub_.lowest_layer().async_connect(hub, [self](error_code refused) {
        if (refused) return self->end();
        self->hub_.async_handshake(asio::ssl::stream_base::client, [self](error_code unsafe) {
          if (unsafe) return self->end();
          self->pass(self->till_, self->hub_, self->from_till_, &Overheard::to_hub);
          self->pass(self->hub_, self->till_, self->from_hub_, &Overheard::to_till);
        });
      });
    });
  }

 private:
  using Part = std::array<std::uint8_t, kPart>;

  void pass(Stream& from, Stream& to, Part& part, Bytes Overheard::*direction) {
    from.async_read_some(asio::buffer(part),
                         [self = shared_from_this(), &from, &to, &part, direction](error_code ec, std::size_t n) {
                           if (ec) return self->end();
                           self->shelf_.keep(self->number_, direction, ByteView(part.data(), n));
                           asio::async_write(to, asio::buffer(part.data(), n),
                                             [self, &from, &to, &part, direction](error_code lost, std::size_t) {
                                               if (lost) return self->end();
                                               self->pass(from, to, part, direction);
                                             });
                         });
  }
  void end() {
    error_code ignored;
    till_.lowest_layer().close(ignored);
    hub_.lowest_layer().close(ignored);
  }

  Stream till_, hub_;
  Part from_till_{}, from_hub_{};
  Shelf& shelf_;
  std::size_t number_;
};

}  // namespace

struct WireTap::Impl {
  Impl(std::uint16_t hub_port, const std::string& certificate, const std::string& private_key)
      : acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
        hub(asio::ip::address_v4::loopback(), hub_port) {
    server.use_certificate_chain(asio::buffer(certificate));
    server.use_private_key(asio::buffer(private_key), asio::ssl::context::pem);
    accept_next();
    thread = std::thread([this] { context.run(); });
  }
  ~Impl() {
    context.stop();
    thread.join();
  }
  void accept_next() {
    acceptor.async_accept([this](error_code ec, tcp::socket socket) {
      if (ec) return;
      std::make_shared<Session>(std::move(socket), server, client, shelf)->start(hub);
      accept_next();
    });
  }

  Shelf shelf;
  asio::ssl::context server{asio::ssl::context::tls_server}, client{asio::ssl::context::tls_client};
  asio::io_context context{1};
  tcp::acceptor acceptor;
  const tcp::endpoint hub;
  std::thread thread;
};

WireTap::WireTap(std::uint16_t hub_port, const std::string& certificate, const std::string& private_key)
    : impl_(std::make_unique<Impl>(hub_port, certificate, private_key)) {}

WireTap::~WireTap() = default;

std::string WireTap::url() const {
  return "https://127.0.0.1:" + std::to_string(impl_->acceptor.local_endpoint().port());
}

std::vector<Overheard> WireTap::overheard() const {
  std::lock_guard lock(impl_->shelf.mutex);
  return impl_->shelf.connections;
}

std::vector<Bytes> websocket_messages(ByteView direction) {
  const auto text = as_text(direction);
  const auto head = text.substr(0, text.find("\r\n\r\n"));
  const bool upgraded = head.find("Upgrade: websocket") != head.npos || head.find("upgrade: websocket") != head.npos;
  if (!upgraded || head.size() == text.size()) return {};
  std::vector<Bytes> messages;
  Bytes message;
  ByteReader in(direction.subspan(head.size() + 4));
  for (;;) {
    const auto first = in.u8(), second = in.u8();
    if (!first || !second) return messages;
    std::uint64_t size = *second & 0x7f;
    if (size == 126) size = in.u16().value_or(0);
    if (size == 127) size = in.u64().value_or(0);
    Bytes mask(4, 0);
    if ((*second & 0x80) != 0) mask = to_bytes(in.raw(4).value_or(ByteView(mask)));
    const auto payload = in.raw(size);
    if (!payload) return messages;  // the frame that was under way
    if ((*first & 0x08) != 0) continue;
    for (std::size_t i = 0; i < size; ++i) message.push_back((*payload)[i] ^ mask[i % 4]);
    if ((*first & 0x80) != 0) messages.push_back(std::exchange(message, {}));
  }
}

}  // namespace till::app
