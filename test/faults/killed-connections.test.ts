import { randomInt } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { beforeAll, expect, it } from "vitest";
import { configure, createTables, DormError, F, IntegerField, Model, transaction } from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";

class Account extends Model<Account>("faults.Account")({ balance: IntegerField() }) {}

const ACCOUNTS = 20;
const START = 1000;
const TRANSFERS = 200;

/** Moves money inside a transaction, reading and writing with pauses in which a connection may be killed. */
async function transfer(from: number, to: number, amount: number): Promise<void> {
  await transaction.atomic(async () => {
    // one order of locking for all, so that no two transfers wait for each other
    for (const pk of [from, to].sort((a, b) => a - b)) await Account.objects.selectForUpdate().get({ pk });
    await Account.objects.filter({ pk: from }).update({ balance: F("balance").sub(amount) });
    await pause(randomInt(4));
    await Account.objects.filter({ pk: to }).update({ balance: F("balance").add(amount) });
  });
}

describeEachBackend("transfers while connections are killed", { only: ["postgresql"] }, (backend) => {
  beforeAll(async () => {
    configure({ databases: { default: { url: backend.url, maxPoolSize: 10, poolTimeout: 60 } }, retryBackoff: 0.01 });
    await createTables([Account]);
    await Account.objects.bulkCreate(Array.from({ length: ACCOUNTS }, () => new Account({ balance: START })));
  });

  it("loses no money, answers every caller, and serves again", async () => {
    const keys = await Account.objects.orderBy("pk").valuesList("pk", { flat: true });
    const key = (index: number): number => keys[index] as number;
    let running = true;
    const executioner = new pg.Client(backend.url);
    await executioner.connect();
    const killer = (async () => {
      let killed = 0;
      while (running) {
        await pause(15);
        const { rowCount } = await executioner.query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY random() LIMIT 2",
        );
        killed += rowCount ?? 0;
      }
      await executioner.end();
      return killed;
    })();
    const outcomes = await Promise.allSettled(
      Array.from({ length: TRANSFERS }, (_, index) => transfer(key(index % ACCOUNTS), key((index * 7 + 1) % ACCOUNTS), 1 + (index % 9))),
    );
    running = false;
    expect(await killer).toBeGreaterThan(5);
    const failures = outcomes.filter((outcome) => outcome.status === "rejected");
    for (const { reason } of failures) expect(reason).toBeInstanceOf(DormError);
    const balances = await Account.objects.valuesList("balance", { flat: true });
    expect(balances.reduce((sum, balance) => sum + balance, 0)).toBe(ACCOUNTS * START);
    // the pool serves again, and nothing is left open
    await transfer(key(0), key(1), 5);
    await transfer(key(1), key(0), 5);
  }, 60_000);
});
