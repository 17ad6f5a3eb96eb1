import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  CASCADE,
  CharField,
  CompositePrimaryKey,
  configure,
  createTables,
  DateTimeField,
  dropTables,
  F,
  FieldError,
  ForeignKey,
  IntegerField,
  Model,
  Now,
  QueryError,
  ReverseRelation,
  transaction,
} from "../../src/index.js";
import { expectQueries } from "../instances/support.js";
import { type BackendName, describeEachBackend } from "../support/backends.js";

class Queue extends Model<Queue>("claim.Queue")({
  name: CharField({ maxLength: 20 }),
  get jobs() {
    return ReverseRelation(() => Job, "queue");
  },
}) {}
class Job extends Model<Job>("claim.Job")({
  status: CharField({ maxLength: 20, default: "waiting" }),
  worker: CharField({ maxLength: 20, null: true }),
  priority: IntegerField({ default: 0 }),
  attempts: IntegerField({ default: 0 }),
  takenAt: DateTimeField({ null: true }),
  queue: ForeignKey(() => Queue, { onDelete: CASCADE, null: true }),
}) {}
class Line extends Model<Line>("claim.Line")({
  order: IntegerField(),
  line: IntegerField(),
  text: CharField({ maxLength: 5, default: "" }),
  pk: CompositePrimaryKey("order", "line"),
}) {}
const models = [Queue, Job, Line];

const only: BackendName[] = ["sqlite", "sqlite-file", "better-sqlite3", "postgresql", "mariadb"];

describeEachBackend("claim", { only }, (backend) => {
  beforeAll(async () => {
    const { default: entry } = backend.databases;
    if (backend.vendor === "postgresql") configure({ databases: { default: { ...entry, maxPoolSize: 20 } } });
    await createTables(models);
  });
  afterAll(() => dropTables(models));
  beforeEach(async () => {
    await Job.objects.all().delete();
    await Queue.objects.all().delete();
  });

  const waiting = () => Job.objects.filter({ status: "waiting" });
  const fill = (count: number) => Job.objects.bulkCreate(Array.from({ length: count }, (_, index) => new Job({ priority: index % 7 })));

  it("20 workers take each job exactly once", async () => {
    const jobs = await fill(400);
    const taken: number[] = [];
    await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const worker = `w${index}`;
        for (;;) {
          const mine = await waiting().orderBy("-priority", "id").claim(7, { status: "running", worker });
          if (mine.length === 0) return;
          expect(mine.every((job) => job.status === "running" && job.worker === worker)).toBe(true);
          taken.push(...mine.map(({ id }) => id));
        }
      }),
    );
    expect(taken.toSorted((a, b) => a - b)).toEqual(jobs.map(({ id }) => id).toSorted((a, b) => a - b));
    expect(await waiting().count()).toBe(0);
  }, 60_000);

  it("gives the rows in the order of the query, with what the database computed", async () => {
    await fill(10);
    const jobs = await waiting()
      .orderBy("-priority", "-id")
      .claim(4, { status: "running", attempts: F("attempts").add(1), takenAt: Now() });
    expect(jobs.map(({ priority }) => priority)).toEqual([6, 5, 4, 3]);
    expect(jobs.map(({ attempts }) => attempts)).toEqual([1, 1, 1, 1]);
    for (const job of jobs) {
      expect(job.takenAt).toBeInstanceOf(Date);
      const row = await Job.objects.get({ pk: job.pk });
      expect([row.status, row.attempts, row.takenAt]).toEqual(["running", 1, job.takenAt]);
    }
    expect(await waiting().count()).toBe(6);
  });

  it("takes what is left, then nothing", async () => {
    await fill(2);
    expect(await waiting().claim(5, { status: "running" })).toHaveLength(2);
    // one that finds nothing writes nothing
    await expectQueries(1, async () => expect(await waiting().claim(5, { status: "running" })).toEqual([]));
  });

  it("selects and updates with one statement each", async () => {
    await fill(3);
    const again = backend.vendor === "mariadb" ? 1 : 0;
    await expectQueries(2 + again, () => waiting().claim(2, { status: "running" }));
  });

  it("loads what the query says: relations, some columns, filters over relations", async () => {
    const queue = await Queue.objects.create({ name: "mail" });
    const [first] = await fill(3);
    await queue.jobs.add(first as Job);
    const [mail] = await Job.objects.filter({ queue__name: "mail" }).selectRelated("queue").claim(5, { status: "running" });
    expect(mail?.queue?.name).toBe("mail");
    const rest = await waiting().only("priority").claim(5, { worker: "x", status: "running" });
    expect(rest).toHaveLength(2);
    expect(await rest[0]?.worker).toBe("x");
    expect(rest[0]?.getDeferredFields()).toContain("attempts");
    expect(await queue.jobs.claim(1, { status: "done" })).toHaveLength(1);
    expect((await Job.objects.get({ pk: first?.pk ?? 0 })).status).toBe("done");
  });

  it("a transaction that rolls back gives its rows back", async () => {
    await fill(3);
    await expect(
      transaction.atomic(async () => {
        expect(await waiting().claim(2, { status: "running" })).toHaveLength(2);
        throw new Error("crash");
      }),
    ).rejects.toThrow("crash");
    expect(await waiting().count()).toBe(3);
  });

  backend.skipUnless(backend.vendor !== "sqlite", "SQLite has one writer at a time")("passes over the rows of others", async () => {
    await fill(4);
    await transaction.atomic(async () => {
      const mine = await waiting().orderBy("id").claim(2, { status: "running" });
      const others = await Promise.race([elsewhere(() => waiting().orderBy("id").claim(3, { status: "running" })), late()]);
      expect(others).toHaveLength(2);
      expect(others.map(({ id }) => id)).not.toContain(mine[0]?.id);
    });
  });

  it("finds rows by a key of several columns", async () => {
    await Line.objects.all().delete();
    await Line.objects.bulkCreate([new Line({ order: 1, line: 1 }), new Line({ order: 1, line: 2 }), new Line({ order: 2, line: 1 })]);
    const lines = await Line.objects.filter({ text: "" }).orderBy("-line", "-order").claim(2, { text: "x" });
    expect(lines.map(({ pk, text }) => [pk, text])).toEqual([
      [[1, 2], "x"],
      [[2, 1], "x"],
    ]);
    expect(await Line.objects.filter({ text: "x" }).count()).toBe(2);
  });

  it("refuses what it cannot lock, before anything is sent", async () => {
    await expectQueries(0, async () => {
      for (const n of [0, -1, 1.5, Number.NaN]) await expect(waiting().claim(n, { status: "x" })).rejects.toThrow(/whole number from 1 up/);
      await expect(waiting().claim(1, {})).rejects.toThrow(/name what marks a row as taken/);
      await expect(waiting().slice(0, 3).claim(1, { status: "x" })).rejects.toThrow(QueryError);
      await expect(waiting().distinct().claim(1, { status: "x" })).rejects.toThrow(/distinct/);
      await expect(waiting().union(waiting()).claim(1, { status: "x" })).rejects.toThrow(/combination/);
      await expect(waiting().values("status").claim(1, { status: "x" })).rejects.toThrow(/values/);
      await expect(waiting().claim(1, { sttus: "x" } as never)).rejects.toThrow(FieldError);
    });
  });

  backend.skipUnless(backend.vendor === "sqlite", "needs sync: true")("claims without waiting", () => {
    Job.objects.createSync({});
    const [job] = waiting().claimSync(3, { status: "running", attempts: F("attempts").add(2) });
    expect([job?.status, job?.attempts]).toEqual(["running", 2]);
    expect(waiting().countSync()).toBe(0);
  });
});

describe("types of claim", () => {
  it("takes what update takes, and gives rows", () => {
    const right = async (): Promise<Job[]> =>
      await Job.objects.filter({ priority: 3 }).claim(3, { status: "x", attempts: F("attempts").add(1) });
    const wrong = (): unknown[] => [
      // @ts-expect-error no such field
      Job.objects.claim(3, { sttus: "x" }),
      // @ts-expect-error a number
      Job.objects.claim(3, { attempts: "x" }),
      // @ts-expect-error the values are missing
      Job.objects.claim(3),
    ];
    expect([right, wrong]).toHaveLength(2);
  });
});

/** Runs outside of the transaction of the caller: the context of a timer made before it has none. */
const queue: (() => void)[] = [];
const timer = setInterval(() => queue.shift()?.(), 5);
timer.unref();
function elsewhere<T>(body: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => queue.push(() => void body().then(resolve, reject)));
}
function late(): Promise<never> {
  return new Promise((_, reject) => setTimeout(() => reject(new Error("it waits for the lock")), 5000).unref());
}
