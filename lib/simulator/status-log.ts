/** osquery's glog severities. */
export type Severity = 0 | 1 | 2;

export interface StatusLine {
  hostIdentifier: string;
  calendarTime: string;
  unixTime: number;
  severity: Severity;
  filename: string;
  line: number;
  message: string;
  version: string;
}

export interface StatusLog {
  add(severity: Severity, filename: string, message: string): void;
  /** The oldest lines, to be sent; they stay until `drop`. */
  peek(linesMax: number): StatusLine[];
  drop(lineCount: number): void;
}

/** osquery keeps a million; a fleet in one process keeps what a server outage of minutes makes. */
const bufferedLinesMax = 500;

export function createStatusLog(
  hostIdentifier: string,
  version: string,
  nowMilliseconds: () => number,
): StatusLog {
  const lines: StatusLine[] = [];
  return {
    add: (severity, filename, message) => {
      const now = new Date(nowMilliseconds());
      lines.push({
        hostIdentifier,
        calendarTime: calendarTime(now),
        unixTime: Math.floor(now.getTime() / 1000),
        severity,
        filename,
        line: 100 + (message.length % 400),
        message,
        version,
      });
      if (lines.length > bufferedLinesMax) lines.shift();
    },
    peek: (linesMax) => lines.slice(0, linesMax),
    drop: (lineCount) => {
      lines.splice(0, lineCount);
    },
  };
}

/** "Wed Aug  6 21:46:12 2026 UTC": C's asctime, with the day padded by a blank. */
function calendarTime(date: Date): string {
  const [weekday = "", day = "", month = "", year = "", time = ""] = date
    .toUTCString()
    .replace(",", "")
    .split(" ");
  return `${weekday} ${month} ${String(Number(day)).padStart(2)} ${time} ${year} UTC`;
}
