"use strict";
/* The screen stays on while a process is open. The browser takes the lock back whenever the page is hidden. */
(function () {
  let lock = null, asking = false;

  async function hold() {
    if (lock || asking || document.hidden || !document.querySelector("#screen[data-flow]")) return;
    asking = true;
    try {
      lock = await navigator.wakeLock.request("screen");
      lock.addEventListener("release", () => { lock = null; });
    } catch (_error) { /* battery low, or forbidden: the screen goes dark as it always did */ }
    asking = false;
  }

  if (!("wakeLock" in navigator)) return; // plain HTTP
  document.addEventListener("visibilitychange", hold);
  document.addEventListener("DOMContentLoaded", hold);
  document.addEventListener("pointerup", hold);
})();
