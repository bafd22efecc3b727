"use strict";
/* A photo is made small before it is sent: a handheld's camera takes 8 MB, and the dock's network has better
   to do. What a browser cannot make small goes as it was taken; the station judges every picture anyhow. */
(function () {
  const EDGE = 1600, QUALITY = 0.8, SMALL = 500000;

  async function smaller(file) {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const part = Math.min(1, EDGE / Math.max(picture.width, picture.height));
    if (part === 1 && file.size < SMALL) return file;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * part);
    canvas.height = Math.round(picture.height * part);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    return blob && blob.size < file.size ? new File([blob], "photo.jpg", { type: "image/jpeg" }) : file;
  }

  async function chosen(field) {
    const send = field.form.querySelector("[type=submit]");
    send.disabled = true; // until the small one lies there
    try {
      const ready = new DataTransfer();
      ready.items.add(await smaller(field.files[0]));
      field.files = ready.files;
    } catch (_error) { /* it goes as it was taken */ }
    send.disabled = false;
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-shrink]") && event.target.files.length) chosen(event.target);
  });
})();
