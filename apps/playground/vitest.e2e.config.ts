import { defineConfig } from "vitest/config";

/** End-to-end tests drive a real browser against `build/`; run `pnpm run build` first. */
export default defineConfig({
  resolve: { conditions: ["@steepest/source"] },
  ssr: { resolve: { conditions: ["@steepest/source"] } },
  test: {
    name: "playground-e2e",
    root: import.meta.dirname,
    include: ["e2e/**/*.e2e.ts"],
    environment: "node",
    fileParallelism: false,
    // A page may take a while on a busy machine; no test is about time.
    expect: { poll: { timeout: 15_000 } },
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
