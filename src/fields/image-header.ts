/** What the first bytes of an image say. */
export interface ImageHeader {
  readonly format: "png" | "jpeg" | "gif" | "webp" | "avif";
  /** Pixels; null where they stand further on in the file. */
  readonly width: number | null;
  readonly height: number | null;
}

/** So many bytes tell nearly always: the dimensions of a JPEG stand behind its metadata, which has blocks of 64 KiB. */
export const HEADER_LENGTH = 256 * 1024;

type Reader = (bytes: DataView) => ImageHeader | null;

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * Recognises an image by its first bytes: PNG, JPEG, GIF, WebP or AVIF. SVG is none of them: it is a document, which can
 * hold scripts.
 *
 * @param head - the beginning of a file, {@link HEADER_LENGTH} bytes where there are so many
 * @returns null for anything else
 */
export function imageHeader(head: Uint8Array): ImageHeader | null {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  for (const read of [png, jpeg, gif, webp, avif]) {
    const header = read(view);
    if (header !== null) return header;
  }
  return null;
}

function ascii(view: DataView, start: number, length: number): string {
  let text = "";
  for (let index = start; index < Math.min(start + length, view.byteLength); index++) text += String.fromCharCode(view.getUint8(index));
  return text;
}

const png: Reader = (view) => {
  if (view.byteLength < 24 || PNG.some((byte, index) => view.getUint8(index) !== byte) || ascii(view, 12, 4) !== "IHDR") return null;
  return { format: "png", width: view.getUint32(16), height: view.getUint32(20) };
};

const gif: Reader = (view) => {
  if (view.byteLength < 10 || !/^GIF8[79]a$/.test(ascii(view, 0, 6))) return null;
  return { format: "gif", width: view.getUint16(6, true), height: view.getUint16(8, true) };
};

const jpeg: Reader = (view) => {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8 || view.getUint8(2) !== 0xff) return null;
  for (let position = 2; position + 9 <= view.byteLength; ) {
    if (view.getUint8(position) !== 0xff) return null;
    const marker = view.getUint8(position + 1);
    if (marker === 0xff) {
      position++;
      continue;
    }
    // the frame headers; C4, C8 and CC between them are tables
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return { format: "jpeg", width: view.getUint16(position + 7), height: view.getUint16(position + 5) };
    }
    position += 2 + view.getUint16(position + 2);
  }
  return { format: "jpeg", width: null, height: null };
};

const uint24 = (view: DataView, position: number): number => view.getUint16(position, true) | (view.getUint8(position + 2) << 16);

const webp: Reader = (view) => {
  if (view.byteLength < 30 || ascii(view, 0, 4) !== "RIFF" || ascii(view, 8, 4) !== "WEBP") return null;
  switch (ascii(view, 12, 4)) {
    case "VP8X":
      return { format: "webp", width: uint24(view, 24) + 1, height: uint24(view, 27) + 1 };
    case "VP8L": {
      const bits = view.getUint32(21, true);
      return { format: "webp", width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case "VP8 ":
      return { format: "webp", width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    default:
      return null;
  }
};

const avif: Reader = (view) => {
  if (view.byteLength < 16 || ascii(view, 4, 4) !== "ftyp") return null;
  const brands = ascii(view, 8, Math.min(view.getUint32(0), 256) - 8);
  if (!/^(?:.{4})*?avi[fs]/s.test(brands)) return null;
  let [width, height] = [0, 0];
  // an image may have tiles, thumbnails and a channel of transparency, each with its extent: the whole is the largest
  const text = ascii(view, 0, Math.min(view.byteLength, 16 * 1024));
  for (let at = text.indexOf("ispe"); at >= 0 && at + 16 <= view.byteLength; at = text.indexOf("ispe", at + 4)) {
    const [wide, high] = [view.getUint32(at + 8), view.getUint32(at + 12)];
    if (wide * high > width * height) [width, height] = [wide, high];
  }
  return { format: "avif", width: width || null, height: height || null };
};
