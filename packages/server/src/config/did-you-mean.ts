/**
 * A hint for a mistyped name: `; did you mean "X"?` for the nearest candidate, or "" if none is near. Near is one
 * typing error, or one for every four letters of the candidate. Case and the separators between words do not count.
 */
export function didYouMean(name: string, candidates: readonly string[]): string {
  const typed = plain(name);
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const target = plain(candidate);
    const distance = editDistance(typed, target);
    const near = distance <= Math.max(1, Math.floor(target.length / 4));
    if (near && (best === undefined || distance < best.distance)) best = { candidate, distance };
  }
  return best === undefined ? "" : `; did you mean "${best.candidate}"?`;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** The number of insertions, deletions, replacements and swaps of neighbours from `a` to `b` (optimal string alignment). */
function editDistance(a: string, b: string): number {
  // No name has 64 characters: longer input is not a typing error, and must cost nothing.
  if (a.length > 64) return Infinity;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const steps = [
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
      ];
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) steps.push(at(beforeLast, column - 2) + 1);
      current.push(Math.min(...steps));
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
