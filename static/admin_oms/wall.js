// The wall asks again by itself; when nobody answers, it says since when its figures are old.
const EVERY = 15_000;

async function refresh() {
    try {
        const answer = await fetch(location.href, { signal: AbortSignal.timeout(EVERY - 1_000) });
        if (answer.redirected) location.reload(); // signed out: show where to sign in
        if (!answer.ok) throw new Error(String(answer.status));
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const id of ["board", "as-of"]) {
            document.getElementById(id).replaceWith(fresh.getElementById(id));
        }
        tell(false);
    } catch {
        tell(true);
    }
}

function tell(isSilent) {
    document.body.classList.toggle("is-silent", isSilent);
    document.getElementById("silent").hidden = !isSilent;
}

setInterval(refresh, EVERY);
