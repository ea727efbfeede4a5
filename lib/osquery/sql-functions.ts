/** What osquery adds to SQLite's functions (its sqlite_*.cpp). */
export interface OsqueryFunction {
  name: string;
  /** How it is called, for people. */
  signature: string;
  says: string;
  /** How many arguments it takes; -1 for any number. */
  arity: readonly number[];
}

const fn = (signature: string, says: string, ...arity: number[]): OsqueryFunction => ({
  name: signature.slice(0, signature.indexOf("(")),
  signature,
  says,
  arity,
});

export const OSQUERY_FUNCTIONS: readonly OsqueryFunction[] = [
  fn("regex_match(text, pattern, group)", "The part of a text that a pattern matches.", 3),
  fn("regex_split(text, pattern, nth)", "The nth piece of a text cut by a pattern.", 3),
  fn("split(text, separators, nth)", "The nth piece of a text cut at any of the characters.", 3),
  fn(
    "version_compare(left, operator, right, ...)",
    "1 when two versions compare so: '1.10', '>', '1.9'.",
    -1,
  ),
  fn("in_cidr_block(block, address)", "1 when an address lies in a network.", 2),
  fn("inet_aton(address)", "An IPv4 address as a number.", 1),
  fn("community_id_v1(source, destination, source_port, ...)", "A flow's Community ID.", 5, 6),
  fn("to_base64(text)", "Encodes as Base64.", 1),
  fn("from_base64(text)", "Decodes Base64.", 1),
  fn("conditional_to_base64(text)", "Encodes as Base64 unless it is ASCII.", 1),
  fn("md5(text)", "MD5 of a text, not of a file.", 1),
  fn("sha1(text)", "SHA-1 of a text, not of a file.", 1),
  fn("sha256(text)", "SHA-256 of a text, not of a file.", 1),
  fn("find_file_path_in_cmd(command, quotes, escape)", "The program within a command line.", -1),
  fn("is_path_deterministic(command, quotes, escape)", "1 when a command means one program.", -1),
  fn("parent_directory(path)", "The folder of a path.", 1),
  fn("carve(path)", "Carves a file. Agents have it only if a flag allows it.", 1),
  fn("cot(number)", "The cotangent.", 1),
  fn("concat(a, b, ...)", "Joins texts.", -1),
  fn("concat_ws(separator, a, b, ...)", "Joins texts with a separator.", -1),
];

/** Functions of SQLite that policies use, for the list of what can be written. */
export const SQLITE_FUNCTIONS: readonly string[] = [
  ...["abs", "avg", "cast", "ceil", "char", "coalesce", "count", "date", "datetime", "floor"],
  ...["format", "glob", "group_concat", "hex", "ifnull", "iif", "instr", "json_each"],
  ...["json_extract", "json_valid", "julianday", "length", "like", "lower", "ltrim", "max"],
  ...["min", "nullif", "power", "printf", "replace", "round", "rtrim", "sqrt", "strftime"],
  ...["substr", "sum", "time", "total", "trim", "typeof", "unicode", "unixepoch", "upper"],
];

/** Orders of texts that osquery adds, for COLLATE. */
export const OSQUERY_COLLATIONS: readonly string[] = [
  "VERSION",
  "VERSION_ARCH",
  "VERSION_DPKG",
  "VERSION_RHEL",
];
