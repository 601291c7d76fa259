"use strict";

// While an import runs, its numbers are asked for every two seconds; the page itself stays.
const box = document.querySelector("[data-progress]");

async function ask() {
    let over = "0";
    try {
        const answer = await fetch(box.dataset.progress, { headers: { "X-Requested-With": "fetch" } });
        if (answer.redirected || !answer.ok) throw new Error(answer.status);
        over = answer.headers.get("X-Import-Over");
        box.innerHTML = await answer.text();
        box.classList.remove("is-stale");
    } catch {
        box.classList.add("is-stale");
    }
    // What ended has more to show than its numbers: faulty rows, the download.
    if (over === "1") location.reload();
    else setTimeout(ask, 2000);
}

if (box) setTimeout(ask, 2000);
