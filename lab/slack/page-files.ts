import { existsSync, readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { extname, join } from "node:path";

/** Serves the built page, nothing else, under a strict content policy. */
export type Page = (path: string, response: ServerResponse) => void;

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
};
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export function servePage(folder: string): Page {
  return (path, response) => {
    const name = path === "/" ? "index.html" : path.slice(1);
    const type = types[extname(name)];
    // Names only, no folders: nothing outside can be reached.
    if (type === undefined || !/^[a-z-]+\.[a-z]+$/.test(name)) return void response.writeHead(404).end();
    const file = [join(folder, "dist", name), join(folder, name)].find(existsSync);
    if (file === undefined) return void response.writeHead(404).end();
    response.writeHead(200, {
      "content-type": type,
      "content-security-policy": policy,
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    });
    response.end(readFileSync(file));
  };
}
