import { OptimizationError } from "../../errors.ts";
import type { ConstrainedTestProblem } from "../constrained-test-problem.ts";
import { boundProblems } from "./bounds.ts";
import { boundedEqualityProblems } from "./bounded-equalities.ts";
import { largerBoundedEqualityProblems } from "./bounded-equalities-many-variables.ts";
import { fourAndFiveVariableProblems } from "./bounded-inequalities-four-variables.ts";
import { largeProblems } from "./bounded-inequalities-large.ts";
import { sixToNineVariableProblems } from "./bounded-inequalities-many-variables.ts";
import { spatialProblems } from "./bounded-inequalities-three-variables.ts";
import { planarProblems } from "./bounded-inequalities-two-variables.ts";
import { problemOf } from "./definition.ts";
import { equalityProblems } from "./equalities.ts";
import { largerEqualityProblems } from "./equalities-many-variables.ts";
import { geometricPrograms } from "./geometric-programs.ts";
import { inequalityProblems } from "./inequalities.ts";
import { mixedProblems } from "./mixed.ts";
import { powellProblems } from "./powell.ts";

/**
 * Problems of W. Hock & K. Schittkowski, Test Examples for Nonlinear Programming Codes, Lecture Notes in Economics and
 * Mathematical Systems 187, Springer 1981, by number: 107 of the 115, with bounds alone, with equalities, with inequalities
 * and with all of them, in up to 16 variables. The book has no 58, 82, 94 and 115; left out are 67, 85 and 87–92, whose
 * functions jump or are defined by iterations and roots.
 *
 * Starts and bounds are those of the book, functions agree with the authors' own code (K. Schittkowski, 2011) but for
 * factors (27, 71), one coefficient (107) and one datum (105) that differ there. Solutions and
 * multipliers were computed in 50 digits from exact derivatives; they agree with the book's, but for those printed digits
 * that are not right (105, 106, 112 and 116 the most).
 */
export function hockSchittkowskiProblems(): readonly ConstrainedTestProblem[] {
  return [
    boundProblems,
    equalityProblems,
    largerEqualityProblems,
    powellProblems,
    boundedEqualityProblems,
    largerBoundedEqualityProblems,
    inequalityProblems,
    planarProblems,
    spatialProblems,
    fourAndFiveVariableProblems,
    sixToNineVariableProblems,
    geometricPrograms,
    largeProblems,
    mixedProblems,
  ]
    .flatMap((definitions) => definitions())
    .map(problemOf)
    .sort((a, b) => a.number - b.number);
}

/**
 * One problem of the collection.
 *
 * @param number its number in the book
 * @throws {OptimizationError} for a number that is not in the collection
 */
export function hockSchittkowski(number: number): ConstrainedTestProblem {
  const problem = hockSchittkowskiProblems().find((candidate) => candidate.number === number);
  if (problem === undefined)
    throw new OptimizationError(
      `no problem of Hock and Schittkowski's collection has this number: ${number}`,
    );
  return problem;
}
