import { canBeLiteral, canBePlain, canBeSingle, isUnprintable, looksLikeAnother } from "./scalar-style.js";

/** Where a scalar is written. */
export interface Place {
  /** Column of its first character. */
  column: number;
  /** Indentation of the lines it is folded into. */
  indent: number;
  /** It is a key: never folded. */
  key?: boolean;
}

/** Text is folded at the first lone blank after this column. */
const width = 80;

/** A text in the style that Go's yaml library chooses for it. */
export function scalar(value: string, place: Place): string {
  if (value.includes("\n")) return !place.key && canBeLiteral(value) ? literal(value, place) : double(value, place);
  if (looksLikeAnother(value) || !canBeSingle(value)) return double(value, place);
  return canBePlain(value) ? plain(value, place) : single(value, place);
}

function literal(value: string, { indent }: Place): string {
  const last = /(^|\n)\n$/.test(value) ? "+" : "";
  const chomp = value.endsWith("\n") ? last : "-";
  const hint = /^[ \n]/.test(value) ? "2" : "";
  const lines = value.replace(/\n$/, "").split("\n");
  return [`|${hint}${chomp}`, ...lines.map((line) => (line === "" ? "" : `${" ".repeat(indent)}${line}`))].join("\n");
}

function plain(value: string, place: Place): string {
  return folded(Array.from(value), place, (characters, i) => characters[i - 1] !== " " && characters[i + 1] !== " ");
}

function single(value: string, place: Place): string {
  const characters = Array.from(value).map((character) => (character === "'" ? "''" : character));
  const canBreak: Break = (_, i) => i > 0 && i < characters.length - 1 && characters[i - 1] !== " " && characters[i + 1] !== " ";
  return `'${folded(characters, { ...place, column: place.column + 1 }, canBreak)}'`;
}

function double(value: string, place: Place): string {
  const characters = Array.from(value).map((character) => (character === " " ? " " : escape(character)));
  const canBreak: Break = (_, i) => i > 0 && i < characters.length - 1 && characters[i - 1] !== " ";
  return `"${folded(characters, { ...place, column: place.column + 1 }, canBreak)}"`;
}

/** May the line end at this blank? */
type Break = (characters: readonly string[], at: number) => boolean;

function folded(characters: readonly string[], { column: from, indent, key = false }: Place, canBreak: Break): string {
  let column = from;
  let out = "";
  for (const [i, character] of characters.entries()) {
    if (character === " " && !key && column > width && canBreak(characters, i)) {
      // A blank that starts a line must be escaped; only double quotes can do that.
      out += `\n${" ".repeat(indent)}${characters[i + 1] === " " ? "\\" : ""}`;
      column = indent;
    } else {
      out += character;
      column += character.length;
    }
  }
  return out;
}

const escapes: Readonly<Record<string, string>> = {
  "\0": "\\0",
  "\x07": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r",
  "\x1b": "\\e",
  '"': '\\"',
  "\\": "\\\\",
  "\u0085": "\\N",
  "\u2028": "\\L",
  "\u2029": "\\P",
};

function escape(character: string): string {
  const known = escapes[character];
  if (known !== undefined) return known;
  if (!isUnprintable(character)) return character;
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  if (code.length <= 2) return `\\x${code.padStart(2, "0")}`;
  return code.length <= 4 ? `\\u${code.padStart(4, "0")}` : `\\U${code.padStart(8, "0")}`;
}
