// Photos of what is in hand: made small on the phone, because the warehouse's network is slow.

import { request } from "./api.js";

const LONGEST = 1600;
const QUALITY = 0.85;
const place = document.getElementById("photo");
const input = document.getElementById("photo-file");
const text = document.getElementById("photo-text");

export function show(screen, texts) {
  place.hidden = !screen.photo_url;
  text.textContent = screen.photo_count ? `${texts.take_photo} (${screen.photo_count})` : texts.take_photo;
}

export function listen(onPhoto) {
  input.addEventListener("change", () => {
    const [file] = input.files;
    input.value = "";
    if (file) onPhoto(file);
  });
}

export async function send(url, file) {
  const body = new FormData();
  body.append("photo", await smaller(file), "photo.jpg");
  return request(url, { method: "POST", body });
}

// What the browser cannot read is sent as it is: the server says why not.
async function smaller(file) {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    return blob ?? file;
  } catch {
    return file;
  }
}
