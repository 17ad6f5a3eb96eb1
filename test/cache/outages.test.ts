import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from "vitest";
import {
  closeAll,
  configure,
  createTables,
  dropTables,
  ImproperlyConfigured,
  LocMemCache,
  overrideSettings,
  RedisCache,
  setLogger,
} from "../../src/index.js";
import { fill, models, Publisher } from "../query/models.js";
import { expectQueries } from "../query/support.js";

/** A line to the server that can be cut and mended, and made to swallow what is sent. */
class Line {
  readonly #server = createServer((socket) => this.#join(socket));
  readonly #sockets = new Set<Socket>();
  readonly #target: URL;
  state: "up" | "cut" | "silent" = "up";

  constructor(target: string) {
    this.#target = new URL(target);
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    // a listening TCP server has an address object
    const { port } = this.#server.address() as AddressInfo;
    return `redis://127.0.0.1:${port}${this.#target.pathname}`;
  }

  #join(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => {});
    if (this.state === "cut") {
      socket.destroy();
      return;
    }
    const other = connect(Number(this.#target.port) || 6379, this.#target.hostname);
    this.#sockets.add(other);
    other.on("error", () => {});
    socket.on("data", (data) => void (this.state === "silent" || other.write(data)));
    other.on("data", (data) => void (this.state === "silent" || socket.write(data)));
    socket.on("close", () => other.destroy());
    other.on("close", () => socket.destroy());
  }

  become(state: Line["state"]): void {
    this.state = state;
    if (state === "silent") return;
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  async close(): Promise<void> {
    this.become("cut");
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const names = () => Publisher.objects.cache().valuesList("name", { flat: true });
const url = inject("redisUrl");

describe.skipIf(url === null)("a Redis that fails", () => {
  const line = new Line(url ?? "redis://127.0.0.1");
  const prefix = `dorm-test-${inject("runId")}-outages:`;
  const direct = new RedisCache(url ?? "redis://127.0.0.1", { prefix });
  const lines: string[] = [];
  let before: ReturnType<typeof setLogger>;

  beforeAll(async () => {
    const through = new RedisCache(await line.open(), { prefix, timeoutMs: 200 });
    configure({ databases: { default: "sqlite::memory:" }, secretKey: "key", caches: { default: through } });
    before = setLogger({
      isEnabled: (logger, level) => logger === "dorm.cache" && level !== "debug",
      log: ({ level, message }) => lines.push(`${level}: ${message}`),
    });
  });
  afterAll(async () => {
    setLogger(before);
    await closeAll();
    await direct.close();
    await line.close();
    configure({ caches: {} });
  });
  beforeEach(async () => {
    if (line.state !== "up") line.become("up");
    await dropTables(models);
    await createTables(models);
    await fill();
    await vi.waitFor(() => expectQueries(0, names), { timeout: 5000, interval: 200 });
    lines.length = 0;
  });

  it.each(["cut", "silent"] as const)("E112: queries go to the database while the line is %s, with one line in the log", async (state) => {
    line.become(state);
    for (let turn = 0; turn < 3; turn++) expect(await expectQueries(1, names)).toEqual(["Press"]);
    await Publisher.objects.create({ name: "Other" });
    expect(await expectQueries(1, names)).toEqual(["Press", "Other"]);
    expect(lines).toEqual(['warning: The cache "default" fails; queries go to the database until it answers again.']);
  });

  it("does not ask for a second after an error", async () => {
    line.become("cut");
    await names();
    line.become("up");
    await expectQueries(1, names);
    await expectQueries(1, names);
    expect(lines).toHaveLength(1);
  });

  it("makes up for what it could not give up before it serves anything again", async () => {
    line.become("cut");
    await Publisher.objects.filter({ name: "Press" }).update({ name: "Pressed" });
    line.become("up");
    // another process still has the old rows, until this one has made up for it
    await vi.waitFor(() => expect(lines).toHaveLength(2), { timeout: 5000, interval: 100 });
    expect(lines).toEqual([
      'warning: The cache "default" fails; queries go to the database until it answers again.',
      'info: The cache "default" answers again.',
    ]);
    expect(await overrideSettings({ caches: { default: direct } }, () => expectQueries(1, names))).toEqual(["Pressed"]);
    expect(await expectQueries(0, names)).toEqual(["Pressed"]);
  });
});

describe("a cache that fails in other ways", () => {
  it("throws what is wrong with the settings when it reads, but not after a write", async () => {
    class Misconfigured extends LocMemCache {
      override get(): never {
        throw new ImproperlyConfigured("the package is missing");
      }
      override incr(): never {
        throw new ImproperlyConfigured("the package is missing");
      }
    }
    const before = setLogger({ log: () => {} });
    try {
      configure({ databases: { default: "sqlite::memory:" }, secretKey: "key", caches: { default: new Misconfigured() } });
      await createTables(models);
      await expect(names()).rejects.toThrow(ImproperlyConfigured);
      expect((await Publisher.objects.create({ name: "kept" })).pk).toBe(1);
      expect(Publisher.objects.createSync({ name: "kept too" }).pk).toBe(2);
    } finally {
      setLogger(before);
      configure({ caches: {} });
      await closeAll();
    }
  });

  it("fails no query, whatever it throws or gives", async () => {
    class Broken extends LocMemCache {
      override get(keys: readonly string[]): (Uint8Array | null)[] {
        throw new Error(`broken: ${keys.length}`);
      }
    }
    const before = setLogger({ log: () => {} });
    try {
      configure({ databases: { default: "sqlite::memory:" }, secretKey: "key", caches: { default: new Broken() } });
      await createTables(models);
      await fill();
      expect(await names()).toEqual(["Press"]);
      expect([...names()]).toEqual(["Press"]);
    } finally {
      setLogger(before);
      configure({ caches: {} });
      await closeAll();
    }
  });
});
