// The keyboard wedge: a scanner types the code and ends it with Enter or Tab. One input takes it
// and never loses the focus.

const REFOCUS_MS = 150;
const input = document.getElementById("code");

// With a Chinese input method open the scanner's keys arrive as "Process"; the key caps do not lie.
const CAPS = { Minus: "-", Slash: "/", Period: ".", Semicolon: ";", Equal: "=", Space: " " };

export function listen(onCode) {
  document.getElementById("scan").addEventListener("submit", (event) => {
    event.preventDefault();
    finish(onCode);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || (event.key === "Tab" && input.value)) {
      event.preventDefault();
      finish(onCode);
    } else if (event.key === "Process" || event.key === "Unidentified") {
      const letter = fromKeyCap(event);
      if (letter) {
        event.preventDefault();
        input.value += letter;
      }
    }
  });
  input.addEventListener("blur", () => setTimeout(focus, REFOCUS_MS));
  document.addEventListener("keydown", (event) => {
    if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) focus();
  });
  document.addEventListener("visibilitychange", focus);
  focus();
}

export function focus() {
  const other = document.activeElement;
  const typing = other && other !== input && other.matches("input, textarea, select");
  const occupied = document.querySelector("dialog[open]") || !document.getElementById("stop").hidden;
  if (!typing && !occupied && !document.hidden) input.focus({ preventScroll: true });
}

export function clear() {
  input.value = "";
}

function finish(onCode) {
  const code = input.value.trim();
  input.value = "";
  if (code) onCode(code);
}

function fromKeyCap({ code, shiftKey }) {
  if (code.startsWith("Key")) return shiftKey ? code.slice(3) : code.slice(3).toLowerCase();
  if (code.startsWith("Digit")) return code.slice(5);
  if (code.startsWith("Numpad") && code.length === 7) return code.slice(6);
  return CAPS[code] || "";
}
