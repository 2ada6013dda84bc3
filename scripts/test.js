// `npm test`: every check of the repository, one step after the other; the first that fails ends the run.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setup } from "./setup.js";
import { endWithParent, message, pnpm, run } from "./workspace.js";

endWithParent();
const reports = mkdtempSync(join(tmpdir(), "steepest-test-"));
const tests = { passed: 0, failed: 0 };

/**
 * Runs vitest projects and adds their tests to the sum.
 * @param {...string} projects
 */
async function vitest(...projects) {
  const report = join(reports, `${projects.join("-")}.json`);
  try {
    await run([
      "vitest",
      "run",
      ...projects.flatMap((project) => ["--project", project]),
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
    ]);
  } finally {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, "utf8"));
    tests.passed += numPassedTests;
    tests.failed += numFailedTests;
  }
}

/** @param {...string} tasks */
const turbo = (...tasks) => run(pnpm("exec", "turbo", "run", ...tasks, "--output-logs=new-only"));

/** @type {[string, () => Promise<void>][]} */
const steps = [
  ["Set up", setup],
  ["Format", () => turbo("format:check")],
  ["Types", () => turbo("check", "check:repository")],
  ["Lint", () => turbo("lint")],
  ["Unit and property tests", () => vitest("unit", "playground", "repository")],
  ["Build", () => turbo("build")],
  ["Packages: pack, check, install, run", () => vitest("packages")],
  [
    "Browser tests",
    async () => {
      const { ensureBrowser } = await import("./browser.js");
      process.env.CHROME_PATH = await ensureBrowser();
      await vitest("browser");
    },
  ],
  ["End-to-end tests", () => vitest("playground-e2e")],
];

/** @param {number} start */
const seconds = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;

const beginning = performance.now();
try {
  for (const [name, step] of steps) {
    const start = performance.now();
    process.stdout.write(`\n── ${name}\n`);
    try {
      await step();
    } catch (error) {
      process.stdout.write(`\n${message(error)}\n── ${name}: failed after ${seconds(start)}\n`);
      // A step without tests counts as one, so that the closing line never hides it.
      tests.failed ||= 1;
      process.exitCode = 1;
      break;
    }
    process.stdout.write(`── ${name}: ${seconds(start)}\n`);
  }
} finally {
  rmSync(reports, { recursive: true, force: true });
}
process.stdout.write(`\nAll in ${seconds(beginning)}\n${tests.passed} passed, ${tests.failed} failed\n`);
