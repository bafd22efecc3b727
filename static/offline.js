"use strict";
/* Asks until the station answers, then opens the page that was wanted. */
(function () {
  const EVERY_MS = 2000, PATIENCE_MS = 4000;

  async function ask() {
    const abort = new AbortController(), stop = setTimeout(() => abort.abort(), PATIENCE_MS);
    try {
      const answer = await fetch("/health", { signal: abort.signal, cache: "no-store", credentials: "omit" });
      const isThere = answer.ok || (await answer.json()).status === "failing"; // not well, but there
      if (isThere && location.pathname !== "/offline") { location.reload(); return; }
    } catch (_error) { /* still nothing */ }
    clearTimeout(stop);
    setTimeout(ask, EVERY_MS);
  }

  window.addEventListener("online", ask, { once: true });
  setTimeout(ask, EVERY_MS);
})();
