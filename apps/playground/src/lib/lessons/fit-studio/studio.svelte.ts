import {
  DatasetError,
  datasets,
  decodeText,
  loadDataset,
  type DatasetMeta,
  type Table,
} from "@steepest/datasets";
import { niceStep } from "#lib/figure/numbers.ts";
import { domainOf, thinned, type Interval } from "#lib/figure/plane.ts";
import { generalSuggestions } from "./general-suggestions.ts";
import { evaluateModel, readModel, type Model, type ReadModel } from "./model.ts";
import { fingerprintOf, keep, recall } from "./own-data.ts";
import type { FitJob, FitOutcome, MapAxis, StudioStep } from "./protocol.ts";
import { bundledSuggestions, type Suggestion } from "./suggestions.ts";
import { completeRows, studioTable, type NumberColumn, type StudioTable } from "./table.ts";
import { Stopped, Workbench } from "./workbench.ts";
import type { BandKind, DataSource, DecodedView, ParameterSetting, View } from "./view.ts";

/** Points of the drawn curve: enough for sixty waves across the figure. */
const gridSize = 1601;

/** Above this many rows the sum of squares is not recomputed on every drag. */
const liveRows = 50_000;

/** More points than this are no longer told apart; an even sample of the rows is drawn. */
const mostDrawn = 6000;

export const level = 0.95;

export type Run =
  | { readonly phase: "idle" }
  | {
      readonly phase: "running" | "done" | "stopped" | "failed";
      readonly steps: readonly StudioStep[];
      /** The inputs the run belongs to, as text. */
      readonly inputs: string;
      readonly outcome?: FitOutcome;
      /** Why it failed. */
      readonly message?: string;
    };

/** Everything Fit Studio knows and does; the components only show it. */
export class Studio {
  source: DataSource = $state.raw({ kind: "bundled", name: "co2" });
  table: StudioTable | undefined = $state.raw();
  /** Why the data asked for are not there, and where the file is wrong. */
  dataProblem: string | undefined = $state();
  /** What in the link could not be used, in sentences; gone once other data are chosen. */
  linkProblems: readonly string[] = $state.raw([]);
  loading: boolean = $state(true);
  /** Whether the user's own table could be kept on this device. */
  kept: boolean = $state(true);

  xName: string = $state("");
  yName: string = $state("");
  text: string = $state("");
  /** Replaced, never changed in place: a parameter may bear any name, also one that every object has a property of. */
  settings: Readonly<Record<string, ParameterSetting>> = $state.raw({});
  /** Counts the models taken over whole (from a suggestion or a link): their starts get fresh sliders. */
  generation: number = $state(0);
  bands: readonly BandKind[] = $state.raw(["confidence", "prediction"]);

  run: Run = $state.raw({ phase: "idle" });
  /** What the figure shows: the model at the starts, or the walk at `position`. */
  showing: "starts" | "walk" = $state("starts");
  /** Along the walk, in accepted steps; fractions lie between two of them. */
  position: number = $state(0);
  playing: boolean = $state(false);
  #readRow: number | undefined = $state();

  readonly #workbench: Workbench = new Workbench();
  /** Set when the studio has left the page: what was still loading then must not go on. */
  #closed = false;
  /** Counts the links opened. */
  #opened = 0;

  readonly meta: DatasetMeta | undefined = $derived.by(() => {
    const { kind, name } = this.source;
    return kind === "bundled" ? datasets.find((meta) => meta.name === name) : undefined;
  });
  readonly x: NumberColumn | undefined = $derived(
    this.table?.columns.find(({ name }) => name === this.xName),
  );
  readonly y: NumberColumn | undefined = $derived(
    this.table?.columns.find(({ name }) => name === this.yName),
  );
  readonly symbols: readonly string[] = $derived(this.table?.columns.map(({ symbol }) => symbol) ?? []);
  readonly read: ReadModel = $derived(readModel(this.text, this.symbols, this.y?.symbol ?? ""));
  readonly model: Model | undefined = $derived(this.read.model);
  readonly parameterNames: readonly string[] = $derived(this.model?.parameters ?? []);

  /** The rows the fit sees, with the columns it needs: the axis, the response and the model's predictors. */
  readonly rows: ReturnType<typeof completeRows> = $derived.by(() => {
    const predictors = this.model?.predictors ?? [];
    const columns = (this.table?.columns ?? []).filter(
      (column) => column === this.x || column === this.y || predictors.includes(column.symbol),
    );
    return completeRows(columns);
  });
  readonly xs: Float64Array = $derived(this.rows.columns[this.x?.symbol ?? ""] ?? new Float64Array());
  readonly ys: Float64Array = $derived(this.rows.columns[this.y?.symbol ?? ""] ?? new Float64Array());

  /** The rows that are drawn and read off: all of them, or an even sample. */
  readonly drawn: readonly number[] = $derived(thinned(this.rows.rows, mostDrawn));
  readonly drawnColumns: Readonly<Record<string, Float64Array>> = $derived(
    this.drawn.length === this.rows.rows
      ? this.rows.columns
      : Object.fromEntries(
          Object.entries(this.rows.columns).map(([symbol, values]) => [
            symbol,
            Float64Array.from(this.drawn, (row) => values[row]!),
          ]),
        ),
  );
  readonly drawnX: Float64Array = $derived(this.drawnColumns[this.x?.symbol ?? ""] ?? new Float64Array());
  readonly drawnY: Float64Array = $derived(this.drawnColumns[this.y?.symbol ?? ""] ?? new Float64Array());

  /** Whether the model is a curve over the horizontal axis; with further predictors it is a value for each row. */
  readonly isCurve: boolean = $derived(
    this.model?.predictors.every((predictor) => predictor === this.x?.symbol) ?? true,
  );
  readonly xDomain: Interval = $derived(domainOf(this.xs, 0.03));
  readonly yDomain: Interval = $derived(domainOf(this.ys, 0.1));
  /** Where the model is drawn: a fine grid for a curve, the rows themselves otherwise. */
  readonly grid: Readonly<Record<string, Float64Array>> = $derived.by(() => {
    if (!this.isCurve) return this.rows.columns;
    const [low, high] = this.xDomain;
    const grid = Float64Array.from({ length: gridSize }, (_, i) => low + ((high - low) * i) / (gridSize - 1));
    return this.x === undefined ? {} : { [this.x.symbol]: grid };
  });
  readonly gridX: Float64Array = $derived(this.grid[this.x?.symbol ?? ""] ?? new Float64Array());

  readonly startValues: Readonly<Record<string, number>> = $derived(
    Object.fromEntries(this.parameterNames.map((name) => [name, this.setting(name).start])),
  );
  readonly startCurve: Float64Array = $derived(this.#evaluate(this.startValues));

  readonly startSumOfSquares: number | undefined = $derived.by(() =>
    this.rows.rows > liveRows ? undefined : this.sumOfSquares(this.startValues),
  );

  /** Text of everything the fit depends on: a run with another text is out of date. */
  readonly inputs: string = $derived(
    JSON.stringify([
      this.source,
      this.xName,
      this.yName,
      this.text,
      this.parameterNames.map((name) => [name, this.setting(name)]),
    ]),
  );
  readonly stale: boolean = $derived(this.run.phase !== "idle" && this.run.inputs !== this.inputs);
  readonly outcome: FitOutcome | undefined = $derived(
    this.run.phase === "done" ? this.run.outcome : undefined,
  );

  /** The start and every accepted step: what the figure walks through. */
  readonly walk: readonly StudioStep[] = $derived(
    this.run.phase === "idle" ? [] : this.run.steps.filter((step, i) => step.accepted || i === 0),
  );
  readonly #walkCurves: WeakMap<StudioStep, Float64Array> = new WeakMap();

  /** The curve on the figure now. Between two steps it glides from one to the other. */
  readonly curve: Float64Array = $derived.by(() => {
    if (this.showing === "starts" || this.walk.length === 0) return this.startCurve;
    const before = Math.min(this.walk.length - 1, Math.floor(this.position));
    const from = this.#curveOf(this.walk[before]!);
    const rest = this.position - before;
    const next = this.walk[before + 1];
    if (rest <= 0 || next === undefined) return from;
    const to = this.#curveOf(next);
    const share = rest * rest * (3 - 2 * rest);
    return from.map((value, i) => value + (to[i]! - value) * share);
  });

  /** Where each parameter is along the walk, gliding as the curve does; undefined at the starts. */
  readonly glide: Readonly<Record<string, number>> | undefined = $derived.by(() => {
    if (this.showing === "starts" || this.walk.length === 0) return undefined;
    const before = Math.min(this.walk.length - 1, Math.floor(this.position));
    const from = this.walk[before]!.parameters;
    const to = this.walk[before + 1]?.parameters ?? from;
    const rest = this.position - before;
    const share = rest * rest * (3 - 2 * rest);
    return Object.fromEntries(
      Object.entries(from).map(([name, value]) => [name, value + share * (to[name]! - value)]),
    );
  });

  /** The parameters on the figure now: those of the step last reached. */
  readonly shownValues: Readonly<Record<string, number>> = $derived(
    this.showing === "starts"
      ? this.startValues
      : (this.walk[Math.floor(this.position)]?.parameters ?? this.startValues),
  );
  readonly atEnd: boolean = $derived(
    this.showing === "walk" && this.walk.length > 0 && this.position >= this.walk.length - 1,
  );
  /** Model values at the drawn rows, for residuals and read-outs. */
  readonly drawnFitted: Float64Array = $derived.by(() => {
    const { fitted } = this.atEnd && this.outcome !== undefined && !this.stale ? this.outcome : {};
    return fitted === undefined
      ? evaluateModel(this.model, this.drawnColumns, this.shownValues, this.drawn.length)
      : Float64Array.from(this.drawn, (row) => fitted[row]!);
  });

  readonly suggestions: readonly Suggestion[] = $derived.by(() => {
    if (this.meta !== undefined) return bundledSuggestions(this.meta);
    return this.x === undefined || this.y === undefined
      ? []
      : generalSuggestions(this.x, this.y, this.symbols);
  });

  readonly view: View = $derived({
    data: this.source,
    x: this.xName,
    y: this.yName,
    model: this.text,
    parameters: Object.fromEntries(this.parameterNames.map((name) => [name, this.setting(name)])),
    bands: this.bands,
    fitted: this.run.phase === "done" && !this.stale,
  });

  /** Which of the drawn rows is being read off the figure. */
  get readRow(): number | undefined {
    return this.#readRow !== undefined && this.#readRow < this.drawn.length ? this.#readRow : undefined;
  }

  set readRow(row: number | undefined) {
    this.#readRow = row;
  }

  setting(name: string): ParameterSetting {
    return (Object.hasOwn(this.settings, name) ? this.settings[name] : undefined) ?? { start: 1 };
  }

  /** Opens a view from a link, or the first data set with its example; then runs the fit if the link says so. */
  async open({ view, problems }: DecodedView): Promise<void> {
    const turn = ++this.#opened;
    const data = view.data ?? { kind: "bundled", name: "co2" };
    const loaded =
      data.kind === "bundled"
        ? await this.#openBundled(data.name)
        : await this.#recallOwn(data.name, data.fingerprint);
    // Another link may have been opened meanwhile.
    if (this.#closed || turn !== this.#opened) return;
    this.linkProblems = problems;
    if (!loaded) return;
    const names = this.table?.columns.map((column) => column.name) ?? [];
    const missing = [view.x, view.y].filter((name) => name !== undefined && !names.includes(name));
    if (missing.length > 0) {
      this.linkProblems = [
        ...problems,
        `The link asks for a column that these data do not have, so another one is shown: ${missing.join(", ")}`,
      ];
    }
    if (view.x !== undefined && names.includes(view.x)) this.xName = view.x;
    if (view.y !== undefined && names.includes(view.y)) this.yName = view.y;
    if (view.model !== undefined) this.setText(view.model);
    if (view.parameters !== undefined) {
      this.settings = { ...this.settings, ...view.parameters };
      this.generation += 1;
    }
    if (view.bands !== undefined) this.bands = view.bands;
    if (view.fitted === true) await this.fit();
  }

  /** Loads a bundled set and its example. False when there is none of that name. */
  async chooseBundled(name: string): Promise<boolean> {
    this.#begin();
    try {
      const set = await loadDataset(name);
      if (this.#closed) return false;
      this.source = { kind: "bundled", name: set.meta.name };
      this.#show(set, set.meta.title);
      const [example] = bundledSuggestions(set.meta);
      if (example !== undefined) this.use(example);
      return true;
    } catch (error) {
      this.dataProblem = error instanceof Error ? error.message : String(error);
      return false;
    } finally {
      this.loading = false;
    }
  }

  /** Reads a file as CSV. False, with `dataProblem` set, when it cannot be read. */
  async chooseFile(file: Pick<File, "name" | "arrayBuffer">): Promise<boolean> {
    let text: string;
    try {
      text = decodeText(new Uint8Array(await file.arrayBuffer()), file.name);
    } catch (error) {
      // A folder that was dropped looks like a file until it is read.
      this.dataProblem = this.#withWhatIsShown(
        error instanceof DatasetError
          ? error.message
          : `${file.name} could not be read: it is a folder, too large, or was moved since it was chosen`,
      );
      return false;
    }
    return this.chooseOwn(file.name, text);
  }

  /** Reads a table from CSV text and keeps it on this device. False, with `dataProblem` set, when it cannot be read. */
  async chooseOwn(name: string, text: string): Promise<boolean> {
    this.#begin();
    try {
      const reply = await this.#workbench.run({ kind: "csv", name, text }, () => undefined);
      if (reply.kind !== "table") throw new Error(`unexpected reply: ${reply.kind}`);
      const fingerprint = fingerprintOf(text);
      const table = studioTable(reply.table, name);
      if (table.columns.length < 2) {
        const texts = reply.table.meta.columns
          .filter((meta) => meta.type !== "number")
          .map((meta) => meta.name);
        const hint =
          texts.length === 0
            ? ""
            : `; there is text in ${texts.join(", ")} (dates must be numbers, such as the year 2020.5)`;
        throw new Error(
          `${name}: a fit needs two columns of numbers, one to predict from and one to predict, found: ${table.columns.length}${hint}`,
        );
      }
      this.source = { kind: "own", name, fingerprint };
      this.#show(reply.table, name);
      const [suggestion] = this.suggestions;
      if (suggestion !== undefined) this.use(suggestion);
      this.kept = await keep({ fingerprint, name, text });
      return true;
    } catch (error) {
      if (!(error instanceof Stopped))
        this.dataProblem = this.#withWhatIsShown(error instanceof Error ? error.message : String(error));
      return false;
    } finally {
      this.loading = false;
    }
  }

  /** A problem with new data, and that the old ones are still there. */
  #withWhatIsShown(problem: string): string {
    return this.table === undefined ? problem : `${problem}. Still showing: ${this.table.title}.`;
  }

  async #openBundled(name: string): Promise<boolean> {
    if (datasets.some((meta) => meta.name === name)) return this.chooseBundled(name);
    if (!(await this.chooseBundled("co2"))) return false;
    this.dataProblem = `The link asks for a data set that is not here, so this is the CO₂ record: ${name}`;
    return false;
  }

  async #recallOwn(name: string, fingerprint: string): Promise<boolean> {
    const own = await recall(fingerprint);
    if (this.#closed) return false;
    if (own !== undefined) return this.chooseOwn(own.name, own.text);
    if (!(await this.chooseBundled("co2"))) return false;
    this.dataProblem = `This link was made with a file called ${name}, which is not on this device (files are never uploaded). Open that file here to see the same view; until then this is the CO₂ record.`;
    return false;
  }

  #begin(): void {
    this.stop();
    this.loading = true;
    this.dataProblem = undefined;
    this.linkProblems = [];
    this.#workbench.prepare();
  }

  #show(table: Table, title: string): void {
    this.table = studioTable(table, title);
    this.forget();
    this.xName = this.table.columns[0]?.name ?? "";
    this.yName = this.table.columns[1]?.name ?? "";
  }

  /** Takes over a suggested model with its columns and starts. */
  use(suggestion: Suggestion): void {
    this.forget();
    this.xName = suggestion.x;
    this.yName = suggestion.y;
    this.text = suggestion.model;
    this.settings = { ...suggestion.parameters };
    this.generation += 1;
  }

  setColumns(x: string, y: string): void {
    this.forget();
    this.xName = x;
    this.yName = y;
  }

  setText(text: string): void {
    this.forget();
    this.text = text;
  }

  /** Changes a parameter's start, bounds or `fixed`, and shows the model at the starts. A finished fit becomes out of date. */
  set(name: string, setting: ParameterSetting): void {
    if (this.run.phase === "running") this.stop();
    this.settings = { ...this.settings, [name]: setting };
    this.showing = "starts";
    this.playing = false;
  }

  /** Makes the fitted values the starts. */
  useFitted(): void {
    const fitted = (this.outcome?.parameters ?? []).map(({ name, value }) => [
      name,
      { ...this.setting(name), start: value },
    ]);
    this.settings = { ...this.settings, ...(Object.fromEntries(fitted) as typeof this.settings) };
    this.generation += 1;
    this.forget();
  }

  /** Drops the last run. */
  forget(): void {
    this.stop();
    this.run = { phase: "idle" };
    this.showing = "starts";
    this.position = 0;
    this.playing = false;
  }

  get canFit(): boolean {
    return (
      this.model !== undefined &&
      this.rows.rows > 0 &&
      this.x !== undefined &&
      this.y !== undefined &&
      !this.loading
    );
  }

  /** The fit as asked for now. */
  get job(): FitJob {
    const { x, y, model } = this;
    if (model === undefined || x === undefined || y === undefined) throw new RangeError("nothing to fit yet");
    const needed = [y.symbol, ...model.predictors];
    return {
      model: this.text,
      columns: Object.fromEntries(
        Object.entries(this.rows.columns).filter(([symbol]) => needed.includes(symbol)),
      ),
      response: y.symbol,
      parameters: Object.fromEntries(
        model.parameters.map((name) => {
          const { start, min, max, fixed } = this.setting(name);
          return [
            name,
            {
              value: start,
              ...(min === undefined ? {} : { min }),
              ...(max === undefined ? {} : { max }),
              ...(fixed === true ? { fixed } : {}),
            },
          ];
        }),
      ),
      grid: this.grid,
      level,
    };
  }

  /** Runs the fit in the worker; steps arrive while it walks. */
  async fit(): Promise<void> {
    if (!this.canFit) return;
    this.forget();
    const inputs = this.inputs;
    const steps: StudioStep[] = [];
    this.run = { phase: "running", steps: [], inputs };
    this.showing = "walk";
    this.playing = true;
    let drawn = false;
    try {
      const reply = await this.#workbench.run({ kind: "fit", job: this.job }, ({ step }) => {
        steps.push(step);
        // Steps may come by the thousand; the page looks at them once a frame.
        if (drawn) return;
        drawn = true;
        requestAnimationFrame(() => {
          drawn = false;
          if (this.run.phase === "running") this.run = { phase: "running", steps: [...steps], inputs };
        });
      });
      if (reply.kind !== "fitted") throw new Error(`unexpected reply: ${reply.kind}`);
      this.run = { phase: "done", steps: [...steps], inputs, outcome: reply.outcome };
    } catch (error) {
      if (error instanceof Stopped) {
        if (this.run.phase === "running") {
          this.run = { phase: "stopped", steps: [...steps], inputs };
          // Whoever stopped it by changing a start looks at the starts.
          if (this.showing === "walk") this.goTo(this.walk.length - 1);
        }
      } else {
        this.run = {
          phase: "failed",
          steps: [...steps],
          inputs,
          message: error instanceof Error ? error.message : String(error),
        };
      }
    } finally {
      if (steps.length === 0 && this.run.phase !== "running") {
        this.showing = "starts";
        this.playing = false;
      }
    }
  }

  /** The sum of squares over a rectangle of two parameters, the others as fitted; undefined when something else came first. */
  async mapValley(across: MapAxis, up: MapAxis): Promise<Float64Array | undefined> {
    const { outcome, model, y } = this;
    if (outcome === undefined || model === undefined || y === undefined) return undefined;
    try {
      const reply = await this.#workbench.run(
        {
          kind: "map",
          job: {
            model: this.text,
            columns: this.drawnColumns,
            response: y.symbol,
            parameters: Object.fromEntries(outcome.parameters.map(({ name, value }) => [name, value])),
            across,
            up,
          },
        },
        () => undefined,
      );
      return reply.kind === "mapped" ? reply.values : undefined;
    } catch (error) {
      if (error instanceof Stopped) return undefined;
      throw error;
    }
  }

  /** Stops a running fit, keeping the steps made so far. */
  stop(): void {
    this.#workbench.stop();
  }

  /** Ends everything for good; call when the studio leaves the page. */
  close(): void {
    this.#closed = true;
    this.#workbench.close();
  }

  /** Goes to a place on the walk and stays there. */
  goTo(position: number): void {
    this.showing = "walk";
    this.playing = false;
    this.position = Math.min(Math.max(0, this.walk.length - 1), Math.max(0, position));
  }

  play(): void {
    this.showing = "walk";
    if (this.position >= this.walk.length - 1) this.position = 0;
    this.playing = true;
  }

  /** Moves the playing walk on by `seconds`; a walk of many steps is told faster. */
  advance(seconds: number): void {
    const last = this.walk.length - 1;
    if (last < 0) return;
    const perStep = Math.min(0.5, Math.max(0.04, 3.2 / Math.max(1, last)));
    this.position = Math.min(last, this.position + seconds / perStep);
    if (this.position >= last && this.run.phase !== "running") this.playing = false;
  }

  sumOfSquares(values: Readonly<Record<string, number>>): number | undefined {
    if (this.model === undefined) return undefined;
    const fitted = evaluateModel(this.model, this.rows.columns, values, this.rows.rows);
    return this.ys.reduce((sum, y, i) => sum + (y - fitted[i]!) ** 2, 0);
  }

  /**
   * A range for a parameter's slider around its start, inside its bounds, in steps of about a 200th. Bounds that leave
   * nothing between them count as none, and no range goes beyond what numbers can hold.
   */
  sliderRange(name: string, around: number): { min: number; max: number; step: number } {
    const setting = this.setting(name);
    const { min = -Infinity, max = Infinity } = setting;
    const [lower, upper] = min < max ? [setting.min, setting.max] : [];
    const centre = Math.min(1e300, Math.max(-1e300, around));
    const reach = Math.abs(centre) < 1e-290 ? 1 : 2 * Math.abs(centre);
    const low = lower ?? (upper === undefined || upper > centre - reach ? centre - reach : upper - 2 * reach);
    const high =
      upper ?? (lower === undefined || lower < centre + reach ? centre + reach : lower + 2 * reach);
    const step = niceStep((high - low) / 200);
    return {
      min: lower ?? Math.floor(low / step) * step,
      max: upper ?? Math.ceil(high / step) * step,
      step,
    };
  }

  #evaluate(values: Readonly<Record<string, number>>): Float64Array {
    return evaluateModel(this.model, this.grid, values, this.gridX.length);
  }

  #curveOf(step: StudioStep): Float64Array {
    let curve = this.#walkCurves.get(step);
    if (curve === undefined) {
      curve = this.#evaluate(step.parameters);
      this.#walkCurves.set(step, curve);
    }
    return curve;
  }
}
