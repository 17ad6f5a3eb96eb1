import { setImmediate as turnOfTheEventLoop } from "node:timers/promises";
import type { Session } from "./contestant.ts";
import type { Task } from "./tasks.ts";

export interface Measurement {
  readonly task: string;
  /** Nanoseconds for one operation: the median of the samples, and the lower and upper quartile. */
  readonly median: number;
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
  readonly samples: number;
  readonly operations: number;
}

/** A sample is as many operations as take about this long, so that the clock's own cost vanishes. */
const SAMPLE_NANOSECONDS = 5e6;
const LEAST_SAMPLES = 5;

/**
 * Measures one task: warms up for a fifth of the time, then takes samples until the time is over.
 *
 * @param seconds - how long to take samples, at least five of them
 * @param check - what is to be done with an answer, outside the timer; it throws when the answer is wrong
 * @returns the measurement, and how many turns there were in all
 */
export async function measure(
  task: Task,
  session: Session,
  seconds: number,
  check: (answer: unknown, turn: number) => void,
): Promise<{ measurement: Measurement; turns: number }> {
  let turn = 0;

  // Two loops: an `await` of a value that is no promise would be counted against those who give values.
  const timeSync = (operations: number): number => {
    let answer: unknown;
    const started = process.hrtime.bigint();
    for (let done = 0; done < operations; done++) answer = task.run(session, turn++);
    const elapsed = Number(process.hrtime.bigint() - started);
    check(answer, turn - 1);
    return elapsed;
  };
  const timeAsync = async (operations: number): Promise<number> => {
    let answer: unknown;
    const started = process.hrtime.bigint();
    for (let done = 0; done < operations; done++) answer = await task.run(session, turn++);
    const elapsed = Number(process.hrtime.bigint() - started);
    check(answer, turn - 1);
    return elapsed;
  };
  const time = session.synchronous ? timeSync : timeAsync;

  let operations = 1;
  for (const end = performance.now() + seconds * 200; ; ) {
    const elapsed = await time(operations);
    operations = Math.max(1, Math.round((operations * SAMPLE_NANOSECONDS) / Math.max(elapsed, 1)));
    if (performance.now() >= end) break;
    operations = Math.min(operations, 100_000);
  }

  const samples: number[] = [];
  for (const end = performance.now() + seconds * 1000; samples.length < LEAST_SAMPLES || performance.now() < end; ) {
    samples.push((await time(operations)) / operations);
    await turnOfTheEventLoop();
  }
  samples.sort((a, b) => a - b);
  const quantile = (share: number): number => samples[Math.floor((samples.length - 1) * share)]!;
  const measurement = {
    task: task.title,
    median: quantile(0.5),
    lowerQuartile: quantile(0.25),
    upperQuartile: quantile(0.75),
    samples: samples.length,
    operations: samples.length * operations,
  };
  return { measurement, turns: turn };
}
