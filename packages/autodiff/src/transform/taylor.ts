import { DifferentiationError } from "../errors.ts";
import { makePlaceholder } from "../ops/leaf.ts";
import { cast } from "../ops/cast.ts";
import { apply } from "../ops/op.ts";
import { attributeKeys } from "../tensor/attribute-key.ts";
import { asTensor } from "../tensor/convert.ts";
import { isFloat } from "../tensor/dtype.ts";
import { withTransform } from "../tensor/record.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { flatten, type TreeLike } from "../tensor/tree.ts";
import { checkTreeLike, makeVariables, release, type AnyFunction } from "./function.ts";
import { checkLike, dependents, fullLike } from "./sweep.ts";

/**
 * The Taylor coefficients of t ↦ f(x + t·direction) at t = 0: c₀ = f(x) to c of the given order, so that
 * f(x + t·direction) = Σ cₖ tᵏ and the k-th derivative is k!·cₖ. The direction is a tree like x, all ones by default.
 * The cost grows with a small power of the order, where nesting first derivatives would double it every time.
 *
 * @example
 * taylor((x) => x.exp(), 0, 3); // → [1, 1, 0.5, 0.1667]
 *
 * @throws {DifferentiationError} when the order is not a whole number or the direction is not like x.
 */
export function taylor<Y>(f: (x: Tensor) => Y, x: TensorLike, order: number, direction?: TensorLike): Y[];
export function taylor<X, Y>(f: (x: X) => Y, x: TreeLike<X>, order: number, direction?: TreeLike<X>): Y[];
export function taylor(f: AnyFunction, x: unknown, order: number, direction?: unknown): unknown[] {
  if (!Number.isInteger(order) || order < 0)
    throw new DifferentiationError(`taylor: the order must be a whole number, 0 or more: ${order}`);
  return withTransform((level) => {
    const { argument, leaves, structure } = makeVariables("taylor", x, level);
    const moving =
      direction === undefined
        ? leaves.map((leaf) => fullLike(leaf, 1))
        : checkTreeLike("taylor", "the direction", "the argument", direction, structure).map((leaf, index) =>
            checkLike("taylor", "the direction", leaf, leaves[index] as Tensor),
          );
    const result = flatten<TensorLike>((f as (x: unknown) => unknown)(argument));
    const outputs = result.leaves.map(asTensor);
    const nodes = dependents(outputs, leaves);
    const series = new PowerSeries(level, leaves, moving, nodes);
    // In the order of the graph, so that no recursion gets deep.
    for (let k = 0; k <= order; k++) for (const node of nodes) series.term(node, k);
    return Array.from({ length: order + 1 }, (_, k) =>
      result.rebuild(outputs.map((output) => series.term(output, k) ?? fullLike(output, 0))),
    );
  });
}

/** Terms of one power series as far as they are known; `undefined` inside is a term that is zero. */
type Terms = (Tensor | undefined)[];

/**
 * Power series in t for the nodes of a graph, term by term. Linear and bilinear operations act on terms; a quotient has
 * its recurrence; every other operation is a differential equation that its forward rule states, y' = rule(u', u, y), so
 * that the k-th term of y follows from the terms before it: k yₖ = rule(u', u, y)ₖ₋₁ (Griewank & Walther 2008, chapter 13).
 * Rules bring new nodes with them. Equal ones are made one, which closes circles such as sin' = cos u', cos' = −sin u'.
 */
class PowerSeries {
  readonly #level: number;
  readonly #variables: ReadonlySet<Tensor>;
  /** Nodes up to here were there before any rule was asked; of these, just the given ones move with t. */
  readonly #newest: number;
  readonly #moving: Map<Tensor, boolean>;
  readonly #terms = new Map<Tensor, Terms>();
  /** The node that stands for all those equal to it. */
  readonly #canonical = new Map<Tensor, Tensor>();
  readonly #known = new Map<string, Tensor>();
  readonly #attributeKey = attributeKeys();
  /** Placeholders for derivatives by t, for the nodes that they belong to; and these nodes, for the placeholders. */
  readonly #derivatives = new Map<Tensor, Tensor>();
  readonly #primitives = new Map<Tensor, Tensor>();
  /** The right-hand sides of differential equations. */
  readonly #rules = new Map<Tensor, Tensor | undefined>();

  constructor(
    level: number,
    variables: readonly Tensor[],
    directions: readonly Tensor[],
    moving: readonly Tensor[],
  ) {
    this.#level = level;
    this.#variables = new Set(variables);
    this.#newest = makePlaceholder([], "f64", level, "t").id;
    this.#moving = new Map([...variables, ...moving].map((node) => [node, true]));
    variables.forEach((variable, index) =>
      this.#terms.set(variable, [release(variable, level), directions[index]]),
    );
  }

  /** The k-th term of a node's series. */
  term(given: Tensor, k: number): Tensor | undefined {
    if (!this.#isMoving(given)) return k === 0 ? release(given, this.#level) : undefined;
    const node = this.#canonicalOf(given);
    let terms = this.#terms.get(node);
    if (terms === undefined) this.#terms.set(node, (terms = []));
    while (terms.length <= k) {
      const next = this.#next(node, terms.length);
      terms.push(next && release(cast(next, node.dtype), this.#level));
    }
    return terms[k];
  }

  #next(node: Tensor, k: number): Tensor | undefined {
    if (this.#variables.has(node)) return undefined;
    // (Σ uₖ tᵏ)' has the terms (k + 1) uₖ₊₁
    const primitive = this.#primitives.get(node);
    if (primitive !== undefined) {
      const next = this.term(primitive, k + 1)?.mul(k + 1);
      return next === undefined && k === 0 ? fullLike(node, 0) : next;
    }
    if (k === 0) return this.#constantTerm(node);
    const { op, inputs, attributes } = node;
    if (op.linearity === "linear") {
      const terms = inputs.map((input) => this.term(input, k));
      return terms.every((term) => term === undefined)
        ? undefined
        : op.forward(terms, inputs, node, attributes);
    }
    const [a, b] = inputs as [Tensor, Tensor];
    if (op.linearity === "bilinear")
      return this.#convolve(k, 0, (i) => {
        const [left, right] = [this.term(a, i), this.term(b, k - i)];
        return left && right && apply(op, [left, right], attributes);
      });
    if (op.name === "div") return this.#quotientTerm(node, a, b, k);
    const rule = this.#ruleOf(node);
    return rule && this.term(rule, k - 1)?.div(k);
  }

  /** A node without derivatives by t in it has its own value; one with them is computed from its inputs'. */
  #constantTerm(node: Tensor): Tensor {
    if (node.id <= this.#newest) return node;
    const inputs = node.inputs.map((input) => this.term(input, 0) as Tensor);
    return apply(node.op, inputs, node.attributes);
  }

  /** q = a / b: b₀ qₖ = aₖ − Σ bⱼ qₖ₋ⱼ over j from 1 to k */
  #quotientTerm(node: Tensor, a: Tensor, b: Tensor, k: number): Tensor | undefined {
    const sum = this.#convolve(k, 1, (j) => {
      const [factor, before] = [this.term(b, j), this.term(node, k - j)];
      return factor && before && factor.mul(before);
    });
    const top = this.term(a, k);
    const rest = top && sum ? top.sub(sum) : (top ?? sum?.neg());
    return rest?.div(this.term(b, 0) as Tensor);
  }

  #convolve(k: number, from: number, product: (i: number) => Tensor | undefined): Tensor | undefined {
    let total: Tensor | undefined;
    for (let i = from; i <= k; i++) {
      const term = product(i);
      if (term !== undefined) total = total === undefined ? term : total.add(term);
    }
    return total;
  }

  #ruleOf(node: Tensor): Tensor | undefined {
    if (!this.#rules.has(node)) {
      const tangents = node.inputs.map((input) =>
        isFloat(input.dtype) && this.#isMoving(input)
          ? this.#derivativeOf(this.#canonicalOf(input))
          : undefined,
      );
      const moves = tangents.some((tangent) => tangent !== undefined);
      this.#rules.set(
        node,
        moves ? node.op.forward(tangents, node.inputs, node, node.attributes) : undefined,
      );
    }
    return this.#rules.get(node);
  }

  #derivativeOf(node: Tensor): Tensor {
    let derivative = this.#derivatives.get(node);
    if (derivative === undefined) {
      derivative = makePlaceholder(node.shape, node.dtype, this.#level, "derivative");
      this.#derivatives.set(node, derivative);
      this.#primitives.set(derivative, node);
      this.#moving.set(derivative, true);
    }
    return derivative;
  }

  #isMoving(node: Tensor): boolean {
    let moves = this.#moving.get(node);
    if (moves === undefined) {
      moves = node.id > this.#newest && node.inputs.some((input) => this.#isMoving(input));
      this.#moving.set(node, moves);
    }
    return moves;
  }

  #canonicalOf(node: Tensor): Tensor {
    let canonical = this.#canonical.get(node);
    if (canonical === undefined) {
      canonical = node;
      if (node.inputs.length > 0 && !this.#variables.has(node)) {
        const inputs = node.inputs.map((input) =>
          this.#isMoving(input) ? `${this.#canonicalOf(input).id}` : constantKey(input),
        );
        const key = `${node.op.name} ${this.#attributeKey(node.attributes)} ${inputs.join(" ")}`;
        canonical = this.#known.get(key) ?? node;
        this.#known.set(key, canonical);
      }
      this.#canonical.set(node, canonical);
    }
    return canonical;
  }
}

function constantKey({ op, storage, dtype, id }: Tensor): string {
  if (op.name !== "constant" || typeof storage !== "number") return `${id}`;
  return `${dtype}:${Object.is(storage, -0) ? "-0" : storage}`;
}
