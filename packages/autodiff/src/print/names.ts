const greek: ReadonlySet<string> = new Set(
  (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho sigma tau " +
    "upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
  ).split(" "),
);

const greekLetters: Readonly<Record<string, string>> = {
  α: "alpha",
  β: "beta",
  γ: "gamma",
  δ: "delta",
  ε: "varepsilon",
  ζ: "zeta",
  η: "eta",
  θ: "theta",
  ϑ: "vartheta",
  ι: "iota",
  κ: "kappa",
  λ: "lambda",
  μ: "mu",
  µ: "mu",
  ν: "nu",
  ξ: "xi",
  π: "pi",
  ρ: "rho",
  σ: "sigma",
  τ: "tau",
  υ: "upsilon",
  φ: "varphi",
  ϕ: "phi",
  χ: "chi",
  ψ: "psi",
  ω: "omega",
  Γ: "Gamma",
  Δ: "Delta",
  Θ: "Theta",
  Λ: "Lambda",
  Ξ: "Xi",
  Π: "Pi",
  Σ: "Sigma",
  Υ: "Upsilon",
  Φ: "Phi",
  Ψ: "Psi",
  Ω: "Omega",
};

/**
 * A symbol's name in LaTeX: `alpha` is the letter, what follows a letter as digits or after an underscore is a
 * subscript, and longer names stand upright so that they do not read as products.
 */
export function latexName(name: string): string {
  const plain = name.replace(/[₀-₉]/gu, (digit) => String("₀₁₂₃₄₅₆₇₈₉".indexOf(digit)));
  const [, stem = plain, subscript = ""] =
    /^(\p{L}+?)_?(\d+)$/u.exec(plain) ?? /^([^_]+)_(.+)$/u.exec(plain) ?? [];
  return subscript === ""
    ? word(stem)
    : `${word(stem)}_{${/^\d+$/.test(subscript) ? subscript : word(subscript)}}`;
}

/** Whether a name in LaTeX is one letter wide, so that it can stand beside another letter without a space. */
export function isSingleLetter(latex: string): boolean {
  return /^(?:\p{L}|\\[A-Za-z]+)(?:_\{\d+\})?$/u.test(latex);
}

function word(text: string): string {
  const letter = greekLetters[text] ?? text;
  if (greek.has(letter)) return `\\${letter}`;
  if (/^[A-Za-z]$/.test(text)) return text;
  // Letters with accents and other scripts exist in text fonts only.
  const font = /^[A-Za-z0-9_]*$/.test(text) ? "mathrm" : "text";
  return `\\${font}{${text.replaceAll("_", "\\_")}}`;
}
