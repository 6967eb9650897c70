const spellings = ["y", "yes", "on", "true", "n", "no", "off", "false", "null"].flatMap((word) => [
  word,
  word.toUpperCase(),
  word.charAt(0).toUpperCase() + word.slice(1),
]);
const infinities = ["", "+", "-"].flatMap((sign) => [`${sign}.inf`, `${sign}.Inf`, `${sign}.INF`]);
const words: ReadonlySet<string> = new Set([...spellings, ...infinities, "", "~", "<<", ".nan", ".NaN", ".NAN"]);

/** Without quotes a reader would take it for a number, a date, a truth value or nothing. */
export function looksLikeAnother(text: string): boolean {
  return words.has(text) || isNumber(text) || isDate(text) || isSexagesimal(text);
}

function isNumber(text: string): boolean {
  if (!/^[-+.\d]/.test(text)) return false;
  const bare = text.replaceAll("_", "");
  const whole = /^[-+]?(0[xX][\da-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|\d+)$/;
  return whole.test(bare) || /^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/.test(bare);
}

const isSexagesimal = (text: string): boolean => /^[-+]?\d[\d_]*(:[0-5]?\d)+(\.[\d_]*)?$/.test(text);

function isDate(text: string): boolean {
  const [, day = "", clock] = /^(\d{4}-\d\d?-\d\d?)(?:[Tt ](.+))?$/.exec(text) ?? [];
  if (!isDay(day)) return false;
  if (clock === undefined) return true;
  const zone = text.includes(" ") ? "" : "(Z|[-+]\\d\\d:\\d\\d)";
  return new RegExp(`^([01]?\\d|2[0-3]):[0-5]?\\d:[0-5]?\\d(\\.\\d+)?${zone}$`).test(clock);
}

function isDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.split("-").map(Number);
  return month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

const unprintable = /[^\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u;

/** It must be written as an escape; also what lies beyond the 16 bit of Unicode. */
export const isUnprintable = (text: string): boolean => unprintable.test(text);

/** It can stand without quotes in a block. */
export function canBePlain(text: string): boolean {
  if (/^(---|\.\.\.)/.test(text) || /^[#,[\]{}&*!|>'"%@`]/.test(text) || /^[-?]( |$)/.test(text)) return false;
  return !/:( |$)/.test(text) && !/ #/.test(text) && !/^ | $/.test(text);
}

/** It can stand in single quotes: nothing to escape. */
export const canBeSingle = (text: string): boolean => !isUnprintable(text);

/** Several lines can stand in a literal block. */
export const canBeLiteral = (text: string): boolean => !isUnprintable(text.replaceAll("\n", "")) && !/ $| \n/.test(text);
