// A platform's print component on this computer: one message over its WebSocket, one answer.

const PATIENCE_MS = 8000;

// The component does not answer at all.
export class NoComponent extends Error {}

// The component answered that it will not print; the message is its own words.
export class NotPrinted extends Error {}

export function send({ url, message, key }) {
  return new Promise((resolve, reject) => {
    let socket;
    const settle = (act, value) => {
      clearTimeout(timer);
      socket?.close();
      act(value);
    };
    const timer = setTimeout(() => settle(reject, new NoComponent()), PATIENCE_MS);
    try {
      socket = new WebSocket(url);
    } catch {
      settle(reject, new NoComponent());
      return;
    }
    socket.onopen = () => socket.send(message);
    socket.onerror = () => settle(reject, new NoComponent());
    socket.onclose = () => settle(reject, new NoComponent());
    socket.onmessage = ({ data }) => {
      const told = read(data);
      if (!told || ![told.requestID, told.key].includes(key)) return;
      if (isRefused(told)) settle(reject, new NotPrinted(words(told)));
      else settle(resolve, told);
    };
  });
}

function read(data) {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}

function isRefused({ status, success }) {
  return status === "failed" || success === false || success === "false";
}

function words({ msg, message, detailinfo }) {
  return String(msg || message || detailinfo || "");
}
