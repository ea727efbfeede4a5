/** The scrolling part of the schema panel, as high as the panel leaves room. */
export const SCHEMA_LIST = "min-h-0 flex-1 overflow-y-auto overscroll-contain p-1";
