// The label of a parcel: ask for the waybill, wait for the carrier, print.

import * as component from "./component.js";
import { request, SignedOut } from "./api.js";
import { choose, enter } from "./dialogs.js";
import { node } from "./view.js";

const POLL_MS = 2000;
const WAITING = ["requested", "unknown"];
const coarse = matchMedia("(pointer: coarse)");

export class Labels {
  constructor({ setup, feedback, redraw, onTrouble }) {
    Object.assign(this, { setup, feedback, redraw, onTrouble });
    this.asked = new Set();
    this.busy = false;
    this.timer = 0;
    this.wanted = null;
    this.unsent = null;
  }

  draw(parcel) {
    clearTimeout(this.timer);
    if (parcel?.id !== this.wanted?.parcel) this.wanted = null;
    if (!parcel) return null;
    this.parcel = parcel;
    if (WAITING.includes(parcel.state)) this.timer = setTimeout(() => this.poll(), POLL_MS);
    // A parcel that was just sealed gets its waybill without another touch, once.
    if (parcel.state === "none" && !parcel.error && !this.asked.has(parcel.id)) {
      this.asked.add(parcel.id);
      queueMicrotask(() => this.ask());
    }
    return this.card(parcel);
  }

  card(parcel) {
    const card = node("section", `parcel parcel-${parcel.state}`);
    card.append(node("p", "package", parcel.package_no));
    if (parcel.waybill_no) {
      card.append(node("p", "carrier", parcel.carrier), node("p", "waybill", parcel.waybill_no));
    }
    card.append(node("p", "state", this.busy ? this.setup.texts.busy : parcel.text));
    if (parcel.error) card.append(node("p", "error", parcel.error));
    if (parcel.note) card.append(node("p", "note", parcel.note));
    if (parcel.printed) card.append(node("p", "note", parcel.printed));
    if (this.wanted) {
      const { texts, labels } = this.setup;
      card.append(node("p", "state", labels.number.replace("%(carrier)s", this.wanted.label)));
      card.append(this.make(texts.cancel, "quiet", () => this.want(null)));
      return card;
    }
    const button = this.button(parcel);
    if (button) card.append(button);
    const byHand = this.byHand(parcel);
    if (byHand) card.append(byHand);
    if (parcel.weight) card.append(node("p", `weight weight-${parcel.weighing}`, parcel.weight));
    if (parcel.weighing) card.append(this.scale(parcel));
    return card;
  }

  make(text, tone, act) {
    const made = node("button", tone, text);
    made.type = "button";
    made.disabled = this.busy;
    made.addEventListener("click", act);
    return made;
  }

  // A waybill that another tool printed: the carrier is chosen, then the next scan is its number.
  byHand({ state }) {
    const { labels } = this.setup;
    if (state === "typed") return this.make(labels.take_off, "quiet", () => this.takeOff());
    if (!["by_hand", "none", "failed"].includes(state)) return null;
    const tone = state === "by_hand" ? "primary" : "plain";
    return this.make(labels.enter, tone, () => this.enter());
  }

  // Where a shop waits for the weight it is the next step, once the label is on the parcel.
  scale({ weighing, print_count, state }) {
    const { labels } = this.setup;
    const isNext = weighing === "wanted" && (print_count > 0 || state === "typed");
    const text = weighing === "again" ? labels.weigh_again : labels.weigh;
    const made = this.make(text, isNext ? "primary" : "plain", () => this.weigh());
    made.dataset.act = "weigh";
    return made;
  }

  async weigh() {
    const weight = await enter(this.setup.labels.weight, this.setup.texts);
    if (!weight) return;
    const body = JSON.stringify({ weight });
    const parcel = await this.exchange(this.parcel.urls.weigh, { method: "POST", body });
    if (parcel) this.feedback.accepted(parcel.weight, "ok");
  }

  want(wanted) {
    this.wanted = wanted;
    this.redraw(this.parcel);
  }

  async enter() {
    const { carriers, labels, texts } = this.setup;
    const parcel = this.parcel.id;
    const choices = carriers.map((one) => ({ label: one.label, value: one }));
    choices.push({ label: texts.cancel, value: null, tone: "plain" });
    const carrier = await choose(labels.carrier, choices);
    this.want(carrier && { parcel, ...carrier });
  }

  // Tells whether the scan was the number that is waited for.
  takes(code) {
    if (!this.wanted || code.toUpperCase().startsWith("CMD:")) return false;
    if (this.busy) return true;
    const body = JSON.stringify({ carrier: this.wanted.value, waybill_no: code });
    this.exchange(this.parcel.urls.type, { method: "POST", body });
    return true;
  }

  async takeOff() {
    const choices = this.setup.take_off_reasons.map((text) => ({ label: text, value: text }));
    choices.push({ label: this.setup.texts.cancel, value: null, tone: "plain" });
    const reason = await choose(this.setup.labels.take_off_why, choices);
    if (!reason) return;
    const body = JSON.stringify({ reason });
    await this.exchange(this.parcel.urls.untype, { method: "POST", body });
  }

  button(parcel) {
    const { labels } = this.setup;
    const make = (text, tone, act) => this.make(text, tone, act);
    switch (parcel.state) {
      case "none":
        return make(parcel.error ? labels.again : labels.get, "primary", () => this.ask());
      case "failed":
      case "unknown":
        return make(labels.again, "primary", () => this.ask());
      case "issued":
        if (parcel.urls.job && this.unsent === parcel.id) {
          return make(labels.send_again, "primary", () => this.tellComponent(parcel));
        }
        if (parcel.print_count) return make(labels.reprint, "quiet", () => this.reprint());
        return make(labels.print, "primary", () => this.print(""));
      default:
        return null;
    }
  }

  async ask() {
    await this.exchange(this.parcel.urls.label, { method: "POST" });
  }

  async poll() {
    await this.exchange(this.parcel.urls.label, {}, { quiet: true });
  }

  async print(reason) {
    // A tab has to be opened in the very click, or the browser blocks it.
    const tab = coarse.matches && this.parcel.urls.pdf ? window.open("", "_blank") : null;
    const body = JSON.stringify({ reason });
    const parcel = await this.exchange(this.parcel.urls.print, { method: "POST", body });
    if (!parcel) {
      tab?.close();
      return;
    }
    if (parcel.urls.job) {
      tab?.close();
      await this.tellComponent(parcel);
      return;
    }
    const url = `${parcel.urls.pdf}?copy=${parcel.print_count}`;
    if (tab) tab.location = url;
    else this.sendToPrinter(url);
  }

  async reprint() {
    const choices = this.setup.reprint_reasons.map((text) => ({ label: text, value: text }));
    choices.push({ label: this.setup.texts.cancel, value: null, tone: "plain" });
    const reason = await choose(this.setup.labels.why, choices);
    if (reason) await this.print(reason);
  }

  // The platform's own component prints it; the print was counted, so another try is no reprint.
  async tellComponent(parcel) {
    this.unsent = parcel.id;
    let job;
    try {
      const answer = await request(parcel.urls.job);
      if (answer.result !== "accepted") {
        await this.feedback.refused(answer.message);
        return;
      }
      job = answer.job;
      await component.send(job);
    } catch (error) {
      if (!job) this.onTrouble(error);
      else await this.feedback.refused(this.whyNot(job, error));
      this.redraw(parcel);
      return;
    }
    this.unsent = null;
    this.redraw(parcel);
    this.feedback.accepted(this.setup.labels.sent.replace("%(component)s", job.component), "ok");
  }

  whyNot(job, error) {
    const { labels } = this.setup;
    const text = error instanceof component.NotPrinted ? labels.not_printed : labels.no_component;
    return text.replace("%(component)s", job.component).replace("%(words)s", error.message);
  }

  sendToPrinter(url) {
    const frame = document.getElementById("printer");
    frame.onload = () => {
      try {
        frame.contentWindow.print();
      } catch {
        window.open(url, "_blank");
      }
    };
    frame.src = url;
  }

  async exchange(url, options, { quiet = false } = {}) {
    this.busy = !quiet;
    if (!quiet) this.redraw(this.parcel);
    let answer;
    try {
      answer = await request(url, options);
    } catch (error) {
      this.busy = false;
      if (!quiet || error instanceof SignedOut) this.onTrouble(error);
      else this.redraw(this.parcel);
      return null;
    }
    this.busy = false;
    const before = this.parcel.state;
    const parcel = answer.parcel ?? this.parcel;
    if (answer.result === "accepted" && parcel.state === "typed") this.wanted = null;
    this.redraw(parcel);
    if (answer.result !== "accepted") {
      if (!quiet) await this.feedback.refused(answer.message);
      return null;
    }
    if (["issued", "typed"].includes(parcel.state) && before !== parcel.state) {
      this.feedback.accepted(parcel.text, "ok");
    }
    return parcel;
  }
}
