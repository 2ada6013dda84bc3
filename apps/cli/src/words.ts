/** What `derive` knows besides its formula. */
const shortFlags = new Set(["-h", "-V"]);
const flagsWithValue = new Set(["--wrt", "--at", "--order"]);

/**
 * The words of a command line in the order the parser needs. A formula may begin with a minus sign, which would be
 * taken for a flag: `derive "-x^2" --order 2` becomes `derive --order 2 -- "-x^2"`.
 */
export function readableWords(words: readonly string[]): string[] {
  if (words[0] !== "derive" || words.includes("--")) return [...words];
  const index = words.findIndex(
    (word, i) =>
      i > 0 && /^-[^-]/.test(word) && !shortFlags.has(word) && !flagsWithValue.has(words[i - 1] ?? ""),
  );
  const formula = words[index];
  return formula === undefined ? [...words] : [...words.toSpliced(index, 1), "--", formula];
}
