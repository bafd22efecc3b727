"use strict";
/* On HTTPS the pages are an app. On plain HTTP there is no worker, and nothing here is needed. */
if (location.protocol === "https:" && "serviceWorker" in navigator) {
  navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" }).catch(() => {}); // works absent
}
