/** The course: the one table that the map, the header's ridge line and the navigation are derived from. */

export interface Lesson {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  /** The single idea of the lesson, in a few words. */
  readonly idea: string;
  /** Route of the lesson's page; a lesson without one is not built yet. */
  readonly path?: "fit/";
}

export interface Stage {
  readonly number: number;
  readonly title: string;
  readonly subject: string;
  readonly lessons: readonly Lesson[];
}

type Row = readonly [id: string, title: string, idea: string, path?: Lesson["path"]];

function lessons(first: number, rows: readonly Row[]): readonly Lesson[] {
  return rows.map(([id, title, idea, path], index) => ({
    id,
    number: first + index,
    title,
    idea,
    ...(path === undefined ? {} : { path }),
  }));
}

export const stages: readonly Stage[] = [
  {
    number: 1,
    title: "Tiny nudges",
    subject: "calculus from the ground",
    lessons: lessons(1, [
      ["nudge-microscope", "Nudge microscope", "zoomed in far enough, a curve is straight"],
      ["slope-machine", "The slope machine", "the slope is a function too"],
      ["rules-as-geometry", "Rules as geometry", "products grow like rectangles"],
      ["chain-rule-gears", "Chain-rule gears", "rates multiply"],
      ["taylor-builder", "Taylor builder", "derivatives rebuild the function"],
      ["newton-raphson", "Newton–Raphson", "ride tangents to the root"],
    ]),
  },
  {
    number: 2,
    title: "Mountains in the dark",
    subject: "many inputs",
    lessons: lessons(7, [
      ["gradient-compass", "Gradient compass", "slice, then point uphill"],
      ["jacobian", "Jacobian, the local map", "every warp is straight up close"],
      ["hessian", "Hessian and critical points", "bowl, dome or saddle"],
      ["dark-mountain", "The dark mountain", "find the valley with a headlamp"],
      ["program-the-walker", "Program the walker", "write the rule for one step"],
      ["optimiser-race", "Optimiser race", "six walkers, one ravine"],
      ["lagrange", "Lagrange multipliers", "downhill along a fence"],
    ]),
  },
  {
    number: 3,
    title: "Inside a neural network",
    subject: "long chains of simple steps",
    lessons: lessons(14, [
      ["paths-multiply", "Paths multiply, branches add", "the chain rule on a graph"],
      ["one-neuron", "One neuron", "a line that decides"],
      ["backprop-stepper", "Backprop stepper", "blame flows backwards"],
      ["train-it-yourself", "Train it yourself", "write the loop, watch it learn"],
      ["neural-playground", "Neural playground", "every knob, and a way back"],
      ["landscape-of-learning", "The landscape of learning", "see what training walked through"],
    ]),
  },
  {
    number: 4,
    title: "Fit the real world",
    subject: "models you can trust",
    lessons: lessons(20, [
      ["a-line-two-ways", "A line, two ways", "walk down, or solve at once"],
      ["fit-a-distribution", "Fit a distribution", "a bell curve finds its data"],
      ["fit-studio", "Fit Studio", "your model, real data, honest error bars", "fit/"],
    ]),
  },
];

export const allLessons: readonly Lesson[] = stages.flatMap((stage) => stage.lessons);

/** The stage a lesson belongs to. */
export function stageOf(lesson: Lesson): Stage {
  const stage = stages.find((candidate) => candidate.lessons.includes(lesson));
  if (stage === undefined) throw new RangeError(`lesson is not in the outline: ${lesson.id}`);
  return stage;
}

/** The lesson shown at a route path such as `fit/`, whatever base path the site is served under. */
export function lessonAt(path: string): Lesson | undefined {
  return allLessons.find((lesson) => lesson.path !== undefined && path.endsWith(`/${lesson.path}`));
}
