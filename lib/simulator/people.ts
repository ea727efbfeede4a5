import type { OsqueryPlatform } from "#lib/osquery/tables.ts";
import type { Person } from "./profile.ts";

const firstNames =
  "Ava Liam Noor Mateo Yuki Elena Tariq Freya Omar Ines Kofi Priya Jonas Leila Hugo Mina Samuel Chloe Ravi Anika Luca Zara Felix Amara Nils Sofia Idris Maya Viktor Hana Paolo Ruth Emil Dalia Oscar Tessa Bilal Greta Ivan Lucia Marek".split(
    " ",
  );

const lastNames =
  "Chen Okafor Lindqvist Romero Tanaka Petrov Haddad Larsen Farouk Costa Mensah Nair Weber Rahimi Dubois Park Adler Martin Iyer Sharma Bianchi Malik Braun Diallo Berg Navarro Osei Cohen Novak Sato Greco Fischer Holm Mansour Reyes Quinn Siddiqui".split(
    " ",
  );

const homeOf: Record<OsqueryPlatform, string> = {
  darwin: "/Users/",
  linux: "/home/",
  windows: "C:\\Users\\",
};

/** 41 and 37 have no common factor: 1,517 people pass before a name returns, then with a number. */
export function personAt(index: number, platform: OsqueryPlatform): Person {
  const first = firstNames[index % firstNames.length] ?? "Ava";
  const last = lastNames[(index * 3) % lastNames.length] ?? "Chen";
  const round = Math.floor(index / (firstNames.length * lastNames.length));
  const username = `${first}.${last}${round || ""}`.toLowerCase();
  return {
    fullName: `${first} ${last}`,
    username,
    uid: { darwin: 501, linux: 1000, windows: 1001 }[platform],
    homeDirectory: homeOf[platform] + username,
  };
}
