"use strict";
/* A phone's camera as a scanner: what it reads goes into the same queue as everything else (static/scan.js).
   Browsers open a camera on HTTPS and localhost only. What looks at the pictures is the browser's own detector
   where there is one, else the vendored decoder, in a worker. A code counts when two pictures in a row say the
   same, and once: it must have been out of the picture before it counts again. */
(function () {
  const NAMES = ["code_128", "ean_13", "ean_8", "upc_a", "itf", "data_matrix", "qr_code"];
  const WIDTH = 1280, PAUSE_MS = 80, GONE_MS = 900, AGREE_MS = 1000;
  let stream = null, detect = null, seen = { raw: "", at: 0 }, taken = { raw: "", at: 0 };

  const byId = (id) => document.getElementById(id);
  const button = () => document.querySelector("[data-camera]"), video = () => document.querySelector("#camera video");
  const say = (name) => { byId("camera-says").textContent = name ? byId("camera").dataset[name] : ""; };

  async function has() {
    if (!window.isSecureContext || !navigator.mediaDevices || !(window.BarcodeDetector || window.WebAssembly)) return false;
    try {
      return (await navigator.mediaDevices.enumerateDevices()).some((device) => device.kind === "videoinput");
    } catch (_error) { return false; }
  }

  /* Each detector takes the video and answers [{raw, x, y}], x and y being shares of the picture. */
  async function own() {
    if (!window.BarcodeDetector) return null;
    try {
      const known = await BarcodeDetector.getSupportedFormats(), formats = NAMES.filter((name) => known.includes(name));
      if (!formats.includes("code_128")) return null;
      const detector = new BarcodeDetector({ formats });
      return async (from) => (await detector.detect(from)).map(({ rawValue, boundingBox: box }) => ({
        raw: rawValue, x: (box.x + box.width / 2) / from.videoWidth, y: (box.y + box.height / 2) / from.videoHeight,
      }));
    } catch (_error) { return null; }
  }

  function vendored() {
    const worker = new Worker("/camera-worker.js"), canvas = document.createElement("canvas");
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    return (from) => new Promise((done, fail) => {
      const share = Math.min(1, WIDTH / from.videoWidth);
      canvas.width = Math.round(from.videoWidth * share);
      canvas.height = Math.round(from.videoHeight * share);
      pen.drawImage(from, 0, 0, canvas.width, canvas.height);
      const picture = pen.getImageData(0, 0, canvas.width, canvas.height);
      worker.onmessage = ({ data }) => (data.failed ? fail(new Error(data.failed)) : done(data));
      worker.onerror = () => fail(new Error("the decoder cannot be loaded"));
      worker.postMessage(picture, [picture.data.buffer]);
    });
  }

  async function open() {
    say("opening");
    byId("camera").hidden = false;
    const wanted = { facingMode: "environment", width: { ideal: WIDTH }, height: { ideal: 720 } };
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
      video().srcObject = stream;
      await video().play();
      detect = detect || (await own()) || vendored();
    } catch (error) {
      close();
      byId("camera").hidden = false;
      say(error.name === "NotAllowedError" ? "forbidden" : "failed");
      return;
    }
    document.body.dataset.camera = "1";
    look(stream);
  }

  function close() {
    if (stream) stream.getTracks().forEach((track) => track.stop());
    stream = null;
    video().srcObject = null;
    byId("camera").hidden = true;
    delete document.body.dataset.camera;
    say("");
  }

  async function look(mine) {
    while (stream === mine) {
      if (video().videoWidth) {
        try {
          const found = await detect(video());
          if (stream === mine) judge(found);
        } catch (_error) { close(); byId("camera").hidden = false; say("failed"); return; }
      }
      await new Promise((done) => setTimeout(done, PAUSE_MS));
    }
  }

  const apart = ({ x, y }) => (x - 0.5) ** 2 + (y - 0.5) ** 2;

  function judge(found) { // of several codes in the picture the one in its middle is meant
    const now = performance.now(), [code] = found.filter(({ raw }) => raw).sort((a, b) => apart(a) - apart(b));
    say(code ? "" : "looking");
    if (found.some(({ raw }) => raw === taken.raw) && now - taken.at < GONE_MS) taken.at = now;
    if (!code) return;
    const agrees = code.raw === seen.raw && now - seen.at < AGREE_MS;
    seen = { raw: code.raw, at: now };
    if (!agrees || (code.raw === taken.raw && now - taken.at < GONE_MS)) return;
    taken = { raw: code.raw, at: now };
    window.station.scan(code.raw, false);
  }

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-camera],[data-camera-close]")) return;
    if (stream || event.target.closest("[data-camera-close]")) close(); else open();
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden && stream) close(); });
  document.addEventListener("DOMContentLoaded", async () => {
    button().hidden = !(await has());
    button().dataset.asked = "1";
  });
})();
