import type { Json } from "../input/decode.js";

/** Members of a decoded object, whose types its shape has already settled. */
export const struct = (object: Json | undefined, name: string): Json => (object?.[name] as Json | undefined) ?? {};
export const text = (object: Json, name: string): string => (object[name] as string | undefined) ?? "";
export const texts = (object: Json, name: string): readonly string[] => (object[name] as readonly string[] | undefined) ?? [];
export const structs = (object: Json, name: string): readonly Json[] => (object[name] as readonly Json[] | undefined) ?? [];
export const metadataOf = (object: Json): Json => struct(object, "metadata");
export const specOf = (object: Json): Json => struct(object, "spec");
