import { describe, expect, it } from "vitest";
import type { Flow } from "../../src/engine/flow.js";
import { all, call, run, runSync, sleep, start } from "../../src/engine/run.js";
import { AsyncOnlyError } from "../../src/errors.js";

const value = <T>(given: T) => ({ perform: () => given, performSync: () => given });
const failing = (error: unknown) => {
  const fail = (): never => {
    throw error;
  };
  return { perform: fail, performSync: fail };
};

function* sum(): Flow<number> {
  return Number(yield value(1)) + Number(yield value(2));
}

describe("run and runSync", () => {
  it("give the value of the same flow", async () => {
    expect(runSync(sum())).toBe(3);
    expect(await run(sum())).toBe(3);
  });

  it("start() gives no promise when no step gives one", () => {
    expect(start(sum())).toBe(3);
  });

  it("await promises of steps in the asynchronous colour", async () => {
    function* flow(): Flow<unknown[]> {
      return [yield { perform: () => Promise.resolve("a"), performSync: () => "b" }, yield value("c")];
    }
    expect(await run(flow())).toEqual(["a", "c"]);
    expect(runSync(flow())).toEqual(["b", "c"]);
  });

  it.each(["at once", "in a promise"])("throw errors of steps into the flow, %s, so that try and finally work", async (when) => {
    const calls: string[] = [];
    const error = new Error("step");
    function* flow(): Flow<string> {
      try {
        yield when === "at once" ? failing(error) : { perform: () => Promise.reject(error), performSync: failing(error).performSync };
        return "not reached";
      } catch (caught) {
        calls.push(`caught ${caught === error}`);
        return String(yield value("recovered"));
      } finally {
        yield value(calls.push("finally"));
      }
    }
    expect(await run(flow())).toBe("recovered");
    expect(runSync(flow())).toBe("recovered");
    expect(calls).toEqual(["caught true", "finally", "caught true", "finally"]);
  });

  it("reject and throw what the flow throws", async () => {
    const error = new Error("flow");
    function* flow(): Flow<never> {
      yield value(1);
      throw error;
    }
    await expect(run(flow())).rejects.toBe(error);
    expect(() => runSync(flow())).toThrow(error);
  });
});

describe("call", () => {
  it("awaits the promise of a callback, and refuses it in a synchronous call, naming the callback", async () => {
    function* flow(): Flow<unknown> {
      return yield call(async () => "done", "The default of Author.token");
    }
    expect(await run(flow())).toBe("done");
    expect(() => runSync(flow())).toThrow(AsyncOnlyError);
    expect(() => runSync(flow())).toThrow(/The default of Author\.token/);
  });

  it("does not run a lazy thenable that it refuses", () => {
    let ran = false;
    const lazy = {
      then: () => {
        ran = true;
      },
    };
    function* flow(): Flow<unknown> {
      return yield call(() => lazy);
    }
    expect(() => runSync(flow())).toThrow(AsyncOnlyError);
    expect(ran).toBe(false);
  });
});

describe("sleep", () => {
  it("pauses in both colours", async () => {
    function* flow(): Flow<void> {
      yield sleep(20);
    }
    const before = performance.now();
    await run(flow());
    const between = performance.now();
    runSync(flow());
    expect(between - before).toBeGreaterThanOrEqual(18);
    expect(performance.now() - between).toBeGreaterThanOrEqual(18);
  });
});

describe("all", () => {
  it("runs flows together, and waits for all before it throws the first error", async () => {
    const calls: string[] = [];
    const named = function* (name: string, fails: boolean): Flow<string> {
      yield { perform: () => new Promise((resolve) => setTimeout(resolve, fails ? 1 : 20)), performSync: () => undefined };
      calls.push(name);
      if (fails) throw new Error(name);
      return name;
    };
    function* flow(fails: boolean): Flow<unknown> {
      return yield all([named("a", false), named("b", fails)]);
    }
    expect(await run(flow(false))).toEqual(["a", "b"]);
    expect(runSync(flow(false))).toEqual(["a", "b"]);
    calls.length = 0;
    await expect(run(flow(true))).rejects.toThrow("b");
    expect(calls).toEqual(["b", "a"]);
  });
});
