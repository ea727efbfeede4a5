import { Badge } from "#components/ui/badge.tsx";
import { frameworkName, tagName } from "./tag-names.ts";

/** Topics, then the controls of frameworks that a template answers. */
export function TemplateTags({ tags }: { tags: readonly string[] }) {
  return (
    <ul aria-label="Tags" className="flex flex-wrap gap-1.5">
      {tags.map((tag) => (
        <li key={tag} className="flex">
          <Badge tone={frameworkName(tag) ? "accent" : "neutral"} title={frameworkName(tag)}>
            {tagName(tag)}
          </Badge>
        </li>
      ))}
    </ul>
  );
}
