import { createReadStream } from "node:fs";
import { basename } from "node:path";
import {
  DatasetError,
  datasetNames,
  decodeText,
  isDatasetName,
  loadDataset,
  readCsv,
  suggest,
  type Dataset,
  type Table,
} from "@steepest/datasets";
import { UsageError } from "../errors.ts";

export interface Source {
  table: Table;
  /** Set when the table is a bundled one. */
  dataset?: Dataset;
}

/** Strings cannot be longer than about half a gigabyte. */
const largestFile = 400_000_000;

/** Everything that a stream gives, which may have no end (`/dev/zero`, a pipe). */
async function readAll(stream: AsyncIterable<Buffer>, path: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > largestFile)
      throw new UsageError(`${path} is too large: expected at most ${largestFile} bytes, found more`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function readBytes(path: string): Promise<Buffer> {
  if (path === "-") return readAll(process.stdin, "standard input");
  try {
    return await readAll(createReadStream(path, { highWaterMark: 1 << 20 }), path);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EISDIR") throw new UsageError(`expected a CSV file, found a folder: ${path}`);
    if (code === "EACCES") throw new UsageError(`no permission to read ${path}`);
    if (code !== "ENOENT" && code !== "ENOTDIR") throw error;
    const near = suggest(path, datasetNames);
    throw new UsageError(
      `no file and no dataset of that name: ${path}`,
      `${near === undefined ? "" : `Did you mean ${near}? `}The datasets are ${datasetNames.join(", ")}.`,
    );
  }
}

function decode(bytes: Uint8Array, fileName: string): string {
  try {
    return decodeText(bytes, fileName);
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    throw new UsageError(error.message, "Or convert it: iconv -f WINDOWS-1252 -t UTF-8.");
  }
}

/** A bundled set by its name, a CSV file by its path, or `-` for CSV from standard input. */
export async function openSource(
  name: string,
  options: { text?: readonly string[] | undefined } = {},
): Promise<Source> {
  if (isDatasetName(name)) {
    const dataset = await loadDataset(name);
    return { table: dataset, dataset };
  }
  const fileName = name === "-" ? "standard input" : basename(name);
  const table = readCsv(decode(await readBytes(name), fileName), {
    name: fileName,
    ...(options.text && { text: options.text }),
    maxCharacters: largestFile,
  });
  return { table };
}
