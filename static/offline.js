"use strict";
/* Asks until the station answers, then opens the page that was wanted. */
(function () {
  const EVERY_MS = 2000;

  async function ask() {
    if (await window.stationReach() && location.pathname !== "/offline") { location.reload(); return; }
    setTimeout(ask, EVERY_MS);
  }

  window.addEventListener("online", ask, { once: true });
  setTimeout(ask, EVERY_MS);
})();
