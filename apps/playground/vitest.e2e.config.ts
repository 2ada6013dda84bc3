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
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
