// Yes, no, done: seen across the aisle, heard with a hood on, felt with gloves.

const stop = document.getElementById("stop");
const stopText = document.getElementById("stop-text");
const stopCode = document.getElementById("stop-code");
const understood = document.getElementById("understood");
const flash = document.getElementById("flash");

let audio = null;
let flashTimer = 0;
let release = null;

// A browser plays nothing before the first touch or key; a scanner's keys count.
export function wake() {
  const Context = window.AudioContext || window.webkitAudioContext;
  if (!audio && Context) audio = new Context();
  if (audio && audio.state === "suspended") audio.resume().catch(() => {});
}

export function isLocked() {
  return !stop.hidden;
}

export function accepted(text, tone) {
  if (tone === "done") tones([660, 880, 1175], 0.11);
  else tones([tone === "info" ? 660 : 880], 0.08);
  vibrate(tone === "done" ? [60, 60, 60, 60, 120] : 60);
  showFlash(text, tone);
}

// Red over everything until somebody says that it was read.
export function refused(text, code = "") {
  tones([220, 220], 0.16);
  vibrate([200, 100, 200]);
  flash.hidden = true;
  // A bin's code must not break at its hyphens.
  stopText.textContent = text.replace(/(\w)-(?=\w)/g, "$1\u2011");
  stopCode.textContent = code;
  stop.hidden = false;
  understood.focus();
  return new Promise((resolve) => {
    release = resolve;
  });
}

export function acknowledge() {
  if (stop.hidden) return;
  stop.hidden = true;
  release?.();
  release = null;
}

export function hush() {
  flash.hidden = true;
}

function showFlash(text, tone) {
  clearTimeout(flashTimer);
  flash.textContent = text;
  flash.className = `flash flash-${tone}`;
  flash.hidden = false;
  flashTimer = setTimeout(() => (flash.hidden = true), tone === "done" ? 1600 : 900);
}

function tones(frequencies, seconds) {
  if (!audio || audio.state !== "running") return;
  let at = audio.currentTime;
  for (const frequency of frequencies) {
    const oscillator = audio.createOscillator();
    const gain = audio.createGain();
    oscillator.type = frequency < 300 ? "square" : "sine";
    oscillator.frequency.value = frequency;
    gain.gain.setValueAtTime(0.0001, at);
    gain.gain.exponentialRampToValueAtTime(0.4, at + 0.01);
    gain.gain.exponentialRampToValueAtTime(0.0001, at + seconds);
    oscillator.connect(gain).connect(audio.destination);
    oscillator.start(at);
    oscillator.stop(at + seconds);
    at += seconds + 0.05;
  }
}

function vibrate(pattern) {
  if (navigator.vibrate && navigator.userActivation?.hasBeenActive !== false) {
    navigator.vibrate(pattern);
  }
}

understood.addEventListener("click", acknowledge);
