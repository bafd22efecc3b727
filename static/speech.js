"use strict";
/* Reads slot, quantity and cell aloud for people who switched it on, where the device has a voice of its own
   for their language; silent otherwise. The tone comes first and is never waited for. */
(function () {
  const AFTER_TONE_MS = 450;
  let timer = 0, last = "";

  function voice() {
    const lang = document.documentElement.lang.slice(0, 2), synth = window.speechSynthesis;
    return synth && synth.getVoices().find((one) => one.localService && one.lang.toLowerCase().startsWith(lang));
  }

  function read() {
    const text = document.getElementById("screen").dataset.speak;
    if (text === last) return;
    clearTimeout(timer);
    if (window.speechSynthesis) window.speechSynthesis.cancel();
    last = text;
    timer = text && setTimeout(() => {
      const found = voice();
      if (!found) { last = ""; return; } // voices may still be loading
      const words = new SpeechSynthesisUtterance(text);
      words.voice = found;
      words.lang = found.lang;
      window.speechSynthesis.speak(words);
    }, AFTER_TONE_MS);
  }

  document.addEventListener("stationScreen", read);
  document.addEventListener("DOMContentLoaded", () => {
    read();
    if (window.speechSynthesis) window.speechSynthesis.addEventListener("voiceschanged", read);
  });
})();
