/** Scripts whose characters take two columns of a terminal (Unicode's East Asian Width W and F), and their punctuation. */
const WIDE =
  /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Bopomofo}\p{sc=Yi}\p{sc=Tangut}\p{sc=Nushu}\u3000-\u303E\u30FB\u30FC\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6]/u;
/** Of those scripts, the forms that take one: U+FF61 and on are the halfwidth ones. */
const HALFWIDTH = /^[\uFF61-\uFFDC\uFFE8-\uFFEE]/u;
/** Two columns: what is an emoji by itself, or by the selector or the joined characters that follow. */
const EMOJI = /^(?:\p{Emoji_Presentation}|\p{Emoji}\uFE0F|\p{Extended_Pictographic}.*\u200D)/u;
/** No column: marks that stand alone, joiners, variation selectors. */
const EMPTY = /^(?:\p{M}|\p{Default_Ignorable_Code_Point})+$/u;

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The columns of a terminal that a printable text takes. Scripts from right to left take as many as the others. */
export function textWidth(text: string): number {
  if (isNarrow(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += segmentWidth(segment);
  return width;
}

/** A text of at most `width` columns: what does not fit is cut between characters as people see them, and ends in …. */
export function cutText(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let cut = "";
  let left = width - 1;
  for (const { segment } of segmenter.segment(text)) {
    left -= segmentWidth(segment);
    if (left < 0) break;
    cut += segment;
  }
  return width < 1 ? "" : `${cut.trimEnd()}…`;
}

/** Pads a text with spaces to `width` columns. */
export function padText(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - textWidth(text)));
}

/** Printable ASCII: most of what is printed. */
function isNarrow(text: string): boolean {
  return /^[ -~]*$/.test(text);
}

/** @param segment one character as people see it: with its marks, joined emoji, a flag's two letters */
function segmentWidth(segment: string): number {
  if (EMPTY.test(segment)) return 0;
  if (EMOJI.test(segment)) return 2;
  return WIDE.test(segment) && !HALFWIDTH.test(segment) ? 2 : 1;
}
