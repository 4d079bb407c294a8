// Printers that are files: a device such as /dev/usb/lp0, a file that every job is appended to, or a folder that gets a
// file for each job ("job-000001.escpos" upwards, complete as soon as it has that name). See printer.hpp for what
// `send` promises. They use the system's files directly: paper is outside the shop's data, whose files go through
// storage.
#pragma once

#include "net/printers/printer.hpp"

namespace till::net {

class DevicePrinter final : public Printer {
 public:
  DevicePrinter(std::string path, const PrinterPatience& patience) : path_(std::move(path)), patience_(patience) {}
  using Printer::send;
  Status send(ByteView job, std::stop_token stop) override;

 private:
  const std::string path_;
  const PrinterPatience patience_;
};

// Makes missing folders above it, but none in the place of `home` when it is below that.
class FilePrinter final : public Printer {
 public:
  FilePrinter(std::string path, std::string home) : path_(std::move(path)), home_(std::move(home)) {}
  using Printer::send;
  Status send(ByteView job, std::stop_token stop) override;

 private:
  const std::string path_, home_;
};

class FolderPrinter final : public Printer {
 public:
  FolderPrinter(std::string folder, std::string home) : folder_(std::move(folder)), home_(std::move(home)) {}
  using Printer::send;
  Status send(ByteView job, std::stop_token stop) override;

 private:
  const std::string folder_, home_;
  std::uint32_t last_number_ = 0;
};

}  // namespace till::net
