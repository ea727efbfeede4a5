import type { ImportFormat } from "#lib/gitops/import-schema.ts";

/** A pack is an object in braces, perhaps after comments. */
const PACK = /^\s*(?:(?:(?:#|\/\/)[^\n]*\n|\/\*(?:[^*]|\*(?!\/))*\*\/)\s*)*\{/;

export const formatOf = (text: string): ImportFormat => (PACK.test(text) ? "pack" : "fleet");
