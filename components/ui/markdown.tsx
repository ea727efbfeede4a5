import ReactMarkdown, { type Components } from "react-markdown";
import rehypeSanitize from "rehype-sanitize";
import remarkGfm from "remark-gfm";
import { cn } from "./cn.ts";

/** Texts of policies are written by people of other trust: a link must not reach back to us. */
const COMPONENTS: Components = {
  a: ({ node: _, ...props }) => (
    <a {...props} target="_blank" rel="noopener noreferrer nofollow ugc" />
  ),
  // The content policy loads no foreign images; a broken picture would only puzzle.
  img: ({ alt }) => <span>{alt}</span>,
  h1: "h3",
  h2: "h3",
  h3: "h4",
};

const PROSE = cn(
  "min-w-0 space-y-2.5 break-words text-base text-ink leading-relaxed [&_a]:text-accent-text",
  "[&_a]:underline [&_a]:underline-offset-2 [&_ol]:list-decimal [&_ol]:pl-5 [&_ul]:list-disc",
  "[&_ul]:pl-5 [&_li]:my-1 [&_li]:marker:text-faint [&_h3]:font-semibold [&_h4]:font-semibold",
  "[&_:not(pre)>code]:rounded-xs [&_:not(pre)>code]:border [&_:not(pre)>code]:bg-sunken",
  "[&_:not(pre)>code]:px-1 [&_code]:font-mono [&_code]:text-[0.9em] [&_pre]:overflow-x-auto",
  "[&_pre]:rounded-md [&_pre]:border [&_pre]:bg-sunken [&_pre]:p-3 [&_blockquote]:border-l-2",
  "[&_blockquote]:pl-3 [&_blockquote]:text-muted [&_table]:text-sm [&_td]:border [&_td]:px-2",
  "[&_td]:py-1 [&_th]:border [&_th]:px-2 [&_th]:py-1 [&_th]:text-left",
);

/** GitHub's Markdown, sanitised; raw HTML is shown as text, never parsed. */
export function Markdown({ children, className }: { children: string; className?: string }) {
  return (
    <div className={cn(PROSE, className)}>
      <ReactMarkdown
        remarkPlugins={[remarkGfm]}
        rehypePlugins={[rehypeSanitize]}
        components={COMPONENTS}
      >
        {children}
      </ReactMarkdown>
    </div>
  );
}
