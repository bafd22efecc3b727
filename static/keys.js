"use strict";
/* The scan box: what a wedge, a keyboard, an input method and the number pad put into it becomes scans.
   The text is read when it is complete and never put together from key codes. */
(function () {
  const BARCODE = 6; // characters; anything shorter may be a quantity
  const FAST_MS = 50, PAUSE_MS = 250; // a wedge between characters; a hand between its key and a scan
  const QUIET_MS = 120, QUIET_WITH_ENTER_MS = 500; // no Enter came: a burst is complete after this
  const CARDS = { F2: "CM-SHORT", F4: "CM-UNDO" };
  let times = [], timer = 0, composing = false, due = false, sentAt = 0, hasEnter = false;

  const screen = () => document.getElementById("screen"), box = () => document.getElementById("scan-box");
  const isManual = () => box().dataset.manual === "1";
  const isFree = () => isManual() || ["text", "pin"].includes(screen().dataset.pad); // people type here

  function burst() { // where the barcode in the box begins, -1 when a hand has typed; single keys before it are not of it
    let start = times.length - 1;
    while (start > 0 && times[start] - times[start - 1] <= FAST_MS) start--;
    const byHand = (at, i) => !i || at - times[i - 1] > FAST_MS;
    const apart = !start || (times[start] - times[start - 1] > PAUSE_MS && times.slice(0, start).every(byHand));
    return apart && times.length - start >= BARCODE ? start : -1;
  }

  function note(event) {
    const added = box().value.length - times.length, isPaste = event.inputType === "insertFromPaste";
    if (added < 0 || isPaste) times = Array.from(box().value, (_char, i) => i * PAUSE_MS - 1e9);
    else times.push(...Array(added).fill(event.timeStamp));
    listen();
  }

  function listen() { // a scanner without a suffix: the burst is over and nothing follows
    clearTimeout(timer);
    if (composing || isFree() || burst() < 0) return;
    timer = setTimeout(submit, hasEnter ? QUIET_WITH_ENTER_MS : QUIET_MS);
  }

  function empty() {
    clearTimeout(timer);
    box().value = "";
    times = [];
    due = false;
  }

  function submit() {
    const start = burst(), text = box().value;
    empty();
    if (!text.trim()) return;
    sentAt = performance.now();
    window.station.scan(start > 0 && !isFree() ? text.slice(start) : text, isManual() && start < 0);
  }

  function enter() {
    hasEnter = hasEnter || burst() >= 0;
    if (composing) { due = true; setTimeout(settle, QUIET_MS); } else submit();
  }

  function settle() { // the Enter that ended a composition, or came in the middle of it
    if (due) { composing = false; submit(); }
  }

  function focus() {
    if (box() && document.activeElement !== box()) box().focus({ preventScroll: true });
  }

  function tap(field, digit) { // however fast two fingers are, this is a hand
    field.value += digit;
    times.push(Math.max(performance.now(), (times.at(-1) || 0) + FAST_MS + 1));
  }

  function press(key) {
    const field = box();
    if (key.dataset.scan !== undefined) window.station.scan(key.dataset.scan, false);
    else if (key.dataset.key === "back") { field.value = field.value.slice(0, -1); times.pop(); }
    else if (key.dataset.key === "enter") submit();
    else if (key.dataset.key !== undefined) tap(field, key.dataset.key);
    else {
      field.dataset.manual = isManual() ? "" : "1";
      const keyboard = ["qty", "date", "pin"].includes(screen().dataset.pad) ? "numeric" : "text";
      field.inputMode = isManual() ? keyboard : "none";
      field.blur(); // the soft keyboard notices only then
    }
    focus();
  }

  function keydown(event) {
    const isOurs = document.activeElement === box(), name = event.key || "";
    if (CARDS[name]) {
      event.preventDefault();
      if (!event.repeat) window.station.scan(CARDS[name], false);
    } else if (name === "Escape") empty();
    else if (event.isComposing && (event.code || name).endsWith("Enter") && !isFree()) {
      due = true; // the input method takes this Enter for itself and ends its composition
      setTimeout(() => { due = false; }, QUIET_MS);
    } else if (name === "Tab" && isOurs && !isFree() && box().value) { event.preventDefault(); enter(); }
    else if (name === "Tab" && performance.now() - sentAt < QUIET_WITH_ENTER_MS) event.preventDefault();
    else if (name.length === 1 && !isOurs) focus(); // the character still goes into the box
  }

  document.addEventListener("submit", (event) => { event.preventDefault(); enter(); });
  document.addEventListener("input", note);
  document.addEventListener("compositionstart", () => { composing = true; clearTimeout(timer); });
  document.addEventListener("compositionend", () => { composing = false; if (due) submit(); else listen(); });
  document.addEventListener("keydown", keydown);
  document.addEventListener("click", (event) => {
    const key = event.target.closest("[data-scan],[data-key],[data-manual-toggle]");
    if (key) press(key);
  });
  document.addEventListener("mousedown", (event) => { // a tap on a key does not take the focus away
    if (event.target.closest("button")) event.preventDefault();
  });
  document.addEventListener("visibilitychange", focus);
  document.addEventListener("focusout", () => setTimeout(focus, FAST_MS));
  window.stationFocus = focus;
})();
