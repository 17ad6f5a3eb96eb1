import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, describe, expect, it } from "vitest";
import { StorageError, SuspiciousFileOperationError, SyncUnavailableError } from "../../src/index.js";
import { ContentFile, File, FileSystemStorage, InMemoryStorage, type Storage } from "../../src/storage/index.js";

const root = mkdtempSync(join(tmpdir(), "dorm-storage-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;
const directory = (): string => join(root, String(++count));

const storages: readonly (readonly [string, () => Storage])[] = [
  ["FileSystemStorage", () => new FileSystemStorage({ location: directory() })],
  ["InMemoryStorage", () => new InMemoryStorage()],
];

describe.each(storages)("%s", (_, make) => {
  it("stores, reads, tells the size of and deletes files in both colours", async () => {
    const storage = make();
    expect(await storage.save("docs/a.txt", new ContentFile("hello"))).toBe("docs/a.txt");
    expect(storage.saveSync("docs/b.txt", new ContentFile("world!"))).toBe("docs/b.txt");
    expect(await (await storage.open("docs/b.txt")).text()).toBe("world!");
    expect(storage.openSync("docs/a.txt").textSync()).toBe("hello");
    expect([await storage.size("docs/a.txt"), storage.sizeSync("docs/b.txt")]).toEqual([5, 6]);
    expect([await storage.exists("docs/a.txt"), storage.existsSync("docs/c.txt")]).toEqual([true, false]);
    await storage.delete("docs/a.txt");
    storage.deleteSync("docs/b.txt");
    await storage.delete("docs/never.txt");
    expect([await storage.exists("docs/a.txt"), storage.existsSync("docs/b.txt")]).toEqual([false, false]);
  });

  it("gives URLs below its base", async () => {
    const storage = make();
    expect(await storage.url("docs/a b#1.txt", { expiresIn: 60 })).toBe("/media/docs/a%20b%231.txt");
    expect(storage.urlSync("a.txt")).toBe("/media/a.txt");
  });

  it("E92: deletes no directory and no root", async () => {
    const storage = make();
    await storage.save("docs/a.txt", new ContentFile("kept"));
    for (const name of ["", ".", "..", "docs/", "docs/.."]) {
      await expect(storage.delete(name)).rejects.toThrow(SuspiciousFileOperationError);
      expect(() => storage.deleteSync(name)).toThrow(SuspiciousFileOperationError);
    }
    expect(await (await storage.open("docs/a.txt")).text()).toBe("kept");
  });

  it("E93: the whole name is as short as is asked, or nothing is stored", async () => {
    const storage = make();
    const name = await storage.save(`docs/${"x".repeat(90)}.txt`, new ContentFile("a"), { maxLength: 50 });
    expect(name).toHaveLength(50);
    const second = await storage.save(name, new ContentFile("b"), { maxLength: 50 });
    expect(second).toHaveLength(50);
    expect(second).not.toBe(name);
    await expect(storage.save(`${"d".repeat(200)}/a.txt`, new ContentFile("a"), { maxLength: 50 })).rejects.toThrow(StorageError);
  });

  it("E94: text is its bytes in UTF-8", async () => {
    const storage = make();
    const file = new ContentFile("é", "e.txt");
    expect(file.size).toBe(2);
    const name = await storage.save(file.name, file);
    expect(await storage.size(name)).toBe(2);
    expect([...(await (await storage.open(name)).read())]).toEqual([0xc3, 0xa9]);
  });

  it("E97: uploads that race for one name are stored under different ones", async () => {
    const storage = make();
    const names = await Promise.all(Array.from({ length: 20 }, (_, index) => storage.save("same.txt", new ContentFile(String(index)))));
    expect(new Set(names).size).toBe(20);
    const contents = await Promise.all(names.map(async (name) => (await storage.open(name)).text()));
    expect(contents).toEqual(names.map((_, index) => String(index)));
  });

  it("E98: keeps to its place", async () => {
    const storage = make();
    for (const name of ["../x", "/etc/x", "a/../../x", "C:\\x", "a\0b"]) {
      await expect(storage.save(name, new ContentFile("x"))).rejects.toThrow(SuspiciousFileOperationError);
      await expect(storage.open(name)).rejects.toThrow(SuspiciousFileOperationError);
      await expect(storage.exists(name)).rejects.toThrow(SuspiciousFileOperationError);
      await expect(storage.url(name)).rejects.toThrow(SuspiciousFileOperationError);
    }
    expect(await storage.save("a/../b.txt", new ContentFile("x"))).toBe("b.txt");
    expect(await storage.save("dé/.hidden/c.txt", new ContentFile("x"))).toBe("d_/hidden/c.txt");
  });

  it("E99: stores streams and gives them, in portions", async () => {
    const storage = make();
    const chunk = Buffer.alloc(100_000, "x");
    const name = await storage.save("big.bin", File.fromStream(Readable.from([chunk, chunk, chunk]), "big.bin"));
    expect(await storage.size(name)).toBe(300_000);
    let [bytes, portions] = [0, 0];
    for await (const part of await storage.createReadStream(name)) {
      bytes += part.length;
      portions++;
    }
    expect(bytes).toBe(300_000);
    expect(portions).toBeGreaterThan(1);
    const file = await storage.open(name);
    const sizes = [...file.chunksSync(200_000)].map((part) => part.byteLength);
    expect(sizes.reduce((total, size) => total + size, 0)).toBe(300_000);
    expect((await file.read(10)).byteLength).toBe(10);
  });

  it("takes blobs and the files of the web", async () => {
    const storage = make();
    const upload = new globalThis.File(["web"], "up.txt", { type: "text/plain" });
    const name = await storage.save("up.txt", upload);
    expect(storage.openSync(name).textSync()).toBe("web");
    expect(() => storage.saveSync("other.txt", upload)).toThrow(SyncUnavailableError);
    expect(await storage.exists("other.txt")).toBe(false);
    // @ts-expect-error text is no file
    await expect(storage.save("a.txt", "text")).rejects.toThrow(/File or a Blob/);
  });

  it("says so when there is no such file, or when a stream was used up", async () => {
    const storage = make();
    await expect(storage.open("none.txt")).rejects.toMatchObject({ code: "file_not_found" });
    expect(() => storage.sizeSync("none.txt")).toThrow(StorageError);
    const once = File.fromStream(Readable.from(["a"]), "a.txt");
    await storage.save("a.txt", once);
    await expect(storage.save("b.txt", once)).rejects.toMatchObject({ code: "stream_consumed" });
    expect(await storage.exists("b.txt")).toBe(false);
  });

  it("leaves nothing behind when the content fails", async () => {
    const storage = make();
    const failing = File.fromStream(
      (async function* () {
        yield Buffer.from("half");
        throw new Error("connection lost");
      })(),
      "half.txt",
    );
    await expect(storage.save("half.txt", failing)).rejects.toThrow("connection lost");
    expect(await storage.exists("half.txt")).toBe(false);
    expect(await storage.save("half.txt", new ContentFile("whole"))).toBe("half.txt");
  });
});

describe("FileSystemStorage on the disk", () => {
  it("E92: refuses to delete a directory", async () => {
    const location = directory();
    const storage = new FileSystemStorage({ location });
    await storage.save("docs/a.txt", new ContentFile("kept"));
    await expect(storage.delete("docs")).rejects.toThrow(SuspiciousFileOperationError);
    expect(readdirSync(location)).toEqual(["docs"]);
    expect(await storage.exists("docs")).toBe(false);
  });

  it("E98: follows no link out of its location", async () => {
    const [location, outside] = [directory(), directory()];
    mkdirSync(location);
    mkdirSync(outside);
    writeFileSync(join(outside, "secret.txt"), "secret");
    symlinkSync(outside, join(location, "out"));
    symlinkSync(join(outside, "secret.txt"), join(location, "link.txt"));
    symlinkSync(join(outside, "new.txt"), join(location, "dangling.txt"));
    const storage = new FileSystemStorage({ location });
    await expect(storage.save("out/x.txt", new ContentFile("x"))).rejects.toThrow(SuspiciousFileOperationError);
    await expect(storage.save("out/deep/x.txt", new ContentFile("x"))).rejects.toThrow(SuspiciousFileOperationError);
    await expect(storage.open("out/secret.txt")).rejects.toThrow(SuspiciousFileOperationError);
    await expect(storage.open("link.txt")).rejects.toThrow(SuspiciousFileOperationError);
    await expect(storage.delete("link.txt")).rejects.toThrow(SuspiciousFileOperationError);
    expect(() => storage.deleteSync("out/secret.txt")).toThrow(SuspiciousFileOperationError);
    const name = await storage.save("dangling.txt", new ContentFile("x"));
    expect(name).not.toBe("dangling.txt");
    expect(readdirSync(outside)).toEqual(["secret.txt"]);
    expect(existsSync(join(location, "link.txt"))).toBe(true);
  });

  it("writes with the permissions that it is given, and knows its paths", async () => {
    const location = directory();
    const storage = new FileSystemStorage({ location, baseUrl: "https://cdn.example/files", fileMode: 0o600 });
    const name = await storage.save("a/b.txt", new ContentFile("x"));
    expect(statSync(storage.path(name)).mode & 0o777).toBe(0o600);
    expect(readFileSync(storage.path(name), "utf8")).toBe("x");
    expect(storage.urlSync(name)).toBe("https://cdn.example/files/a/b.txt");
    expect(() => new FileSystemStorage({ location, baseUrl: null }).urlSync("a.txt")).toThrow(StorageError);
    expect(() => new FileSystemStorage({ location: "" })).toThrow(/location/);
    expect(() => new FileSystemStorage({ location, fileMode: -1 })).toThrow(/fileMode/);
    // @ts-expect-error there is no such option
    expect(() => new FileSystemStorage({ locaton: "x" })).toThrow(/location/);
    expect(() => new InMemoryStorage().path("a.txt")).toThrow(StorageError);
  });

  it("reads files of the disk", async () => {
    const path = join(root, "given.txt");
    writeFileSync(path, "given");
    const storage = new FileSystemStorage({ location: directory() });
    const name = storage.saveSync("copy.txt", File.fromPath(path));
    expect(File.fromPath(path).name).toBe("given.txt");
    expect(await (await storage.open(name)).text()).toBe("given");
  });
});
