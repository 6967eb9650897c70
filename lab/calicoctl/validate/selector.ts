/** Does Calico take this for a selector? Nothing at all is one: it selects everything. */
export function isSelector(text: string): boolean {
  const tokens = tokensOf(text);
  if (tokens === null) return false;
  if (tokens.length === 0) return true;
  const rest = either(tokens);
  return rest !== null && rest.length === 0;
}

type Tokens = readonly string[];

const token = /\s*(?:(\|\||&&|[(){},!]=?|==)|("[^"]*"|'[^']*')|([A-Za-z0-9_./-]+))/y;

/** Words, signs and quoted texts; null if there is something else. */
function tokensOf(text: string): Tokens | null {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (text.slice(token.lastIndex).trim() !== "") {
    const found = token.exec(text)?.[0]?.trim();
    if (found === undefined) return null;
    tokens.push(found);
  }
  return tokens;
}

const isText = (token: string | undefined): boolean => token !== undefined && /^["']/.test(token);
const isLabel = (token: string | undefined): boolean => token !== undefined && /^[A-Za-z0-9_./-]+$/.test(token);

/** Each takes what it can from the front and gives the rest; null if it cannot. */
function either(tokens: Tokens): Tokens | null {
  return joined(tokens, "||", (rest) => joined(rest, "&&", one));
}

function joined(tokens: Tokens, by: string, part: (tokens: Tokens) => Tokens | null): Tokens | null {
  let rest = part(tokens);
  while (rest !== null && rest[0] === by) rest = part(rest.slice(1));
  return rest;
}

function one(tokens: Tokens): Tokens | null {
  const [first, second] = tokens;
  if (first === "!") return one(tokens.slice(1));
  if (first === "(") return closed(either(tokens.slice(1)));
  if ((first === "all" || first === "global") && second === "(") return closed(tokens.slice(2));
  if (first === "has" && second === "(") return isLabel(tokens[2]) ? closed(tokens.slice(3)) : null;
  return isLabel(first) ? compared(tokens.slice(1)) : null;
}

const closed = (tokens: Tokens | null): Tokens | null => (tokens?.[0] === ")" ? tokens.slice(1) : null);

function compared(tokens: Tokens): Tokens | null {
  const [first = "", second, third] = tokens;
  if (["==", "!=", "contains"].includes(first)) return isText(second) ? tokens.slice(2) : null;
  if ((first === "starts" || first === "ends") && second === "with") return isText(third) ? tokens.slice(3) : null;
  if (first === "in") return set(tokens.slice(1));
  return first === "not" && second === "in" ? set(tokens.slice(2)) : null;
}

function set(tokens: Tokens): Tokens | null {
  if (tokens[0] !== "{") return null;
  const end = tokens.indexOf("}");
  if (end < 0) return null;
  const fits = tokens.slice(1, end).every((item, i) => (i % 2 === 0 ? isText(item) : item === ","));
  return fits ? tokens.slice(end + 1) : null;
}
