import { parse, type Formula } from "@steepest/autodiff/formula";
import type { Model } from "./model.ts";

/** The class that colours a symbol: predictors in the input's colour, everything else as a parameter. */
export function toneOf(symbol: string, { predictors }: Pick<Model, "predictors">): string {
  return predictors.includes(symbol) ? "tone-x" : "tone-parameter";
}

/** A formula in LaTeX with every symbol in the colour of what it is; a single name in one given colour. */
export function modelLatex(formula: Formula, names: Pick<Model, "predictors">): string;
export function modelLatex(symbol: string, tone: "f" | "x" | "parameter"): string;
export function modelLatex(subject: Formula | string, names: Pick<Model, "predictors"> | string): string {
  if (typeof subject === "string") return parse(subject).latex({ className: () => `tone-${String(names)}` });
  return subject.latex({ className: (symbol) => toneOf(symbol, names as Pick<Model, "predictors">) });
}
