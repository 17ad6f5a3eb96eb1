import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string): string => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^dorm\/test$/, replacement: source("testing/index.ts") },
      { find: /^dorm\/storage$/, replacement: source("storage/index.ts") },
      { find: /^dorm\/migrations$/, replacement: source("migrations/index.ts") },
      { find: /^dorm\/contrib\/(.*)$/, replacement: source("contrib/$1/index.ts") },
      { find: /^dorm$/, replacement: source("index.ts") },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    pool: "forks",
    // Worker threads of the sources under test load them as Node does, past the runner's transform.
    execArgv: ["--import", fileURLToPath(new URL("./test/engine/source-loader.mjs", import.meta.url))],
    // Two, as a server under test needs a core as well.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
