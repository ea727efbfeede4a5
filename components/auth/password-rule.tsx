import { Check, Circle } from "lucide-react";
import { cn } from "#components/ui/cn.ts";
import { PASSWORD_CHARACTERS_MIN } from "#lib/users/schema.ts";

const RULES = [
  {
    text: `${PASSWORD_CHARACTERS_MIN} characters or more`,
    holds: (password: string) => password.length >= PASSWORD_CHARACTERS_MIN,
  },
  { text: "a number", holds: (password: string) => /\p{N}/u.test(password) },
  {
    text: "a symbol, such as & * #",
    holds: (password: string) => /[^\p{L}\p{N}\s]/u.test(password),
  },
];

/** What a password needs, ticked off while it is typed. The rule itself is in lib/users/schema.ts. */
export function PasswordRule({ password }: { password: string }) {
  return (
    <ul aria-label="A password needs" className="flex flex-wrap gap-x-4 gap-y-1 text-xs">
      {RULES.map(({ text, holds }) => {
        const ok = holds(password);
        const Icon = ok ? Check : Circle;
        return (
          <li
            key={text}
            className={cn("inline-flex items-center gap-1.5", ok ? "text-pass" : "text-muted")}
          >
            <Icon aria-hidden className={ok ? "size-3.5" : "size-2.5 text-faint"} />
            {text}
            {ok && <span className="sr-only">: done</span>}
          </li>
        );
      })}
    </ul>
  );
}
