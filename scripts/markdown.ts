/** A Markdown table; its cells are Markdown, too. @param figures whether all but the first column are to the right */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  figures = false,
): string {
  const lines = [header, header.map((_, column) => (figures && column > 0 ? "---:" : "---")), ...rows];
  return lines
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");
}
