import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { findBrowser, launchFlags } from "./scripts/browser.js";

/** Packages read each other's sources: no build is needed before a test. */
const source = {
  resolve: { conditions: ["@steepest/source"] },
  ssr: { resolve: { conditions: ["@steepest/source"] } },
};

const executablePath = findBrowser();

export default defineConfig({
  test: {
    projects: [
      {
        ...source,
        test: {
          name: "unit",
          include: ["packages/*/test/**/*.test.ts", "apps/{cli,bench}/test/**/*.test.ts"],
        },
      },
      {
        ...source,
        test: {
          name: "repository",
          include: ["tests/*.test.ts"],
          exclude: ["tests/packages.test.ts", "tests/bundle.test.ts"],
        },
      },
      {
        // Needs the builds.
        test: { name: "packages", include: ["tests/packages.test.ts", "tests/bundle.test.ts"] },
      },
      {
        // The engine's own tests, in the other engine room it must run in.
        ...source,
        // Cross-origin isolation: without it, pages have no shared memory.
        server: {
          headers: {
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Embedder-Policy": "require-corp",
          },
        },
        optimizeDeps: { include: ["fast-check", "@steepest/autodiff > mathjs"] },
        test: {
          name: "browser",
          include: ["packages/autodiff/test/**/*.test.ts"],
          exclude: ["**/*.node.test.ts"],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { args: launchFlags, ...(executablePath ? { executablePath } : {}) },
            }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
      "apps/playground/vitest.config.ts",
      // Needs the builds and a browser.
      "apps/playground/vitest.e2e.config.ts",
    ],
  },
});
