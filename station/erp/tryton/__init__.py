"""Tryton (8.0) over JSON-RPC: the reference connector, proven against a real server in the tests.

What the station reads and does there:

=====================  =======================================================================
products               `product.product` with its EAN identifiers, shelf life and lot rules
suppliers              the parties that articles are bought from
notices                draft `stock.shipment.in` (its number); per purchase, what is on no shipment
orders                 `stock.shipment.out` in waiting, assigned, picked or packed (its number)
receipt                lots, `receive`, `do`; the reference holds the key
shipment               lots, `assign_try`, `pick`, `pack`, `do`; the tracking number is the key
adjustment             `stock.shipment.internal` to or from lost and found; never an inventory
cancel                 `cancel` of a shipment that is still open there
=====================  =======================================================================

The account needs the group Stock and read access to `sale.sale` and `sale.line`; `probe` says what is
missing. A server on SQLite must run with one thread: it has no row locks.
"""
