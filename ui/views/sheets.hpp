// The groups of sheets; each adds its views to the list.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "ui/views/view.hpp"

namespace till::ui {

void add_tender_views(std::vector<std::unique_ptr<View>>& views);   // card, other, discount, park, recall, no sale
void add_people_views(std::vector<std::unique_ptr<View>>& views);   // customer, lock
void add_receipt_views(std::vector<std::unique_ptr<View>>& views);  // refund, reprint
void add_product_views(std::vector<std::unique_ptr<View>>& views);  // search, product
void add_shift_views(std::vector<std::unique_ptr<View>>& views);    // open, close, cash, report
void add_sync_view(std::vector<std::unique_ptr<View>>& views);
void add_backup_view(std::vector<std::unique_ptr<View>>& views);
void add_backup_dialogs(std::vector<std::unique_ptr<View>>& views);
void add_data_view(std::vector<std::unique_ptr<View>>& views);
void add_journal_view(std::vector<std::unique_ptr<View>>& views);
void add_printers_view(std::vector<std::unique_ptr<View>>& views);
void add_menu_views(std::vector<std::unique_ptr<View>>& views);  // menu, settings, about

}  // namespace till::ui
