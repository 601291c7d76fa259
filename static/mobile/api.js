// Talks to the server. A scan keeps its key until it is answered, however often it has to be sent.

const RETRY_MS = 2000;
const KEPT = "warehouse.pending";
const DEVICE = "warehouse.device";

export class SignedOut extends Error {}
export class Trouble extends Error {}

export function device() {
  let id = localStorage.getItem(DEVICE);
  if (!id) {
    id = newKey().slice(0, 12);
    localStorage.setItem(DEVICE, id);
  }
  return id;
}

export function newKey() {
  // randomUUID needs HTTPS; a demo in the local network may not have it.
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

export function kept(owner) {
  try {
    const found = JSON.parse(localStorage.getItem(KEPT));
    return found?.owner === owner ? found.scan : null;
  } catch {
    return null;
  }
}

export function forget() {
  localStorage.removeItem(KEPT);
}

export async function request(url, { method = "GET", body } = {}) {
  const headers = { Accept: "application/json", "X-Device": device() };
  if (method !== "GET") {
    if (!(body instanceof FormData)) headers["Content-Type"] = "application/json";
    headers["X-CSRFToken"] = document.querySelector("[name=csrfmiddlewaretoken]").value;
  }
  const answer = await fetch(url, { method, headers, body, cache: "no-store" });
  if (answer.status === 401) throw new SignedOut();
  const isJson = (answer.headers.get("Content-Type") || "").includes("json");
  if (!isJson || answer.status >= 500) {
    throw new Trouble(answer.headers.get("X-Correlation-Id") || String(answer.status));
  }
  return answer.json();
}

// Sends a scan until somebody answers; onOffline(true|false) tells how the network is.
export async function send(url, scan, { owner, onOffline }) {
  localStorage.setItem(KEPT, JSON.stringify({ owner, scan }));
  const body = JSON.stringify(scan);
  for (;;) {
    try {
      const answer = await request(url, { method: "POST", body });
      onOffline(false);
      forget();
      return answer;
    } catch (error) {
      if (!(error instanceof TypeError)) {
        forget();
        throw error;
      }
      onOffline(true);
      await pause();
    }
  }
}

function pause() {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, RETRY_MS);
    addEventListener("online", done);
  });
}
