// `npm start`: sets up, builds, serves the playground and stays until it is told to stop.
import process from "node:process";
import { setup } from "./setup.js";
import { message, pnpm, run } from "./workspace.js";

const defaultPort = 4173;

await setup();
await run(pnpm("exec", "turbo", "run", "build", "--filter=@steepest/playground", "--output-logs=new-only"));

// Only now are the dependencies of the server there.
const { servePlayground } = await import("./serve.js");

/** @param {unknown} error */
const isTaken = (error) => error instanceof Error && "code" in error && error.code === "EADDRINUSE";

async function serve() {
  const wanted = process.env.PORT;
  if (wanted) {
    const port = Number(wanted);
    if (!Number.isInteger(port) || port < 0 || port > 65535) {
      throw new Error(`PORT must be a whole number from 0 to 65535: ${wanted}`);
    }
    return servePlayground(port).catch((error) => {
      if (!isTaken(error)) throw error;
      throw new Error(`port is taken: choose another PORT, or unset it to take the next free one: ${port}`);
    });
  }
  for (let port = defaultPort; ; port++) {
    try {
      return await servePlayground(port);
    } catch (error) {
      if (!isTaken(error) || port === 65535) throw error;
    }
  }
}

try {
  const server = await serve();
  process.stdout.write(`\nSteepest is ready: ${server.url}\nPress Ctrl+C to stop.\n`);
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.once(signal, () => void server.close().then(() => process.exit(0)));
  }
} catch (error) {
  process.stderr.write(`${message(error)}\n`);
  process.exitCode = 1;
}
