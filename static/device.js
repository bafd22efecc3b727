"use strict";
/* The device check: notes what a scanner types, the key that ends it and the widest gap, without helping it
   in any way; the server judges. What was received stays on this page only. */
(function () {
  const QUIET_MS = 700, AFTER_MS = 200, PINGS = 5; // nothing more comes; another key behind the first
  let scans = [], times = [], keys = [], timer = 0, busy = false;
  const byId = (id) => document.getElementById(id), box = () => byId("device-box");

  function typed(event) {
    if (!box().value) return;
    times.push(event.timeStamp);
    clearTimeout(timer);
    timer = setTimeout(take, QUIET_MS);
  }

  function ended(event) {
    const name = (event.code || event.key || "").replace("Numpad", "").toLowerCase();
    if (name !== "enter" && name !== "tab") return;
    event.preventDefault();
    if (!box().value) return;
    keys.push(name);
    clearTimeout(timer);
    timer = setTimeout(take, AFTER_MS);
  }

  function end() {
    const found = keys.slice(0, 2).join(" ");
    if (!found) return "none";
    return ["enter", "tab", "enter tab", "enter enter"].includes(found) ? found : "tab";
  }

  function take() {
    const gaps = times.slice(1).map((at, i) => at - times[i]), raw = box().value.slice(0, 400);
    note({ raw, end: end(), gap: Math.round(Math.max(0, ...gaps)) });
    box().value = "";
    times = [];
    keys = [];
  }

  function note(scan) {
    const code = byId("check").dataset.wanted;
    if (!code) return;
    if (busy) { window.stationTone("error"); return; } // the one before is not judged yet: scan it again
    show(scans.concat({ code, ...scan }).slice(-60), null);
  }

  async function show(told, device) {
    busy = true;
    const answer = await fetch("/device", {
      method: "POST", credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": document.body.dataset.csrf, "HX-Request": "true" },
      body: JSON.stringify({ scans: told, device }),
    }).catch(() => null);
    busy = false;
    if (answer && answer.status === 401) location.reload();
    if (!answer || !answer.ok) { window.stationTone("error"); window.stationNet.ask(); return; }
    scans = told; // what was not judged is scanned again
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("check");
    byId("check").replaceWith(document.adoptNode(fresh));
    byId("device-form").hidden = !fresh.dataset.wanted;
    window.stationTone(fresh.querySelector(".band-error") ? "error" : "ok");
    focus();
  }

  function keeps() {
    try { localStorage.setItem("station.try", "1"); localStorage.removeItem("station.try"); return true; }
    catch (_error) { return false; }
  }

  async function trip() { // the median of a few
    const took = [];
    for (let i = 0; i < PINGS; i++) {
      const start = performance.now();
      await fetch("/health", { cache: "no-store", credentials: "omit" }).catch(() => {});
      took.push(performance.now() - start);
    }
    return Math.round(took.sort((a, b) => a - b)[Math.floor(PINGS / 2)]);
  }

  async function finish(sound) {
    show(scans, {
      sound, width: innerWidth, height: innerHeight, dpr: String(devicePixelRatio), rtt: await trip(),
      secure: isSecureContext, storage: keeps(), vibration: "vibrate" in navigator, wake: "wakeLock" in navigator,
      agent: navigator.userAgent,
    });
  }

  function focus() {
    if (byId("check").dataset.wanted) box().focus({ preventScroll: true });
  }

  document.addEventListener("DOMContentLoaded", () => {
    byId("device-name").textContent = localStorage.getItem("station.device") || "";
    box().addEventListener("input", typed);
    box().addEventListener("keydown", ended);
    focus();
  });
  document.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("click", (event) => {
    const key = event.target.closest("button");
    if (!key) return;
    if ("unread" in key.dataset) note({ raw: "", end: "none", gap: 0 });
    else if ("play" in key.dataset) window.stationTone("error");
    else if (key.dataset.sound) finish(key.dataset.sound);
    else if ("again" in key.dataset) show([], null);
    focus();
  });
  document.addEventListener("focusout", () => setTimeout(focus, 50));
  document.addEventListener("visibilitychange", focus);
})();
