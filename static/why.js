"use strict";
/* "Why?" (F1, the ? key, a tap on the refusal, or the card CM-HELP): a sheet over the screen. The scan box
   keeps the focus all the time; a scan made meanwhile is judged as always and its answer closes the sheet. */
(function () {
  let asked = 0, isWanted = false;

  const place = () => document.getElementById("why-place");
  const isOpen = () => place().hasChildNodes();

  function close() {
    asked++;
    place().replaceChildren();
  }

  async function open() {
    if (window.station.pending()) { isWanted = true; return; } // what is asked about is not judged yet
    const mine = ++asked;
    isWanted = false;
    try {
      const address = "/work/" + document.getElementById("screen").dataset.flow + "/why";
      const answer = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
      const sheet = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("why");
      if (sheet && mine === asked) place().replaceChildren(document.adoptNode(sheet));
    } catch (_error) { window.stationNet.ask(); }
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "F1") {
      event.preventDefault();
      if (!event.repeat) { if (isOpen()) close(); else open(); }
    } else if (event.key === "Escape") close();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-why-close]")) close();
    else if (event.target.closest("[data-why],#band.band-error,#band.band-intercept")) open();
  });
  document.addEventListener("stationScreen", () => {
    close();
    if (isWanted) open();
  });
  window.stationWhy = open;
})();
