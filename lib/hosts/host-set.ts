export * from "#lib/host-set.ts";
