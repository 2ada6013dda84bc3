import type { Contest } from "./contest.ts";
import type { Curve, Panel } from "./figure.ts";
import { performanceProfiles } from "./profile.ts";

const blue = "#0969da";
const red = "#cf222e";
const green = "#1a7f37";
const purple = "#8250df";
const brown = "#9a6700";
const grey = "#57606a";

/** Which entrants are drawn, and in which colour: one for every kind of method. */
const drawn: readonly { title: string; colours: Readonly<Record<string, string>> }[] = [
  {
    title: "Trials solved by methods that see the value",
    colours: {
      trustRegion: red,
      "SciPy trust-exact": red,
      bfgs: blue,
      "SciPy BFGS": blue,
      lbfgs: purple,
      "SciPy L-BFGS-B": purple,
      conjugateGradient: green,
      "SciPy CG": green,
      "fmin conjugateGradient": green,
      nelderMead: brown,
      "SciPy Nelder-Mead": brown,
      "fmin nelderMead": brown,
      gradientDescent: grey,
      "fmin gradientDescentLineSearch": grey,
    },
  },
  {
    title: "Trials solved by methods that see the residuals",
    colours: {
      levenbergMarquardt: blue,
      "SciPy least_squares lm": blue,
      "ml-levenberg-marquardt": blue,
      "SciPy least_squares trf": red,
      dogleg: purple,
      gaussNewton: green,
    },
  },
];

export function panelsOf({ entrants }: Contest): Panel[] {
  return drawn.map(({ title, colours }) => {
    const shown = entrants.filter(({ name }) => name in colours);
    const profiles = performanceProfiles(
      new Map(shown.map(({ name, outcomes }) => [name, outcomes.map(({ work }) => work)])),
    );
    const curves = shown.map(({ name, library }): Curve => ({
      label: name,
      profile: profiles.get(name)!,
      colour: colours[name]!,
      library,
    }));
    return { title, curves };
  });
}
