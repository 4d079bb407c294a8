// A printer that takes raw bytes on a TCP port. See printer.hpp for what `send` promises.
#pragma once

#include "net/printers/printer.hpp"

namespace till::net {

class TcpPrinter final : public Printer {
 public:
  TcpPrinter(std::string host, std::uint16_t port, const PrinterPatience& patience)
      : host_(std::move(host)), port_(port), patience_(patience) {}
  using Printer::send;
  Status send(ByteView job, std::stop_token stop) override;

 private:
  const std::string host_;
  const std::uint16_t port_;
  const PrinterPatience patience_;
};

}  // namespace till::net
