"use strict";
/* Whether the station can be reached, on every page. When it cannot, a red band says so and what not to do
   (E-SYS-01, domain §10.6); scans that wait are told the moment it is back. */
(function () {
  const EVERY_MS = 15000, AGAIN_MS = 1000, MISSES = 2;
  let lost = false, missed = 0, timer = 0, asking = false;

  function tell(gone) {
    if (gone === lost) return;
    lost = gone;
    document.body.dataset.lost = gone ? "1" : "";
    const band = document.getElementById("net-lost");
    band.textContent = gone ? band.dataset.text : "";
    document.dispatchEvent(new CustomEvent("stationNet", { detail: { lost } }));
  }

  function heard(found) {
    missed = found ? 0 : missed + 1;
    if (found) tell(false);
    else if (missed >= MISSES || !navigator.onLine) tell(true);
    clearTimeout(timer);
    timer = setTimeout(ask, found ? EVERY_MS : AGAIN_MS);
  }

  async function ask() {
    if (asking || document.hidden) return;
    asking = true;
    const found = await window.stationReach();
    asking = false;
    heard(found);
  }

  function left() { // scans of this person that wait for their page to be opened again
    const link = document.getElementById("net-unsent"), start = "station.unsent " + document.body.dataset.user + " ";
    const name = link && Object.keys(localStorage).find((key) => key.startsWith(start));
    if (!name) return;
    link.href = "/work/" + name.slice(start.length);
    link.hidden = false;
  }

  for (const name of ["online", "offline"]) window.addEventListener(name, ask);
  document.addEventListener("visibilitychange", ask);
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) document.addEventListener(name, ask);
  document.addEventListener("DOMContentLoaded", () => { timer = setTimeout(ask, EVERY_MS); left(); });
  window.stationNet = { ask, lost: () => lost };
})();
