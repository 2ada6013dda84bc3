// Finds the browser that tests drive: CHROME_PATH, an installed Chromium or Chrome, else Playwright's own download,
// else Debian's package where apt-get may install it.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright";
import { run } from "./workspace.js";

/** Flags that keep a headless Chromium from needing a sandbox, a GPU, or any network beyond the page's own. */
export const launchFlags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const commands = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const applications = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
];

/**
 * Looks for a browser that is there already.
 * @throws {Error} when CHROME_PATH names a file that does not exist
 * @returns {string | undefined} the path of its executable
 */
export function findBrowser() {
  const named = process.env.CHROME_PATH;
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(`CHROME_PATH names no file: correct or unset it: ${named}`);
  }
  const folders = (process.env.PATH ?? "").split(delimiter);
  const installed = commands.flatMap((command) => folders.map((folder) => join(folder, command)));
  return [...installed, ...applications, chromium.executablePath()].find((path) => existsSync(path));
}

/**
 * Finds a browser, or installs one.
 * @throws {Error} when none is to be had; the message says what to do
 * @returns {Promise<string>} the path of its executable
 */
export async function ensureBrowser() {
  const found = findBrowser();
  if (found) return found;
  for (const install of [installPlaywrights, installDebians]) {
    await install().catch((/** @type {Error} */ error) => process.stderr.write(`${error.message}\n`));
    const installed = findBrowser();
    if (installed) return installed;
  }
  throw new Error(
    "no browser found and none could be installed: install Chromium or Chrome, or set CHROME_PATH to its executable",
  );
}

function installPlaywrights() {
  process.stdout.write("No browser found: trying Playwright's Chromium …\n");
  return run(["playwright", "install", "chromium"]);
}

async function installDebians() {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return;
  process.stdout.write("Trying Debian's package chromium …\n");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await run(["apt-get", "update"], env);
  await run(["apt-get", "install", "--yes", "--no-install-recommends", "chromium"], env);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(`${await ensureBrowser()}\n`);
