"""Odoo 16 to 19 over its external API: JSON-2 (19 and later) or JSON-RPC (before).

Written against Odoo's published documentation and source (external JSON-2 API; `stock.picking`,
`stock.move`, `stock.move.line`, `stock.lot`, `stock.quant`, `product.product`), and tried against a reference
server in the tests that knows these shapes and rules. Never tried against a running Odoo; in particular:
lots of goods Odoo has reserved elsewhere, serial numbers (a shipment tells each piece's; a receipt of more
than one piece is refused), delivery methods that print their own labels when a picking is done, and access
rules of the hosted versions. Before the first real work: run the probe, then one receipt and one shipment of
a test article.
"""
