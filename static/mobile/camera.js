// The phone's camera as a scanner, for whoever has no other. The decoder is loaded at first use.

const AGAIN_MS = 1500;
const FORMATS = ["Code128", "EAN13", "EAN8", "UPCA", "QRCode", "Code39", "DataMatrix", "ITF"];
const place = document.getElementById("main").dataset;
const finder = document.getElementById("finder");
const video = document.getElementById("video");

let reader = null;
let stream = null;
let last = { code: "", at: 0 };

export async function open(onCode) {
  reader ??= await load();
  stream = await navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } },
  });
  video.srcObject = stream;
  finder.hidden = false;
  await video.play();
  look(onCode);
}

export function close() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
  video.srcObject = null;
  finder.hidden = true;
}

export function isOpen() {
  return stream !== null;
}

async function load() {
  const module = await import(place.zxing);
  await module.prepareZXingModule({
    overrides: {
      locateFile: (path, prefix) => (path.endsWith(".wasm") ? place.wasm : prefix + path),
    },
    fireImmediately: true,
  });
  return module;
}

async function look(onCode) {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  while (stream) {
    if (video.videoWidth) {
      canvas.width = video.videoWidth;
      canvas.height = video.videoHeight;
      context.drawImage(video, 0, 0);
      const picture = context.getImageData(0, 0, canvas.width, canvas.height);
      const options = { formats: FORMATS, tryHarder: true, maxNumberOfSymbols: 1 };
      const [found] = await reader.readBarcodes(picture, options);
      if (found?.text) report(found.text, onCode);
    }
    await new Promise(requestAnimationFrame);
  }
}

// A code stays in the picture for many frames: the same one counts again after a moment only.
function report(code, onCode) {
  const now = performance.now();
  if (code === last.code && now - last.at < AGAIN_MS) {
    last.at = now;
    return;
  }
  last = { code, at: now };
  onCode(code);
}
