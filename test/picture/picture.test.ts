import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { convert } from "xmlbuilder2";
import type { Picture } from "../../src/contract/picture.js";
import { pngOf } from "../../src/picture/png.js";
import { type Box, sceneOf } from "../../src/picture/scene.js";
import { svgOf } from "../../src/picture/svg.js";

const shop: Picture = {
  title: 'What "deny-smtp" changes',
  groups: [
    { id: "web", name: 'security group "web" <b>', note: "12 VMs" },
    { id: "db", name: "db & co" },
    { id: "out", name: "internet" },
  ],
  links: [
    { from: "web", to: "db", text: "tcp/5432", change: "same" },
    { from: "web", to: "out", text: "tcp/25", change: "lost" },
    { from: "out", to: "web", text: "tcp/443", change: "gained" },
    { from: "web", to: "web", text: "icmp", change: "gained" },
  ],
};

const apart = (a: Box, b: Box): boolean => Math.abs(a.x - b.x) * 2 >= a.width + b.width || Math.abs(a.y - b.y) * 2 >= a.height + b.height;

const pictures: fc.Arbitrary<Picture> = fc.integer({ min: 1, max: 12 }).chain((n) =>
  fc.record({
    title: fc.string({ maxLength: 60 }),
    groups: fc.tuple(...Array.from({ length: n }, (_, i) => fc.record({ id: fc.constant(String(i)), name: fc.string({ maxLength: 60 }) }))),
    links: fc.array(
      fc.record({
        from: fc.nat(n).map(String),
        to: fc.nat(n).map(String),
        text: fc.string({ maxLength: 30 }),
        change: fc.constantFrom("gained", "lost", "same"),
      }),
      { maxLength: 30 },
    ),
  }),
);

describe("the scene", () => {
  test("no box lies on another, and all are inside", () => {
    fc.assert(
      fc.property(pictures, (picture) => {
        const { boxes, width, height } = sceneOf(picture);
        for (const [i, box] of boxes.entries()) {
          for (const other of boxes.slice(i + 1)) expect(apart(box, other)).toBe(true);
          expect(box.x - box.width / 2).toBeGreaterThanOrEqual(0);
          expect(box.y - box.height / 2).toBeGreaterThanOrEqual(0);
          expect(box.x + box.width / 2).toBeLessThanOrEqual(width);
          expect(box.y + box.height / 2).toBeLessThanOrEqual(height);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("a link of a group that does not exist is left out, the rest has its arrow", () => {
    expect(sceneOf({ ...shop, links: [...shop.links, { from: "web", to: "nobody", text: "x", change: "same" }] }).arrows).toHaveLength(4);
  });
});

describe("the SVG", () => {
  test("says gained and lost by sign and dashes, not by colour alone, and escapes names", () => {
    const svg = svgOf(shop);

    expect(svg).toContain("+ tcp/443");
    expect(svg).toContain("− tcp/25");
    expect(svg.match(/stroke-dasharray="7 4"/g)).toHaveLength(1);
    expect(svg).not.toContain("<b>");
    expect(svg).toContain("db &amp; co");
  });

  test("is well-formed whatever the names are", () => {
    fc.assert(
      fc.property(pictures, (picture) => {
        expect(convert(svgOf(picture), { format: "object" })).toHaveProperty("svg");
      }),
      { numRuns: 60 },
    );
  });
});

test("the PNG is as large as the scene, twice as fine, and shows letters and colours", async () => {
  const png = await pngOf(shop);
  const { width, height } = sceneOf(shop);

  expect(png.subarray(1, 4).toString()).toBe("PNG");
  expect(Math.abs(png.readUInt32BE(16) - 2 * width)).toBeLessThanOrEqual(2);
  expect(Math.abs(png.readUInt32BE(20) - 2 * height)).toBeLessThanOrEqual(2);
  const blank = await pngOf({ title: "", groups: [], links: [] });
  expect(png.length).toBeGreaterThan(10 * blank.length);
  const unlettered = await pngOf({ ...shop, title: "", groups: shop.groups.map(({ id }) => ({ id, name: "" })), links: [] });
  expect(png.length).toBeGreaterThan(1.5 * unlettered.length);
});
