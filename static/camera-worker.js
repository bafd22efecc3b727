"use strict";
/* Looks for codes in pictures with the vendored decoder. It is a worker so that only its own policy must let
   WebAssembly be compiled, and so that a slow phone's page stays awake. `self.station` names the files. */
importScripts(self.station.reader);
ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => self.station.wasm }, fireImmediately: true });

const OPTIONS = {
  formats: ["Code128", "EAN13", "EAN8", "UPCA", "ITF", "DataMatrix", "QRCode"],
  tryHarder: true, tryRotate: true, tryInvert: false, maxNumberOfSymbols: 4, textMode: "Plain",
};

self.onmessage = async ({ data: picture }) => {
  try {
    const found = await ZXingWASM.readBarcodes(picture, OPTIONS);
    self.postMessage(found.filter(({ isValid }) => isValid).map(({ text, symbologyIdentifier, position }) => {
      const corners = [position.topLeft, position.topRight, position.bottomLeft, position.bottomRight];
      const mean = (axis) => corners.reduce((sum, corner) => sum + corner[axis], 0) / 4;
      return { raw: (symbologyIdentifier || "") + text, x: mean("x") / picture.width, y: mean("y") / picture.height };
    }));
  } catch (error) { self.postMessage({ failed: String(error) }); }
};
