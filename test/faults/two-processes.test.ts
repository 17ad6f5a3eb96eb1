import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { closeAll, configure, createTables, IntegerField, Model } from "../../src/index.js";

class Account extends Model<Account>("faults.SharedAccount")({ balance: IntegerField() }) {}

const ACCOUNTS = 10;
const START = 1000;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "dorm-two-processes-"));
  configure({ databases: { default: `sqlite:///${join(folder, "shared.db")}` } });
  await createTables([Account]);
  await Account.objects.bulkCreate(Array.from({ length: ACCOUNTS }, () => new Account({ balance: START })));
});
afterAll(async () => {
  await closeAll();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a process that moves money back and forth, half of it in transactions that fail at the end. */
function writer(seed: number): Promise<{ readonly code: number | null; readonly output: string }> {
  const script = join(folder, `writer-${seed}.mjs`);
  const sqlite = pathToFileURL(join(import.meta.dirname, "../engine/source-loader.mjs")).href;
  writeFileSync(
    script,
    `import { configure, closeAll, F, IntegerField, Model, transaction } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, "../../src/index.ts")).href)};
class Account extends Model("faults.SharedAccount")({ balance: IntegerField() }) {}
configure({ databases: { default: ${JSON.stringify(`sqlite:///${join(folder, "shared.db")}`)} } });
const keys = await Account.objects.orderBy("pk").valuesList("pk", { flat: true });
let done = 0;
for (let turn = 0; turn < 100; turn++) {
  const [from, to] = [keys[(turn * ${seed}) % keys.length], keys[(turn * 3 + ${seed}) % keys.length]];
  try {
    await transaction.atomic(async () => {
      await Account.objects.filter({ pk: from }).update({ balance: F("balance").sub(turn) });
      await Account.objects.filter({ pk: to }).update({ balance: F("balance").add(turn) });
      if (turn % 4 === 0) throw new RangeError("changed its mind");
    });
    done++;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
}
await closeAll();
console.log(done);
`,
  );
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "--import", sqlite, script], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.on("data", (data: Buffer) => {
      output += data.toString();
    });
    child.stderr.on("data", (data: Buffer) => {
      output += data.toString();
    });
    child.on("close", (code) => resolve({ code, output }));
  });
}

it("two processes that write one SQLite file lose nothing and wait for each other", { timeout: 60_000 }, async () => {
  const outcomes = await Promise.all([writer(1), writer(7)]);
  for (const { code, output } of outcomes) expect({ code, output: output.trim() }).toEqual({ code: 0, output: "75" });
  const balances = await Account.objects.valuesList("balance", { flat: true });
  expect(balances.reduce((sum, balance) => sum + balance, 0)).toBe(ACCOUNTS * START);
});
