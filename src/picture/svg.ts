import { create } from "xmlbuilder2";
import type { Picture } from "../contract/picture.js";
import { oneLine } from "../contract/plain.js";
import { type Arrow, type Box, type Point, sceneOf, sizes } from "./scene.js";

type Element = ReturnType<typeof create>;

/** Told apart by sign and dashes too, for those who see red and green as one. */
const looks = {
  gained: { stroke: "#18794e", width: "2.4", dash: "none" },
  lost: { stroke: "#c62828", width: "2.4", dash: "7 4" },
  same: { stroke: "#7a828a", width: "1.4", dash: "none" },
} as const;
const ink = "#1d2125";
export const fontFamily = "Noto Sans";

/** The picture as an SVG document. */
export function svgOf(picture: Picture): string {
  const scene = sceneOf(picture);
  const { width, height } = scene;
  const root = create().ele("svg", { xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `0 0 ${width} ${height}`, role: "img" });
  root.ele("title").txt(oneLine(scene.title));
  markers(root);
  root.ele("rect", { width, height, fill: "#ffffff" });
  words(root, { x: sizes.margin, y: 28, size: 17, weight: "700" }, scene.title);
  for (const arrow of scene.arrows) drawArrow(root, arrow);
  for (const box of scene.boxes) drawBox(root, box);
  for (const arrow of scene.arrows) drawLabel(root, arrow);
  return root.end({ headless: true, prettyPrint: true });
}

function markers(root: Element): void {
  const defs = root.ele("defs");
  for (const [name, { stroke }] of Object.entries(looks))
    defs
      .ele("marker", {
        id: name,
        viewBox: "0 0 10 10",
        refX: "9",
        refY: "5",
        markerWidth: "9",
        markerHeight: "9",
        markerUnits: "userSpaceOnUse",
        orient: "auto",
      })
      .ele("path", { d: "M0 0L10 5L0 10z", fill: stroke });
}

function drawArrow(root: Element, { points, change }: Arrow): void {
  const { stroke, width, dash } = looks[change];
  root.ele("path", {
    d: `M${points.map(({ x, y }) => `${round(x)} ${round(y)}`).join("L")}`,
    fill: "none",
    stroke,
    "stroke-width": width,
    "stroke-dasharray": dash,
    "stroke-linejoin": "round",
    "marker-end": `url(#${change})`,
  });
}

function drawLabel(root: Element, { label, text, change }: Arrow): void {
  const { x, y, width } = label;
  root.ele("rect", {
    x: round(x - width / 2),
    y: round(y - sizes.label / 2),
    width: round(width),
    height: sizes.label,
    rx: 3,
    fill: "#ffffff",
  });
  words(root, { x, y: y + 4, size: 12, weight: "600", fill: looks[change].stroke, anchor: "middle" }, text);
}

function drawBox(root: Element, { x, y, width, height, name, note }: Box): void {
  root.ele("rect", {
    x: round(x - width / 2),
    y: round(y - height / 2),
    width: round(width),
    height: round(height),
    rx: 7,
    fill: "#f3f6f9",
    stroke: "#5b6670",
  });
  words(root, { x, y: note === null ? y + 5 : y - 3, size: 14, weight: "600", anchor: "middle" }, name);
  if (note !== null) words(root, { x, y: y + 15, size: 12, weight: "400", anchor: "middle" }, note);
}

interface Lettering extends Point {
  size: number;
  weight: string;
  fill?: string;
  anchor?: "middle";
}

function words(root: Element, { x, y, size, weight, fill = ink, anchor }: Lettering, text: string): void {
  root
    .ele("text", {
      x: round(x),
      y: round(y),
      fill,
      "font-family": fontFamily,
      "font-size": size,
      "font-weight": weight,
      "text-anchor": anchor ?? "start",
    })
    .txt(oneLine(text));
}

const round = (value: number): number => Math.round(value * 10) / 10;
