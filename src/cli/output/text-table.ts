// biome-ignore lint/suspicious/noControlCharactersInRegex: that is how a terminal's colours begin
const MARKS = /\u001b\[[0-9;]*m/g;

/** How many columns a text takes on a terminal, colours apart. */
function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(text.replaceAll(MARKS, ""))) {
    // East Asian wide characters and pictures take two
    width += /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(
      segment,
    )
      ? 2
      : 1;
  }
  return width;
}

/**
 * Lays rows out in columns.
 *
 * @param header - the names of the columns
 * @param rows - their cells as text
 * @param rightAligned - the columns, by position, that hold numbers
 * @returns lines without a line break at the end
 */
export function textTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  rightAligned: ReadonlySet<number> = new Set(),
): string {
  const widths = header.map((title, column) => Math.max(widthOf(title), ...rows.map((row) => widthOf(row[column] ?? ""))));
  const pad = (cell: string, column: number): string => {
    const space = " ".repeat((widths[column] ?? 0) - widthOf(cell));
    return rightAligned.has(column) ? space + cell : cell + space;
  };
  const line = (cells: readonly string[]): string =>
    header
      .map((_, column) => pad(cells[column] ?? "", column))
      .join("  ")
      .trimEnd();
  return [line(header), widths.map((width) => "─".repeat(width)).join("  "), ...rows.map(line)].join("\n");
}
