// The picture at the top of this shop's receipts (the setting "receipt.logo"), decoded once and kept until another one
// is chosen. A logo that cannot be printed is none, and nothing waits for it: its row was deleted or its bytes have not
// come here yet (they are looked for again with the next receipt), or they are no picture that can be read (remembered
// by their hash). The log says why, once until that changes.
//
// Any thread but one that sells: the first call for a logo decodes it, which takes up to a second.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "core/id.hpp"
#include "net/printers/logo.hpp"
#include "security/hash.hpp"

namespace till::app {

struct ShopState;

class ReceiptLogo {
 public:
  // In colour, small enough for paper; null: none.
  std::shared_ptr<const net::Picture> picture(ShopState& state);
  // In black and white for a printer's paper; empty: none.
  std::optional<net::Raster> dots(ShopState& state, net::Extent room_dots);

 private:
  struct Known {
    security::Hash hash{};                        // of the file
    std::shared_ptr<const net::Picture> picture;  // null: it cannot be printed
    net::Extent room_dots;                        // that `dots` was made for
    std::optional<net::Raster> dots;
  };
  Known* look(ShopState& state);
  void tell(const Id& media, const Error& why);

  std::mutex mutex_;  // guards what follows, and keeps two from decoding the same picture at once
  std::optional<Known> known_;
  std::string told_;
};

}  // namespace till::app
