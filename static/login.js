"use strict";
/* The device's name lives on the device; a scanned badge moves on to the PIN. */
document.addEventListener("DOMContentLoaded", () => {
  const badge = document.getElementById("badge"), pin = document.getElementById("pin");
  let name = localStorage.getItem("station.device");
  if (!name) {
    name = "HH-" + crypto.getRandomValues(new Uint16Array(1))[0].toString(16).toUpperCase().padStart(4, "0");
    localStorage.setItem("station.device", name);
  }
  document.getElementById("device").value = name;
  // autofocus waits for the first paint; a badge may be scanned before that.
  (badge.value ? pin : badge).focus();
  badge.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && badge.value && !pin.value) { event.preventDefault(); pin.focus(); }
  });
  document.querySelectorAll("[data-badge]").forEach((chip) => chip.addEventListener("click", () => {
    badge.value = chip.dataset.badge;
    pin.value = chip.dataset.pin;
    badge.form.requestSubmit();
  }));
});
