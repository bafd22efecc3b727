"use strict";
/* One tone a scan (domain §10.5), heard, felt and seen. The browser wants one tap before it makes a sound. */
(function () {
  const TONES = {
    ok: [[2000, 80]], error: [[400, 250], [0, 80], [400, 250]], warn: [[1000, 120], [0, 60], [1000, 120]],
    done: [[1000, 90], [1300, 90], [1700, 140]], tick: [[1200, 30]],
    intercept: [[600, 200], [1200, 200], [600, 200], [1200, 200], [600, 200], [1200, 200]],
  };
  const SHAKE = { error: [200, 100, 200], intercept: [600] };
  let audio = null;

  function unlock() {
    const Kind = window.AudioContext || window.webkitAudioContext;
    if (!audio && Kind) audio = new Kind();
    if (audio && audio.state === "suspended") audio.resume();
    delete document.body.dataset.muted;
  }

  window.stationTone = function (tone) {
    window.stationTones = (window.stationTones || []).concat(tone);
    if (navigator.vibrate && SHAKE[tone]) navigator.vibrate(SHAKE[tone]);
    if (!audio) { document.body.dataset.muted = "1"; return; }
    let at = audio.currentTime;
    for (const [hertz, ms] of TONES[tone] || []) {
      if (hertz) {
        const wave = audio.createOscillator(), gain = audio.createGain();
        wave.frequency.value = hertz;
        gain.gain.value = 0.4;
        wave.connect(gain).connect(audio.destination);
        wave.start(at);
        wave.stop(at + ms / 1000);
      }
      at += ms / 1000;
    }
  };
  for (const name of ["pointerup", "keydown", "touchend"]) document.addEventListener(name, unlock);
})();
