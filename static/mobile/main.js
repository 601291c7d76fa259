// One page for every station: scan, ask the server, show what it says. The server knows the step.

import * as api from "./api.js";
import * as camera from "./camera.js";
import * as dialogs from "./dialogs.js";
import * as feedback from "./feedback.js";
import * as scanner from "./scanner.js";
import { Labels } from "./parcel.js";
import * as photos from "./photos.js";
import { draw } from "./view.js";

const setup = JSON.parse(document.getElementById("setup").textContent);
const { texts, urls } = setup;
const banner = document.getElementById("banner");
const OK_CODE = "CMD:OK";
const PRINT_CODE = "CMD:PRINT";

let screen = setup.screen;
let queue = [];
let working = false;

const labels = new Labels({
  setup,
  feedback,
  redraw: (parcel) => show({ ...screen, parcel }),
  onTrouble: report,
});

function show(next) {
  if (!next) {
    location.assign(new URL("../", location.href));
    return;
  }
  screen = next;
  draw(screen, {
    texts,
    onCommand: command,
    onCode: take,
    drawParcel: (parcel) => labels.draw(parcel),
  });
  photos.show(screen, texts);
  scanner.focus();
}

function take(code, quantity = 1) {
  feedback.wake();
  if (feedback.isLocked()) {
    if (code.toUpperCase() === OK_CODE) feedback.acknowledge();
    return;
  }
  if (code.toUpperCase() === PRINT_CODE && screen.parcel?.state === "issued") {
    if (screen.parcel.print_count) labels.reprint();
    else labels.print("");
    return;
  }
  if (labels.takes(code)) return;
  queue.push({ code, quantity });
  work();
}

// A scanner is faster than the network: codes wait in line, and a refusal empties the line.
async function work() {
  if (working) return;
  working = true;
  try {
    while (queue.length) await one(queue.shift());
  } finally {
    working = false;
  }
}

async function one({ code, quantity }) {
  const context = quantity > 1 ? { ...screen.context, quantity } : screen.context;
  await deliver({ idem_key: api.newKey(), context, code, at: new Date().toISOString() });
}

async function deliver(scan) {
  let answer;
  try {
    answer = await api.send(urls.scan, scan, { owner: setup.person, onOffline: showOffline });
  } catch (error) {
    queue = [];
    await report(error);
    return;
  }
  await tell(answer, scan.code);
}

async function tell(answer, code) {
  if (answer.screen !== undefined) {
    const isAnswer = setup.station === "find" && answer.result === "accepted";
    show(isAnswer ? { ...answer.screen, verb: answer.message } : answer.screen);
  }
  if (answer.result === "accepted" && answer.tone !== "stop") {
    feedback.accepted(answer.message, answer.tone);
    return;
  }
  queue = [];
  await feedback.refused(answer.message, code.startsWith("CMD:") ? "" : code);
  scanner.focus();
}

async function command(button) {
  feedback.wake();
  if (button.ask && !(await dialogs.confirm(button.ask, texts))) {
    scanner.focus();
    return;
  }
  take(`CMD:${button.command}`);
}

async function sendPhoto(file) {
  try {
    const answer = await photos.send(screen.photo_url, file);
    if (answer.screen) show(answer.screen);
    if (answer.result === "accepted") feedback.accepted(answer.message, "info");
    else await feedback.refused(answer.message);
  } catch (error) {
    await report(error);
  }
  scanner.focus();
}

async function report(error) {
  if (error instanceof api.SignedOut) {
    location.assign(`${urls.login}?next=${encodeURIComponent(location.pathname)}`);
    return;
  }
  const number = error instanceof api.Trouble ? error.message : "-";
  const text = error instanceof TypeError ? texts.offline : texts.trouble.replace("%(number)s", number);
  await feedback.refused(text);
  scanner.focus();
}

function showOffline(isOffline) {
  banner.hidden = !isOffline;
  banner.textContent = isOffline ? `${texts.offline} (${queue.length + 1})` : "";
}

// Back from another page, another app, or another device: the server knows where we were.
async function refresh() {
  if (document.hidden || working || feedback.isLocked()) return;
  try {
    const answer = await api.request(urls.screen);
    if (!working && answer.screen !== undefined) show(answer.screen);
  } catch (error) {
    if (error instanceof api.SignedOut) report(error);
  }
}

async function toggleCamera() {
  feedback.wake();
  if (camera.isOpen()) {
    camera.close();
    return;
  }
  try {
    await camera.open((code) => take(code));
  } catch {
    camera.close();
    await feedback.refused(texts.camera_denied);
  }
}

function label(id, text) {
  document.getElementById(id).textContent = text;
  return document.getElementById(id);
}

function start() {
  label("understood", texts.understood).addEventListener("click", () => scanner.focus());
  label("manual", texts.manual).addEventListener("click", dialogs.prepareTyping(texts, take));
  label("camera", texts.camera).addEventListener("click", toggleCamera);
  label("finder-close", texts.camera_close).addEventListener("click", () => camera.close());
  label("finder-text", texts.flat);
  photos.listen(sendPhoto);
  document.addEventListener("pointerdown", feedback.wake);
  document.addEventListener("keydown", feedback.wake);
  document.addEventListener("visibilitychange", refresh);
  addEventListener("pageshow", (event) => event.persisted && refresh());
  scanner.listen(take);
  show(screen);
  resume();
}

// What was scanned when the page died is sent now, under its old key: done once, if at all.
async function resume() {
  const pending = api.kept(setup.person);
  if (!pending) return;
  working = true;
  try {
    await deliver(pending);
    await api.request(urls.screen).then((answer) => show(answer.screen));
  } finally {
    working = false;
    work();
  }
}

start();
