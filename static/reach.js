"use strict";
/* The one question "is the station there?", for every page and for the page without a network. */
window.stationReach = async () => {
  const PATIENCE_MS = 4000;
  const abort = new AbortController(), stop = setTimeout(() => abort.abort(), PATIENCE_MS);
  try {
    const answer = await fetch("/health", { signal: abort.signal, cache: "no-store", credentials: "omit" });
    // A station that is not well says so itself, with 503: it is there. A proxy's error page is not.
    return answer.status < 500 || (await answer.json()).status === "failing";
  } catch (_error) {
    return false; // no answer is the answer
  } finally {
    clearTimeout(stop);
  }
};
