import type { FunctionType, Instruction, WasmModule } from "./disassemble.ts";

const signature = ({ parameters, results }: FunctionType): string =>
  [
    ...(parameters.length > 0 ? [`(param ${parameters.join(" ")})`] : []),
    ...(results.length > 0 ? [`(result ${results.join(" ")})`] : []),
  ].join(" ");

function lines(body: readonly Instruction[], indent: string): string[] {
  return body.flatMap(({ name, immediates, body: inside, otherwise }) => {
    const line = indent + [name, ...immediates].join(" ");
    if (inside === undefined) return [line];
    const deeper = `${indent}  `;
    const rest = otherwise === undefined ? [] : [`${indent}else`, ...lines(otherwise, deeper)];
    return [line, ...lines(inside, deeper), ...rest, `${indent}end`];
  });
}

/** A module as the text format writes it, but for the fields of memory imports and data. */
export function toText({ imports, functions, globals, exports, data }: WasmModule): string {
  return [
    "(module",
    ...imports.map(
      ({ module, name, type }) =>
        `  (import "${module}" "${name}" ${type === undefined ? "(memory)" : `(func ${signature(type)})`})`,
    ),
    ...globals.map(
      ({ type, value }, index) =>
        `  (global (;${index};) ${type} ${[value.name, ...value.immediates].join(" ")})`,
    ),
    ...exports.map(({ name, index }) => `  (export "${name}" (func ${index}))`),
    ...functions.flatMap(({ index, type, locals, body }) => [
      `  (func (;${index};) ${signature(type)}`,
      ...(locals.length > 0 ? [`    (local ${locals.join(" ")})`] : []),
      ...lines(body, "    "),
      "  )",
    ]),
    ...data.map(({ offset, length }) => `  (data (i32.const ${offset}) (;${length} bytes;))`),
    ")",
  ].join("\n");
}
