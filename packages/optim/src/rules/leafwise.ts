import { cast, tensor, treeMap, zeros, type Tensor, type Tree } from "@steepest/autodiff";
import { chosenLeaves } from "./mask.ts";
import { checkRate } from "./options.ts";
import { like, rateAt, type LearningRate, type RuleState, type UpdateRule } from "./rule.ts";
import { checkDecay, type WeightDecayOptions } from "./weight-decay.ts";

/** What the formula of a rule sees of one parameter, all in the parameter's dtype. */
interface LeafInput<Memory extends string, Shared extends string> {
  readonly gradient: Tensor;
  readonly parameter: Tensor;
  readonly memory: Readonly<Record<Memory, Tensor>>;
  readonly shared: Readonly<Record<Shared, Tensor>>;
}

/**
 * A rule that treats each parameter by itself: x ← x − η (direction + λ x), with a learning rate η and, where it is wanted,
 * decoupled weight decay λ (Loshchilov & Hutter, ICLR 2019).
 */
interface LeafRule<Memory extends string, Shared extends string, Carried extends string> {
  readonly name: string;
  readonly learningRate: LearningRate;
  readonly decay?: WeightDecayOptions;
  /** What is remembered for each parameter, with its first value. */
  readonly memory: Readonly<Record<Memory, (parameter: Tensor) => Tensor>>;
  /** Scalars that are remembered, with their first values. */
  readonly carried?: Readonly<Record<Carried, number>>;
  /** Scalars of step t = 1, 2, … that all parameters share, the next of the carried ones among them. */
  readonly shared?: (
    t: Tensor,
    carried: Readonly<Record<Carried, Tensor>>,
  ) => Readonly<Record<Shared | Carried, Tensor>>;
  /** The direction that is taken times −η, and what to remember. */
  readonly leaf: (input: LeafInput<Memory, Shared | Carried>) => {
    readonly direction: Tensor;
    readonly memory: Readonly<Record<Memory, Tensor>>;
  };
  /** What becomes of direction + λ x before the learning rate is applied; as it is by default. */
  readonly finish?: (direction: Tensor, parameter: Tensor) => Tensor;
}

/** The rule of a formula for one parameter. Its state is the number of steps and a tree like the parameters for each memory. */
export function leafwise<
  Memory extends string = never,
  Shared extends string = never,
  Carried extends string = never,
>(rule: LeafRule<Memory, Shared, Carried>): UpdateRule {
  const { learningRate, decay = {}, finish } = rule;
  checkRate(learningRate);
  checkDecay(decay);
  const { weightDecay = 0, mask } = decay;
  const names = namesOf(rule.memory);
  const carriedNames = namesOf(rule.carried ?? ({} as Record<Carried, number>));
  return {
    name: rule.name,
    init: (params) => ({
      step: tensor(0),
      ...record(carriedNames, (name) => tensor((rule.carried as Record<Carried, number>)[name])),
      ...record(names, (name): Tree => treeMap(rule.memory[name], params)),
    }),
    update: <P>(gradients: P, state: RuleState, params: P) => {
      const step = state["step"] as Tensor;
      const next = step.add(1);
      const negativeRate = rateAt(learningRate, step).neg();
      const shared =
        rule.shared?.(
          next,
          record(carriedNames, (name) => state[name] as Tensor),
        ) ?? ({} as Record<Shared | Carried, Tensor>);
      const decays = weightDecay === 0 ? [] : chosenLeaves(mask, params);
      const remembered: Record<Memory, Tensor>[] = [];
      const updates = treeMap(
        (parameter, gradient, ...memories) => {
          const { direction, memory } = rule.leaf({
            gradient: cast(gradient, parameter.dtype),
            parameter,
            memory: record(names, (_, index) => memories[index] as Tensor),
            shared: record(namesOf(shared), (name) => asFactor(shared[name], parameter)),
          });
          const decayed =
            decays[remembered.length] === true ? direction.add(parameter.mul(weightDecay)) : direction;
          remembered.push(memory);
          return (finish?.(decayed, parameter) ?? decayed).mul(like(negativeRate, parameter));
        },
        params,
        gradients,
        ...names.map((name) => state[name] as P),
      );
      const treeOf = (name: Memory): Tree => {
        const leaves = remembered.values();
        return treeMap(() => (leaves.next().value as Record<Memory, Tensor>)[name], params) as Tree;
      };
      return {
        updates,
        state: { step: next, ...record(carriedNames, (name) => shared[name]), ...record(names, treeOf) },
      };
    },
  };
}

/** Memory that begins at 0. */
export function zerosLike(leaf: Tensor): Tensor {
  return zeros(leaf.shape, leaf.dtype);
}

/** A mean that forgets: β · mean + (1 − β) · value. */
export function decayingMean(beta: number, mean: Tensor, value: Tensor): Tensor {
  return mean.mul(beta).add(value.mul(1 - beta));
}

function asFactor(scalar: Tensor, parameter: Tensor): Tensor {
  return scalar.dtype === "bool" ? scalar : like(scalar, parameter);
}

function namesOf<Name extends string>(entries: Readonly<Record<Name, unknown>>): Name[] {
  return Object.keys(entries) as Name[];
}

function record<Name extends string, T>(
  names: readonly Name[],
  f: (name: Name, index: number) => T,
): Record<Name, T> {
  return Object.fromEntries(names.map((name, index) => [name, f(name, index)])) as Record<Name, T>;
}
