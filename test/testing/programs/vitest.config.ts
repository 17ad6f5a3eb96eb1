import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

// the cache would be made beside the suite
export default defineConfig({
  cacheDir: join(tmpdir(), "dorm-vitest-cache"),
  test: { include: ["vitest-suite.ts"], root: import.meta.dirname },
});
