import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTables, dropTables, ImageField, ValidationError } from "../../src/index.js";
import { ContentFile, File, InMemoryStorage } from "../../src/storage/index.js";
import { describeEachBackend } from "../support/backends.js";
import { models, Photo, Template } from "./file-models.js";

const bytes = (base64: string): Buffer => Buffer.from(base64, "base64");
const ascii = (text: string): Buffer => Buffer.from(text, "latin1");

/** The least images: a real one of each kind, or its header as the format's specification lays it out. */
const png = bytes("iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEElEQVR4nGP4z8AARAwQCgAf7gP9i18U1AAAAABJRU5ErkJggg==");
const gif = bytes("R0lGODlhBQAHAIAAAAAAAP///yH5BAEAAAAALAAAAAAFAAcAAAIFhI+py1gAOw==");
const jpegHead = (metadata: number): Buffer =>
  Buffer.concat([
    Buffer.from([0xff, 0xd8, 0xff, 0xe1, metadata >> 8, metadata & 0xff]),
    Buffer.alloc(metadata - 2),
    Buffer.from([
      0xff, 0xc4, 0, 4, 0, 0, 0xff, 0xff, 0xc2, 0, 17, 8, 0x01, 0x2c, 0x02, 0x80, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1, 0xff, 0xd9,
    ]),
  ]);
const riff = (chunk: string, rest: readonly number[]): Buffer =>
  Buffer.concat([ascii("RIFF\x40\0\0\0WEBP"), ascii(chunk), Buffer.from([20, 0, 0, 0]), Buffer.from(rest), Buffer.alloc(20)]);
const webpExtended = riff("VP8X", [0x10, 0, 0, 0, 0x7f, 0x02, 0, 0xdf, 0x01, 0]);
const webpLossless = riff("VP8L", [0x2f, 0x09, 0xc0, 0x04, 0]);
const webpLossy = riff("VP8 ", [0, 0, 0, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xf0, 0x00]);
const extent = (width: number, height: number): Buffer => {
  const box = Buffer.alloc(20);
  box.writeUInt32BE(20, 0);
  box.write("ispe", 4, "latin1");
  box.writeUInt32BE(width, 12);
  box.writeUInt32BE(height, 16);
  return box;
};
const avif = Buffer.concat([
  ascii("\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf"),
  ascii("\0\0\0\x50meta\0\0\0\0"),
  extent(64, 64),
  extent(800, 600),
]);

const settings = { storages: { default: new InMemoryStorage() } };

describeEachBackend("image fields", { settings }, () => {
  beforeAll(() => createTables(models));
  afterAll(() => dropTables(models));

  it.each([
    ["PNG", png, 3, 2],
    ["GIF", gif, 5, 7],
    ["JPEG", jpegHead(200), 640, 300],
    ["JPEG with much metadata", jpegHead(65_000), 640, 300],
    ["WebP, extended", webpExtended, 640, 480],
    ["WebP, lossless", webpLossless, 10, 20],
    ["WebP, lossy", webpLossy, 320, 240],
    ["AVIF", avif, 800, 600],
  ])("takes %s, and fills in its dimensions", async (_, content, width, height) => {
    const photo = new Photo({ image: new ContentFile(content, "a.img") });
    await photo.fullClean();
    await photo.save();
    expect([photo.width, photo.height]).toEqual([width, height]);
    expect(await Photo.objects.filter({ pk: photo.pk }).valuesList("width", "height")).toEqual([[width, height]]);
    expect(Buffer.from((await photo.image?.read()) ?? [])).toEqual(content);
  });

  it("empties the dimensions with the image, and keeps them beside a name", async () => {
    const photo = await Photo.objects.create({ image: new globalThis.File([png], "p.png") });
    expect([photo.width, photo.height]).toEqual([3, 2]);
    await photo.save();
    expect([photo.width, photo.height]).toEqual([3, 2]);
    const found = await Photo.objects.get({ pk: photo.pk });
    await found.image?.delete();
    expect([found.width, found.height]).toEqual([null, null]);
    expect(await Photo.objects.filter({ pk: photo.pk }).values("image", "width", "height")).toEqual([
      { image: null, width: null, height: null },
    ]);
    const named = await Photo.objects.create({ image: "photos/known.png", width: 8, height: 9 });
    expect([named.width, named.height]).toEqual([8, 9]);
  });

  it.each([
    ["text", ascii("just text, which is long enough to hold a header of any format")],
    ["SVG", ascii('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
    ["nothing", Buffer.alloc(0)],
    ["the beginning of a PNG", png.subarray(0, 12)],
    ["another RIFF", ascii("RIFF\x40\0\0\0WAVEfmt ")],
    ["a video in the same container", ascii("\0\0\0\x1cftypisom\0\0\0\0isommp42")],
    ["bytes like a JPEG's", Buffer.from([0xff, 0xd8, 0x00, 0x00, 0x00])],
  ])("refuses %s", async (_, content) => {
    const photo = new Photo({ image: new ContentFile(content, "a.png") });
    expect(() => photo.cleanFields()).toThrow(/no image/);
    await expect(photo.save()).rejects.toThrow(ValidationError);
    const blob = new Photo({ image: new globalThis.File([content], "a.png") });
    blob.cleanFields();
    await expect(blob.fullClean()).rejects.toMatchObject({ errors: { image: [expect.stringMatching(/no image/)] } });
    await expect(blob.save()).rejects.toThrow(/no image/);
  });

  it("looks into a stream without using it up", async () => {
    const stream = (async function* () {
      for (let start = 0; start < png.length; start += 7) yield png.subarray(start, start + 7);
    })();
    const photo = new Photo({ image: File.fromStream(stream, "s.png") });
    await photo.fullClean();
    await photo.save();
    expect(photo.width).toBe(3);
    expect(Buffer.from((await photo.image?.read()) ?? [])).toEqual(png);
  });

  it("FilePathField takes what is there, as its options allow", async () => {
    const take = (values: { path: string; anything?: string }) => () => new Template(values).cleanFields();
    expect(take({ path: "test/fields/images.test.ts" })).not.toThrow();
    expect(take({ path: "test/fields/file-models.ts" })).toThrow(/does not match/);
    expect(take({ path: "test/fields/none.test.ts" })).toThrow(/does not exist/);
    expect(take({ path: "test/storage/names.test.ts" })).toThrow(/is not in test\/fields/);
    expect(take({ path: "test/fields/../storage/names.test.ts" })).toThrow(/is not in/);
    expect(take({ path: "test/fields" })).toThrow(/is not in/);
    const path = "test/fields/images.test.ts";
    expect(take({ path, anything: "test/fields" })).not.toThrow();
    expect(take({ path, anything: "test/fields/support.ts" })).not.toThrow();
    expect(take({ path, anything: "src" })).toThrow(/is not in test/);
    expect(take({ path, anything: "test/fields/support.ts/x" })).toThrow(/does not exist/);
    const template = await Template.objects.create({ path });
    await template.fullClean();
    expect((await Template.objects.get({ path__endswith: "images.test.ts" })).path).toBe(path);
  });
});

describe("definitions of image fields", () => {
  it("refuses options that cannot be", () => {
    expect(() => ImageField({ widthField: 5 } as object)).toThrow(/widthField/);
    expect(() => ImageField({ width: 5 } as object)).toThrow(/widthField/);
  });
});
