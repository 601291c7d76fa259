// Asking before a command that matters, and typing what no scanner can read.

const ask = document.getElementById("ask");
const typing = document.getElementById("typing");
const entry = document.getElementById("entry");

export function choose(text, choices) {
  document.getElementById("ask-text").textContent = text;
  return new Promise((resolve) => {
    const buttons = choices.map(({ label, value, tone = "" }) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = label;
      button.className = tone;
      button.addEventListener("click", () => {
        ask.close();
        resolve(value);
      });
      return button;
    });
    document.getElementById("ask-choices").replaceChildren(...buttons);
    ask.addEventListener("cancel", () => resolve(null), { once: true });
    ask.showModal();
  });
}

export function confirm(text, texts) {
  return choose(text, [
    { label: texts.confirm, value: true, tone: "primary" },
    { label: texts.cancel, value: false },
  ]);
}

// One short text that no barcode carries; null if the person thinks better of it.
export function enter(text, texts) {
  const value = document.getElementById("entry-value");
  const cancel = document.getElementById("entry-cancel");
  document.getElementById("entry-label").textContent = text;
  document.getElementById("entry-send").textContent = texts.send;
  cancel.textContent = texts.cancel;
  cancel.onclick = () => entry.close("");
  value.value = "";
  entry.returnValue = "";
  return new Promise((resolve) => {
    entry.onclose = () => resolve(entry.returnValue === "send" ? value.value.trim() : null);
    entry.showModal();
    value.focus();
  });
}

export function prepareTyping(texts, onCode) {
  const code = document.getElementById("typing-code");
  const quantity = document.getElementById("typing-quantity");
  document.getElementById("typing-code-label").textContent = texts.code;
  document.getElementById("typing-quantity-label").textContent = texts.quantity;
  document.getElementById("typing-send").textContent = texts.send;
  const cancel = document.getElementById("typing-cancel");
  cancel.textContent = texts.cancel;
  cancel.addEventListener("click", () => typing.close());
  document.getElementById("typing-form").addEventListener("submit", () => {
    const pieces = Math.max(1, Number.parseInt(quantity.value, 10) || 1);
    if (code.value.trim()) onCode(code.value.trim(), pieces);
  });
  return () => {
    code.value = "";
    quantity.value = "1";
    typing.showModal();
    code.focus();
  };
}
