import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [svelte({ configFile: false })],
  resolve: { conditions: ["@steepest/source"] },
  ssr: { resolve: { conditions: ["@steepest/source"] } },
  test: { name: "playground", root: import.meta.dirname, include: ["test/**/*.test.ts"] },
});
