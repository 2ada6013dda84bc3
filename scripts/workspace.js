// Paths and processes of this workspace. Plain JavaScript on Node's own modules: it runs before anything is installed.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** The root folder of the checkout. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** The root manifest. */
export const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** The Node.js this workspace brings along; the one that starts a script may be older. */
export const workspaceNode = join(
  root,
  "node_modules/node/bin",
  process.platform === "win32" ? "node.exe" : "node",
);

/**
 * The members of the workspace, in alphabetical order.
 * @returns {{ folder: string, manifest: any }[]} folder relative to the root, and manifest, of each package and app
 */
export function members() {
  return ["packages", "apps"].flatMap((parent) =>
    readdirSync(join(root, parent))
      .map((name) => `${parent}/${name}`)
      .filter((folder) => existsSync(join(root, folder, "package.json")))
      .sort()
      .map((folder) => ({
        folder,
        manifest: JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")),
      })),
  );
}

/**
 * The environment for tools of the workspace: its own Node.js and binaries first on the path.
 * @returns {NodeJS.ProcessEnv}
 */
export function environment() {
  return {
    ...process.env,
    PATH: [join(root, "node_modules/.bin"), process.env.PATH].join(delimiter),
    TURBO_TELEMETRY_DISABLED: "1",
  };
}

/**
 * The command that runs the pnpm this workspace asks for, fetched by npx when the machine has none.
 * @param {readonly string[]} args
 * @returns {[string, ...string[]]}
 */
export function pnpm(...args) {
  const version = manifest.devEngines.packageManager.version.replace(/^\D+/, "");
  return ["npx", "--yes", `pnpm@${version}`, ...args];
}

/**
 * Runs a command in the root and waits for it; its output goes to the terminal.
 * @param {readonly [string, ...string[]]} command
 * @param {NodeJS.ProcessEnv} [env]
 * @throws {Error} when it cannot be started
 * @returns {Promise<number | NodeJS.Signals>} its exit code, or the signal that ended it
 */
export async function outcomeOf([name, ...args], env = environment()) {
  const shell = process.platform === "win32";
  const child = spawn(name, args, { cwd: root, env, shell, stdio: ["ignore", "inherit", "inherit"] });
  const stop = () => void child.kill("SIGTERM");
  process.on("SIGTERM", stop);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (status, signal) => resolve(signal ?? status ?? 1));
  }).finally(() => process.off("SIGTERM", stop));
}

/**
 * Runs a command as `outcomeOf` does.
 * @param {readonly [string, ...string[]]} command
 * @param {NodeJS.ProcessEnv} [env]
 * @throws {Error} when it does not end with exit code 0
 * @returns {Promise<void>}
 */
export async function run(command, env = environment()) {
  const outcome = await outcomeOf(command, env);
  if (outcome !== 0) throw new Error(`command failed (${outcome}): ${command.join(" ")}`);
}

/**
 * Ends this process, as SIGTERM does, when the process that started it has ended. For scripts that npm runs: npm hands a
 * SIGTERM to the shell between it and the script, and that shell ends without passing it on. Elsewhere it does nothing,
 * as who starts a script in the background may leave.
 */
export function endWithParent() {
  if (process.env.npm_lifecycle_event === undefined || process.platform === "win32") return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, "SIGTERM");
  }, 300);
  timer.unref();
}

/**
 * What went wrong, as a sentence.
 * @param {unknown} error
 */
export const message = (error) => (error instanceof Error ? error.message : String(error));
