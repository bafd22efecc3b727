"use strict";
/* A day that is typed: year, month and day as three large fields that fill while the figures come, and only such keys
   as lead to a day that a calendar has. What is sent is the box; whoever types on a keyboard is judged by the station. */
(function () {
  const FORMS = [2, 4]; // figures of the year: yymmdd, yyyymmdd
  const box = () => document.getElementById("scan-box");
  const split = (text, of) => [text.slice(0, of), text.slice(of, of + 2), text.slice(of + 2)];
  const full = (year) => year.length === 4 ? Number(year) : (Number(year) < 77 ? 2000 : 1900) + Number(year);
  const days = (year, month) => new Date(Date.UTC(full(year), Number(month), 0)).getUTCDate();

  function fits(text, of) { // whether a day of this form begins so; day 00 is a month without a day
    const [year, month, day] = split(text, of);
    if (of === 4 && !/^(|1|19|19[789]\d?|20?|20\d{1,2})$/.test(year)) return false;
    if (!/^(|[01]|0[1-9]|1[0-2])$/.test(month) || !/^(|[0-3]|[0-3]\d)$/.test(day)) return false;
    return Number(day.padEnd(2, "0")) <= (day ? days(year, month) : 31);
  }

  function form(text) { // which of both it is: a year that begins the century counts as four figures, until there are six
    const likely = /^(19|20)/.test(text) && text.length !== 6 ? [4, 2] : FORMS;
    return likely.find((of) => fits(text, of));
  }

  function draw() {
    const fields = document.querySelectorAll(".day-part");
    if (!fields.length) return;
    const text = box().value, of = form(text), parts = of ? split(text, of) : ["", "", ""];
    const here = parts[0].length < (of || 2) ? 0 : parts[1].length < 2 ? 1 : 2;
    fields.forEach((field, at) => {
      const typed = at || parts[0].length !== 2 || of === 4 ? parts[at] : String(full(parts[0]));
      field.querySelector("b").textContent = typed || (text ? "" : field.dataset.shown) || "–";
      field.classList.toggle("is-typed", Boolean(typed));
      field.classList.toggle("is-here", at === here);
    });
    document.querySelectorAll(".pad-key[data-key]").forEach((key) => {
      key.disabled = /\d/.test(key.dataset.key) && !FORMS.some((one) => fits(text + key.dataset.key, one));
    });
  }

  for (const event of ["input", "click", "keyup", "stationScreen"]) document.addEventListener(event, draw);
  draw();
})();
