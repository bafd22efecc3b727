"use strict";
/* A field to sign on with a finger, a glove's pen or a mouse. What is sent are the strokes, no picture. */
(() => {
  const field = document.getElementById("pen");
  if (!field) return;
  const form = field.closest("form");
  const ink = field.getContext("2d");
  const longest = Number(field.dataset.longest);
  let strokes = [];
  let pointer = null;

  const place = (event) => {
    const box = field.getBoundingClientRect();
    const within = (value, room, most) => Math.min(most, Math.max(0, Math.round((value / room) * most)));
    return [
      within(event.clientX - box.left, box.width, field.width),
      within(event.clientY - box.top, box.height, field.height),
    ];
  };
  const text = () => strokes.map((stroke) => stroke.map((point) => point.join(",")).join(" ")).join(";");
  const paint = () => {
    ink.clearRect(0, 0, field.width, field.height);
    ink.lineWidth = 8;
    ink.lineCap = ink.lineJoin = "round";
    ink.strokeStyle = "#000";
    for (const stroke of strokes) {
      ink.beginPath();
      ink.moveTo(...stroke[0]);
      for (const point of stroke) ink.lineTo(...point);
      ink.stroke();
    }
  };

  field.addEventListener("pointerdown", (event) => {
    if (pointer !== null || text().length > longest - 20) return;
    event.preventDefault();
    pointer = event.pointerId;
    strokes.push([place(event)]);
    paint();
  });
  window.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    const stroke = strokes[strokes.length - 1];
    const [x, y] = place(event);
    const [lastX, lastY] = stroke[stroke.length - 1];
    if (Math.abs(x - lastX) + Math.abs(y - lastY) < 12 || text().length > longest - 20) return;
    stroke.push([x, y]);
    paint();
  });
  const lift = (event) => {
    if (event.pointerId === pointer) pointer = null;
  };
  window.addEventListener("pointerup", lift);
  window.addEventListener("pointercancel", lift);
  form.querySelector("[data-pen-clear]").addEventListener("click", () => {
    strokes = [];
    paint();
  });
  form.addEventListener("submit", () => {
    form.elements.strokes.value = text();
  });
})();
