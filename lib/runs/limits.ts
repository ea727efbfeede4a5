/** Hosts of one run: what a person can take in, and 10,000 rows are one transaction. */
export const HOSTS_MAX = 10_000;

/** As policies': osquery takes its queries from one JSON answer. */
export const QUERY_CHARACTERS_MAX = 65_536;

/** A run of the console ends after this; who asks longer wants a policy. */
export const LIFE_SECONDS = 600;
export const LIFE_SECONDS_MIN = 10;
export const LIFE_SECONDS_MAX = 3_600;

/** Runs that wait for hosts, of one person and in all: programs ask single hosts, many at a time. */
export const RUNS_PER_USER_MAX = 300;
export const RUNS_MAX = 600;
/** Hosts that those runs wait for; every server keeps them in memory, 150 bytes each. */
export const WAITING_HOSTS_PER_USER_MAX = 30_000;
export const WAITING_HOSTS_MAX = 200_000;

/** Days that runs and what hosts answered are kept. */
export const KEPT_DAYS = 30;
