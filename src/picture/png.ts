import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { renderAsync } from "@resvg/resvg-js";
import type { Picture } from "../contract/picture.js";
import { fontFamily, svgOf } from "./svg.js";

/** Shipped, so that an image looks the same on every machine. */
const fonts = ["400Regular/NotoSans_400Regular", "600SemiBold/NotoSans_600SemiBold", "700Bold/NotoSans_700Bold"];

const fontFolder = above(import.meta.dirname);

/** Where the package with the font lies, looked for upwards as Node does. */
function above(folder: string): string {
  const here = join(folder, "node_modules/@expo-google-fonts/noto-sans");
  if (existsSync(here)) return here;
  if (dirname(folder) === folder) throw new Error("the font of pictures is not installed");
  return above(dirname(folder));
}

/** The picture as a PNG, twice as fine as its SVG; drawn beside the event loop. */
export async function pngOf(picture: Picture): Promise<Buffer> {
  const image = await renderAsync(svgOf(picture), {
    fitTo: { mode: "zoom", value: 2 },
    font: { fontFiles: fonts.map((name) => join(fontFolder, `${name}.ttf`)), loadSystemFonts: false, defaultFontFamily: fontFamily },
  });
  return image.asPng();
}
