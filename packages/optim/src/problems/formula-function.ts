import { stack, type Tensor } from "@steepest/autodiff";
import { parse, type Formula } from "@steepest/autodiff/formula";

/** A formula of x1, x2, … as a function of x, [n] → scalar. It is read at the first call. */
export function scalarFunction(text: string): (x: Tensor) => Tensor {
  let formula: Formula | undefined;
  return (x) => {
    formula ??= parse(text);
    return formula.evaluate(
      Object.fromEntries(formula.symbols.map((symbol) => [symbol, variable(x, symbol)])),
    );
  };
}

/** Formulas of x1, x2, … as one function of x, [n] → [k]. */
export function vectorFunction(texts: readonly string[]): (x: Tensor) => Tensor {
  const functions = texts.map(scalarFunction);
  return (x) => stack(functions.map((f) => f(x)));
}

/** x7 is the element at index 6. */
function variable(x: Tensor, symbol: string): Tensor {
  return x.slice(Number(symbol.slice(1)) - 1);
}
