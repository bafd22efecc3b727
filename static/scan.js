"use strict";
/* The scan queue: one scan at a time, in order, each with an id of its own that is kept over retries,
   reloads and dead spots. A scan takes the step token of the screen it is first sent from and keeps it,
   so a resend can never be judged against a later screen. Success is a status, never a promise. */
(function () {
  const TIMEOUT_MS = 3000, WAITS_MS = [1000, 2000, 4000], LOST_MS = 10000, SLOW_MS = 400;
  const QUICK = 3, FULL = 32; // waiting scans: while the station is silent, and while it answers slowly
  const HELP = /^(\][A-Z]\d)?CM-HELP$/i; // this card asks about the last answer and is no scan of the work
  const queue = [];
  let busy = false, silent = false, wake = () => {};

  const byId = (id) => document.getElementById(id);
  const screen = () => byId("screen"), box = () => byId("scan-box");
  const place = () => "station.unsent " + document.body.dataset.user + " " + screen().dataset.flow;

  function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  }

  function remember() { // PINs are never written down
    try {
      const kept = queue.filter((scan) => !scan.secret);
      if (kept.length) localStorage.setItem(place(), JSON.stringify(kept));
      else localStorage.removeItem(place());
    } catch (_error) { /* a full or forbidden storage must not stop a scan */ }
  }

  function recall() {
    try { queue.push(...JSON.parse(localStorage.getItem(place()) || "[]")); } catch (_error) { remember(); }
  }

  function band(name) {
    document.body.dataset.net = name;
    const text = byId("net-band"), many = queue.length > 1 ? " " + queue.length : "";
    text.textContent = name ? text.dataset[name] + many : "";
  }

  function push(raw, manual) {
    if (!raw.trim()) return;
    if (HELP.test(raw.normalize("NFKC").trim())) { window.stationTone("tick"); window.stationWhy(); return; }
    const secret = screen().classList.contains("is-secret"), told = window.stationNet.lost();
    if (queue.length >= (told || silent ? QUICK : FULL)) { // not taken, and said so
      band(told || silent ? "lost" : "fast");
      window.stationTone("error");
      return;
    }
    queue.push({ scan_id: newId(), raw, manual: manual ? "1" : "", secret, told, seen: screen().dataset.stepToken });
    remember();
    if (!secret) box().placeholder = "✓ " + raw; // received, not yet judged
    if (told) window.stationTone("error"); // known to be cut off: the worker must stop at once
    else if (queue.length > QUICK) band("fast");
    next();
  }

  const epoch = (token) => token.includes(".") ? token.split(".")[0] : "";

  function isLost({ seen }) { // made on a screen of before a restore: it must not be judged against one of now
    return Boolean(seen) && seen !== "start" && epoch(seen) !== epoch(screen().dataset.stepToken);
  }

  async function send({ scan_id, raw, manual, step_token }) {
    const abort = new AbortController(), timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
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

  /* Only what this station itself says is an answer. Silence, or an error that is not its own "nothing was
     changed" (E-SYS-02), may hide a scan that counts: from then on the same id is asked for until it is known. */
  function isFinal(scan, { status, trigger }, late) {
    if (status === 401 || status === 403) return true; // to the sign-in; the scan stays in the queue
    const isNo = !!trigger && trigger.includes('"E-SYS-02"');
    if (status >= 500 && !isNo) scan.maybe = true;
    return status < 500 ? !!trigger || !scan.maybe : isNo && late && !scan.maybe;
  }

  async function deliver(scan) {
    const started = Date.now(), slow = setTimeout(() => document.body.dataset.net || band("sending"), SLOW_MS);
    scan.step_token = scan.step_token || (isLost(scan) ? scan.seen : screen().dataset.stepToken);
    remember();
    for (let attempt = 0; ; attempt++) {
      const answer = await send(scan), late = Date.now() - started > LOST_MS;
      clearTimeout(slow);
      silent = !answer;
      if (!answer) scan.maybe = true;
      if (answer && isFinal(scan, answer, late)) return answer;
      remember();
      window.stationNet.ask();
      band(answer && scan.maybe ? "unknown" : late || window.stationNet.lost() ? "lost" : "sending");
      if (late && !scan.told) { scan.told = true; window.stationTone("error"); }
      await new Promise((done) => {
        wake = done;
        setTimeout(done, WAITS_MS[Math.min(attempt, WAITS_MS.length - 1)]);
      });
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
    const { told } = queue.shift();
    remember();
    band(queue.length > QUICK ? "fast" : "");
    try {
      show(answer, told);
    } finally { // a screen that cannot be shown must not hold up the scans behind it
      busy = false;
      delete document.body.dataset.busy;
      next();
    }
  }

  function show({ html, trigger }, told) {
    const found = new DOMParser().parseFromString(html, "text/html");
    const fresh = found.getElementById("screen") || found.getElementById("band");
    if (fresh) byId(fresh.id).replaceWith(document.adoptNode(fresh));
    if (fresh) byId("heard").textContent = said("#band") + said("#screen .ask"); // this one stays: it is read out
    else band("failed"); // not our answer: a broken server, or a proxy that speaks for it
    for (const [name, detail] of Object.entries(events(trigger))) {
      if (trigger || !told) window.stationTone(detail.tone);
      document.dispatchEvent(new CustomEvent(name, { detail }));
    }
    ready();
    document.dispatchEvent(new CustomEvent("stationScreen"));
  }

  const said = (part) => (document.querySelector(part)?.textContent || "").replace(/\s+/g, " ");

  function events(trigger) {
    try { return JSON.parse(trigger || ""); } catch (_error) { return { scanRefused: { tone: "error" } }; }
  }

  function ready() {
    box().placeholder = screen().dataset.default;
    window.stationFocus();
  }

  document.addEventListener("stationNet", () => wake());
  document.addEventListener("DOMContentLoaded", () => { recall(); ready(); next(); });
  window.station = { scan: push, pending: () => queue.length };
})();
