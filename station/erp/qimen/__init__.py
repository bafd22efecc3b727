"""An open platform in the manner of Qimen 奇门: signed parameters, XML, windows of time, a rate limit.

Documented by the platform and used as they are: the signature, the common parameters, the field names, the
confirmations (``entryorder.confirm``, ``deliveryorder.confirm``, ``returnorder.confirm``,
``orderprocess.report``, ``inventory.report``, ``stockchange.report``), ``deliveryorder.query``,
``stock.query``, ``flag``/``code``/``message`` of answers and ``error_response`` of the gateway.

In the real Qimen the ERP *calls* the warehouse. Here the station *asks*, as platforms like 聚水潭 or 旺店通
want it; so the four lists below are this connector's own profile, in that vocabulary, and whoever connects
a platform puts them there (or names a gateway that has them):

=====================  ==================================================================================
``items.query``        ``items/item``, fields of ``singleitem.synchronize``
``entryorders.query``  ``orders/order`` with ``entryOrder`` and ``orderLines/orderLine``
``deliveryorders.query``  ``orders/order`` with ``deliveryOrder`` and ``orderLines/orderLine``
``ordercancels.query`` ``orders/order``, fields of ``order.cancel``
=====================  ==================================================================================

Each takes ``warehouseCode, ownerCode, startTime, endTime, page, pageSize``: what was changed in the closed
span of Beijing time, oldest first, pages from 1; and answers with ``totalCount``.

Not tried against any vendor's system: there is a reference server in the tests. Rate limits and the codes
of failures differ between platforms and are settings. A waybill the ERP assigned beforehand
(``expressCode``) is not taken over, because it comes without its label.
"""
