// `npm start`: sets up, builds, serves the playground and stays until it is told to stop.
import process from "node:process";
import { setup } from "./setup.js";
import { endWithParent, message, pnpm, run } from "./workspace.js";

const defaultPort = 4173;

/** @param {unknown} error */
const isTaken = (error) => error instanceof Error && "code" in error && error.code === "EADDRINUSE";

/**
 * The port that PORT asks for, if it does.
 * @throws {Error} when it is no port
 */
function wantedPort() {
  const text = process.env.PORT;
  if (!text) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new Error(`PORT must be a whole number from 0 to 65535: ${text}`);
}

/**
 * Serves on the wanted port, or on the next free one from the default on.
 * @param {number | undefined} wanted
 */
async function serve(wanted) {
  // Only after setup are the dependencies of the server there.
  const { servePlayground } = await import("./serve.js");
  for (let port = wanted ?? defaultPort; ; port++) {
    try {
      return await servePlayground(port);
    } catch (error) {
      if (!isTaken(error) || port === 65535) throw error;
      if (wanted === undefined) continue;
      const advice = "choose another PORT, or unset it to take the next free one";
      throw new Error(`port is taken: ${advice}: ${port}`, { cause: error });
    }
  }
}

endWithParent();
try {
  const wanted = wantedPort();
  await setup();
  await run(pnpm("exec", "turbo", "run", "build", "--filter=@steepest/playground", "--output-logs=new-only"));
  const server = await serve(wanted);
  process.stdout.write(`\nSteepest is ready: ${server.url}\nPress Ctrl+C to stop.\n`);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void server.close());
} catch (error) {
  process.stderr.write(`${message(error)}\n`);
  process.exitCode = 1;
}
