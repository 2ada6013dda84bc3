/**
 * A sum that keeps what rounding cuts off each partial sum (A. Neumaier, Rundungsfehleranalyse einiger Verfahren zur
 * Summation endlicher Summen, ZAMM 54, 1974): as if added up in twice the precision and rounded once.
 */
export class CompensatedSum {
  #sum = 0;
  #cutOff = 0;

  add(term: number): void {
    const next = this.#sum + term;
    this.#cutOff += Math.abs(this.#sum) >= Math.abs(term) ? this.#sum - next + term : term - next + this.#sum;
    this.#sum = next;
  }

  get value(): number {
    // What is cut off infinity is no number.
    return Number.isFinite(this.#sum) ? this.#sum + this.#cutOff : this.#sum;
  }
}
