"""Odoo 16 to 19 over its external API: JSON-2 (19 and later) or JSON-RPC (before).

Written against Odoo's published documentation and source (external JSON-2 API; `stock.picking`,
`stock.move`, `stock.move.line`, `stock.lot`, `stock.quant`, `product.product`). It was tried against a
reference server that knows these shapes and these rules only; it was never tried against a running Odoo,
because none can be installed from the packages this project may use. Before the first real connection:
run the probe, then one receipt and one shipment of a test article.
"""
