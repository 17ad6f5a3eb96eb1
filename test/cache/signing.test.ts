import { beforeEach, expect, it } from "vitest";
import { createTables, dropTables, overrideSettings } from "../../src/index.js";
import { fill, models, Publisher } from "../query/models.js";
import { expectQueries } from "../query/support.js";
import { describeEachCache } from "./support.js";

const names = () => Publisher.objects.cache().valuesList("name", { flat: true });

describeEachCache("the signature of cached rows", { models, only: ["sqlite"] }, (cache) => {
  beforeEach(async () => {
    await dropTables(models);
    await createTables(models);
    await fill();
    await cache.empty();
    await names();
  });

  async function replaceEntry(change: (entry: Uint8Array) => Uint8Array): Promise<void> {
    const [key = ""] = await cache.entryKeys();
    const [entry] = await cache.backend.get([key]);
    if (!entry) throw new Error("there is no entry");
    await cache.backend.set(key, change(entry), 60);
  }

  it.each<[string, (entry: Uint8Array) => Uint8Array]>([
    ["unsigned", (entry) => entry.subarray(32)],
    ["truncated", (entry) => entry.subarray(0, -1)],
    ["shorter than a signature", (entry) => entry.subarray(0, 10)],
    ["empty", () => new Uint8Array()],
    ["changed in its rows", (entry) => entry.map((byte, index) => (index === entry.length - 3 ? byte ^ 1 : byte))],
    ["changed in its signature", (entry) => entry.map((byte, index) => (index === 0 ? byte ^ 1 : byte))],
    ["foreign text", () => new TextEncoder().encode("x".repeat(100))],
  ])("G57, E112: an entry that is %s is a miss", async (_kind, change) => {
    await replaceEntry(change);
    expect(await expectQueries(1, names)).toEqual(["Press"]);
    expect(await expectQueries(0, names)).toEqual(["Press"]);
  });

  it("E112: an entry that another key has signed is a miss", async () => {
    await overrideSettings({ secretKey: "another key" }, () => expectQueries(1, names));
    await expectQueries(1, names);
    await overrideSettings({ cacheSigningKey: "a key of its own" }, async () => {
      await expectQueries(1, names);
      await overrideSettings({ secretKey: "does not matter now" }, () => expectQueries(0, names));
    });
  });

  it("E112: an entry in the place of another one is a miss", async () => {
    const [own = ""] = await cache.entryKeys();
    await Publisher.objects.filter({ name: "Press" }).cache().valuesList("name", { flat: true });
    const [other = ""] = (await cache.entryKeys()).filter((key) => key !== own);
    const [entry] = await cache.backend.get([own]);
    await cache.backend.set(other, entry ?? new Uint8Array(), 60);
    await expectQueries(1, () => Publisher.objects.filter({ name: "Press" }).cache().valuesList("name", { flat: true }));
  });
});
