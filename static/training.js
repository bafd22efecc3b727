"use strict";
/* The training bench: a click on a thing is a scan of it; what the handheld waits for is framed. */
document.addEventListener("DOMContentLoaded", () => {
  const frame = document.getElementById("handheld");
  const inside = () => frame.contentWindow;
  const byQuery = (query) => Array.from(document.querySelectorAll(query));
  let csrf = "";

  function mark() {
    const screen = inside().document && inside().document.getElementById("screen");
    const hint = screen ? screen.dataset.hint : "";
    byQuery(".thing").forEach((thing) => {
      const wanted = hint && (thing.dataset.code === hint || (thing.dataset.hint && thing.dataset.hint === hint));
      thing.classList.toggle("thing-next", Boolean(wanted));
    });
    const body = inside().document && inside().document.body;
    if (body && body.dataset.csrf) csrf = body.dataset.csrf;
  }

  frame.addEventListener("load", () => {
    mark();
    inside().document.addEventListener("stationScreen", () => {
      mark();
      document.body.dispatchEvent(new Event("floorChanged"));
    });
  });
  document.body.addEventListener("htmx:afterSwap", mark);

  async function become(badge, pin) {
    const answer = await fetch("/login", {
      method: "POST", headers: { "Content-Type": "application/json", "Accept": "application/json" },
      body: JSON.stringify({ badge, pin, device: "TRAINING" }),
    });
    csrf = (await answer.json()).csrf;
  }

  document.addEventListener("click", async (event) => {
    const thing = event.target.closest(".thing"), job = event.target.closest("[data-become]");
    if (thing) {
      const field = inside().document.getElementById("badge");
      if (inside().station) inside().station.scan(thing.dataset.code);
      else if (field) { field.value = thing.dataset.code; inside().document.getElementById("pin").focus(); }
    } else if (job) {
      await become(job.dataset.become, job.dataset.pin);
      if (job.dataset.release) {
        await fetch("/desk/waves/release", {
          method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf, "Accept": "application/json" },
          body: "{}",
        });
        document.body.dispatchEvent(new Event("floorChanged"));
        frame.src = "/";
      } else frame.src = job.dataset.go;
    }
  });

  document.getElementById("scale").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    await fetch("/demo/scale", {
      method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf },
      body: JSON.stringify({ workstation: form.get("workstation"), dg: Number(form.get("grams")) * 10 }),
    });
  });
});
