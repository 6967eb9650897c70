import { Graph, layout } from "@dagrejs/dagre";
import type { Picture } from "../contract/picture.js";

export interface Point {
  x: number;
  y: number;
}

/** A box with its text; x and y are its middle, px. */
export interface Box extends Point {
  width: number;
  height: number;
  name: string;
  note: string | null;
}

/** An arrow through these points, and where its words stand. */
export interface Arrow {
  points: Point[];
  label: Point & { width: number };
  text: string;
  change: Picture["links"][number]["change"];
}

/** Everything with its place, px. */
export interface Scene {
  width: number;
  height: number;
  title: string;
  boxes: Box[];
  arrows: Arrow[];
}

/** Sizes in px; letters are about this wide at the size they are drawn in. */
export const sizes = { margin: 24, title: 40, box: 52, letter: 8.2, small: 7, label: 18 } as const;
const longest = 34;

/** Gives every group and every arrow its place, from left to right. Links of groups that do not exist are left out. */
export function sceneOf({ title, groups, links }: Picture): Scene {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: "LR", nodesep: 28, ranksep: 90, edgesep: 18, marginx: sizes.margin, marginy: sizes.margin });
  for (const { id, name, note } of groups) graph.setNode(id, boxOf(name, note ?? null));
  const known = links.filter(({ from, to }) => graph.hasNode(from) && graph.hasNode(to));
  for (const [i, { from, to, text, change }] of known.entries())
    graph.setEdge(from, to, { width: widthOf(signed(text, change), sizes.small), height: sizes.label, labelpos: "c" }, String(i));
  layout(graph);
  const boxes = groups.map(({ id }) => down(graph.node(id) as unknown as Box));
  const arrows = known.map((link, i) => arrowOf(graph.edge(link.from, link.to, String(i)) as unknown as Placed, link));
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    width: Math.ceil(Math.max(width, widthOf(title, 10) + 2 * sizes.margin)),
    height: Math.ceil(height + sizes.title),
    title,
    boxes,
    arrows,
  };
}

type Link = Picture["links"][number];
interface Placed extends Point {
  points: Point[];
  width: number;
}

const widthOf = (text: string, letter: number): number => Math.ceil(text.length * letter) + 8;
const short = (text: string): string => (text.length > longest ? `${text.slice(0, longest - 1)}…` : text);

/** Never by colour alone: the sign says it too. */
export const signed = (text: string, change: Link["change"]): string => ({ gained: `+ ${text}`, lost: `− ${text}`, same: text })[change];

function boxOf(name: string, note: string | null): Omit<Box, "x" | "y"> {
  const width = Math.max(90, widthOf(short(name), sizes.letter) + 16, widthOf(short(note ?? ""), sizes.small) + 16);
  return { width, height: sizes.box, name: short(name), note: note === null ? null : short(note) };
}

/** Below the title. */
const down = <T extends Point>(point: T): T => ({ ...point, y: point.y + sizes.title });

function arrowOf({ points, x, y, width }: Placed, { text, change }: Link): Arrow {
  return { points: points.map(down), label: { ...down({ x, y }), width }, text: signed(text, change), change };
}
