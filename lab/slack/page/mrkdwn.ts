import { element, scrolling } from "./element.js";

/** Circles are drawn, not written: a machine without an emoji font must show them too. */
const circles: Readonly<Record<string, string>> = {
  red_circle: "red",
  large_yellow_circle: "yellow",
  large_orange_circle: "orange",
  large_green_circle: "green",
  white_circle: "white",
  information_source: "info",
  warning: "orange",
  white_check_mark: "green",
};

const pieces =
  /(?<=^|\n)((?:>|&gt;)[^\n]*(?:\n(?:>|&gt;)[^\n]*)*)\n?|```([\s\S]*?)```|`([^`\n]+)`|(?<![\w*])\*((?:`[^`\n]+`|[^*\n])+)\*(?![\w*])|(?<![\w_])_((?:`[^`\n]+`|[^_\n])+)_(?![\w_])|(?<![\w~])~([^~\n]+)~(?![\w~])|<([^<>\n]+)>|:([a-z0-9_+-]+):/g;

/** Slack's mrkdwn as nodes: bold, italics, code, links, users, channels, emoji. */
export function mrkdwn(text: string, names: (id: string) => string): Node[] {
  const nodes: Node[] = [];
  let at = 0;
  for (const match of text.matchAll(pieces)) {
    if (match.index > at) nodes.push(plain(text.slice(at, match.index)));
    nodes.push(piece(match, names));
    at = match.index + match[0].length;
  }
  if (at < text.length) nodes.push(plain(text.slice(at)));
  return nodes;
}

/** The only escapes that Slack knows. */
function plain(text: string): Text {
  return document.createTextNode(text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&"));
}

function piece([whole, quote, block, code, bold, italic, struck, angle, name]: RegExpMatchArray, names: (id: string) => string): Node {
  if (quote !== undefined) return element("blockquote", "", ...mrkdwn(quote.replace(/^(?:>|&gt;) ?/gm, ""), names));
  if (block !== undefined) return scrolling(element("pre", "", plain(block.replace(/^\n/, ""))), "output");
  if (code !== undefined) return element("code", "", plain(code));
  if (bold !== undefined) return element("b", "", ...mrkdwn(bold, names));
  if (italic !== undefined) return element("i", "", ...mrkdwn(italic, names));
  if (struck !== undefined) return element("s", "", plain(struck));
  if (angle !== undefined) return reference(angle, names);
  const color = name === undefined ? undefined : circles[name];
  if (color === undefined) return document.createTextNode(whole ?? "");
  const circle = element("span", `circle ${color}`);
  circle.setAttribute("role", "img");
  circle.setAttribute("aria-label", (name ?? "").replaceAll("_", " "));
  return circle;
}

function reference(inside: string, names: (id: string) => string): Node {
  const [target = "", label] = inside.split("|");
  const [, group] = /^!subteam\^(\w+)$/.exec(target) ?? [];
  if (group !== undefined) return element("b", "", `@${label?.replace(/^@/, "") ?? names(group)}`);
  if (/^[@#]/.test(target)) return element("b", "", `${target[0]}${label ?? names(target.slice(1))}`);
  if (!/^https?:/.test(target)) return document.createTextNode(label ?? target);
  const link = element("a", "", plain(label ?? target));
  link.href = target;
  link.rel = "noreferrer";
  return link;
}
