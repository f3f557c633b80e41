// Reading a QR code from the camera or a picture: by the browser where it can, else by a bundled decoder (`qr`, no WebAssembly). What the
// camera shows stays in this page.

import { BarcodeDetector as Bundled } from "qr/decode.js";

interface Detector {
  detect(image: HTMLCanvasElement): Promise<{ rawValue: string }[]>;
}
interface Detectors {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats(): Promise<readonly string[]>;
}

/** Pixels of the longer side: a code of 70 modules keeps several pixels each, and one look takes some 50 ms. */
const SIDE_MAX_PX = 1280;
const PAUSE_MS = 120;

let detector: Promise<Detector> | undefined;

async function chosen(): Promise<Detector> {
  const own = (globalThis as { BarcodeDetector?: Detectors }).BarcodeDetector;
  const formats = { formats: ["qr_code"] };
  if (own !== undefined && (await own.getSupportedFormats()).includes("qr_code")) return new own(formats);
  return new Bundled({ formats: ["qr_code"] });
}

/** The text of the code in a picture. undefined if there is none, or it cannot be read. */
export async function readPicture(data: Uint8Array): Promise<string | undefined> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(new Blob([data as BlobPart]));
  } catch {
    return undefined;
  }
  return look(picture, picture.width, picture.height);
}

/** Look through the camera until a code was read or `signal` ends it. Throws what the browser says if there is no camera. */
export async function scan(video: HTMLVideoElement, signal: AbortSignal): Promise<string | undefined> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: SIDE_MAX_PX } } });
  try {
    video.srcObject = stream;
    await video.play();
    while (!signal.aborted) {
      const text = video.videoWidth === 0 ? undefined : await look(video, video.videoWidth, video.videoHeight);
      if (text !== undefined) return text;
      await new Promise((done) => setTimeout(done, PAUSE_MS));
    }
    return undefined;
  } finally {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  }
}

async function look(image: CanvasImageSource, width: number, height: number): Promise<string | undefined> {
  const scale = Math.min(1, SIDE_MAX_PX / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.getContext("2d", { willReadFrequently: true })?.drawImage(image, 0, 0, canvas.width, canvas.height);
  detector ??= chosen();
  const [found] = await (await detector).detect(canvas);
  return found?.rawValue || undefined;
}
