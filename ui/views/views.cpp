#include "ui/views/sheets.hpp"

namespace till::ui {

std::vector<std::unique_ptr<View>> all_views() {
  std::vector<std::unique_ptr<View>> views;
  add_tender_views(views);
  add_people_views(views);
  add_receipt_views(views);
  add_product_views(views);
  add_shift_views(views);
  add_sync_view(views);
  add_backup_view(views);
  add_backup_dialogs(views);
  add_data_view(views);
  add_journal_view(views);
  add_printers_view(views);
  add_menu_views(views);
  return views;
}

}  // namespace till::ui
