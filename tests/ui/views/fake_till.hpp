// A till for tests of the window: it records every command and shows the snapshot it was given. One thread.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <vector>

#include "app/till.hpp"

namespace till::ui::test {

class FakeTill final : public app::Till {
 public:
  explicit FakeTill(app::Snapshot first) { show(std::move(first)); }

  std::shared_ptr<const app::Snapshot> snapshot() const override { return snapshot_; }
  bool post(app::Command command) override {
    commands.push_back(std::move(command));
    return true;
  }
  void on_change(std::function<void()> wake) override { wake_ = std::move(wake); }
  void settle() override {}

  void show(app::Snapshot next) {
    next.version = ++version_;
    snapshot_ = std::make_shared<const app::Snapshot>(std::move(next));
    if (wake_) wake_();
  }

  template <class C>
  [[nodiscard]] std::vector<C> posted() const {
    std::vector<C> found;
    for (const auto& command : commands) {
      if (const auto* c = std::get_if<C>(&command)) found.push_back(*c);
    }
    return found;
  }

  std::vector<app::Command> commands;

 private:
  std::shared_ptr<const app::Snapshot> snapshot_;
  std::function<void()> wake_;
  std::uint64_t version_ = 0;
};

}  // namespace till::ui::test
