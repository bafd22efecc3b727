"""Every register of the station, in the order of the desk."""

from __future__ import annotations

from station.ground.registers.register import Register
from station.inbound.registers import RECEIPTS
from station.outbound.orders.registers import ORDERS
from station.outbound.waves.registers import WAVES
from station.paper.registers import JOBS
from station.people.registers import PEOPLE, REFUSALS

REGISTERS: tuple[Register, ...] = (ORDERS, RECEIPTS, WAVES, JOBS, REFUSALS, PEOPLE)
