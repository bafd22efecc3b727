"use strict";
/* The training bench: a click on a thing is a scan of it; what the handheld waits for is framed and shown
   below the handheld. */
document.addEventListener("DOMContentLoaded", () => {
  const frame = document.getElementById("handheld");
  const inside = () => frame.contentWindow;
  const byQuery = (query) => Array.from(document.querySelectorAll(query));
  let csrf = "", lastCaption = "";

  function fits(thing, { hint, step, big }) {
    const names = thing.dataset.hint.split(" ");
    if (names.includes(`AT:${step}:${big}`)) return true;
    return hint ? thing.dataset.code === hint || names.includes(hint) : names.includes("AT:" + step);
  }

  function mark() {
    const page = inside().document, screen = page && page.getElementById("screen");
    const things = byQuery("#floor .thing");
    things.forEach((thing) => thing.classList.toggle("thing-next", Boolean(screen) && fits(thing, screen.dataset)));
    document.getElementById("next-thing").replaceChildren(...(screen ? advice(page, screen.dataset, things) : []));
    if (page && page.body.dataset.csrf) csrf = page.body.dataset.csrf;
  }

  function advice(page, { hint, step }, things) {
    const words = document.getElementById("next-thing").dataset;
    const keys = Array.from(page.querySelectorAll("[data-scan]")).filter((key) => key.dataset.scan === hint);
    keys.forEach((key) => key.classList.add("thing-next"));
    const found = things.find((thing) => thing.classList.contains("thing-next"));
    if (keys.length && !found) return [words.key];
    if (step.endsWith("pin")) return [words.pin];
    if (hint === "WEIGH") return [words.weigh, weight(page)];
    if (found || /^[A-Z0-9]{6,}$/.test(hint)) return [words.scan, thing(found, hint)];
    return page.querySelector(".pad,.choices,.hint-text") ? [`${words.type} ${lastCaption}`] : [];
  }

  function thing(found, code) { // what lies somewhere in the hall and not in these lists gets a barcode too
    if (found) return found.cloneNode(true);
    const made = document.createElement("button"), picture = document.createElement("img");
    Object.assign(made, { type: "button", className: "thing thing-next" });
    Object.assign(made.dataset, { code, hint: "" });
    Object.assign(picture, { src: `/training/barcode/${code}.svg`, alt: code });
    made.append(picture, code);
    return made;
  }

  function weight(page) { // the expected weight goes into the scale's box
    const field = document.getElementById("scale").elements.grams;
    const expected = Array.from(page.querySelectorAll(".lines dd")).find((part) => / g$/.test(part.textContent));
    if (expected && document.activeElement !== field) field.value = parseInt(expected.textContent, 10);
    return field.value + " g";
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
      lastCaption = thing.textContent.trim();
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
