// Ticks appear by themselves; a button that is being pressed is not replaced under the finger.
const EVERY = 5_000;

async function refresh() {
    const shown = document.getElementById("tour");
    if (document.hidden || shown.contains(document.activeElement)) return;
    try {
        const answer = await fetch(location.href);
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        if (answer.ok) shown.replaceWith(fresh.getElementById("tour"));
    } catch {
        // The next try comes soon enough.
    }
}

setInterval(refresh, EVERY);
