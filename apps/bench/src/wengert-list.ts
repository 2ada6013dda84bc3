/**
 * The tape that one writes by hand for scalars in plain JavaScript (a Wengert list): every result is a place in a few
 * arrays of numbers, with the operation and the places of its operands. What our engine is compared with: no
 * tensors, no shapes, three operations.
 */
export class WengertList {
  readonly values: number[] = [];
  readonly #operations: Operation[] = [];
  readonly #left: number[] = [];
  readonly #right: number[] = [];

  constant(value: number): number {
    return this.#record("constant", value, 0, 0);
  }

  add(x: number, y: number): number {
    return this.#record("add", this.#value(x) + this.#value(y), x, y);
  }

  mul(x: number, y: number): number {
    return this.#record("mul", this.#value(x) * this.#value(y), x, y);
  }

  sin(x: number): number {
    return this.#record("sin", Math.sin(this.#value(x)), x, x);
  }

  cos(x: number): number {
    return this.#record("cos", Math.cos(this.#value(x)), x, x);
  }

  /** ∂output/∂input as a number: the sweep back with numbers for adjoints. */
  derivative(output: number, input: number): number {
    const adjoints = new Array<number>(output + 1).fill(0);
    adjoints[output] = 1;
    const give = (place: number, contribution: number): void => {
      adjoints[place] = (adjoints[place] as number) + contribution;
    };
    for (let place = output; place > input; place--) {
      const adjoint = adjoints[place] as number;
      const [x, y] = [this.#left[place] as number, this.#right[place] as number];
      switch (this.#operations[place]) {
        case "add":
          give(x, adjoint);
          give(y, adjoint);
          break;
        case "mul":
          give(x, adjoint * this.#value(y));
          give(y, adjoint * this.#value(x));
          break;
        case "sin":
          give(x, adjoint * Math.cos(this.#value(x)));
          break;
        case "cos":
          give(x, -adjoint * Math.sin(this.#value(x)));
          break;
        default:
      }
    }
    return adjoints[input] as number;
  }

  /** ∂output/∂input as a place: the sweep back is recorded, too, so that it can be differentiated again. */
  recordedDerivative(output: number, input: number): number {
    const adjoints = new Map([[output, this.constant(1)]]);
    const give = (place: number, contribution: number): void => {
      const before = adjoints.get(place);
      adjoints.set(place, before === undefined ? contribution : this.add(before, contribution));
    };
    for (let place = output; place > input; place--) {
      const adjoint = adjoints.get(place);
      if (adjoint === undefined) continue;
      const [x, y] = [this.#left[place] as number, this.#right[place] as number];
      switch (this.#operations[place]) {
        case "add":
          give(x, adjoint);
          give(y, adjoint);
          break;
        case "mul":
          give(x, this.mul(adjoint, y));
          give(y, this.mul(adjoint, x));
          break;
        case "sin":
          give(x, this.mul(adjoint, this.cos(x)));
          break;
        case "cos":
          give(x, this.mul(adjoint, this.mul(this.constant(-1), this.sin(x))));
          break;
        default:
      }
    }
    return adjoints.get(input) ?? this.constant(0);
  }

  #record(operation: Operation, value: number, x: number, y: number): number {
    this.#operations.push(operation);
    this.#left.push(x);
    this.#right.push(y);
    return this.values.push(value) - 1;
  }

  #value(place: number): number {
    return this.values[place] as number;
  }
}

type Operation = "constant" | "add" | "mul" | "sin" | "cos";
