// Finishing a sale: one SQLite transaction holds the sale, its lines and tenders, the stock deltas, the receipt number,
// the journal entry, the print job and the change record. When it returns the sale is on the disk and final.
#pragma once

#include <functional>
#include <vector>

#include "app/actor.hpp"
#include "domain/basket.hpp"
#include "domain/basket_file.hpp"
#include "domain/refund.hpp"

namespace till::app {

// Denied without the right; invalid when the shift is closed, the basket is empty or not paid in full. The first is the
// till's open ticket, which ends with it.
Result<domain::Sale> finalise(Shop& shop, const Actor& actor, const domain::Basket& basket,
                              const std::vector<domain::TenderRequest>& tenders);
Result<domain::Sale> finalise(Shop& shop, const Actor& actor, const domain::BasketDocument& document);

// A ticket that was filled from an order (app/orders.hpp) pays the order, whichever function finishes it. This one
// leaves the till's open ticket alone.
Result<domain::Sale> finalise_order(Shop& shop, const Actor& actor, const domain::Basket& basket,
                                    const std::vector<domain::TenderRequest>& tenders);

// Pays back parts of a sale, or all that is left of it (no parts).
Result<domain::Sale> refund(Shop& shop, const Actor& actor, const std::string& receipt,
                            const domain::RefundRequest& request);
// A refund of everything: what VOID LAST does to a finished sale.
Result<domain::Sale> void_sale(Shop& shop, const Actor& actor, const std::string& receipt);

Result<domain::Sale> sale_by_receipt(Shop& shop, const std::string& receipt);
Result<domain::Sale> last_sale_here(Shop& shop);
Result<std::vector<domain::Sale>> refunds_of_sale(Shop& shop, const domain::Sale& sale);

// What the shop's catalogue knows, for baskets and the till's input line. Prices are those of this terminal's price
// list now (app/prices.hpp).
domain::CatalogueLookup catalogue_lookup(Shop& shop);
Result<domain::CatalogueItem> item_of_product(Shop& shop, const Id& product);
// What was ordered can be paid whatever became of the product since.
Result<domain::CatalogueItem> item_as_ordered(Shop& shop, const Id& product);

}  // namespace till::app
