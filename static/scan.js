"use strict";
/* The scan queue: one scan at a time, in order, each with an id of its own that is kept over retries,
   reloads and dead spots. The step token is read when a scan is sent, so that scans made in quick
   succession are judged against the fresh screen. Success is a status, never a promise. */
(function () {
  const TIMEOUT_MS = 3000, WAITS_MS = [1000, 2000, 4000], LOST_MS = 10000, DEPTH = 3, KEEP = "station.unsent";
  const queue = [];
  let busy = false;

  const byId = (id) => document.getElementById(id);
  const screen = () => byId("screen");
  const box = () => byId("scan-box");

  function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  }

  function remember() {
    try {
      if (queue.length) localStorage.setItem(KEEP, JSON.stringify({ flow: screen().dataset.flow, queue }));
      else localStorage.removeItem(KEEP);
    } catch (_error) { /* a full or forbidden storage must not stop a scan */ }
  }

  function band(name) {
    document.body.dataset.net = name;
    const text = byId("net-band");
    if (text) text.textContent = name ? text.dataset[name] : "";
  }

  function push(raw, manual) {
    if (!raw.trim()) return;
    if (queue.length >= DEPTH + 5) { band("fast"); window.stationTone("error"); return; }
    if (queue.length >= DEPTH) band("fast");
    queue.push({ scan_id: newId(), raw, manual: manual ? "1" : "" });
    remember();
    next();
  }

  async function send(scan) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
    try {
      return await fetch("/scan/" + screen().dataset.flow, {
        method: "POST", signal: abort.signal, credentials: "same-origin",
        headers: {
          "HX-Request": "true", "Accept": "text/html", "X-CSRF-Token": document.body.dataset.csrf,
          "Content-Type": "application/x-www-form-urlencoded",
        },
        body: new URLSearchParams({ ...scan, step_token: screen().dataset.stepToken }),
      });
    } catch (_error) {
      return null; // no answer: nobody knows whether it arrived, the same id settles it
    } finally {
      clearTimeout(timer);
    }
  }

  async function deliver(scan) {
    const started = Date.now();
    for (let attempt = 0; ; attempt++) {
      band(attempt ? "sending" : "");
      const answer = await send(scan);
      if (answer && answer.status < 500) return answer;
      if (Date.now() - started > LOST_MS) { band("lost"); window.stationTone("error"); }
      await new Promise((done) => setTimeout(done, WAITS_MS[Math.min(attempt, WAITS_MS.length - 1)]));
    }
  }

  async function next() {
    if (busy || !queue.length) return;
    busy = true;
    document.body.dataset.busy = "1";
    const answer = await deliver(queue[0]);
    if (answer.status === 401 || answer.status === 403) { location.href = "/login"; return; }
    const html = await answer.text();
    queue.shift();
    remember();
    band("");
    show(html, answer.headers.get("HX-Trigger"));
    busy = false;
    delete document.body.dataset.busy;
    next();
  }

  function show(html, trigger) {
    const found = new DOMParser().parseFromString(html, "text/html");
    const fresh = found.getElementById("screen");
    if (fresh) screen().replaceWith(document.adoptNode(fresh));
    else if (found.getElementById("band")) byId("band").replaceWith(document.adoptNode(found.getElementById("band")));
    if (trigger) {
      for (const [name, detail] of Object.entries(JSON.parse(trigger))) {
        window.stationTone(detail.tone);
        document.dispatchEvent(new CustomEvent(name, { detail }));
      }
    }
    document.dispatchEvent(new CustomEvent("stationScreen"));
    focus();
  }

  function focus() {
    const field = box();
    if (field && document.activeElement !== field) field.focus({ preventScroll: true });
  }

  function submit() {
    const field = box(), raw = field.value, manual = field.dataset.manual === "1";
    field.value = "";
    push(raw, manual);
  }

  document.addEventListener("submit", (event) => {
    if (event.target.id === "scan-form") { event.preventDefault(); submit(); }
  });
  document.addEventListener("click", (event) => {
    const key = event.target.closest("[data-scan],[data-key],[data-manual-toggle]");
    if (!key) return;
    const field = box();
    if (key.dataset.scan !== undefined) push(key.dataset.scan, false);
    else if (key.dataset.key === "back") field.value = field.value.slice(0, -1);
    else if (key.dataset.key === "enter") submit();
    else if (key.dataset.key !== undefined) field.value += key.dataset.key;
    else {
      const on = field.dataset.manual !== "1";
      field.dataset.manual = on ? "1" : "";
      field.inputMode = on ? "text" : "none";
    }
    focus();
  });
  document.addEventListener("visibilitychange", focus);
  document.addEventListener("focusout", () => setTimeout(focus, 50));
  document.addEventListener("keydown", (event) => {
    const card = { F2: "CM-SHORT", F4: "CM-UNDO" }[event.key];
    if (card) { event.preventDefault(); push(card, false); }
  });
  document.addEventListener("DOMContentLoaded", () => {
    if (!screen()) return;
    try {
      const kept = JSON.parse(localStorage.getItem(KEEP) || "null");
      if (kept && kept.flow === screen().dataset.flow) { queue.push(...kept.queue); next(); }
    } catch (_error) { localStorage.removeItem(KEEP); }
    focus();
  });
  window.station = { scan: (raw) => push(raw, false), pending: () => queue.length };
})();
