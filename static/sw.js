"use strict";
/* Keeps static files whose address names their content, and shows a page of its own when the station cannot
   be reached. Everything else passes by untouched: no scan, no form and nobody's page is answered, kept or
   sent again from here (domain §10.6). */
const { version, offline, kept } = self.station, CACHE = "station " + version;

self.addEventListener("install", (event) => {
  const fresh = [offline, ...kept].map((path) => new Request(path, { cache: "reload", credentials: "omit" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const drop = (names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(drop).then(() => self.clients.claim()));
});

async function asset(request) {
  const found = await caches.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) (await caches.open(CACHE)).put(request, answer.clone()).catch(() => {}); // a full disk is no error
  return answer;
}

async function page(request) {
  try { return await fetch(request); } catch (_error) { return (await caches.match(offline)) || Response.error(); }
}

self.addEventListener("fetch", (event) => {
  const request = event.request, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/") && url.searchParams.has("v")) event.respondWith(asset(request));
  else if (request.mode === "navigate") event.respondWith(page(request));
});
