/**
 * The studio's state in a link: `?v=1&data=co2&x=t&y=co2&model=…&p=a:315&p=b:1:0:2&p=c:0:::fixed&bands=confidence&fit=1`.
 *
 * A parameter reads `name:start[:min[:max[:fixed]]]`. Numbers are written so that they read back exactly. Whatever is
 * missing takes the data set's default, so a link typed by hand works too.
 */

export interface ParameterSetting {
  readonly start: number;
  readonly min?: number;
  readonly max?: number;
  readonly fixed?: boolean;
}

export type DataSource =
  | { readonly kind: "bundled"; readonly name: string }
  /** A file of the user's own: the link carries its name and a fingerprint, never its content. */
  | { readonly kind: "own"; readonly name: string; readonly fingerprint: string };

export const bandKinds = ["confidence", "prediction"] as const;
export type BandKind = (typeof bandKinds)[number];

export interface View {
  readonly data: DataSource;
  /** Name of the column along the horizontal axis. */
  readonly x: string;
  /** Name of the column that is fitted. */
  readonly y: string;
  readonly model: string;
  readonly parameters: Readonly<Record<string, ParameterSetting>>;
  readonly bands: readonly BandKind[];
  /** Whether the fit has been run. */
  readonly fitted: boolean;
}

export interface DecodedView {
  readonly view: Partial<View>;
  /** What in the link could not be used, in sentences. */
  readonly problems: readonly string[];
}

export const viewVersion = 1;

export function encodeView(view: View): string {
  const query = new URLSearchParams();
  query.set("v", String(viewVersion));
  if (view.data.kind === "bundled") query.set("data", view.data.name);
  else {
    query.set("own", view.data.fingerprint);
    query.set("name", view.data.name);
  }
  query.set("x", view.x);
  query.set("y", view.y);
  query.set("model", view.model);
  for (const [name, { start, min, max, fixed }] of Object.entries(view.parameters)) {
    const parts = [name, write(start), write(min), write(max), fixed === true ? "fixed" : ""];
    while (parts.at(-1) === "") parts.pop();
    query.append("p", parts.join(":"));
  }
  query.set("bands", view.bands.join(","));
  if (view.fitted) query.set("fit", "1");
  // Colons and commas are legal in a query as they are, and a link that can be read can be edited.
  return query.toString().replaceAll("%3A", ":").replaceAll("%2C", ",");
}

/** Reads a link's query; `undefined` when it holds no state at all. */
export function decodeView(query: string): DecodedView | undefined {
  const search = new URLSearchParams(query);
  if (![...search.keys()].some((key) => known.has(key))) return undefined;
  const version = search.get("v") ?? String(viewVersion);
  if (version !== String(viewVersion)) {
    return {
      view: {},
      problems: [
        `This link was written by another version of Fit Studio, so it opens with the defaults: v=${version}`,
      ],
    };
  }
  const problems: string[] = [];
  const own = search.get("own");
  const data = search.get("data");
  const x = search.get("x");
  const y = search.get("y");
  const model = search.get("model");
  const parameters = search.getAll("p");
  const bands = search.get("bands");
  return {
    view: {
      ...(own !== null
        ? { data: { kind: "own", name: search.get("name") ?? "your data", fingerprint: own } }
        : data !== null
          ? { data: { kind: "bundled", name: data } }
          : {}),
      ...(x === null ? {} : { x }),
      ...(y === null ? {} : { y }),
      ...(model === null ? {} : { model }),
      ...(parameters.length === 0 ? {} : { parameters: readParameters(parameters, problems) }),
      ...(bands === null ? {} : { bands: bandKinds.filter((kind) => bands.split(",").includes(kind)) }),
      fitted: search.get("fit") === "1",
    },
    problems,
  };
}

const known = new Set(["v", "data", "own", "x", "y", "model", "p", "bands", "fit"]);

function write(value: number | undefined): string {
  return value === undefined ? "" : Object.is(value, -0) ? "-0" : String(value);
}

function readParameters(texts: readonly string[], problems: string[]): Record<string, ParameterSetting> {
  const entries = texts.flatMap((text): [string, ParameterSetting][] => {
    const [name = "", start = "", min = "", max = "", fixed = ""] = text.split(":");
    const numbers = [start, min, max].map((part) => (part === "" ? undefined : Number(part)));
    if (
      name === "" ||
      start === "" ||
      numbers.some((number) => number !== undefined && !Number.isFinite(number))
    ) {
      problems.push(`A parameter in the link could not be read and was left out: ${text}`);
      return [];
    }
    return [
      [
        name,
        {
          start: numbers[0]!,
          ...(numbers[1] === undefined ? {} : { min: numbers[1] }),
          ...(numbers[2] === undefined ? {} : { max: numbers[2] }),
          ...(fixed === "fixed" ? { fixed: true } : {}),
        },
      ],
    ];
  });
  return Object.fromEntries(entries);
}
