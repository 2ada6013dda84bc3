import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@steepest/source"] },
  ssr: { resolve: { conditions: ["@steepest/source"] } },
  test: { include: ["packages/*/test/**/*.test.ts", "apps/{cli,bench}/test/**/*.test.ts"] },
});
