import { expect, it } from "vitest";
import { overrideSettings } from "../../src/index.js";
import { ContentFile, InMemoryStorage } from "../../src/storage/index.js";
import { Document, Photo } from "./file-models.js";

const validate = (model: typeof Document | typeof Photo, value: unknown) =>
  overrideSettings({ storages: { default: new InMemoryStorage(), covers: new InMemoryStorage() } }, () =>
    model["~standard"].validate(value),
  );

it("Standard Schema takes files and names, and says what is wrong with others", async () => {
  const file = new ContentFile("x", "x.txt");
  expect(await validate(Document, { title: "a", attachment: file, cover: "covers/a.txt" })).toMatchObject({
    value: { attachment: file, cover: "covers/a.txt" },
  });
  expect(await validate(Document, { title: "a", attachment: 5 })).toMatchObject({ issues: [{ path: ["attachment"] }] });
  expect(await validate(Document, { title: "a", attachment: "x".repeat(61) })).toMatchObject({ issues: [{ path: ["attachment"] }] });
  expect(await validate(Document, { title: "a", attachment: new ContentFile("x") })).toMatchObject({
    issues: [{ message: expect.stringMatching(/no name/), path: ["attachment"] }],
  });
  expect(await validate(Photo, { image: file })).toMatchObject({
    issues: [{ message: expect.stringMatching(/no image/), path: ["image"] }],
  });
});
