/** A box or an ellipse with lines of text. */
export interface DotNode {
  readonly lines: readonly string[];
  readonly kind: "argument" | "step" | "result";
}

/** An arrow between two nodes, by their positions. */
export interface DotEdge {
  readonly from: number;
  readonly to: number;
  readonly label?: string;
}

const shapes: Readonly<Record<DotNode["kind"], string>> = {
  argument: "ellipse",
  step: "box",
  result: "plaintext",
};

/** A directed graph in Graphviz's DOT language, from left to right: `dot -Tsvg` draws it. */
export function writeDot(nodes: readonly DotNode[], edges: readonly DotEdge[]): string {
  return [
    "digraph {",
    "  rankdir=LR;",
    '  node [fontname="Helvetica"];',
    '  edge [fontname="Helvetica", fontsize=10];',
    ...nodes.map(({ lines, kind }, index) => `  n${index} [shape=${shapes[kind]}, label=${quote(lines)}];`),
    ...edges.map(
      ({ from, to, label }) =>
        `  n${from} -> n${to}${label === undefined ? "" : ` [label=${quote([label])}]`};`,
    ),
    "}",
  ].join("\n");
}

/**
 * A label in quotes. Inside, a backslash begins an escape (`\N` is the node's name, `\n` a new line) and an ampersand an
 * entity of HTML, so both are written out.
 */
function quote(lines: readonly string[]): string {
  const escaped = lines.map((line) =>
    line.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("&", "&amp;").replaceAll("\n", "\\n"),
  );
  return `"${escaped.join("\\n")}"`;
}
