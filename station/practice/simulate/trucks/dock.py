"""The crew at the dock on a day when hardly a truck brings what was ordered (P1–P4)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping

from station.practice.simulate.trucks.hand import Answer, Hand, Person
from station.practice.simulate.trucks.loads import Kind, Load, Truck
from station.practice.simulate.trucks.truth import Goods, Truth, day_text
from station.practice.simulate.worker import Stuck

DAY = "%Y%m%d"


class Dock:
    """Receiver, inspector, supervisor and keeper, and what they really carried."""

    def __init__(self, receiver: Hand, inspector: Hand, people: Mapping[str, Person], truth: Truth) -> None:
        self.receiver, self.inspector, self.people, self.truth = receiver, inspector, people, truth
        self.hall = receiver.hall
        self.sent_away = 0
        """Trucks that left with all their goods."""
        self.blind: dict[str, str] = {}
        """The receipts of trucks whose order nobody knows yet."""

    def receive(self, truck: Truck) -> str:
        """One truck from the gate to the signed inbound slip; its receipt, "" when it was sent away."""
        receipt = self._arrive(truck)
        if not receipt:
            self.sent_away += 1
            return ""
        self.receiver.scan("stage1", receipt)
        if truck.kind is Kind.REFUSED:
            self._refuse(receipt)
            return receipt
        accepted = {load: self._count(truck, load) for load in truck.loads}
        self._close()
        self._inspect(truck, receipt, accepted)
        if any(accepted.values()):
            self._sign(truck, receipt)
        else:
            raise Stuck(f"{truck.asn_no}: the day's plan left nothing to sign")
        for load, qty in accepted.items():
            self._stands(truck, load, qty, receipt)
        if truck.kind is Kind.BLIND:
            self.blind[truck.asn_no] = receipt
        return receipt

    # --- at the gate --------------------------------------------------------------------------

    def _arrive(self, truck: Truck) -> str:
        """The receipt that was opened; nothing for a truck that has no business here (E-RCV-01)."""
        body = self._without_order(truck) if truck.kind is Kind.BLIND else self._with(truck)
        if truck.kind is Kind.STRANGER:
            if body["ok"]:
                raise Stuck(f"{truck.asn_no}: a truck of nobody's was let in")
            return ""
        told: list[str] = []

        def note(_body: Answer) -> Answer:
            done = self.receiver.scan("arrive", str(sum(load.cartons for load in truck.loads)))
            told.append(str(done["message"]["en"]).split()[1])
            return done

        answers: dict[str, Callable[[Answer], Answer]] = {
            "plate": lambda _body: self.receiver.scan(
                "arrive", f"沪A{self.receiver.rng.randrange(10**5):05d}"
            ),
            "driver": lambda _body: self.receiver.scan("arrive", "张师傅"),
            "cartons": note,
        }
        self.receiver.walk("arrive", body, answers, "notice")
        return told[0]

    def _with(self, truck: Truck) -> Answer:
        return self.receiver.tries("arrive", truck.asn_no)

    def _without_order(self, truck: Truck) -> Answer:
        """A supervisor lets it in, and the driver says whose goods these are (E-RCV-12)."""
        self.receiver.tries("arrive", "CM-SHORT")
        self.receiver.signs("arrive", self.people["supervisor"])
        for raw in ("1", truck.supplier[1]):
            self.receiver.scan("arrive", raw)
        return self.receiver.scan("arrive", "1")

    def _refuse(self, receipt: str) -> None:
        """Everything is wet: the whole truck is refused, and its driver signs for that."""
        scan = self.receiver.scan
        body = scan("stage1", "CM-DAMAGE")
        while body["screen"]["step"] != "receipt":
            body = scan("stage1", "CM-OK" if body["screen"]["step"] == "truck" else "1")
        for raw in (receipt, *self.people["receiver"], "CM-OK"):
            scan("sign", raw)
        self.sent_away += 1

    # --- the count ----------------------------------------------------------------------------

    def _count(self, truck: Truck, load: Load) -> int:
        """Count one load with the driver; how many EACH of it stay."""
        ordered, before = self._ordered(truck, load)
        scan, refused = self.receiver.scan, 0
        body = self.receiver.tries("stage1", self.hall.ean(load.sku))
        if not ordered:  # E-RCV-04, and the question how many there are
            scan("stage1", str(load.qty))
            self.truth.refused[truck.asn_no, load.sku] += load.qty
            return 0

        def dates(_body: Answer) -> Answer:
            assert load.made is not None
            if not load.is_dated:
                return self.receiver.allowed("stage1", "CM-SHORT", self.people["supervisor"])
            return scan("stage1", f"{load.made:{DAY}}")

        def expiry(_body: Answer) -> Answer:
            nonlocal refused
            typed = f"{load.expires:{DAY}}"
            if is_too_old(truck, load):
                code = self.receiver.tries("stage1", typed)["code"]
                if code != ("E-EXP-04" if truck.kind is Kind.EXPIRED else "E-EXP-05"):
                    raise Stuck(f"{truck.asn_no}: {load.sku} of {load.made} is too old, not {code}")
                refused = load.qty
                return scan("stage1", "CM-DAMAGE")
            return self.receiver.allowed("stage1", typed, self.people["supervisor"])

        def spoilt(_body: Answer) -> Answer:
            nonlocal refused
            refused = load.spoilt * load.case
            return scan("stage1", str(load.spoilt))

        answers: dict[str, Callable[[Answer], Answer]] = {
            "cartons": lambda _body: scan("stage1", str(load.cartons)),
            "case": lambda _body: scan("stage1", str(load.case)),
            "loose": lambda _body: self._rest(),
            "produced": dates,
            "expires": expiry,
            "lot": lambda _body: scan("stage1", load.lot or "L0"),
            "outer": lambda body: self.receiver.chooses(
                "stage1", body, "L-OUTER-SOAKED" if load.spoilt else "L-OUTER-INTACT"
            ),
            "spoilt": spoilt,
        }
        self.receiver.walk("stage1", body, answers, "product")
        over = max(0, before + load.qty - ordered)
        refused = max(refused, over)
        self.truth.refused[truck.asn_no, load.sku] += refused
        return load.qty - refused

    def _ordered(self, truck: Truck, load: Load) -> tuple[int, int]:
        """EACH of the article that were ordered, and that an earlier load of this truck brought."""
        earlier = truck.loads[: truck.loads.index(load)]
        return dict(truck.ordered).get(load.sku, 0), sum(one.qty for one in earlier if one.sku == load.sku)

    def _rest(self) -> Answer:
        """No loose pieces; too many are refused by their own screen."""
        return self.receiver.tries("stage1", "0")

    def _close(self) -> None:
        body = self.receiver.scan("stage1", "CM-CLOSE")
        while body["screen"]["step"] != "receipt":
            body = self.receiver.scan("stage1", "CM-OK")

    # --- inspection and signatures --------------------------------------------------------------

    def _inspect(self, truck: Truck, receipt: str, accepted: dict[Load, int]) -> None:
        """Every sample is shown; what the plan says of bad ones is found."""
        bad = {load.sku: load.bad for load in truck.loads if load.bad}
        pieces = itertools.count(1)
        hand, doubted = self.inspector, truck.loads[0].sku if truck.kind is Kind.LOT else ""

        def sample(body: Answer) -> Answer:
            nonlocal doubted
            sku = body["screen"]["facts"]["hint"].removeprefix("SKU:")
            if bad.get(sku):
                bad[sku] -= 1
                return hand.chooses("stage2", hand.scan("stage2", "CM-DAMAGE"), "L-WHY-DAMAGED")
            if doubted == sku:
                doubted = ""
                hand.scan("stage2", "CM-SKIP")
                said = hand.signs("stage2", self.people["supervisor"])
                return hand.chooses("stage2", said, "L-WHY-LOT")
            return hand.scan("stage2", self.hall.ean(sku))

        answers: dict[str, Callable[[Answer], Answer]] = {
            "sample": sample,
            "proof": lambda body: hand.chooses("stage2", body, "L-NOPHOTO-SEEN"),
            "serial": lambda _body: hand.scan("stage2", f"{receipt}/{next(pieces)}"),
            "finish": lambda _body: hand.scan("stage2", "CM-OK"),
        }
        hand.walk("stage2", hand.scan("stage2", receipt), answers, "receipt")
        for load in truck.loads:
            lost = accepted[load] if truck.kind is Kind.LOT and load == truck.loads[0] else load.bad
            accepted[load] -= lost
            self.truth.refused[truck.asn_no, load.sku] += lost

    def _sign(self, truck: Truck, receipt: str) -> None:
        scan = self.receiver.scan
        if truck.kind is Kind.UNSIGNED:  # the driver does not agree, and comes to terms later
            for raw in (receipt, *self.people["receiver"], "CM-SKIP", "1", "少了两箱"):
                scan("sign", raw)
            self.receiver.signs("sign", self.people["supervisor"])
        for raw in (receipt, *self.people["receiver"]):
            scan("sign", raw)
        scan("sign", "CM-OK")
        body = scan("sign", receipt)  # keyed in
        while body["screen"]["step"] == "labels":
            body = scan("sign", body["screen"]["facts"]["hint"])
        self.receiver.signs("sign", self.people["supervisor"], self.people["keeper"])

    def _stands(self, truck: Truck, load: Load, qty: int, receipt: str) -> None:
        """What was accepted is stock: good, or on hold where nobody knows its date, or its order."""
        is_blind = truck.kind is Kind.BLIND
        status = "GOOD" if load.is_dated and not is_blind else "HOLD"
        whose = nameless(receipt) if is_blind else truck.asn_no
        goods = Goods(whose, load.sku, load.lot, day_text(load.expires), status)
        if qty:
            self.truth.come(goods, qty)


def is_too_old(truck: Truck, load: Load) -> bool:
    """Whether nobody takes these: they are expired, or the supervisor does not want them."""
    is_old = truck.kind is Kind.EXPIRED or (truck.kind is Kind.OLD and not truck.is_allowed)
    return is_old and load == truck.loads[0]


def nameless(receipt: str) -> str:
    """What the book calls the order of a truck that nobody sent for."""
    return f"{receipt}-X"
