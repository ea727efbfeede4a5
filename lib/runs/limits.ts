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

/** Rows and their JSON that are kept of one host's answer; how many there were is kept too. */
export const ROWS_KEPT_MAX = 1_000;
const ANSWER_BYTES_MAX = 256 * 1024;
/** Of all hosts of a run together, so that many hosts have a smaller part each. */
const RUN_BYTES_MAX = 128 * 1024 * 1024;

/** Bytes of rows that are kept of each host's answer, of a run on so many. */
export const answerBytesMax = (hosts: number): number =>
  Math.min(ANSWER_BYTES_MAX, Math.floor(RUN_BYTES_MAX / Math.max(hosts, 1)));

/** Days that runs and what hosts answered are kept. */
export const KEPT_DAYS = 30;
