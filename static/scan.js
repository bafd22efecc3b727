"use strict";
/* The scan queue: one scan at a time, in order, each with an id of its own that is kept over retries,
   reloads and dead spots. A scan takes the step token of the screen it is first sent from and keeps it,
   so a resend can never be judged against a later screen. Success is a status, never a promise. */
(function () {
  const TIMEOUT_MS = 3000, WAITS_MS = [1000, 2000, 4000], LOST_MS = 10000, DEPTH = 3, FULL = 8, KEEP = "station.unsent";
  const queue = [];
  let busy = false;

  const byId = (id) => document.getElementById(id);
  const screen = () => byId("screen"), box = () => byId("scan-box");
  const place = () => document.body.dataset.user + " " + screen().dataset.flow;

  function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  }

  function remember() { // PINs are never written down
    try {
      localStorage.setItem(KEEP, JSON.stringify({ place: place(), queue: queue.filter((scan) => !scan.secret) }));
    } catch (_error) { /* a full or forbidden storage must not stop a scan */ }
  }

  function recall() {
    try {
      const kept = JSON.parse(localStorage.getItem(KEEP) || "null");
      if (kept && kept.place === place()) queue.push(...kept.queue);
    } catch (_error) { localStorage.removeItem(KEEP); }
  }

  function band(name) {
    document.body.dataset.net = name;
    const text = byId("net-band");
    if (text) text.textContent = name ? text.dataset[name] : "";
  }

  function push(raw, manual) {
    if (!raw.trim()) return;
    if (queue.length >= DEPTH) band("fast");
    if (queue.length >= FULL) { window.stationTone("error"); return; }
    queue.push({ scan_id: newId(), raw, manual: manual ? "1" : "", secret: screen().classList.contains("is-secret") });
    remember();
    next();
  }

  async function send(scan) {
    const abort = new AbortController(), timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
    const { scan_id, raw, manual, step_token } = scan;
    try {
      const answer = await fetch("/scan/" + screen().dataset.flow, {
        method: "POST", signal: abort.signal, credentials: "same-origin",
        headers: { "HX-Request": "true", "Accept": "text/html", "X-CSRF-Token": document.body.dataset.csrf },
        body: new URLSearchParams({ scan_id, raw, manual, step_token }),
      });
      return { status: answer.status, trigger: answer.headers.get("HX-Trigger"), html: await answer.text() };
    } catch (_error) {
      return null; // nobody knows whether it arrived; the same id settles it
    } finally {
      clearTimeout(timer);
    }
  }

  async function deliver(scan) {
    const started = Date.now();
    let told = false;
    scan.step_token = scan.step_token || screen().dataset.stepToken;
    remember();
    for (let attempt = 0; ; attempt++) {
      const answer = await send(scan);
      const late = Date.now() - started > LOST_MS;
      if (answer && (answer.status < 500 || late)) return answer; // after 10 s a 5xx is an answer: rolled back
      band(late ? "lost" : "sending");
      if (late && !told) { told = true; window.stationTone("error"); }
      await new Promise((done) => setTimeout(done, WAITS_MS[Math.min(attempt, WAITS_MS.length - 1)]));
    }
  }

  async function next() {
    if (busy || !queue.length) return;
    busy = true;
    document.body.dataset.busy = "1";
    const answer = await deliver(queue[0]);
    if (answer.status === 401 || answer.status === 403) {
      location.href = "/login?next=" + encodeURIComponent(location.pathname);
      return;
    }
    queue.shift();
    remember();
    band("");
    show(answer);
    busy = false;
    delete document.body.dataset.busy;
    next();
  }

  function show({ html, trigger }) {
    const found = new DOMParser().parseFromString(html, "text/html");
    const fresh = found.getElementById("screen") || found.getElementById("band");
    if (fresh) byId(fresh.id).replaceWith(document.adoptNode(fresh));
    for (const [name, detail] of Object.entries(JSON.parse(trigger || '{"scanRefused":{"tone":"error"}}'))) {
      window.stationTone(detail.tone);
      document.dispatchEvent(new CustomEvent(name, { detail }));
    }
    ready();
    document.dispatchEvent(new CustomEvent("stationScreen"));
  }

  function ready() {
    box().placeholder = screen().dataset.default;
    focus();
  }

  function focus() {
    if (box() && document.activeElement !== box()) box().focus({ preventScroll: true });
  }

  function submit() {
    push(box().value, box().dataset.manual === "1");
    box().value = "";
  }

  function press(key) {
    if (!key) return;
    const field = box(), typing = field.dataset.manual === "1";
    if (key.dataset.scan !== undefined) push(key.dataset.scan, false);
    else if (key.dataset.key === "back") field.value = field.value.slice(0, -1);
    else if (key.dataset.key === "enter") submit();
    else if (key.dataset.key !== undefined) field.value += key.dataset.key;
    else {
      field.dataset.manual = typing ? "" : "1";
      field.inputMode = typing ? "none" : "text";
      field.blur(); // the soft keyboard notices only then
    }
    focus();
  }

  document.addEventListener("submit", (event) => { event.preventDefault(); submit(); });
  document.addEventListener("click", (event) => {
    press(event.target.closest("[data-scan],[data-key],[data-manual-toggle]"));
  });
  document.addEventListener("visibilitychange", focus);
  document.addEventListener("focusout", () => setTimeout(focus, 50));
  document.addEventListener("keydown", (event) => {
    const card = { F2: "CM-SHORT", F4: "CM-UNDO" }[event.key];
    if (card) { event.preventDefault(); push(card, false); }
  });
  document.addEventListener("DOMContentLoaded", () => { recall(); ready(); next(); });
  window.station = { scan: (raw) => push(raw, false), pending: () => queue.length };
})();
