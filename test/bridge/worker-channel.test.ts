import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { restoreError, transferError, WorkerChannel } from "../../src/drivers/bridge/index.js";
import { DataError, ImproperlyConfigured, OperationalError, UniqueViolation } from "../../src/errors.js";

const folder = mkdtempSync(join(tmpdir(), "dorm-bridge-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A worker that answers with this function. */
function entry(name: string, answer: string): URL {
  const path = join(folder, `${name}.mjs`);
  const channel = new URL("../../src/drivers/bridge/index.ts", import.meta.url).href;
  writeFileSync(
    path,
    `import { workerData } from "node:worker_threads";
     import { answerCalls } from "${channel}";
     answerCalls(workerData, ${answer});`,
  );
  return pathToFileURL(path);
}

describe("a channel to a worker", () => {
  it("gives each call its own answer", async () => {
    const channel = new WorkerChannel(
      entry("echo", "async (message) => { if (message === 'end') workerData.port.close(); else return { message }; }"),
      {},
    );
    for (let index = 0; index < 500; index++) expect(channel.call(index)).toEqual({ message: index });
    expect(channel.call([1n, new Uint8Array([1]), null])).toEqual({ message: [1n, new Uint8Array([1]), null] });
    channel.post("end");
    await channel.whenEnded();
    expect(channel.closed).toBe(true);
    expect(() => channel.call(1)).toThrow(OperationalError);
  });

  it("waits for an answer that takes long", () => {
    const channel = new WorkerChannel(
      entry("slow", "async () => { await new Promise((resolve) => setTimeout(resolve, 1200)); return 'late'; }"),
      {},
    );
    expect(channel.call(1)).toBe("late");
    expect(channel.call(2)).toBe("late");
  });

  it("says so when the worker dies instead of answering", () => {
    const dying = new WorkerChannel(entry("exit", "async () => process.exit(3)"), {});
    expect(() => dying.call(1)).toThrow(/ended before it answered/);
    expect(dying.closed).toBe(true);
    const throwing = new WorkerChannel(
      entry("throw", "async () => { setImmediate(() => { throw new Error('boom'); }); return undefined; }"),
      {},
    );
    expect(() => throwing.call(1)).toThrow(OperationalError);
  });

  it("refuses what cannot be copied, and a worker that is not there", () => {
    const channel = new WorkerChannel(entry("refuse", "async () => 1"), {});
    expect(() => channel.call(() => 1)).toThrow(DataError);
    expect(channel.call(1)).toBe(1);
    expect(() => new WorkerChannel(entry("refuse", "async () => 1"), { key: () => 1 })).toThrow(ImproperlyConfigured);
    expect(() => new WorkerChannel(pathToFileURL(join(folder, "none.mjs")), {})).toThrow(/bundled/);
  });
});

describe("an error on its way between threads", () => {
  it("keeps its class, its details and its cause, and gets the caller's stack", () => {
    const cause = Object.assign(new TypeError("inner"), { code: "X", socket: { secret: 1 } });
    const original = new UniqueViolation("twice", { code: "23505", constraint: "k", columns: ["a", "b"], ambiguous: false, cause });
    const callsTheWorker = () => restoreError(structuredClone(transferError(original)), restoreError);
    const error = callsTheWorker();
    expect(error).toBeInstanceOf(UniqueViolation);
    expect(error).toMatchObject({ message: "twice", code: "23505", constraint: "k", columns: ["a", "b"], ambiguous: false });
    expect(error.cause).toMatchObject({ name: "TypeError", message: "inner", code: "X", stack: cause.stack });
    expect(error.cause).not.toHaveProperty("socket");
    expect(error.stack).toContain("callsTheWorker");
    expect(error.stack).toMatch(/^UniqueViolation: twice/);
  });

  it("is a plain one where it is not ours, with the stack that it had", () => {
    const original = new RangeError("out");
    const error = restoreError(structuredClone(transferError(original)), restoreError);
    expect(error).toMatchObject({ name: "RangeError", message: "out", stack: original.stack });
    expect(restoreError(transferError("a text"), restoreError).message).toBe("a text");
  });
});
