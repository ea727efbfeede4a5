import { randomInt } from "node:crypto";

/** No letters or digits that look alike: people type it from a terminal. */
const ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";
const GROUPS = 4;
const GROUP_CHARACTERS = 4;

const group = () =>
  Array.from({ length: GROUP_CHARACTERS }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");

/** About 79 random bits in four groups, with the digit and the symbol that passwords must have. */
export function makePassword(): string {
  const password = Array.from({ length: GROUPS }, group).join("-");
  return /\d/.test(password) ? password : makePassword();
}
