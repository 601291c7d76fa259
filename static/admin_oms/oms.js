"use strict";

// Copy buttons: the number beside them goes to the clipboard, and the icon says so for a moment.
document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    event.preventDefault();
    await copy(button.dataset.copy);
    const icon = button.querySelector(".material-symbols-outlined");
    icon.textContent = "check";
    button.classList.add("is-copied");
    setTimeout(() => {
        icon.textContent = "content_copy";
        button.classList.remove("is-copied");
    }, 1200);
});

// The clipboard needs a secure page; a warehouse's own server on plain HTTP has none.
async function copy(text) {
    if (navigator.clipboard && window.isSecureContext) {
        await navigator.clipboard.writeText(text);
        return;
    }
    const field = document.createElement("textarea");
    field.value = text;
    field.style.position = "fixed";
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
}

// A suggested answer is filled in by a click; it can still be changed.
document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fill]");
    if (!button) return;
    const field = document.getElementById(button.dataset.fill);
    field.value = button.textContent;
    field.focus();
});

// What was shown in clear does not stay on a screen that somebody left; nor does "back" show it.
document.addEventListener("DOMContentLoaded", () => {
    const clear = document.querySelector("[data-vanishes]");
    if (!clear) return;
    const note = clear.querySelector("[data-left]");
    const forget = () => clear.querySelector(".oms-clear").replaceChildren();
    let left = Number(clear.dataset.vanishes);
    const count = () => {
        note.querySelector("b").textContent = left;
        if (left > 0) left -= 1;
        else forget();
    };
    note.hidden = false;
    count();
    setInterval(count, 1000);
    window.addEventListener("pagehide", forget);
});

// A field for a file says in the person's own language what to do, and takes a file that is dropped.
document.addEventListener("DOMContentLoaded", () => {
    for (const field of document.querySelectorAll("input[type=file][data-choose]")) {
        const box = document.createElement("span");
        const text = document.createElement("span");
        box.className = "oms-drop";
        field.replaceWith(box);
        box.append(field, text);
        const tell = () => {
            const [file] = field.files;
            text.textContent = file ? file.name : field.dataset.choose;
            box.classList.toggle("is-chosen", Boolean(file));
        };
        const hover = (event) => box.classList.toggle("is-over", event.type === "dragover");
        for (const moment of ["dragover", "dragleave", "drop"]) field.addEventListener(moment, hover);
        field.addEventListener("change", tell);
        tell();
    }
});
