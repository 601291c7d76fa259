// Draws one screen. Texts come from the server; nothing is ever put in as HTML.

const main = document.getElementById("screen");
const buttons = document.getElementById("buttons");
const progress = document.getElementById("progress");
const progressText = document.getElementById("progress-text");
const hint = document.getElementById("hint");

export function node(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children.filter((child) => child !== "" && child != null));
  return made;
}

export function draw(screen, { texts, onCommand, onCode, drawParcel }) {
  main.replaceChildren(
    ...[
      drawParcel(screen.parcel),
      step(screen, texts),
      list(screen.lines, onCode),
      remark(screen.note),
    ].filter(Boolean),
  );
  buttons.replaceChildren(...screen.buttons.map((button) => commandButton(button, onCommand)));
  hint.textContent = screen.hint;
  hint.parentElement.hidden = !screen.hint;
  drawProgress(screen.progress);
}

function step(screen, texts) {
  const shown = screen.verb || screen.big || screen.name || screen.detail;
  if (!shown) return null;
  const card = node("section", "step");
  if (screen.verb) card.append(node("p", screen.big ? "verb" : "verb verb-alone", screen.verb));
  if (screen.big) card.append(node("p", `big ${sizeOf(screen.big)}`, screen.big));
  if (screen.amount) card.append(node("p", "amount", screen.amount));
  if (screen.name) card.append(goods(screen, texts));
  else if (screen.detail) card.append(node("p", "detail", screen.detail));
  if (screen.then) card.append(node("p", "then", screen.then));
  return card;
}

function sizeOf(text) {
  if (text.length > 14) return "big-number";
  if (text.length > 12) return "big-long";
  return text.length > 7 ? "big-mid" : "";
}

function goods(screen, texts) {
  const words = node("div", "words", node("p", "name", screen.name), node("p", "detail", screen.detail));
  if (!screen.shows_photo) return node("div", "goods", words);
  const photo = node("div", "photo");
  photo.title = texts.photo;
  return node("div", "goods", photo, words);
}

function list(lines, onCode) {
  if (!lines.length) return null;
  return node("ul", "lines", ...lines.map((line) => row(line, onCode)));
}

// A row with a code is a choice: a touch is as good as a scan of it.
function row(line, onCode) {
  const count = line.total == null ? "" : countOf(line);
  const title = node("span", "title", line.title, line.badge ? node("b", "badge", line.badge) : "");
  const words = node("div", "words", title, line.note ? node("span", "note", line.note) : "");
  if (!line.code) return node("li", `line ${line.tone}`, words, count);
  const choice = node("button", `line ${line.tone}`, words, count);
  choice.type = "button";
  choice.addEventListener("click", () => onCode(line.code));
  return node("li", "choice", choice);
}

function countOf({ done, total }) {
  return node("span", "count", done == null ? `× ${total}` : `${done}/${total}`);
}

function remark(text) {
  return text ? node("p", "remark", text) : null;
}

function commandButton(button, onCommand) {
  const made = node("button", button.tone, button.label);
  made.type = "button";
  made.dataset.command = button.command;
  made.addEventListener("click", () => onCommand(button));
  return made;
}

function drawProgress(state) {
  progress.hidden = !state;
  progressText.textContent = state ? `${state[0]}/${state[1]}` : "";
  if (state) {
    progress.max = Math.max(1, state[1]);
    progress.value = state[0];
  }
}
